/*
 * "What if somebody is away?": takes people away and says what is left with nobody, by the rules by which a build finds it.
 * Who holds what comes from a script of the build, which is loaded when somebody asks for the first time.
 */
(function () {
  "use strict";

  /**
   * Parties are numbers: those below the number of people are people, the rest count the groups.
   * @typedef {[title: string, route: string, flags: number, cover: number | null, more: number]} Person flags: 1 away, 2 can be reached
   * @typedef {[title: string, route: string, flags: number, people: number[], more: number]} Group flags: 1 all are known, 2 can be reached
   * @typedef {[title: string, route: string, owner: number]} Thing
   * @typedef {[title: string, route: string, owner: number | null, steps: (number[] | null)[]]} Policy a step that cannot be judged is null
   * @typedef {{people: Person[], groups: Group[], services: Thing[], responsibilities: Thing[], policies: Policy[]}} Held
   */

  /** How parties stand while some people are away. @param {Held} held @param {Set<number>} away */
  function standing(held, away) {
    const { people, groups } = held;
    const present = (p) => !(people[p][2] & 1) && !away.has(p);
    const covered = (p) => people[p][3] !== null && present(people[p][3]);
    const active = (p) => present(p) || covered(p);
    const reached = (p) => people[p][2] & 2 || covered(p) && people[people[p][3]][2] & 2;
    /** @param {number} party */
    const of = (party) => (party < people.length ? [0, 0, people[party][2] | 1, [party]] : groups[party - people.length]);
    /** Whether it is certain that nobody who is there holds a party. @param {number} party */
    const nobody = (party) => !!(of(party)[2] & 1) && !of(party)[3].some(active);
    /** Whether nobody is reached through a party. @param {number} party */
    const lost = (party) => nobody(party) || !(of(party)[2] & 2) && !of(party)[3].some((p) => active(p) && reached(p));
    return { nobody, lost, covered };
  }

  /**
   * What is left with nobody once some people are away, and was not before. `steps` counts from 1; `more` counts pages of other kinds.
   * @param {Held} held @param {Set<number>} away
   */
  function left(held, away) {
    const before = standing(held, new Set());
    const now = standing(held, away);
    const fallen = (party) => party !== null && now.nobody(party) && !before.nobody(party);
    const things = (list) => list.filter((thing) => fallen(thing[2]));
    const policies = [];
    for (const policy of held.policies) {
      const steps = [];
      let reaching = 0;
      policy[3].forEach((step, i) => {
        if (!step || !step.every(now.lost)) reaching++;
        else if (!step.every(before.lost)) steps.push(i + 1);
      });
      const owner = fallen(policy[2]);
      if (owner || steps.length) policies.push({ policy, owner, steps, silent: steps.length > 0 && !reaching });
    }
    let more = 0;
    [...held.people, ...held.groups].forEach((party, i) => { if (party[4] && fallen(i)) more += party[4]; });
    return { services: things(held.services), responsibilities: things(held.responsibilities), policies, more };
  }

  /** How much that is. @param {ReturnType<typeof left>} of */
  const weight = (of) => of.services.length + of.responsibilities.length + of.policies.length + of.more;

  /** @param {number} n @param {string} one @param {string} many */
  const count = (n, one, many) => n + " " + (n === 1 ? one : many);

  /** Words in a sentence. @param {string[]} words */
  const list = (words) => (words.length < 2 ? words.join("") : words.slice(0, -1).join(", ") + " and " + words[words.length - 1]);

  /** What is left, in a sentence. @param {ReturnType<typeof left>} of */
  function sentence(of) {
    const parts = [];
    if (of.services.length) parts.push(count(of.services.length, "service", "services"));
    if (of.policies.length) parts.push(count(of.policies.length, "escalation", "escalations"));
    if (of.responsibilities.length) parts.push(count(of.responsibilities.length, "responsibility", "responsibilities"));
    if (of.more) parts.push(count(of.more, "other page", "other pages"));
    return parts.length ? "Left with nobody: " + list(parts) + "." : "Nothing is left with nobody.";
  }

  /** Why a policy does not hold. @param {{owner: boolean, steps: number[], silent: boolean}} of */
  function fault({ owner, steps, silent }) {
    const parts = owner ? ["nobody has the thread"] : [];
    if (silent) parts.push("it reaches nobody");
    else if (steps.length) parts.push((steps.length === 1 ? "step " : "steps ") + list(steps.map(String)) + (steps.length === 1 ? " reaches" : " reach") + " nobody");
    return parts.join(", ");
  }

  /** A name without case and accents. @param {string} text */
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  if (typeof module !== "undefined") module.exports = { standing, left, weight, sentence, fault, plain };
  if (typeof document === "undefined") return;

  /** People that are offered at a time. */
  const SHOWN = 12;
  /** With more people than this, those whom much rests on are not looked for. */
  const MANY = 1500;

  /** @param {string} tag @param {object} attributes @param {...any} children */
  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const name in attributes) made.setAttribute(name, attributes[name]);
    made.append(...children);
    return made;
  }

  /** @param {string} title @param {Node[]} items */
  const section = (title, items) => element("section", { class: "group" },
    element("h3", {}, title + " ", element("span", { class: "count" }, items.length)), element("ul", { class: "rows" }, ...items));

  /** @param {HTMLElement} box @param {Held} held */
  function mount(box, held) {
    const { people, groups } = held;
    const root = box.dataset.root;
    const name = (party) => (party < people.length ? people[party] : groups[party - people.length])[0];
    const here = (list) => list.findIndex((one) => one[1] === box.dataset.at);
    const chosen = new Set();
    const [person, group] = [here(people), here(groups)];
    const offered = offer(person, group);
    const said = box.querySelector("[role=status]");
    const found = element("div", { class: "groups" });
    const boxes = element("ul", { class: "away-people" });
    const rest = element("p", { class: "muted" });
    const field = element("input", { type: "search", autocomplete: "off", spellcheck: "false" });
    const tools = element("fieldset", {}, element("legend", {}, "Take away"),
      element("label", { class: "away-find" }, person < 0 && group < 0 ? "Find a person" : "Somebody else", field), boxes, rest);
    said.before(tools);
    said.after(found);
    if (person >= 0) tools.prepend(tools.firstChild, boxes, rest);
    if (person >= 0 && !(people[person][2] & 1)) chosen.add(person);
    field.oninput = choices;
    choices();
    show();

    /** Whom a page is about; where it is about nobody, those without whom something is left with nobody. */
    function offer(person, group) {
      if (person >= 0) return [person, people[person][3]].filter((p) => p !== null);
      if (group >= 0) return groups[group][3];
      const alone = people.length > MANY ? [] : people.map((_, p) => [weight(left(held, new Set([p]))), p]).filter(([n]) => n);
      return alone.sort((a, b) => b[0] - a[0] || a[1] - b[1]).map(([, p]) => p);
    }

    function choices() {
      const words = plain(field.value).split(/\s+/).filter(Boolean);
      const fits = (p) => words.every((word) => plain(people[p][0]).includes(word));
      const wanted = words.length ? people.map((_, p) => p).filter(fits) : offered;
      const all = [...new Set([...chosen, ...wanted])];
      const shown = all.slice(0, Math.max(SHOWN, chosen.size));
      boxes.replaceChildren(...shown.map(choice));
      rest.textContent = words.length && !wanted.length ? "Nobody of that name."
        : all.length > shown.length ? "and " + (all.length - shown.length) + " more: type a name" : "";
    }

    /** @param {number} p */
    function choice(p) {
      const tick = element("input", { type: "checkbox" });
      const already = people[p][2] & 1;
      tick.checked = already || chosen.has(p);
      tick.disabled = already;
      tick.onchange = () => {
        if (tick.checked) chosen.add(p);
        else chosen.delete(p);
        show();
      };
      return element("li", {}, element("label", {}, tick, people[p][0] + (already ? ", away already" : "")));
    }

    function show() {
      const now = left(held, chosen);
      const { covered } = standing(held, chosen);
      const covers = [...chosen].filter(covered).map((p) => name(people[p][3]) + " covers for " + name(p) + ". ");
      said.textContent = covers.join("") + (chosen.size ? sentence(now) : "Nobody is taken away.");
      const row = (to, why) => element("li", {}, element("span", { class: "row-title" }, element("a", { href: root + to[1] }, to[0])), " ",
        element("span", { class: "row-meta" }, why));
      const things = (list) => list.map((thing) => row(thing, "owned by " + name(thing[2])));
      found.replaceChildren(...[
        ["Services", things(now.services)],
        ["Escalations", now.policies.map((of) => row(of.policy, fault(of)))],
        ["Responsibilities", things(now.responsibilities)],
      ].filter(([, items]) => items.length).map(([title, items]) => section(title, items)));
    }
  }

  /** Who holds what, loaded once. */
  let loading = null;
  function load(src) {
    loading = loading || new Promise((done, failed) => {
      const script = element("script", { src });
      window.onusHolders = done;
      script.onerror = () => { loading = null; failed(); };
      document.head.append(script);
    });
    return loading;
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-away]").forEach((box) => {
    let mounted = false;
    box.ontoggle = () => {
      if (!box.open || mounted) return;
      const said = box.querySelector("[role=status]");
      said.textContent = "Looking …";
      load(box.dataset.holders).then((held) => {
        if (!mounted) mount(box, held);
        mounted = true;
      }, () => { said.textContent = "Who holds what could not be loaded. Close this and open it again to try once more."; });
    };
  }));
})();
