/*
 * "Can I?": somebody asks by words, as a role, about a service, and each decision answers yes or ask first. Without this
 * script the decisions stand there as they are.
 */
(function () {
  "use strict";

  /** Words of a question that say nothing about what is to be done. */
  const IDLE = new Set("a an and are be can could do for i in is it may my of on or our should that the this to we".split(" "));

  /** @param {string} text as `fold` gives it @returns {string[]} */
  const words = (text) => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);

  /** What is asked for in a question. @param {string} text as `fold` gives it @returns {string[]} */
  const asking = (text) => words(text).filter((word) => !IDLE.has(word));

  /**
   * Whether a word is another one, the beginning of it, or the same but for its ending.
   * @param {string} asked @param {string} word @returns {boolean}
   */
  function meets(asked, word) {
    let same = 0;
    while (same < asked.length && asked[same] === word[same]) same++;
    return same === asked.length || (same > 3 && asked.length - same < 4 && word.length - same < 4);
  }

  /**
   * @typedef {{words: string[], roles: string[], on: string[]}} Decision
   * @typedef {{words: string[], hats: string[], service: string}} Question `hats`: all that the reader is; empty for anybody
   * @typedef {{at: number, says: "yes" | "role" | "service" | "near"}} Answer `role`, `service`: yes, but not for that one
   */

  /**
   * The decisions that answer a question, the best first. Where none does, those that come near.
   * @param {Decision[]} decisions @param {Question} question @returns {Answer[]}
   */
  function judge(decisions, question) {
    const asked = question.words;
    const judged = decisions.map((decision, at) => {
      const score = asked.filter((word) => decision.words.some((own) => meets(word, own))).length;
      const may = !question.hats.length || decision.roles.some((role) => question.hats.includes(role));
      const named = decision.on.includes(question.service);
      const here = !question.service || !decision.on.length || named;
      const says = score < asked.length ? "near" : !here ? "service" : may ? "yes" : "role";
      return { at, says, score, named };
    });
    const kept = judged.filter((it) => it.says === "near" ? it.score >= asked.length / 2 : it.says !== "service" || asked.length);
    const exact = kept.filter((it) => it.says !== "near");
    const rank = "yes role service near";
    return (exact.length ? exact : kept)
      .sort((a, b) => rank.indexOf(a.says) - rank.indexOf(b.says) || b.score - a.score || Number(b.named) - Number(a.named) || a.at - b.at)
      .map(({ at, says }) => ({ at, says }));
  }

  /** What there is, in a sentence. @param {Answer[]} answers @returns {string} */
  function summary(answers) {
    const count = (...says) => answers.filter((it) => says.includes(it.says)).length;
    const told = [count("yes") + " yes", count("role", "service") + " ask first", count("near") + " near"].filter((one) => one[0] !== "0").join(", ");
    return /yes|ask/.test(told) ? told : "Nothing here says so: ask first" + (told && ", " + told);
  }

  /** @param {string} tag @param {object} properties @param {...(Node | string)} children @returns {any} */
  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  /** @param {any} box holds the question, the decisions, and whom to ask otherwise */
  function ask(box) {
    const { controls, fold } = window.onusTables;
    const tools = box.querySelector(".tools"), told = tools.querySelector("output");
    const list = box.querySelector("[data-answers]"), otherwise = box.querySelector("[data-otherwise]");
    const service = tools.querySelector("[name=service]"), role = tools.querySelector("[name=role]");
    const whom = element("p", { className: "plate-note" });
    otherwise.querySelector("h2").after(whom);
    const cards = Array.from(list.children, (card) => ({
      card, yes: card.querySelector(".answer-yes"), why: card.querySelector(".answer-why"),
      words: words(fold(card.textContent + " " + card.dataset.words)),
      roles: (card.dataset.role || "").split(" "),
      on: (card.dataset.service || "").split(" ").filter(Boolean),
    }));
    let saying = 0;

    /** @param {any} select */
    const chosen = (select) => select && select.value ? select.selectedOptions[0] : null;

    /** Who answers for the chosen service, and how to escalate. @param {any} option */
    function about(option) {
      const of = option.dataset;
      const link = (href, text) => element("a", { href }, text);
      const owner = of.owner ? [link(of.ownerHref, of.owner), " owns "] : ["Nobody owns "];
      return [...owner, link(of.href, option.textContent), ".", ...(of.policy ? [" Escalate: ", link(of.policyHref, of.policy), "."] : [])];
    }

    controls(tools, (values, asked) => {
      const on = chosen(service), as = chosen(role);
      const answers = judge(cards, { words: asking(fold(values.get("q") || "")), hats: as ? as.dataset.hats.split(" ") : [], service: on ? on.value : "" });
      const near = answers.some((it) => it.says === "near");
      // What only comes near stands below whom to ask.
      otherwise[near ? "after" : "before"](list);
      list.replaceChildren();
      answers.forEach(({ at, says }) => {
        const it = cards[at];
        it.card.dataset.says = says;
        it.yes.textContent = says === "yes" ? "Yes" : says === "near" ? "Near" : "Ask";
        it.why.textContent = says === "role" ? "Not as " + as.textContent + ": one of these may."
          : says === "service" ? "Not for " + on.textContent + ": for these services." : "";
        list.append(it.card);
      });
      whom.replaceChildren(...(on ? about(on) : []));
      box.toggleAttribute("data-asked", asked);
      clearTimeout(saying);
      saying = setTimeout(() => { told.textContent = asked ? summary(answers) : ""; }, 300);
    });
  }

  if (typeof document !== "undefined") {
    document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-can-i]").forEach(ask));
  }
  if (typeof module !== "undefined") module.exports = { asking, judge, meets, summary };
})();
