// A reader that answers what a test wants, to see what the palette makes of it. It follows the contract of search.js.

/** What runs in the page in place of search.js. */
function reader() {
  const names = ["Alpha", "Beta", "Gamma"];
  const hit = (title, doc) => ({ doc, title, route: `teams/${title.toLowerCase()}.html`, kind: "team", kindTitle: "Team", owner: title, stale: doc === 1, unowned: doc === 2 });
  const contact = (kind, name, label, href) => ({ kind, name, label, href });
  const stub = {
    failing: 0,
    held: new Map(),
    /** Lets a question that begins with "held" be answered. */
    release: (text) => stub.held.get(text)(),
  };
  window.stub = stub;
  window.onusSearch = {
    async open() {
      if (stub.failing-- > 0) throw new Error("no index");
      return {
        root: { team: "alpha" },
        async search(text, options) {
          if (text.startsWith("held")) await new Promise((done) => { stub.held.set(text, done); });
          const many = text === "many";
          const hits = text === "nothing" ? [] : text.startsWith("held") ? [{ ...hit(text, 7), route: "teams/checkout.html" }]
            : many ? Array.from({ length: 120 }, (_, i) => hit(`Many ${i}`, 100 + i)) : names.map(hit);
          return {
            text, hits: hits.slice(0, options.limit), total: hits.length, card: text === "alpha" || text === "nobody",
            corrected: text === "alhpa" ? [{ from: "alhpa", to: "alpha" }] : [],
            filters: { kinds: options.kinds, team: null, states: [], phrases: [] },
            problem: text.startsWith("odd:") ? "there is no filter `odd`" : null,
          };
        },
        async detail(hit, answer) {
          const owned = answer.text === "alpha";
          return {
            anchor: "the-place", section: "The place", excerpt: [{ text: "Here is ", mark: false }, { text: hit.title, mark: true }],
            card: {
              tier: 1, owner: owned ? { title: "Alpha", route: "teams/alpha.html" } : null, via: null, problem: null,
              holders: [], contacts: [contact("phone", "Phone", "+44 20 7946 0100", "tel:+442079460100"), contact("slack", "Slack", "#alpha", null)],
              step: owned ? { at: "at once", who: [{ title: "Ann", route: null }], contacts: [contact("phone", "Phone", "+44 20 7946 0101", "tel:+442079460101")], may: null } : null,
              policy: null, runbooks: [], incident: null, arbiter: owned ? null : { title: "Judge", route: "people/judge.html" },
            },
          };
        },
        async facets() {
          return { kinds: [{ name: "team", title: "Team", count: 3 }], teams: [{ id: "alpha", title: "Alpha" }], states: [{ name: "stale", title: "stale" }] };
        },
        warm() {},
      };
    },
  };
}

export const stub = `(${reader})();`;
