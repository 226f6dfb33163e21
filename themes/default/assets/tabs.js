/*
 * Tabs on pages that have some: the headings of `.tabs > .tab` become a list of tabs, and one of them is shown at a time. Without
 * this file they are headings with what stands below. Runs in the head, so that nothing moves once the page is there.
 */
(function () {
  "use strict";

  /** The tab to go to with a key, or none. @param {string} key @param {number} at @param {number} count @returns {number} */
  function step(key, at, count) {
    if (key === "ArrowRight") return (at + 1) % count;
    if (key === "ArrowLeft") return (at + count - 1) % count;
    return key === "Home" ? 0 : key === "End" ? count - 1 : -1;
  }

  /** @param {HTMLElement} box */
  function tabs(box) {
    var panels = Array.from(box.children).filter(function (child) {
      return child.classList.contains("tab") && /^H\d$/.test((child.firstElementChild || child).tagName);
    });
    var list = document.createElement("div");
    list.className = "tablist";
    list.setAttribute("role", "tablist");
    var buttons = panels.map(function (panel, i) {
      var heading = panel.firstElementChild;
      var button = document.createElement("button");
      var anchor = heading.querySelector(".anchor");
      if (anchor) anchor.remove();
      button.type = "button";
      button.textContent = heading.textContent.trim();
      button.setAttribute("role", "tab");
      button.addEventListener("click", function () { show(i); });
      // Links to the heading lead to what stands below it.
      panel.id = heading.id;
      heading.removeAttribute("id");
      button.id = "_tab-" + panel.id;
      button.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", button.id);
      panel.tabIndex = 0;
      list.append(button);
      return button;
    });

    /** @param {number} chosen */
    function show(chosen) {
      buttons.forEach(function (button, i) {
        button.setAttribute("aria-selected", String(i === chosen));
        button.tabIndex = i === chosen ? 0 : -1;
        panels[i].hidden = i !== chosen;
      });
    }

    list.addEventListener("keydown", function (event) {
      var to = step(event.key, buttons.indexOf(event.target), buttons.length);
      if (to < 0) return;
      event.preventDefault();
      show(to);
      buttons[to].focus();
    });
    panels.forEach(function (panel, i) {
      panel.addEventListener("tabs:show", function () { show(i); });
    });
    show(0);
    box.prepend(list);
  }

  /** Shows the tabs around what the address names. */
  function follow() {
    var id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch (e) { /* no escape of an id: as it is written */ }
    var target = id && document.getElementById(id);
    if (!target) return;
    var hidden = false;
    for (var panel = target.closest(".tab"); panel; panel = panel.parentElement.closest(".tab")) {
      hidden = hidden || panel.hidden;
      panel.dispatchEvent(new Event("tabs:show"));
    }
    if (hidden) target.scrollIntoView();
  }

  if (typeof document !== "undefined") {
    document.documentElement.classList.add("tabbed");
    document.addEventListener("DOMContentLoaded", function () {
      document.querySelectorAll(".tabs").forEach(function (box) { if (box.querySelector(":scope > .tab")) tabs(box); });
      follow();
    });
    addEventListener("hashchange", follow);
  }
  if (typeof module !== "undefined") module.exports = { step: step };
})();
