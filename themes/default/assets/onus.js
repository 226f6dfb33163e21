/*
 * What a page does beyond its HTML: the theme switch, staleness by the browser's clock,
 * copy buttons, steps that can be ticked off, the field of search. Every part finds its work by attributes and leaves a page without them
 * alone. Runs in the head: the theme is set before the first paint, the rest when the document is there.
 */
(function () {
  "use strict";

  /** @param {string} key @param {boolean} [session] @returns {string | null} */
  function recall(key, session) {
    try { return (session ? sessionStorage : localStorage).getItem(key); } catch (e) { return null; }
  }

  /** @param {string} key @param {string} value @param {boolean} [session] */
  function keep(key, value, session) {
    try { (session ? sessionStorage : localStorage).setItem(key, value); } catch (e) { /* private window: forget */ }
  }

  /**
   * @param {string} tag @param {Record<string, string>} [attributes] @param {...(Node | string)} children
   * @returns {any}
   */
  function element(tag, attributes) {
    var made = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { made.setAttribute(name, attributes[name]); });
    for (var i = 2; i < arguments.length; i++) made.append(arguments[i]);
    return made;
  }

  /** @param {string} selector @param {ParentNode} [inside] @returns {any[]} */
  function all(selector, inside) {
    return Array.from((inside || document).querySelectorAll(selector));
  }

  /** Whole days from one ISO date to another. @param {string} from @param {string} to @returns {number} */
  function days(from, to) {
    return Math.round((Date.parse(to) - Date.parse(from)) / 86400000);
  }

  /** The day as the reader's clock has it. @param {Date} clock @returns {string} */
  function isoDay(clock) {
    return new Date(clock.getTime() - clock.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  }

  /** @param {string} due @param {string} today @param {number} soon @returns {"fine" | "due" | "overdue"} */
  function standing(due, today, soon) {
    var left = days(today, due);
    return left < 0 ? "overdue" : left <= soon ? "due" : "fine";
  }

  var THEMES = ["auto", "light", "dark"];

  /** @param {string} theme */
  function applyTheme(theme) {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }

  function themeSwitch() {
    var theme = recall("onus-theme") || "auto";
    all("[data-theme-switch]").forEach(function (button) {
      function name() { button.textContent = "Theme: " + theme; }
      name();
      button.addEventListener("click", function () {
        theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
        keep("onus-theme", theme);
        applyTheme(theme);
        name();
      });
    });
  }

  /**
   * How many of the days in a list have passed: `2026-11-30 2026-12-04=2`.
   * @param {string} list @param {string} today @returns {number}
   */
  function passed(list, today) {
    return list.split(" ").reduce(function (sum, word) {
      var part = word.split("=");
      return part[0] && part[0] < today ? sum + Number(part[1] || 1) : sum;
    }, 0);
  }

  /**
   * What time does to a page, by the attribute that asks for it.
   * @type {Record<string, (place: any, value: string, today: string, soon: number) => void>}
   */
  var AGING = {
    builtAge: function (line, none, today) {
      var built = document.documentElement.dataset.built;
      if (days(built, today) <= 30) return;
      line.textContent = "This site was built " + days(built, today) + " days ago, on " + built + ". What it says may have changed.";
      line.hidden = false;
    },
    banner: function (line, due, today) {
      if (due >= today) return;
      line.textContent = "Nobody has confirmed this page since its review fell due on " + due + ", " +
        days(due, today) + " days ago. Check before you rely on it.";
      line.hidden = false;
    },
    due: function (place, due, today, soon) {
      var is = standing(due, today, soon);
      if (is === "fine") return;
      var state = is === "due" ? is : "broken";
      var word = place.querySelector(".due-word");
      var mark = !word && place.querySelector(".state") || element("span", { class: "state" });
      mark.dataset.state = state;
      if (word) word.replaceChildren(mark, state === "due" ? " by" : " since");
      if (place.dataset.state) {
        place.dataset.state = state;
        mark.classList.add("mark-only");
      }
      mark.textContent = word ? is : place.dataset.state || "review " + is;
      if (!mark.isConnected) (place.querySelector(".row-title") || place).append(" ", mark);
    },
    overdue: function (place, list, today) {
      count(place, passed(list, today));
      var state = place.closest("[data-state]");
      if (state && place.textContent !== "0") state.dataset.state = "broken";
    },
    ahead: function (place, list, today) { count(place, -passed(list, today)); }
  };

  /** @param {Element} place @param {number} more */
  function count(place, more) {
    place.textContent = String(Number(place.textContent) + more);
  }

  /**
   * Lets time go on where it has since the build. Runs while the page arrives, before any of it is shown, so that nothing moves.
   */
  function staleness() {
    var html = document.documentElement;
    var today = isoDay(new Date());
    var done = new WeakSet();
    if (!html.dataset.built || html.dataset.built >= today) return;
    /** What has a neighbour after it, or is in something that has, is there to its end. @param {Node | null} node */
    function whole(node) {
      for (; node; node = node.parentNode) if (node.nextSibling) return true;
      return document.readyState !== "loading";
    }
    function age() {
      all("[data-built-age], [data-banner], [data-due], [data-overdue], [data-ahead]").forEach(function (place) {
        if (done.has(place) || !whole(place)) return;
        done.add(place);
        Object.keys(AGING).forEach(function (name) {
          if (name in place.dataset) AGING[name](place, place.dataset[name], today, Number(html.dataset.soon));
        });
      });
    }
    var observer = new MutationObserver(age);
    observer.observe(html, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", function () {
      observer.disconnect();
      age();
      all("table[data-bars]").forEach(bars);
    });
  }

  /** Draws the bars of a table as long as its counts say. @param {HTMLTableElement} table */
  function bars(table) {
    var rows = all("tbody tr", table).map(function (row) {
      return { of: Number(row.cells[1].textContent), bar: row.querySelector("rect") };
    });
    var most = Math.max.apply(null, rows.map(function (row) { return row.of; }));
    rows.forEach(function (row) { if (row.bar) row.bar.setAttribute("width", most && row.of / most * 100 + "%"); });
  }

  /** @param {HTMLElement} pre */
  function code(pre) {
    if (pre.scrollWidth > pre.clientWidth) pre.tabIndex = 0;
    if (!navigator.clipboard) return;
    var button = element("button", { type: "button", class: "copy" }, "Copy");
    var box = element("div", { class: "code-box" });
    pre.replaceWith(box);
    box.append(pre, button);
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(pre.textContent.replace(/\n$/, "")).then(
        function () { button.textContent = "Copied"; }, function () { button.textContent = "Not copied"; });
      setTimeout(function () { button.textContent = "Copy"; }, 2000);
    });
  }

  /** Steps keep their ticks for as long as the tab lives: a reload in an incident loses nothing. */
  function steps() {
    var memory = "onus-steps " + location.pathname;
    var done = new Set((recall(memory, true) || "").split(" ").filter(Boolean));
    /** @param {string} key @param {boolean} is */
    function note(key, is) {
      if (is) done.add(key); else done.delete(key);
      keep(memory, Array.from(done).join(" "), true);
    }
    all("[data-steps] > ol > li").forEach(function (li, i) {
      var key = "s" + i;
      var button = element("button", { type: "button", class: "tick", "aria-label": "Step done" });
      function show() {
        button.setAttribute("aria-pressed", String(done.has(key)));
        li.toggleAttribute("data-done", done.has(key));
      }
      button.addEventListener("click", function () { note(key, !done.has(key)); show(); });
      li.prepend(button);
      show();
    });
    all("[data-steps] input[type=checkbox]").forEach(function (box, i) {
      var key = "c" + i;
      box.disabled = false;
      box.checked = box.checked || done.has(key);
      box.addEventListener("change", function () { note(key, box.checked); });
    });
  }

  /** A field to search in, at once, so that no keystroke is lost; what answers is loaded only then. */
  function search() {
    var slot = document.querySelector("[data-search]");
    if (!slot) return;
    var site = slot.dataset;
    var asked = false;
    var input = element("input", { type: "search", name: "q", "aria-label": "Search this handbook", autocomplete: "off",
      autocapitalize: "off", spellcheck: "false", placeholder: "Alert, service, question" });
    var close = element("button", { type: "button" }, "Close");
    var dialog = element("dialog", { class: "search", "data-search-box": "dialog", "aria-label": "Search" },
      element("form", { class: "search-form", role: "search", action: site.page }, input, close),
      element("p", { class: "search-said" }), element("div", { class: "search-found" }));

    function load() {
      if (asked) return;
      asked = true;
      document.body.append(dialog);
      [site.reader, site.palette].forEach(function (src) {
        var script = element("script", { src: src });
        script.async = false;
        script.onerror = failed;
        document.head.append(script);
      });
    }

    function failed() {
      asked = false;
      all(".search-said").forEach(function (line) {
        var again = element("button", { type: "button" }, "Try again");
        again.onclick = load;
        line.replaceChildren("Search could not be loaded.", again, element("a", { href: site.page }, "All lists"));
      });
    }

    function open() {
      var field = document.querySelector("[data-search-box=page] input") || input;
      load();
      if (field === input && !dialog.open) dialog.showModal();
      field.focus();
      field.select();
    }

    close.onclick = function () { dialog.close(); };
    all("[data-search-open]").forEach(function (button) {
      button.onclick = open;
      button.onfocus = button.onpointerenter = load;
    });
    all("[data-search-box] input").forEach(function (field) {
      field.onfocus = load;
      if (field === document.activeElement || field.closest("[data-search-box=page]")) load();
    });
    document.addEventListener("keydown", function (event) {
      var k = event.key === "k" && (event.ctrlKey || event.metaKey);
      if (!k && (event.key !== "/" || event.target.closest("input, textarea, select, [contenteditable]"))) return;
      event.preventDefault();
      open();
    });
  }

  if (typeof document !== "undefined") {
    document.documentElement.classList.add("js");
    var chosen = recall("onus-theme");
    if (chosen) applyTheme(chosen);
    // What is asked in the address comes in place of the lists, which are not even shown.
    if (/[?&](q|kind|team|state)=./.test(location.search)) document.documentElement.dataset.asked = "";
    staleness();
    document.addEventListener("DOMContentLoaded", function () {
      themeSwitch();
      all("pre.code").forEach(code);
      steps();
      search();
      if (matchMedia("(min-width: 75rem)").matches) all("details.toc").forEach(function (toc) { toc.open = true; });
    });
  }
  if (typeof module !== "undefined") module.exports = { days: days, isoDay: isoDay, standing: standing, passed: passed };
})();
