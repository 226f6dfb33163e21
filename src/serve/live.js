/*
 * Keeps an open page up to date: `onus serve` adds this script to the pages it serves, and only there. The server tells what it
 * serves now; the page knows what it was made from. It reloads where that differs, at the same place, with the search that was
 * open; where only a style sheet differs, that alone is exchanged. Errors of the handbook are shown above the page.
 */
(function () {
  "use strict";

  const own = document.currentScript.dataset;
  let whole = own.whole;
  let rest = own.rest;
  let index = own.index;
  let leaving = false;

  function recall(key) {
    try {
      const text = sessionStorage.getItem(key);
      sessionStorage.removeItem(key);
      return JSON.parse(text);
    } catch (e) { return null; }
  }

  function keep(key, value) {
    try { sessionStorage.setItem(key, JSON.stringify(value)); } catch (e) { /* private window: forget */ }
  }

  /** The field of search that is in use, by the kind of its box, with its text. */
  function asked() {
    for (const box of document.querySelectorAll("[data-search-box]")) {
      const input = box.querySelector("input");
      const open = box.matches("dialog") ? box.open : document.activeElement === input || input?.value;
      if (input && open) return { box: box.dataset.searchBox, text: input.value, focus: document.activeElement === input };
    }
    return null;
  }

  function reload() {
    if (leaving) return;
    leaving = true;
    keep("onus-live", { path: location.pathname, x: scrollX, y: scrollY, asked: pending || asked() });
    location.reload();
  }

  /** The search that is to be opened again. */
  let pending = null;

  /** Opens the search that was open before. What answers is loaded by and by. */
  function ask() {
    const { box, text, focus } = pending;
    const started = performance.now();
    (function fill() {
      const input = document.querySelector(`[data-search-box="${box}"] input`);
      if (!input || !input.oninput) {
        if (box === "dialog" && !input) document.querySelector("[data-search-open]")?.click();
        else if (focus) input?.focus();
        if (performance.now() - started < 10000) setTimeout(fill, 30);
        else pending = null;
        return;
      }
      pending = null;
      if (focus) input.focus();
      if (input.value === text) return;
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    })();
  }

  /** Exchanges style sheets of another fingerprint; the old ones go once the new ones are there. */
  function restyle(styles) {
    const plain = (href) => href.replace(/\.[0-9a-f]{10}\.css$/, ".css");
    document.querySelectorAll("link[rel=stylesheet]").forEach((old) => {
      const href = old.getAttribute("href");
      const at = href.lastIndexOf("assets/");
      const now = at >= 0 && styles.find((style) => plain(style) === plain(href.slice(at)));
      if (!now || href.endsWith(now)) return;
      const link = old.cloneNode();
      link.href = href.slice(0, at) + now;
      link.onload = link.onerror = () => old.remove();
      old.after(link);
    });
  }

  let panel = null;
  let shown = "";
  let dismissed = recall("onus-live-dismissed") || "";
  if (dismissed) keep("onus-live-dismissed", dismissed);

  function element(tag, name, ...children) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.append(...children.filter(Boolean));
    return made;
  }

  function dismiss() {
    if (!panel) return;
    dismissed = shown;
    keep("onus-live-dismissed", dismissed);
    panel.remove();
    panel = null;
  }

  function overlay(troubles) {
    const { stopped, findings, more } = troubles;
    const text = stopped || findings.length ? JSON.stringify(troubles) : "";
    if (text === shown && panel) return;
    shown = text;
    panel?.remove();
    panel = null;
    if (!text || text === dismissed) return;
    if (!document.querySelector("link[data-onus-live]")) {
      const link = element("link");
      link.rel = "stylesheet";
      link.href = "/.onus/live.css";
      link.dataset.onusLive = "";
      document.head.append(link);
    }
    const close = element("button", "", "Dismiss");
    close.type = "button";
    close.onclick = dismiss;
    const count = findings.length + more;
    const title = stopped ? "The site could not be built; this is the last good one"
      : count === 1 ? "1 error in the handbook" : `${count} errors in the handbook`;
    panel = element("section", "onus-live", element("h2", "", title), close,
      stopped && element("pre", "", stopped),
      element("ol", "", ...findings.map((finding) => {
        const where = `${finding.path}:${finding.line}:${finding.column}`;
        const place = element(finding.href ? "a" : "span", "onus-live-place", where);
        if (finding.href) place.href = finding.href;
        return element("li", "", element("p", "", place, ` ${finding.message} `, `[${finding.rule}]`),
          finding.snippet.trim() && element("pre", "", finding.snippet),
          finding.help && element("p", "", "Help: " + finding.help));
      })),
      more > 0 && element("p", "", `${more} more are listed in the terminal.`));
    panel.setAttribute("role", "alert");
    panel.setAttribute("aria-label", "Errors of the last build");
    document.body.append(panel);
  }

  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel && !document.querySelector("dialog[open]")) dismiss();
  });

  function told(news) {
    // What is wrong is told by the page that comes: here it would stand for a moment, and a key that dismisses it would stop the reload.
    if (news.page.whole !== whole && news.page.rest !== rest) return reload();
    overlay(news.troubles);
    if (news.page.whole !== whole) {
      restyle(news.styles);
      whole = news.page.whole;
    }
    if (news.index !== index) {
      index = news.index;
      // A reader that is open would ask for files that are gone.
      if (window.onusSearch && own.index) reload();
      own.index = index;
    }
  }

  let source = null;
  function listen() {
    source = new EventSource("/.onus/events?page=" + encodeURIComponent(location.pathname));
    source.onmessage = (event) => told(JSON.parse(event.data));
    // A connection that is lost is tried again by the browser; one that was refused is not.
    source.onerror = () => { if (source.readyState === EventSource.CLOSED) setTimeout(listen, 1000); };
  }

  const before = recall("onus-live");
  if (before && before.path === location.pathname) {
    if ("scrollRestoration" in history) history.scrollRestoration = "manual";
    const back = () => scrollTo({ left: before.x, top: before.y, behavior: "instant" });
    back();
    addEventListener("load", () => {
      back();
      history.scrollRestoration = "auto";
    });
    pending = before.asked;
    // The page's own scripts come first.
    if (pending) addEventListener("DOMContentLoaded", () => setTimeout(ask));
  }
  // A page that is left lets go of its connection: browsers keep few of them.
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  listen();
})();
