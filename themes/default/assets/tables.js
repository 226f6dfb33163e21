/*
 * Long tables that can be narrowed and sorted: `.tools` holds fields and choices by name, and stands in one box with
 * the `table[data-filter]` whose rows they are about. What is chosen is kept in the address, so that it can be shared.
 *
 * `q` are words that a row has to hold, `state` its state, `sort` an order; any other name is a choice among the words of
 * the rows' `data-NAME`.
 */
(function () {
  "use strict";

  /** From what has to be seen to, to what is fine. */
  const URGENCY = ["broken", "due", "unknown", "fine"];

  /** Rows that are laid out in one frame. */
  const AT_ONCE = 16;

  /** Text as it is compared: without case and marks. @param {string} text @returns {string} */
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  /** @param {string} text @returns {string[]} */
  const words = (text) => fold(text).split(/\s+/).filter(Boolean);

  /**
   * Compares two cells as a reader would sort them, empty ones last.
   * @param {string} a @param {string} b @returns {number}
   */
  function byText(a, b) {
    if (!a || !b) return a ? -1 : b ? 1 : 0;
    return a.localeCompare(b, undefined, { numeric: true });
  }

  /** The query of an address; what is empty is left out. @param {Map<string, string>} values @returns {string} */
  function query(values) {
    const asked = new URLSearchParams();
    values.forEach((value, name) => { if (value) asked.set(name, value); });
    return String(asked) && "?" + asked;
  }

  /**
   * Whether a row is among those asked for.
   * @param {{text: string, state: string, data: Record<string, string>}} row
   * @param {Map<string, string>} asked
   * @returns {boolean}
   */
  function fits(row, asked) {
    return Array.from(asked).every(([name, value]) => {
      if (!value || name === "sort") return true;
      if (name === "q") return words(value).every((word) => row.text.includes(word));
      if (name === "state") return row.state === value;
      return (row.data[name] || "").split(" ").includes(value);
    });
  }

  /**
   * Keeps the fields of a box and the address in step, and calls `show` with the values, and whether there are any, now and whenever
   * they change.
   * @param {Element} tools @param {(values: Map<string, string>, asked: boolean) => void} show
   * @returns {{clear: () => void}}
   */
  function controls(tools, show) {
    /** @type {any[]} */
    const fields = Array.from(tools.querySelectorAll("input, select"));
    let noted = 0;
    const values = () => new Map(fields.map((field) => [field.name, field.value.trim()]));
    const tell = () => show(values(), fields.some((field) => field.value.trim()));

    /** Browsers limit how often an address may change. */
    function note() {
      clearTimeout(noted);
      noted = setTimeout(() => {
        try { history.replaceState(null, "", query(values()) || location.pathname); } catch (e) { /* from a disk */ }
      }, 200);
    }

    const asked = new URLSearchParams(location.search);
    fields.forEach((field) => { field.value = asked.get(field.name) || ""; });
    // A choice tells of itself by this event as a field does.
    tools.addEventListener("input", () => { tell(); note(); });
    tell();
    return {
      clear() {
        fields.forEach((field) => { field.value = ""; });
        tell();
        note();
        fields[0].focus();
      },
    };
  }

  /** @param {HTMLElement} box holds the tools and the table */
  function narrow(box) {
    const tools = box.querySelector(".tools"), table = box.querySelector("[data-filter]");
    const list = table.tBodies[0];
    const told = tools.querySelector("output"), clear = tools.querySelector("[data-clear]");
    /** @type {any[] | null} */
    let rows = null;
    let sorted = "", revealing = 0;

    /** Read when first needed, and only once: the words of a long table are many. */
    function known() {
      return rows || (rows = Array.from(list.children, (row, at) => {
        const state = row.querySelector(box.dataset.narrow || "[data-state]");
        return { row, at, text: fold(row.textContent), state: state ? state.dataset.state : "fine", data: row.dataset };
      }));
    }

    /** Shows rows, those on the first screens at once: a keystroke does not wait for the layout of all. @param {any[]} due */
    function reveal(due) {
      cancelAnimationFrame(revealing);
      due.splice(0, AT_ONCE).forEach((row) => { row.hidden = false; });
      if (due.length) revealing = requestAnimationFrame(() => reveal(due));
    }

    /** @param {string} value */
    function order(value) {
      if (value === sorted) return;
      sorted = value;
      const choice = tools.querySelector("[name=sort]").selectedOptions[0];
      const keyed = known().map((r) => {
        const cell = value && value !== "state" && r.row.querySelector(choice.dataset.by);
        return { r, key: value === "state" ? String(URGENCY.indexOf(r.state)) : cell ? cell.textContent.trim() : "" };
      });
      keyed.sort((a, b) => byText(a.key, b.key) || a.r.at - b.r.at);
      rows = keyed.map((it) => it.r);
      list.append(...rows.map((r) => r.row));
    }

    const kept = controls(tools, (values, asked) => {
      clear.hidden = !asked;
      if (!asked && !rows) return;
      order(values.get("sort") || "");
      const due = [];
      let shown = 0;
      known().forEach((r) => {
        const is = fits(r, values);
        if (is) shown++;
        if (!is) r.row.hidden = true;
        else if (r.row.hidden) due.push(r.row);
      });
      reveal(due);
      told.textContent = shown === known().length ? "" : shown + " of " + known().length;
    });
    clear.addEventListener("click", kept.clear);
  }

  if (typeof document !== "undefined") {
    window.onusTables = { controls, fold };
    // After the page's own script, which sets states by the reader's clock.
    document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-narrow]").forEach(narrow));
  }
  if (typeof module !== "undefined") module.exports = { byText, fits, fold, query };
})();
