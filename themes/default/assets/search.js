/*
 * Reads the index of docs/search-format.md, and ranks as src/search/rank.rs does, to the last bit. Files come by script
 * elements, which work from a disk and under a strict policy.
 */
(function () {
  "use strict";

  // Fields: title, names, headings, text, tags, and whole names. Titles and texts have lengths.
  const KEY = 5, TEXT = 3, COMMON = 2;
  const ENOUGH = 10, LOOKED_AT = 64, COMPLETIONS = 8, NAMESAKES = 8, SHARE = 0.3, PHRASE_PAGES = 60, WORDS = 24, LONGEST = 64;
  const SYNONYM = 0.7, LONGER = 0.5, CORRECTED = 0.8, FARTHER = 0.5, SHORTER = 0.6;
  const round = Math.fround, length = (word) => [...word].length;

  const WORD = /[\p{Alphabetic}\p{N}\p{M}]+/gu;
  const SEAM = /(?<=\p{Lowercase})(?=\p{Uppercase})|(?<=\p{Uppercase})(?=\p{Uppercase}\p{Lowercase}{2})|(?<=\p{Alphabetic}{3})(?=[0-9])|(?<=[0-9])(?=\p{Alphabetic}{3})/u;
  const FOLDED = new Map("ßss æae œoe øo đd ðd łl ıi þth ςσ".split(" ").map(([letter, ...plain]) => [letter, plain.join("")]));

  const fold = (word) => word.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]/gu, (c) =>
    FOLDED.get(c) || (/[\p{Alphabetic}\p{N}]/u.test(c) ? c.toLowerCase() : ""));

  /** Visits words, parts of identifiers, and after those the whole. */
  function split(text, visit) {
    let compound = "", members = 0, end = 0;
    const give = (word, whole, from, to) => { if (word && length(word) <= LONGEST) visit(word, whole, from, to); };
    const close = () => { if (members > 1) give(compound, true); compound = ""; members = 0; };
    for (const { 0: word, index } of text.matchAll(WORD)) {
      const between = text.slice(end, index), before = compound.length;
      if (members && !/^[-_.]$/.test(between)) close();
      end = index + word.length;
      if (/^s$/i.test(word) && /^['’]$/.test(between)) continue;
      let at = index, parts = 0;
      const from = members ? before : 0;
      for (const part of word.split(SEAM)) {
        const folded = fold(part);
        if (folded) { parts++; compound += folded; give(folded, false, at, at + part.length); }
        at += part.length;
      }
      if (parts) members++;
      if (parts > 1) give(compound.slice(from), true);
    }
    close();
  }

  function parts(text) {
    const found = [];
    split(text, (word, whole) => { if (!whole) found.push(word); });
    return found;
  }

  const UTF8 = new TextDecoder();

  async function unpack(text) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Cursor(new Uint8Array(await new Response(stream).arrayBuffer()));
  }

  class Cursor {
    constructor(bytes) { this.bytes = bytes; this.at = 0; }
    byte() { return this.bytes[this.at++]; }
    number() {
      let value = 0, scale = 1, byte;
      do { byte = this.byte(); value += (byte & 127) * scale; scale *= 128; } while (byte & 128);
      return value;
    }
    numbers(many) { return Array.from({ length: many }, () => this.number()); }
    take(many) { return this.bytes.subarray(this.at, this.at += many); }
    word(other) { return Uint8Array.from([...other.subarray(0, this.number()), ...this.take(this.number())]); }
    get ended() { return this.at >= this.bytes.length; }
  }

  function readShard(cursor) {
    const entries = [], byTerm = new Map(), stems = new Map();
    const stem = (form, of) => stems.set(form, [...(stems.get(form) || []), of]);
    let last = new Uint8Array(0);
    while ((last = cursor.word(last)).length) {
      const head = cursor.byte(), term = UTF8.decode(last);
      const forms = Array.from({ length: head & 64 ? cursor.number() : 0 }, () => UTF8.decode(cursor.word(last)));
      forms.forEach((form) => stem(form, term));
      const counts = Array.from({ length: 6 }, (_, field) => (head & 1 << field ? cursor.number() : 0));
      const entry = { term, forms, counts, pages: Math.max(...counts.slice(0, KEY)) };
      if (head & 128) entry.long = UTF8.decode(cursor.take(12));
      else entry.postings = cursor.take(cursor.number());
      entries.push(entry);
      byTerm.set(term, entry);
    }
    while (!cursor.ended) {
      const form = cursor.word(last);
      stem(UTF8.decode(form), UTF8.decode(cursor.word(form)));
    }
    return { entries, byTerm, stems };
  }

  /** What an id of tantivy's field norms stands for. */
  const lengthOf = (id) => (id < 32 ? id : 24 + ((8 + (id & 7)) << ((id - 24 >> 3) - 1)));

  /** Two letters swapped are one edit. */
  function distance(a, b, limit) {
    let before = [], above = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2] + 1 : Infinity;
        row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1), swapped);
      }
      if (Math.min(...row) > limit) return Infinity;
      before = above;
      above = row;
    }
    return above[b.length];
  }

  const mask = (word) => [...word].reduce((bits, c) => bits | 1 << (c.charCodeAt(0) & 31), 0);

  function near(word, words) {
    const own = mask(word), limit = length(word) < 4 ? 0 : length(word) < 8 ? 1 : 2, found = [];
    for (const known of limit ? words : []) {
      let bits = known.mask ^ own, other = 0;
      for (; bits; bits &= bits - 1) other++;
      if (other > 2 * limit || Math.abs(known.word.length - word.length) > limit) continue;
      const errors = distance([...word], [...known.word], limit);
      if (errors <= limit) found.push({ ...known, errors, first: known.word[0] === word[0] ? 0 : 1 });
    }
    found.sort((a, b) => a.errors - b.errors || a.first - b.first || b.pages - a.pages || (a.word < b.word ? -1 : 1));
    return found.filter((f) => f.errors === found[0].errors).slice(0, 3).map((f) => f.word);
  }

  const folded = (text) => [...text.matchAll(/\S+/g)].map((found) => ({ at: found.index, text: fold(found[0]) }));

  const bare = (text) => text.trim().replace(/(?<!\?)\?+$/, "").trimEnd();

  function subjectOf(question, root) {
    const words = folded(question), fits = (phrase) => phrase.every((word, i) => word === words[i]?.text);
    let asked = root.questions.map((phrase) => phrase.split(" ")).find((phrase) => phrase.length < words.length && fits(phrase))?.length;
    if (asked && words[asked + 1] && root.articles.includes(words[asked].text)) asked++;
    return asked ? question.slice(words[asked].at) : question;
  }

  function read(text, root, synonyms = new Map()) {
    const filters = { kinds: [], team: null, states: [], phrases: [] }, plain = [], phrases = [];
    let problem = null, open = !/[\s"?]$/.test(text);
    for (const { 0: token, 1: quoted, 2: closed, index } of text.matchAll(/"([^"]*)("?)|[^\s"]+/g)) {
      const [, name, value] = /^(kind|team|is):(.+)$/.exec(token) || [];
      if (name === "kind") filters.kinds.push(...value.toLowerCase().match(/[^,]+/g) || []);
      else if (name === "team") filters.team = value;
      else if (/^(stale|unowned)$/.test(value)) filters.states.push(value);
      else if (name) problem = token + " is no filter";
      else plain.push(quoted === undefined ? token : quoted);
      if (name && index + token.length === text.length) open = false;
      if (closed && parts(quoted).length) { phrases.push(parts(quoted)); filters.phrases.push(quoted); }
    }
    const whole = bare(plain.join(" ")), subject = subjectOf(whole, root), names = [parts(whole), parts(subject)], last = folded(subject);
    for (const ending of root.endings) {
      const at = last.length - ending.split(" ").length;
      if (at > 0 && last.slice(at).map((word) => word.text).join(" ") === ending) names.push(parts(subject.slice(0, last[at].at)));
    }
    let words = [];
    split(subject, (text, whole) => { words.push({ text, whole, begins: false }); });
    words = words.slice(0, WORDS);
    for (let i = words.length - 1; open && i >= 0; i = words[i].whole ? i - 1 : -1) words[i].begins = length(words[i].text) >= 3;
    // Two words may be one, and more a synonym.
    const single = words.filter((word) => !word.whole).map((word) => word.text), distinct = new Map();
    for (let many = 2; many <= single.length; many++) {
      for (let i = 0; i + many <= single.length; i++) {
        const text = single.slice(i, i + many).join("");
        if (many < 3 || synonyms.has(text)) words.push({ text, whole: true, begins: false });
      }
    }
    for (const word of words) {
      const known = distinct.get(word.text);
      if (known) known.begins ||= word.begins; else distinct.set(word.text, word);
    }
    return {
      words: [...distinct.values()], phrases, filters, problem, asks: subject.length < whole.length,
      names: names.filter((name, i) => name.length && name.join() !== names[i - 1]?.join()),
    };
  }

  const waiting = new Map();
  let opened = 0;
  function byScript(base) {
    window.onus = (name, data) => waiting.get(name)?.(data);
    return (name) => new Promise((resolve, reject) => {
      const script = document.createElement("script");
      waiting.set(name, resolve);
      script.onload = script.onerror = () => { script.remove(); reject(new Error("cannot load " + script.src)); };
      // An index that is opened again may have been replaced.
      script.src = base + name + (name === "index" && opened++ ? ".js?" + Date.now() : ".js");
      document.head.append(script);
    });
  }

  class Reader {
    constructor(root, load, today) {
      Object.assign(this, { root, load, today, memory: new Map(), firsts: root.firsts.split(" "), synonyms: new Map() });
      // By field and length.
      this.lengths = root.tokens.map((tokens) => Float32Array.from({ length: 256 }, (_, id) =>
        round(1.2) * round(round(0.25) + round(round(round(0.75) * lengthOf(id)) / round(round(tokens) / root.pages)))));
      for (const set of root.synonyms.map((set) => set.map((words) => words.replaceAll(" ", "")))) {
        for (const word of set) this.synonyms.set(word, [...(this.synonyms.get(word) || []), ...set.filter((other) => other && other !== word)]);
      }
    }

    get(name, read = (data) => data) {
      if (!this.memory.has(name)) {
        const made = this.load(name).then(read);
        made.catch(() => this.memory.delete(name));
        this.memory.set(name, made);
      }
      return this.memory.get(name);
    }

    numbered(folder, at, prints, read) { return this.get(folder + "/" + at + "-" + prints.slice((at >> 3) * 6, (at >> 3) * 6 + 6), read); }

    shard(at) { return this.numbered("t", at, this.root.shards, async (data) => readShard(await unpack(data))); }

    shardOf(word) { return Math.max(0, this.firsts.findLastIndex((first) => first <= word)); }

    async entry(term) { return (await this.shard(this.shardOf(term))).byTerm.get(term); }

    /** Of a word and its stems. */
    async lookUp(word) {
      const { stems } = await this.shard(this.shardOf(word));
      const entries = [word, ...(stems.get(word) || []).sort()].map((term) => this.entry(term));
      return (await Promise.all(entries)).filter((entry) => entry?.pages);
    }

    async beginning(letters, fits) {
      const found = [];
      for (let at = this.shardOf(letters); at < this.firsts.length; at++) {
        if (this.firsts[at] > letters && !this.firsts[at].startsWith(letters)) break;
        for (const entry of (await this.shard(at)).entries) {
          if (entry.term < letters || !fits(entry)) continue;
          if (!entry.term.startsWith(letters) || found.length === LOOKED_AT) return found;
          found.push(entry);
        }
      }
      return found;
    }

    warm() { return this.words().catch(() => {}); }

    words() {
      return this.get(this.root.spelling, async (data) => {
        const cursor = await unpack(data), words = [];
        for (let last = new Uint8Array(0); !cursor.ended;) {
          const word = UTF8.decode(last = cursor.word(last));
          words.push({ word, pages: cursor.byte(), mask: mask(word) });
        }
        return words;
      });
    }

    /** Entries that stand for a word, with their weights. */
    async resolve(word, corrected) {
      const found = new Map();
      const add = (weight) => (entry) => { if (!found.has(entry)) found.set(entry, weight); };
      const own = await this.lookUp(word.text);
      own.forEach(add(1));
      for (const synonym of this.synonyms.get(word.text) || []) (await this.lookUp(synonym)).forEach(add(SYNONYM));
      if (word.begins && own.every((entry) => entry.pages < ENOUGH)) {
        const longer = await this.beginning(word.text, (entry) => entry.pages);
        longer.sort((a, b) => b.pages - a.pages || (a.term < b.term ? -1 : 1));
        longer.filter((entry) => entry.term !== word.text).slice(0, COMPLETIONS).forEach(add(LONGER));
      }
      if (found.size || word.whole) return found;
      const nearest = near(word.text, await this.words()), letters = [...word.text];
      for (const [at, right] of nearest.entries()) (await this.lookUp(right)).forEach(add(at ? FARTHER : CORRECTED));
      if (nearest.length) corrected.push({ from: word.text, to: nearest[0] });
      for (let left = letters.length - 1; left >= Math.max(4, letters.length - 3) && !found.size; left--) {
        (await this.lookUp(letters.slice(0, left).join(""))).forEach(add(SHORTER));
      }
      return found;
    }

    async postings(entry) {
      return new Cursor(entry.postings ||= (await this.get("p/" + entry.long, unpack)).bytes);
    }

    /** Adds to scores, and tells the pages. */
    async score(entry, weight, scores) {
      const cursor = await this.postings(entry), { pages, boosts, norms } = this.root, touched = [];
      cursor.numbers(2 * entry.counts[KEY]);
      for (let field = 0; field < KEY; field++) {
        const many = entry.counts[field], steps = cursor.numbers(many);
        const often = steps.map((step) => (step & 1 ? cursor.number() + 2 : 1));
        const common = field === TEXT && many * COMMON > pages, table = this.lengths[field];
        const lengths = field % 3 ? null : common ? (await this.get(norms, unpack)).bytes : cursor.take(many);
        const idf = round(Math.log(round(1 + round(round(round(pages - many) + 0.5) / round(many + 0.5)))));
        const factor = round(round(idf * round(2.2)) * round(round(boosts[field]) * round(weight)));
        for (let i = 0, page = 0; i < many; i++) {
          page += steps[i] >>> 1;
          if (!scores[page]) touched.push(page);
          scores[page] += round(factor * round(often[i] / round(often[i] + table[lengths ? lengths[common ? page : i] : 1])));
        }
      }
      return touched;
    }

    async called(entry) {
      if (!entry?.counts[KEY]) return [];
      const cursor = await this.postings(entry);
      return Array.from({ length: entry.counts[KEY] }, () => ({ rank: cursor.number(), page: cursor.number() }));
    }

    /** Pages called so: in whole, mended, or as the only ones whose names begin so. */
    async named(query, corrected) {
      const mend = (word) => (corrected.find((c) => c.from === word) || { to: word }).to;
      const keys = query.names.map((name) => name.join("")), mended = query.names.map((name) => name.map(mend).join(""));
      for (const key of [...keys, ...(corrected.length ? mended : [])]) {
        const pages = await this.called(await this.entry(key));
        if (pages.length) return pages.length > NAMESAKES ? [] : pages;
      }
      const key = keys.at(-1), pages = new Map();
      if (!query.words.some((word) => word.begins) || length(key) < 3) return [];
      const entries = await this.beginning(key, (entry) => entry.counts[KEY]);
      for (const called of (await Promise.all(entries.map((entry) => this.called(entry)))).flat()) {
        if (!(pages.get(called.page)?.rank <= called.rank)) pages.set(called.page, called);
      }
      return (entries.length === 1 || pages.size === 1) && pages.size <= NAMESAKES ? [...pages.values()] : [];
    }

    facets() { return this.get(this.root.facets); }

    late(due) { return due > 0 && due < this.today; }

    async filter({ kinds, team, states }, answer) {
      if (!kinds.length && !team && !states.length) return () => true;
      const cursor = await this.get(this.root.columns, unpack), { teams } = await this.facets(), wanted = fold(team || "");
      cursor.at = 0;
      const [kindOf, teamOf, stateOf] = [1, 2, 3].map(() => cursor.numbers(this.root.pages));
      const asked = 1 + teams.findIndex(({ id, title }) => [id, id.split("/").at(-1), title].some((name) => fold(name) === wanted));
      const numbers = kinds.map((kind) => this.root.kinds.indexOf(kind));
      if (numbers.includes(-1)) answer.problem = "There is no kind " + kinds[numbers.indexOf(-1)];
      if (team && !asked) answer.problem = "There is no team " + team;
      const within = (at) => {
        while (at && at !== asked) at = teams[at - 1].above;
        return at > 0;
      };
      return (page) => (!kinds.length || numbers.includes(kindOf[page])) && (!team || within(teamOf[page])) &&
        states.every((state) => (state === "stale" ? this.late(stateOf[page] >>> 1) : stateOf[page] & 1));
    }

    async search(text, options = {}) {
      const query = read(text, this.root, this.synonyms), { filters } = query, limit = options.limit || 10;
      filters.kinds.push(...(options.kinds || []));
      filters.states.push(...(options.state ? [options.state] : []));
      filters.team = options.team || filters.team;
      const answer = { text, hits: [], corrected: [], filters, problem: query.problem, marks: [] }, fits = await this.filter(filters, answer);
      let ranked = [];
      if (query.words.length) ranked = await this.rank(query, fits, answer);
      else if (filters.kinds.length || filters.team || filters.states.length) {
        ranked = Array.from({ length: this.root.pages }, (_, page) => ({ page })).filter(({ page }) => fits(page));
      }
      if (query.phrases.length) ranked = await this.holding(query.phrases, ranked, limit);
      answer.total = ranked.length;
      answer.hits = await Promise.all(ranked.slice(0, limit).map(({ page }) => this.hit(page)));
      answer.card = ranked.length > 0 && !!ranked[0].named && (query.asks || answer.hits[0].kind !== "page");
      return answer;
    }

    async rank(query, fits, answer) {
      const { pages } = this.root, [scores, best, form] = [1, 2, 3].map(() => new Float32Array(pages)), matched = new Float64Array(pages);
      const resolved = await Promise.all(query.words.map((word) => this.resolve(word, answer.corrected)));
      // In the order of the words, whichever was loaded first.
      const place = ({ from }) => query.words.findIndex((word) => word.text === from);
      answer.corrected.sort((a, b) => place(a) - place(b));
      await Promise.all(resolved.flatMap((found) => [...found.keys()]).map((entry) => this.postings(entry)));
      let all = 0;
      for (const found of resolved.filter((found) => found.size)) {
        const hit = new Set(), entries = [...found.keys()];
        for (const [entry, weight] of found) {
          for (const page of await this.score(entry, weight, form)) {
            best[page] = Math.max(best[page], form[page]);
            form[page] = 0;
            hit.add(page);
          }
        }
        const most = Math.max(...entries.map((entry) => entry.pages)), rarity = Math.log(1 + (pages - most + 0.5) / (most + 0.5));
        answer.marks.push({ rarity, forms: new Set(entries.flatMap((entry) => [entry.term, ...entry.forms])) });
        all += rarity;
        for (const page of hit) {
          scores[page] += best[page];
          best[page] = 0;
          matched[page] += rarity;
        }
      }
      const share = (page) => round(matched[page] / all), score = (page) => (all ? scores[page] * share(page) : 0);
      const named = (await this.named(query, answer.corrected)).filter(({ page }) => fits(page));
      const first = named.map((name) => ({ ...name, score: score(name.page), named: true }));
      first.sort((a, b) => a.rank - b.rank || b.score - a.score || a.page - b.page);
      const names = new Set(first.map(({ page }) => page)), rest = [];
      for (let page = 0; page < pages; page++) {
        if (scores[page] && share(page) >= SHARE && !names.has(page) && fits(page)) rest.push({ page, score: score(page) });
      }
      return [...first, ...rest.sort((a, b) => b.score - a.score || a.page - b.page)];
    }

    async holding(phrases, ranked, limit) {
      const held = [];
      for (let at = 0; at < Math.min(ranked.length, PHRASE_PAGES) && held.length < limit; at += 10) {
        const some = ranked.slice(at, at + 10);
        const fit = await Promise.all(some.map(async ({ page }) => {
          const texts = [(await this.hit(page)).title, ...(await this.page(page)).sections.flatMap(([, ...texts]) => texts)];
          const words = " " + texts.flatMap(parts).join(" ") + " ";
          return phrases.every((phrase) => words.includes(" " + phrase.join(" ") + " "));
        }));
        held.push(...some.filter((_, i) => fit[i]));
      }
      return held;
    }

    titles(page) { return this.numbered("m", Math.floor(page / this.root.size), this.root.titles); }

    async hit(page) {
      const titles = await this.titles(page), at = page % this.root.size, kind = titles.k[at];
      return {
        doc: page, title: titles.t[at], route: titles.r[at] + ".html", kind, kindTitle: kind[0].toUpperCase() + kind.slice(1),
        owner: titles.o[at] || null, stale: this.late(titles.d[at]), unowned: titles.u[at] === 1,
      };
    }

    async page(page) {
      const at = (page % this.root.size) * 12;
      return this.get("d/" + (await this.titles(page)).f.slice(at, at + 12));
    }

    /** Card, best section, and an excerpt of it. */
    async detail(hit, answer) {
      const { card, sections } = await this.page(hit.doc);
      const marksIn = (text) => {
        const found = [];
        split(text, (word, whole, from, to) => {
          const mark = whole ? -1 : answer.marks.findIndex(({ forms }) => forms.has(word));
          if (mark >= 0) found.push({ mark, from, to });
        });
        return found;
      };
      const rarity = (found) => [...new Set(found.map(({ mark }) => mark))].reduce((sum, mark) => sum + answer.marks[mark].rarity, 0);
      let best = { score: -1 };
      for (const section of sections) {
        const found = marksIn(section[2]);
        let dense = 0, from = 0;
        found.forEach((start, i) => {
          const value = rarity(found.slice(i, i + 20).filter((mark) => mark.to < start.from + 160));
          if (value > dense) [dense, from] = [value, start.from];
        });
        const score = rarity(found) + 1.5 * rarity(marksIn(section[1])) + dense / 2;
        if (score > best.score) best = { score, section, found, from };
      }
      const [anchor, section, text] = best.section, excerpt = [];
      const from = best.from > 40 ? Math.min(text.indexOf(" ", best.from - 40) + 1 || best.from, best.from) : 0;
      const to = text.length > from + 200 ? Math.max(text.lastIndexOf(" ", from + 200), from + 100) : text.length;
      let at = from;
      const put = (text, mark = false) => excerpt.push({ text, mark });
      if (from) put("… ");
      for (const mark of best.found.filter((mark) => mark.from >= from && mark.to <= to)) {
        put(text.slice(at, mark.from));
        put(text.slice(mark.from, at = mark.to), true);
      }
      put(text.slice(at, to) + (to < text.length ? " …" : ""));
      return { card, anchor, section, excerpt };
    }
  }

  /** `base` ends with `/`; `today` is in days since 1970. */
  async function open(base, load = byScript(base), today = Math.floor(Date.now() / 864e5)) {
    const root = await load("index");
    if (root.format !== 1) throw new Error("format 1 is read, not " + root.format);
    return new Reader(root, load, Math.max(today, root.today));
  }

  const made = { open, fold, split, parts, read, near, distance, lengthOf, Cursor, readShard, unpack };
  if (typeof module !== "undefined") module.exports = made;
  else window.onusSearch = made;
})();
