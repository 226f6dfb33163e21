/*
 * Reads the search index that onus publishes: which pages answer a query, in the order in which `onus search` has them.
 * The files are described in docs/search-format.md. They are loaded by script elements, since that works from a disk and
 * under a strict content security policy; nothing else here knows of the page. The ranking is explained in src/search/rank.rs
 * of onus, which does the same; numbers are rounded to 32 bits where tantivy has them so.
 */
(function () {
  "use strict";

  /** @typedef {{counts: number[], postings: Uint8Array | null, long: string, fields: number, forms: string[], term: string}} Entry */
  /** @typedef {{text: string, whole: boolean, begins: boolean}} Word */

  const FORMAT = 1, KEY = 5, NORMED = 0b1001, HAS_FORMS = 64, IS_LONG = 128;
  const ENOUGH = 10, LOOKED_AT = 64, COMPLETIONS = 8, NAMESAKES = 8, SHARE = 0.3, PHRASE_PAGES = 60, WORDS = 24, LONGEST = 64;
  const SYNONYM = 0.7, LONGER = 0.5, CORRECTED = 0.8, FARTHER = 0.5, SHORTER = 0.6;
  const round = Math.fround;

  /* ---- words ---- */

  const WORD = /[\p{Alphabetic}\p{N}\p{M}]+/gu;
  const SEAM = /(?<=\p{Lowercase})(?=\p{Uppercase})|(?<=\p{Uppercase})(?=\p{Uppercase}\p{Lowercase}{2})|(?<=\p{Alphabetic}{3})(?=[0-9])|(?<=[0-9])(?=\p{Alphabetic}{3})/u;
  const FOLDED = new Map([["ß", "ss"], ["æ", "ae"], ["œ", "oe"], ["ø", "o"], ["đ", "d"], ["ð", "d"], ["ł", "l"], ["ı", "i"], ["þ", "th"]]);

  /** In lower case, without accents or anything but letters and digits. @param {string} word @returns {string} */
  function fold(word) {
    if (/^[a-z0-9]*$/.test(word)) return word;
    return word.toLowerCase().normalize("NFKD").replace(/[ßæœøđðłıþ]/g, (c) => FOLDED.get(c) || c)
      .replace(/[^\p{Alphabetic}\p{N}]/gu, "").toLowerCase();
  }

  /**
   * A text's words, parts of identifiers, and identifiers in one piece after their parts.
   * @param {string} text @param {(word: string, whole: boolean, from: number, to: number) => void} visit
   */
  function split(text, visit) {
    let compound = "", members = 0, end = 0;
    const give = (word, whole, from, to) => { if ([...word].length <= LONGEST) visit(word, whole, from, to); };
    const close = () => { if (members > 1) give(compound, true, 0, 0); compound = ""; members = 0; };
    for (const found of text.matchAll(WORD)) {
      const word = found[0], between = text.slice(end, found.index);
      if (members && !/^[-_.]$/.test(between)) close();
      end = found.index + word.length;
      if (/^s$/i.test(word) && /^['’]$/.test(between)) continue;
      members++;
      const before = compound.length;
      let at = found.index, parts = 0;
      for (const part of word.split(SEAM)) {
        const folded = fold(part);
        if (folded) { parts++; compound += folded; give(folded, false, at, at + part.length); }
        at += part.length;
      }
      if (parts > 1) give(compound.slice(before), true, 0, 0);
    }
    close();
  }

  /** @param {string} text @returns {string[]} */
  function parts(text) {
    const found = [];
    split(text, (word, whole) => { if (!whole) found.push(word); });
    return found;
  }

  /* ---- bytes ---- */

  const UTF8 = new TextDecoder();

  /** Raw deflate in base64. @param {string} text @returns {Promise<Uint8Array>} */
  async function unpack(text) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  /** Numbers and front-coded words, one after the other. */
  class Cursor {
    /** @param {Uint8Array} bytes */
    constructor(bytes) { this.bytes = bytes; this.at = 0; }
    number() {
      let value = 0, scale = 1, byte;
      do { byte = this.bytes[this.at++]; value += (byte & 127) * scale; scale *= 128; } while (byte & 128);
      return value;
    }
    take(length) { return this.bytes.subarray(this.at, this.at += length); }
    /** A word as bytes, after the bytes of another. @param {Uint8Array} other */
    word(other) {
      const shared = this.number(), rest = this.take(this.number());
      const word = new Uint8Array(shared + rest.length);
      word.set(other.subarray(0, shared));
      word.set(rest, shared);
      return word;
    }
  }

  /** @param {Uint8Array} bytes @returns {{entries: Entry[], byTerm: Map<string, Entry>, stems: Map<string, string[]>}} */
  function readShard(bytes) {
    const cursor = new Cursor(bytes), entries = [], byTerm = new Map(), stems = new Map();
    const stem = (form, of) => stems.set(form, (stems.get(form) || []).concat(of));
    let last = new Uint8Array(0);
    while ((last = cursor.word(last)).length) {
      const head = cursor.bytes[cursor.at++], term = UTF8.decode(last), forms = [];
      if (head & HAS_FORMS) {
        for (let n = cursor.number(); n > 0; n--) forms.push(UTF8.decode(cursor.word(last)));
        forms.forEach((form) => stem(form, term));
      }
      const entry = { term, forms, fields: head & 63, counts: [], postings: null, long: "" };
      for (let field = 0; field <= KEY; field++) entry.counts.push(head & 1 << field ? cursor.number() : 0);
      if (head & IS_LONG) entry.long = UTF8.decode(cursor.take(12));
      else entry.postings = cursor.take(cursor.number());
      entries.push(entry);
      byTerm.set(term, entry);
    }
    while (cursor.at < bytes.length) {
      const form = cursor.word(last);
      stem(UTF8.decode(form), UTF8.decode(cursor.word(form)));
    }
    return { entries, byTerm, stems };
  }

  /* ---- spelling ---- */

  /** Insertions, deletions, substitutions and neighbours in each other's place; more than `limit` is `limit + 1`. */
  function distance(a, b, limit) {
    let before = [], above = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      let least = i;
      for (let j = 1; j <= b.length; j++) {
        const same = a[i - 1] === b[j - 1] ? 0 : 1;
        let cost = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + same);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
        row.push(cost);
        if (cost < least) least = cost;
      }
      if (least > limit) return limit + 1;
      before = above;
      above = row;
    }
    return above[b.length];
  }

  /** @param {string} word @returns {number} */
  function mask(word) {
    let bits = 0;
    for (let i = 0; i < word.length; i++) bits |= 1 << (word.charCodeAt(i) & 31);
    return bits;
  }

  function ones(bits) {
    let count = 0;
    for (; bits; bits &= bits - 1) count++;
    return count;
  }

  /** @param {string} word @param {{word: string, pages: number, mask: number}[]} words @returns {string[]} */
  function near(word, words) {
    const letters = [...word], limit = letters.length < 4 ? 0 : letters.length < 8 ? 1 : 2, own = mask(word), found = [];
    if (!limit) return [];
    for (const known of words) {
      if (Math.abs(known.word.length - word.length) > limit || ones(known.mask ^ own) > 2 * limit) continue;
      const errors = distance(letters, [...known.word], limit);
      if (errors <= limit) found.push({ errors, other: known.word[0] !== word[0] ? 1 : 0, pages: known.pages, word: known.word });
    }
    found.sort((a, b) => a.errors - b.errors || a.other - b.other || b.pages - a.pages || (a.word < b.word ? -1 : 1));
    return found.filter((f) => f.errors === found[0].errors).slice(0, 3).map((f) => f.word);
  }

  /* ---- queries ---- */

  /** Words between white space, folded, with where each begins. @param {string} text */
  function folded(text) {
    return [...text.matchAll(/\S+/g)].map((found) => ({ at: found.index, text: fold(found[0]) }));
  }

  /** A question without the words around its subject. @param {string} question @param {any} root */
  function subjectOf(question, root) {
    question = question.trim().replace(/\?+$/, "").trimEnd();
    const words = folded(question);
    let length = 0;
    for (const phrase of root.questions) {
      const asked = phrase.split(" ");
      if (asked.length < words.length && asked.length > length && asked.every((word, i) => word === words[i].text)) length = asked.length;
    }
    if (!length) return question;
    if (words.length > length + 1 && root.articles.includes(words[length].text)) length++;
    return question.slice(words[length].at);
  }

  /** @param {string} text @param {any} root */
  function read(text, root) {
    const filters = { kinds: [], team: null, state: null, phrases: [] };
    const plain = [], phrases = [];
    let problem = null, open = !/[\s"?]$/.test(text);
    for (const found of text.matchAll(/"([^"]*)("?)|[^\s"]+/g)) {
      if (found[1] !== undefined) {
        plain.push(found[1]);
        const phrase = parts(found[1]);
        if (found[2] && phrase.length) { phrases.push(phrase); filters.phrases.push(found[1]); }
        continue;
      }
      const [, name, value] = /^(kind|team|is):(.+)$/.exec(found[0]) || [];
      if (name === "kind") filters.kinds.push(...value.toLowerCase().split(","));
      else if (name === "team") filters.team = value;
      else if (name === "is") {
        if (value === "stale" || value === "unowned") filters.state = filters.state && filters.state !== value ? "both" : value;
        else problem = "is:" + value + " is no filter: there are is:stale and is:unowned";
      } else { plain.push(found[0]); continue; }
      if (found.index + found[0].length === text.length) open = false;
    }
    const whole = plain.join(" "), subject = subjectOf(whole, root), names = [parts(whole), parts(subject)];
    const last = folded(subject);
    for (const ending of root.endings) {
      const at = last.length - ending.split(" ").length;
      if (at > 0 && last.slice(at).map((word) => word.text).join(" ") === ending) names.push(parts(subject.slice(0, last[at].at)));
    }
    /** @type {Word[]} */
    let words = [];
    split(subject, (word, isWhole) => { words.push({ text: word, whole: isWhole, begins: false }); });
    words = words.slice(0, WORDS);
    for (let i = words.length - 1; open && i >= 0; i--) {
      words[i].begins = [...words[i].text].length >= 3;
      if (!words[i].whole) break;
    }
    // Two words may be written as one.
    const single = words.filter((word) => !word.whole);
    const pairs = single.slice(1).map((word, i) => ({ text: single[i].text + word.text, whole: true, begins: false }));
    const distinct = new Map();
    for (const word of [...words, ...pairs]) {
      const known = distinct.get(word.text);
      if (known) known.begins = known.begins || word.begins; else distinct.set(word.text, word);
    }
    return {
      words: [...distinct.values()], phrases, filters, problem,
      names: names.filter((name, i) => name.length && name.join(" ") !== (names[i - 1] || []).join(" ")),
      asks: subject.length < whole.trimEnd().replace(/\?+$/, "").trimEnd().length,
    };
  }

  /* ---- loading ---- */

  /** By script elements, each of which calls `onus` with its name and data. @param {string} base */
  function byScript(base) {
    const waiting = new Map();
    /** @type {any} */ (window).onus = (name, data) => { if (waiting.has(name)) waiting.get(name)(data); };
    return (name) => new Promise((resolve, reject) => {
      const script = document.createElement("script");
      waiting.set(name, (data) => { waiting.delete(name); script.remove(); resolve(data); });
      script.onerror = () => { waiting.delete(name); script.remove(); reject(new Error("cannot load " + script.src)); };
      script.src = base + name + ".js";
      document.head.append(script);
    });
  }

  /**
   * @param {string} base the folder of the index, with `/` at its end
   * @param {(name: string) => Promise<any>} [load] @param {number} [today] days since 1970
   */
  async function open(base, load, today) {
    load = load || byScript(base);
    const root = await load("index");
    if (root.format !== FORMAT) throw new Error("the index has format " + root.format + ", this reader reads " + FORMAT);
    return new Reader(root, load, Math.max(today || Math.floor(Date.now() / 864e5), root.today));
  }

  class Reader {
    constructor(root, load, today) {
      this.root = root;
      this.today = today;
      this.load = load;
      this.memory = new Map();
      this.firsts = root.firsts.split(" ");
      const norms = (at) => {
        // The average length of a field, and what each length that tantivy knows does to a score.
        const average = round(root.tokens[at] / root.pages), table = new Float32Array(256);
        for (let id = 0; id < 256; id++) table[id] = round(1.2) * round(round(0.25) + round(round(round(0.75) * lengthOf(id)) / average));
        return table;
      };
      this.norms = root.tokens.map((_, at) => norms(at));
      this.synonyms = new Map();
      for (const set of root.synonyms) {
        const joined = set.map((words) => words.split(" ").join(""));
        for (const word of joined) {
          this.synonyms.set(word, (this.synonyms.get(word) || []).concat(joined.filter((other) => other && other !== word)));
        }
      }
    }

    /** Each file once. @param {string} name @param {(data: any) => any} [read] */
    get(name, read) {
      if (!this.memory.has(name)) {
        const made = this.load(name).then(read || ((data) => data));
        made.catch(() => this.memory.delete(name));
        this.memory.set(name, made);
      }
      return this.memory.get(name);
    }

    shard(at) {
      return this.get("t/" + at + "-" + this.root.shards.slice(at * 6, at * 6 + 6), (data) => unpack(data).then(readShard));
    }

    /** Where a word is, or would be. @param {string} word */
    shardOf(word) {
      let low = 0, high = this.firsts.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.firsts[middle] <= word) low = middle + 1; else high = middle;
      }
      return Math.max(low - 1, 0);
    }

    /** @param {string} term @returns {Promise<Entry | undefined>} */
    async entry(term) {
      return (await this.shard(this.shardOf(term))).byTerm.get(term);
    }

    /** The entries of a word: its own, and its stem's. @param {string} word @returns {Promise<Entry[]>} */
    async lookUp(word) {
      const shard = await this.shard(this.shardOf(word));
      const terms = [word, ...(shard.stems.get(word) || []).sort()];
      const entries = await Promise.all(terms.map((term) => shard.byTerm.get(term) || this.entry(term)));
      return entries.filter((entry) => entry && count(entry) > 0);
    }

    /** The first entries, in order, that begin with some letters and are in some fields. */
    async beginning(letters, fields) {
      const found = [];
      for (let at = this.shardOf(letters); at < this.firsts.length; at++) {
        if (this.firsts[at] > letters && !this.firsts[at].startsWith(letters)) break;
        for (const entry of (await this.shard(at)).entries) {
          if (entry.term < letters || !(entry.fields & fields)) continue;
          if (!entry.term.startsWith(letters) || found.length === LOOKED_AT) return found;
          found.push(entry);
        }
      }
      return found;
    }

    words() {
      return this.get(this.root.spelling, async (data) => {
        const cursor = new Cursor(await unpack(data)), words = [];
        for (let last = new Uint8Array(0); cursor.at < cursor.bytes.length;) {
          last = cursor.word(last);
          const word = UTF8.decode(last);
          words.push({ word, pages: cursor.bytes[cursor.at++], mask: mask(word) });
        }
        return words;
      });
    }

    /** Loads what typing errors need. */
    warm() { return this.words().catch(() => {}); }

    /** The entries that stand for a word, and what each counts. @param {Word} word @param {any[]} corrected */
    async resolve(word, corrected) {
      /** @type {Map<string, {entry: Entry, weight: number}>} */
      const found = new Map();
      const add = (entry, weight) => { if (!found.has(entry.term)) found.set(entry.term, { entry, weight }); };
      const own = await this.lookUp(word.text);
      own.forEach((entry) => add(entry, 1));
      for (const synonym of this.synonyms.get(word.text) || []) (await this.lookUp(synonym)).forEach((entry) => add(entry, SYNONYM));
      if (word.begins && Math.max(0, ...own.map(count)) < ENOUGH) {
        const longer = (await this.beginning(word.text, 31)).filter((entry) => entry.term !== word.text);
        longer.sort((a, b) => count(b) - count(a) || (a.term < b.term ? -1 : 1));
        longer.slice(0, COMPLETIONS).forEach((entry) => add(entry, LONGER));
      }
      if (found.size || word.whole) return found;
      const nearest = near(word.text, await this.words());
      for (const [at, right] of nearest.entries()) {
        (await this.lookUp(right)).forEach((entry) => add(entry, at ? FARTHER : CORRECTED));
      }
      if (nearest.length) corrected.push({ from: word.text, to: nearest[0] });
      const letters = [...word.text];
      for (let left = letters.length - 1; left >= Math.max(4, letters.length - 3) && !found.size; left--) {
        (await this.lookUp(letters.slice(0, left).join(""))).forEach((entry) => add(entry, SHORTER));
      }
      return found;
    }

    /** @param {Entry} entry */
    async postings(entry) {
      return entry.postings || (entry.postings = await this.get("p/" + entry.long, unpack));
    }

    /** Adds what an entry counts on each page. @param {Entry} entry @param {number} weight @param {Float32Array} scores */
    async score(entry, weight, scores) {
      const cursor = new Cursor(await this.postings(entry)), pages = this.root.pages, touched = [];
      for (let field = 0; field < KEY; field++) {
        const many = entry.counts[field];
        if (!many) continue;
        const found = new Uint32Array(many), often = new Uint32Array(many);
        for (let i = 0, page = 0; i < many; i++) {
          const step = cursor.number();
          found[i] = page += Math.floor(step / 2);
          often[i] = 1 + step % 2;
        }
        for (let i = 0; i < many; i++) if (often[i] > 1) often[i] = cursor.number() + 2;
        const norms = NORMED & 1 << field ? cursor.take(many) : null, table = this.norms[field];
        const idf = round(Math.log(round(1 + round(round(round(pages - many) + 0.5) / round(many + 0.5)))));
        const factor = round(round(idf * round(2.2)) * round(round(this.root.boosts[field]) * round(weight)));
        for (let i = 0; i < many; i++) {
          const page = found[i];
          if (scores[page] === 0) touched.push(page);
          scores[page] += round(factor * round(often[i] / round(often[i] + table[norms ? norms[i] : 1])));
        }
      }
      return touched;
    }

    /** Pages of a name with the rank of their kind. @param {Entry | undefined} entry */
    async called(entry) {
      if (!entry || !entry.counts[KEY]) return [];
      const bytes = await this.postings(entry), cursor = new Cursor(bytes), found = [];
      cursor.at = bytes.length;
      // The names are at the end: the fields before are gone through.
      const through = new Cursor(bytes);
      for (let field = 0; field < KEY; field++) {
        let many = entry.counts[field], often = 0;
        for (let i = 0; i < many; i++) often += through.number() % 2;
        for (; often; often--) through.number();
        if (NORMED & 1 << field) through.take(many);
      }
      for (let n = entry.counts[KEY]; n > 0; n--) found.push({ rank: through.number(), page: through.number() });
      return found;
    }

    /** Pages called what was asked for. @param {any} query @param {{from: string, to: string}[]} corrected */
    async named(query, corrected) {
      const mend = (word) => (corrected.find((c) => c.from === word) || { to: word }).to;
      const keys = query.names.map((name) => name.join(""));
      if (corrected.length) keys.push(...query.names.map((name) => name.map(mend).join("")));
      for (const key of keys) {
        const pages = await this.called(await this.entry(key));
        if (pages.length) return pages.length > NAMESAKES ? [] : pages;
      }
      const key = keys[query.names.length - 1];
      if (!query.words.some((word) => word.begins) || [...key].length < 3) return [];
      const entries = await this.beginning(key, 1 << KEY), pages = new Map();
      for (const entry of entries) {
        for (const called of await this.called(entry)) if (!(pages.get(called.page)?.rank <= called.rank)) pages.set(called.page, called);
      }
      const single = entries.length === 1 || pages.size === 1;
      return single && pages.size <= NAMESAKES ? [...pages.values()] : [];
    }

    /** The columns that filters need. */
    columns() {
      return this.get(this.root.facets, async (data) => {
        const cursor = new Cursor(await unpack(data.pages)), column = () => Array.from({ length: this.root.pages }, () => cursor.number());
        return { ...data, kind: column(), team: column(), state: column() };
      });
    }

    async facets() {
      const columns = await this.columns(), counts = columns.kinds.map(() => 0);
      columns.kind.forEach((kind) => counts[kind]++);
      return {
        kinds: columns.kinds.map((title, i) => ({ name: this.root.kinds[i], title, count: counts[i] })),
        teams: columns.teams.map((id, i) => ({ id, title: columns.titles[i] })),
        states: [{ name: "stale", title: "Review overdue" }, { name: "unowned", title: "Unowned" }],
      };
    }

    /** Which pages some filters let through, or what is wrong with the filters. @param {any} filters */
    async filter(filters) {
      if (!filters.kinds.length && !filters.team && !filters.state) return { fits: () => true, problem: null };
      const columns = await this.columns(), kinds = filters.kinds.map((kind) => this.root.kinds.indexOf(kind));
      const unknown = filters.kinds.find((_, i) => kinds[i] < 0);
      const wanted = filters.team && fold(filters.team);
      const team = 1 + columns.teams.findIndex((id, i) => wanted && [id, id.slice(id.lastIndexOf("/") + 1), columns.titles[i]].some((name) => fold(name) === wanted));
      const problem = unknown ? "there is nothing of the kind " + unknown : wanted && !team ? "there is no team " + filters.team : null;
      const within = (at) => {
        for (let steps = 0; at && steps < 100; steps++) { if (at === team) return true; at = columns.parents[at - 1]; }
        return false;
      };
      const fits = (page) => {
        const state = columns.state[page], due = Math.floor(state / 2);
        return (!kinds.length || kinds.includes(columns.kind[page])) && (!wanted || within(columns.team[page])) &&
          (!/stale|both/.test(filters.state) || (due > 0 && due < this.today)) && (!/unowned|both/.test(filters.state) || state % 2 === 1);
      };
      return { fits, problem };
    }

    /**
     * @param {string} text @param {{kinds?: string[], team?: string, state?: string, limit?: number}} [options]
     */
    async search(text, options) {
      options = options || {};
      const query = read(text, this.root), { filters } = query, limit = options.limit || 10;
      if (options.kinds) filters.kinds.push(...options.kinds);
      filters.team = options.team || filters.team;
      filters.state = options.state || filters.state;
      const { fits, problem } = await this.filter(filters);
      const answer = { text, hits: [], total: 0, card: false, corrected: [], filters, problem: query.problem || problem, marks: [] };
      let ranked = [], named = 0;
      if (!query.words.length) {
        if (filters.kinds.length || filters.team || filters.state) {
          for (let page = 0; page < this.root.pages; page++) if (fits(page)) ranked.push({ page, score: 0 });
        }
      } else [ranked, named] = await this.rank(query, fits, answer);
      if (query.phrases.length) {
        ranked = await this.holding(query.phrases, ranked, limit);
        named = ranked.filter((hit) => hit.named).length;
      }
      answer.total = ranked.length;
      answer.hits = await Promise.all(ranked.slice(0, limit).map((hit) => this.hit(hit)));
      answer.card = named > 0 && (query.asks || answer.hits[0].kind !== "page");
      return answer;
    }

    async rank(query, fits, answer) {
      const pages = this.root.pages, scores = new Float32Array(pages), matched = new Float64Array(pages);
      const best = new Float32Array(pages), form = new Float32Array(pages);
      let all = 0;
      const resolved = await Promise.all(query.words.map((word) => this.resolve(word, answer.corrected)));
      // Errors in the order of the words, whichever was loaded first.
      const place = (c) => query.words.findIndex((word) => word.text === c.from);
      answer.corrected.sort((a, b) => place(a) - place(b));
      await Promise.all(resolved.flatMap((found) => [...found.values()].map(({ entry }) => this.postings(entry))));
      for (const found of resolved) {
        if (!found.size) continue;
        const hit = new Set();
        let most = 0;
        for (const { entry, weight } of found.values()) {
          most = Math.max(most, count(entry));
          for (const page of await this.score(entry, weight, form)) {
            if (form[page] > best[page]) best[page] = form[page];
            form[page] = 0;
            hit.add(page);
          }
        }
        const rarity = Math.log(1 + (pages - most + 0.5) / (most + 0.5));
        answer.marks.push({ rarity, forms: new Set([...found.values()].flatMap(({ entry }) => [entry.term, ...entry.forms])) });
        all += rarity;
        for (const page of hit) {
          scores[page] += best[page];
          best[page] = 0;
          matched[page] += rarity;
        }
      }
      const share = (page) => round(matched[page] / all);
      const score = (page) => (all > 0 ? scores[page] * share(page) * share(page) : 0);
      const first = (await this.named(query, answer.corrected)).filter(({ page }) => fits(page))
        .map(({ rank, page }) => ({ page, rank, score: score(page), named: true }));
      first.sort((a, b) => a.rank - b.rank || b.score - a.score || a.page - b.page);
      const names = new Set(first.map(({ page }) => page)), rest = [];
      for (let page = 0; page < pages; page++) {
        if (scores[page] > 0 && share(page) >= SHARE && !names.has(page) && fits(page)) rest.push({ page, score: score(page) });
      }
      rest.sort((a, b) => b.score - a.score || a.page - b.page);
      return [[...first, ...rest], first.length];
    }

    /** The first pages that hold every phrase; those after the sixtieth are not read. */
    async holding(phrases, ranked, limit) {
      const held = [];
      for (let at = 0; at < Math.min(ranked.length, PHRASE_PAGES) && held.length < limit; at += 10) {
        const some = ranked.slice(at, Math.min(at + 10, PHRASE_PAGES));
        const fit = await Promise.all(some.map(async (hit) => {
          const { title } = await this.hit(hit), { sections } = await this.page(hit.page);
          const words = parts([title, ...sections.flatMap((s) => [s[1], s[2]])].join(" \n")).join(" ");
          return phrases.every((phrase) => (" " + words + " ").includes(" " + phrase.join(" ") + " "));
        }));
        held.push(...some.filter((_, i) => fit[i]));
      }
      return held;
    }

    /** The titles of some pages. @param {number} at */
    titles(at) { return this.get("m/" + at + "-" + this.root.titles.slice(at * 6, at * 6 + 6)); }

    async hit({ page }) {
      const titles = await this.titles(Math.floor(page / this.root.size)), at = page % this.root.size, kind = titles.k[at];
      return {
        doc: page, title: titles.t[at], route: titles.r[at] + ".html", kind, kindTitle: kind[0].toUpperCase() + kind.slice(1),
        owner: titles.o[at] || null, stale: titles.d[at] > 0 && titles.d[at] < this.today, unowned: titles.u[at] === 1,
      };
    }

    /** A page's card and text. @param {number} page */
    async page(page) {
      const titles = await this.titles(Math.floor(page / this.root.size)), at = (page % this.root.size) * 12;
      return this.get("d/" + titles.f.slice(at, at + 12));
    }

    /** What is shown of a result once its title is there: the card, and the section that fits best with an excerpt of it. */
    async detail(hit, answer) {
      const { card, sections } = await this.page(hit.doc);
      const marksOf = (word) => answer.marks.findIndex((mark) => mark.forms.has(word));
      let chosen = { score: -1, at: 0, from: 0, found: [] };
      sections.forEach(([, heading, text], at) => {
        const found = [], seen = new Set();
        split(text, (word, whole, from, to) => {
          const mark = whole ? -1 : marksOf(word);
          if (mark >= 0) found.push({ mark, from, to });
        });
        let score = 0;
        const count = (mark, weight) => { if (!seen.has(mark)) { seen.add(mark); score += weight * answer.marks[mark].rarity; } };
        split(heading, (word, whole) => { const mark = whole ? -1 : marksOf(word); if (mark >= 0) count(mark, 1.5); });
        // The stretch of a line or two with the rarest words.
        let best = { value: 0, from: 0 };
        found.forEach((start, i) => {
          const within = new Set();
          for (let j = i; j < found.length && found[j].to < start.from + 160; j++) within.add(found[j].mark);
          const value = [...within].reduce((sum, mark) => sum + answer.marks[mark].rarity, 0);
          if (value > best.value) best = { value, from: start.from };
        });
        found.forEach(({ mark }) => count(mark, 1));
        score += best.value / 2;
        if (score > chosen.score) chosen = { score, at, from: best.from, found };
      });
      const [anchor, heading, text] = sections[chosen.at] || ["", "", ""];
      let from = Math.max(0, chosen.from - 40);
      if (from > 0) from = text.indexOf(" ", from) + 1 || from;
      let to = Math.min(text.length, from + 200);
      if (to < text.length) to = Math.max(text.lastIndexOf(" ", to), from + 100);
      const excerpt = [];
      let at = from;
      const put = (end, mark) => { if (end > at) excerpt.push({ text: text.slice(at, end), mark }); at = Math.max(at, end); };
      for (const mark of chosen.found) {
        if (mark.from < from || mark.to > to) continue;
        put(mark.from, false);
        put(mark.to, true);
      }
      put(to, false);
      if (from > 0) excerpt.unshift({ text: "… ", mark: false });
      if (to < text.length) excerpt.push({ text: " …", mark: false });
      const empty = { tier: null, owner: null, via: null, problem: null, holders: [], contacts: [], step: null, policy: null, runbooks: [], incident: null, arbiter: null };
      return { card: card ? { ...empty, ...card } : null, anchor: anchor || null, section: heading || null, excerpt };
    }
  }

  /** On how many pages an entry is, in the field where it is on most. @param {Entry} entry */
  function count(entry) { return Math.max(...entry.counts.slice(0, KEY)); }

  /** The length that an id of tantivy's field norms stands for. @param {number} id */
  function lengthOf(id) {
    if (id < 40) return id;
    const bits = (id - 24) % 8, shift = Math.floor((id - 24) / 8);
    return 24 + ((8 + bits) << (shift - 1));
  }

  const made = { open, fold, split, parts, read, near, distance, readShard, unpack, lengthOf };
  if (typeof module !== "undefined") module.exports = made;
  else /** @type {any} */ (window).onusSearch = made;
})();
