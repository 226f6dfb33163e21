/*
 * What people see of search: the palette, the front page's field and the page of all results are one component, mounted
 * in every [data-search-box]. What is found comes from search.js; nothing of it is read as HTML. onus.js loads both.
 */
(function () {
  "use strict";

  const slot = document.querySelector("[data-search]");
  if (!slot || !window.onusSearch) return;
  const site = slot.dataset;
  const root = site.root || "./";
  const old = typeof DecompressionStream === "undefined";
  let opened = null;

  /** Opened when first needed, and again after a failure. */
  function reader() {
    if (!opened) {
      opened = old ? Promise.reject() : onusSearch.open(site.index);
      opened.catch(() => { opened = null; });
    }
    return opened;
  }

  /** @param {string} tag @param {object} attributes null ones are left out @param {...any} children false ones are left out */
  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const name in attributes) if (attributes[name] != null) made.setAttribute(name, attributes[name]);
    made.append(...children.filter(Boolean));
    return made;
  }

  const maker = (tag) => (name, ...children) => element(tag, { class: name }, ...children);
  const span = maker("span");
  const para = maker("p");

  const state = (is, words) => element("span", { class: "state", "data-state": is }, words);

  const link = (to) => (to.route ? element("a", { href: root + to.route }, to.title) : to.title);

  const links = (list) => list.flatMap((to, i) => [i && ", ", link(to)]);

  /** A question to people. */
  const ask = (thing) => site.ask &&
    element("a", { href: site.ask.split("%E2%80%A6").join(encodeURIComponent(thing)) }, "Ask who owns this");

  /** The words asked for. */
  function wanted(answer) {
    const text = answer.text.replace(/\b(kind|team|is):\S+/gi, "");
    return [text, ...answer.corrected.map((c) => c.to)].join(" ").toLowerCase().match(/[\p{L}\p{N}]+/gu) || [];
  }

  /** Marks what a title has of the words or their stems. */
  function marked(title, words) {
    const parts = title.match(/\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+|\p{Lu}+(?!\p{Ll})|\p{N}+|./gsu) || [];
    return parts.flatMap((part) => {
      const plain = part.toLowerCase();
      const long = Math.max(0, ...words.map((word) => {
        let n = 0;
        while (n < word.length && word[n] === plain[n]) n++;
        if (n === word.length || n > 2 && n > word.length - 4) return n;
        return plain.length > 2 && word.includes(plain) ? plain.length : 0;
      }));
      return [long && element("mark", {}, part.slice(0, long)), part.slice(long)];
    });
  }

  const reach = (contacts, label) => contacts.length && element("ul", { class: "reach", "aria-label": label },
    ...contacts.map(({ kind, name, label, href }) => element("li", { "data-contact": kind },
      element(href ? "a" : "span", { class: href ? null : "reach-text", href },
        span("reach-kind", name), " ", span("reach-value", label)))));

  /** Who answers for a thing, and how to reach them. */
  function answerCard(hit, card) {
    const { owner, step, holders = [], contacts = [], runbooks = [] } = card;
    const told = contacts.map((c) => c.label);
    const way = (to, what) => to && element("li", {}, what && span("label", what, " "), link(to));
    return [
      para("label", owner && owner.route === hit.route ? hit.kindTitle : (owner ? "Owner of " : "No owner: ") + hit.title,
        card.tier != null && span("chip", "tier " + card.tier)),
      para("plate-name", owner ? link(owner) : "Nobody owns this", card.via && span("via", " " + card.via)),
      card.problem && para("plate-note", state("broken", card.problem)),
      holders.length && para("plate-note", "Held by ", ...links(holders)),
      card.arbiter && para("plate-note", link(card.arbiter), " decides who owns what nobody owns."),
      reach(contacts, "How to reach them"),
      step && para("plate-note", span("label", "First to call, " + step.at), " ", ...links(step.who)),
      step && reach(step.contacts.filter((c) => !told.includes(c.label)), "How to reach the first to call"),
      step && step.may && para("plate-note", span("label", "May"), " ", step.may),
      element("ul", { class: "links" }, way(card.incident && { title: "Incident card", route: card.incident }),
        ...runbooks.map((book) => way(book, "Runbook")), way(card.policy, "Escalation"),
        !owner && element("li", {}, ask(hit.title))),
    ].filter(Boolean);
  }

  /** @param {HTMLElement} box its `data-search-box` is `dialog`, `hero`, or `page` for all results with filters */
  function mount(box) {
    const is = box.dataset.searchBox;
    const page = is === "page";
    const input = box.querySelector("input");
    const said = box.querySelector(".search-said");
    const found = box.querySelector(".search-found");
    const tools = box.querySelector("[data-search-filters]");
    const lists = page && document.querySelector("[data-search-rest]");
    /** Results are options to choose from, on the page plain links. */
    const list = element(page ? "ol" : "div",
      { class: "hits", id: "_hits-" + is, role: page ? null : "listbox", "aria-label": "Results" });
    const option = page ? {} : { role: "option", tabindex: -1 };
    const card = element("section", { class: "plate" });
    const live = element("p", { class: "unseen", role: "status" });
    const narrow = { kind: "", team: "", state: "" };
    /** On show, by document: a row that stays keeps its excerpt. */
    let rows = new Map();
    /** Questions are counted; one of them is answered on show, for one Enter waits. */
    let turn = 0, answered = 0, going = null;
    /** The reader, and its answer on show. */
    let index, answer;
    /** What was chosen by hand is not lost to a later answer. */
    let picked = "";
    let at = 0, limit = 10, grown = 0, begun = false;
    let slow, quiet, noted;

    /** Fetches excerpts as rows come into view. */
    const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
      if (!entry.isIntersecting) return;
      seen.unobserve(entry.target);
      rows.get(Number(entry.target.dataset.doc))?.load();
    }), { root: is === "dialog" ? found : null, rootMargin: "400px" });

    /** Told to those who listen, once they pause. */
    function tell(text) {
      clearTimeout(quiet);
      quiet = setTimeout(() => { live.textContent = text; }, 800);
    }

    /** @param {any[]} line above the results @param {any[]} parts the results */
    function put(line, parts) {
      clearTimeout(slow);
      found.setAttribute("aria-busy", "false");
      said.replaceChildren(...line.filter(Boolean));
      found.replaceChildren(...parts.filter(Boolean));
      found.scrollTop = 0;
      if (lists) {
        lists.hidden = list.isConnected;
        if (!list.isConnected) delete document.documentElement.dataset.asked;
      }
      if (page) return;
      input.setAttribute("aria-expanded", list.isConnected);
      const kept = options().findIndex((one) => one.id === picked);
      choose(Math.max(kept, 0), kept >= 0);
    }

    const options = () => Array.from(list.isConnected ? list.children : []);

    /** The first is chosen unasked, and read out only by `live`. @param {number} to @param {boolean} [asked] */
    function choose(to, asked) {
      const all = options();
      at = (to + all.length) % all.length || 0;
      all.forEach((one, i) => one.setAttribute("aria-selected", i === at));
      input.setAttribute("aria-activedescendant", asked ? all[at].id : "");
      if (!asked) return;
      picked = all[at].id;
      all[at].scrollIntoView({ block: "nearest" });
    }

    function go(apart) {
      const to = options()[at];
      if (answered !== turn) going = { turn, apart };
      else if (to && apart) window.open(to.href, "_blank", "noopener");
      else if (to) to.click();
    }

    /** The address of the page with what is asked. */
    function address() {
      const asked = new URLSearchParams();
      const all = { q: input.value.trim(), ...narrow };
      for (const name in all) if (all[name]) asked.set(name, all[name]);
      return site.page + (String(asked) && "?" + asked);
    }

    /** Keeps the address in step; browsers limit how often. */
    function note(wait) {
      clearTimeout(noted);
      noted = setTimeout(() => { try { history.replaceState(null, "", address()); } catch (e) { /* from a disk */ } }, wait);
    }

    /** At every keystroke; an answer that another question has overtaken is dropped. */
    function find() {
      const mine = ++turn;
      const text = input.value.trim();
      clearTimeout(slow);
      if (!text && !narrow.kind && !narrow.team && !narrow.state) {
        tell("");
        return put([], [is !== "hero" && hints]);
      }
      found.setAttribute("aria-busy", "true");
      slow = setTimeout(() => said.replaceChildren("Searching…"), 150);
      reader().then(async (it) => {
        index = it;
        const kinds = narrow.kind ? [narrow.kind] : [];
        const got = await it.search(text, { kinds, team: narrow.team || undefined, state: narrow.state || undefined, limit });
        if (mine !== turn) return;
        // The card matters most: it comes with the titles, or its place is kept.
        const first = got.card && it.detail(got.hits[0], got).catch(() => ({}));
        if (first) await Promise.race([first, new Promise((done) => { setTimeout(done, 250); })]);
        if (mine === turn) show(got, first);
      }).catch((error) => { if (mine === turn) failed(error); });
    }

    const others = () => !page && element("a", { href: site.page }, "All lists");

    function failed(error) {
      if (error) console.error(error);
      // What is asked next opens the index anew: it may have been published again.
      opened = null;
      const again = element("button", { type: "button" }, "Try again");
      again.onclick = () => { begin(); find(); };
      put([old ? "This browser is too old to search here." : state("broken", "The search index could not be loaded."),
        !old && again, others()], []);
      tell(said.textContent);
    }

    /** @param {object} got @param {Promise | false} first what the card shows */
    function show(got, first) {
      const { hits, total } = got;
      const words = wanted(got);
      answer = got;
      answered = turn;
      seen.disconnect();
      rows = new Map(hits.map((hit) => [hit.doc, row(hit, words, rows.get(hit.doc))]));
      list.replaceChildren(...Array.from(rows.values(), (one) => one.item));
      let more = null;
      if (total > hits.length && page) {
        more = element("button", { type: "button" }, `Show more of ${total}`);
        more.onclick = () => { grown = hits.length; limit += 50; find(); };
      } else if (total > hits.length) {
        const id = list.id + "-all";
        list.append(element("a", { class: "hit-all", id, href: address(), ...option }, `All ${total} results`));
      }
      const top = hits[0];
      if (first) {
        if (card.dataset.doc !== String(top.doc)) card.replaceChildren();
        card.dataset.doc = top.doc;
        card.setAttribute("aria-label", "Answer: " + top.title);
        first.then((detail) => {
          if (got !== answer) return;
          if (detail.card) card.replaceChildren(...answerCard(top, detail.card));
          else card.remove();
        });
      }
      put([
        hits.length && span("", total + (total === 1 ? " result" : " results")),
        ...got.corrected.map((c) => span("", "Showing results for ", element("b", {}, c.to), ` instead of “${c.from}”`)),
        got.problem && state("due", got.problem),
      ], hits.length ? [first && card, list, more] : [
        para("", element("b", {}, "Nothing found"), got.text && ` for “${answer.text}”`),
        para("go", ask(got.text)),
        para("go", others()),
      ]);
      tell(top ? `${said.textContent}, first: ${top.title}, ${top.kindTitle}, ${owned(top)}` : "Nothing found");
      if (going && going.turn === turn) go(going.apart);
      if (grown && list.children[grown]) list.children[grown].firstChild.focus();
      grown = 0;
      setTimeout(() => index.warm(), 500);
    }

    const owned = (hit) => (hit.unowned ? "nobody owns it" : hit.owner ? "owner " + hit.owner : "");

    /** @param {object} hit @param {string[]} words @param {object} was its row before */
    function row(hit, words, was) {
      const mine = answer;
      const href = root + hit.route;
      const text = was ? was.text : span("hit-text");
      const way = element("a", { class: "hit", href: was ? was.way.href : href, id: list.id + hit.doc, ...option },
        span("hit-title", ...marked(hit.title, words)),
        span("hit-meta", span("", hit.kindTitle), hit.unowned ? state("broken", owned(hit)) : hit.owner && span("", owned(hit)),
          hit.stale && state("due", "review overdue")),
        text);
      const item = page ? element("li", {}, way) : way;
      item.dataset.doc = hit.doc;
      seen.observe(item);
      return { item, way, text, load: () => index.detail(hit, mine).then(({ anchor, section, excerpt }) => {
        if (mine !== answer) return;
        way.href = href + (anchor ? "#" + encodeURIComponent(anchor) : "");
        text.replaceChildren(section ? span("hit-section", section) : "",
          ...excerpt.map((part) => (part.mark ? element("mark", {}, part.text) : part.text)));
      }).catch(() => {}) };
    }

    const hints = element("ul", { class: "hints" });
    function hint(text, means) {
      const button = element("button", { type: "button" }, text);
      button.onclick = () => { input.value = text + " "; input.focus(); find(); };
      hints.append(element("li", {}, button, span("muted", means)));
    }

    function choices(facets) {
      ["Kind", "Team", "State"].forEach((label) => {
        const name = label.toLowerCase();
        const select = element("select", { name }, element("option", { value: "" }, "any"),
          ...facets[name + "s"].map(({ id, name, title, count }) =>
            element("option", { value: id || name }, title, count && ` (${count})`)));
        select.value = narrow[name];
        select.onchange = () => { narrow[name] = select.value; find(); note(0); };
        tools.append(element("label", {}, label, select));
      });
    }

    /** Takes the question from the address. */
    function read() {
      const asked = new URLSearchParams(location.search);
      input.value = asked.get("q") || "";
      for (const name in narrow) {
        narrow[name] = asked.get(name) || "";
        if (input.form[name]) input.form[name].value = narrow[name];
      }
      find();
    }

    function begin() {
      reader().then(async (it) => {
        if (begun) return;
        begun = true;
        if (it.root.team) hint("team:" + it.root.team, "what one team has");
        if (tools) choices(await it.facets());
      }).catch(failed);
    }

    box.append(live);
    hint("kind:runbook", "only runbooks");
    hint("is:stale", "not confirmed of late");
    hint("is:unowned", "what nobody owns");
    hint('"on call"', "exactly these words");
    input.onfocus = begin;
    input.oninput = () => {
      limit = page ? 50 : 10;
      picked = "";
      find();
      if (page) note(300);
    };
    input.form.onsubmit = (event) => {
      if (!page && !input.value.trim()) return;
      event.preventDefault();
      if (page) note(0);
      else go();
    };
    if (page) {
      limit = 50;
      addEventListener("popstate", read);
      begin();
      if (input.value) find();
      else read();
      return;
    }
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.onkeydown = (event) => {
      const { key } = event;
      if (event.isComposing) return;
      if (/^Arrow(Up|Down)$/.test(key) && options().length) choose(at + (key === "ArrowUp" ? -1 : 1), true);
      else if (key === "Enter" && (event.ctrlKey || event.metaKey)) go(true);
      else if (key === "Escape" && is === "dialog") box.close();
      else return;
      event.preventDefault();
    };
    if (is === "dialog") box.onclick = ({ target, ctrlKey, metaKey, shiftKey }) => {
      if (target === box || target.closest(".hits") && !ctrlKey && !metaKey && !shiftKey) box.close();
    };
    if (input === document.activeElement) begin();
    find();
  }

  document.querySelectorAll("[data-search-box]").forEach(mount);
})();
