/*
 * The responsibility matrix: a letter says why it stands there, arrows go from letter to letter, and a chosen team's column
 * comes into view. A letter is a link to its responsibility, which is all there is without this script.
 */
(function () {
  "use strict";

  /** The fields of a responsibility that make somebody what the words say. @param {string} words @returns {string[]} */
  const fields = (words) => words.split(", ").map((word) => word === "accountable" ? "owner" : word);

  /** Where a file is edited. @param {string} template with `{path}` @param {string} file @returns {string} */
  const editor = (template, file) => template.replace("{path}", file.split("/").map(encodeURIComponent).join("/"));

  /** @param {string} tag @param {object} properties @param {...(Node | string)} children @returns {any} */
  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  /** Copies of links, with commas between them. @param {ArrayLike<Element>} links @returns {(Node | string)[]} */
  const sentence = (links) => Array.from(links).flatMap((link, at) => at ? [", ", link.cloneNode(true)] : [link.cloneNode(true)]);

  /** @param {any} table */
  function matrix(table) {
    const box = table.closest("[data-narrow]");
    const scroller = table.parentElement;
    const dialog = element("dialog", { className: "why" });
    dialog.setAttribute("aria-labelledby", "_why");
    box.append(dialog);

    /** Who has the letter: the team of the column, or those who are named beside it. @param {any} place */
    const who = (place) => place.cellIndex === undefined ? place.querySelectorAll("a ~ a") : table.tHead.rows[0].cells[place.cellIndex].querySelectorAll("a");

    /** The services or goals of a row, as links. @param {any} row */
    function services(row) {
      return (row.dataset.service || "").split(" ").filter(Boolean).map((id) => {
        const option = box.querySelector("[name=service] option[value=" + CSS.escape(id) + "]");
        return element("a", { href: option.dataset.href }, option.textContent);
      });
    }

    /** @param {any} row */
    function goals(row) {
      const known = box.querySelector("[data-goals-list]")?.content.children;
      return (row.dataset.goals || "").split(" ").filter(Boolean).map((number) => known[number]);
    }

    /** @param {any} row @param {any} place @param {string} words */
    function written(row, place, words) {
      const path = "content/" + row.dataset.file + ":" + (place.dataset.at || "").split(" ").join(", ");
      const names = fields(words).flatMap((name, at) => [at ? ", " : "", element("code", {}, name)]);
      const edit = table.dataset.edit;
      const file = edit ? element("a", { href: editor(edit, row.dataset.file) }, path) : path;
      return [...names, " in ", file];
    }

    /** @param {any} link a letter */
    function tell(link) {
      const place = link.closest("[data-raci]"), row = link.closest("tr");
      const words = link.querySelector("i").textContent.replace(":", "").trim();
      const facts = [
        ["Written as", written(row, place, words)],
        ["Also there", Array.from(row.querySelectorAll("[data-raci]")).filter((other) => other !== place).flatMap((other, at) =>
          [at ? "; " : "", other.dataset.raci + " ", ...sentence(who(other))])],
        ["Services", sentence(services(row))],
        ["Supports", sentence(goals(row))],
      ];
      const close = element("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, "Close");
      dialog.replaceChildren(
        element("h2", { id: "_why" }, ...sentence(who(place)), ": " + words),
        element("p", {}, row.cells[0].querySelector("a").textContent),
        element("dl", { className: "facts" }, ...facts.filter((fact) => fact[1].length).map(([name, value]) =>
          element("div", {}, element("dt", {}, name), element("dd", {}, ...value)))),
        element("p", { className: "why-end" }, element("a", { href: link.href }, "Open this responsibility"), close),
      );
      dialog.showModal();
    }

    /** Whether a key is held, with which a link is a link like any other. @param {any} event */
    const held = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

    table.addEventListener("click", (event) => {
      const link = event.target.closest("[data-raci] > a");
      if (!link || link !== link.parentElement.querySelector("a") || held(event)) return;
      event.preventDefault();
      tell(link);
    });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

    table.addEventListener("keydown", (event) => {
      const link = event.target.closest("tbody a");
      if (!link || held(event)) return;
      const cell = link.closest("td, th"), row = cell.parentElement;
      let to = null;
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        const links = Array.from(row.querySelectorAll("a"));
        to = links[links.indexOf(link) + (event.key === "ArrowLeft" ? -1 : 1)];
      } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
        const way = event.key === "ArrowUp" ? "previousElementSibling" : "nextElementSibling";
        for (let next = row[way]; next && !to; next = next[way]) to = !next.hidden && next.cells[cell.cellIndex].querySelector("a");
      }
      // At the end of its row or column an arrow scrolls, as it does elsewhere.
      if (!to) return;
      event.preventDefault();
      to.focus();
    });

    const team = box.querySelector("[name=team]");
    /** Shows and marks the column of the chosen team. */
    function bring() {
      const heads = Array.from(table.tHead.querySelectorAll(".turned"));
      const head = team && team.value ? heads[team.selectedIndex - 1] : null;
      heads.forEach((each) => each.toggleAttribute("data-chosen", each === head));
      if (head) scroller.scrollLeft = head.offsetLeft - scroller.clientWidth / 2;
    }
    if (team) team.addEventListener("change", bring);
    bring();
  }

  if (typeof document !== "undefined") {
    document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("table.matrix").forEach(matrix));
  }
  if (typeof module !== "undefined") module.exports = { editor, fields };
})();
