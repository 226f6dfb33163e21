// What every page has to keep, looked at in Chromium: it can be read and reached by everybody, asks for nothing from elsewhere,
// fits its window and stands still. Knows no page type and no handbook. What is wrong is a line of text.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const axe = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
/** Success criteria of WCAG 2.2 A and AA, and what axe holds good besides. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const HEIGHT = 800;
/** So high that the whole of most pages is in the window, where what moves is seen. */
const TALL = 6000;

/**
 * A window with a clock of its own; what goes wrong in it is told in `told`, what moves in `moved`.
 * @param {import("playwright-core").Browser} browser @param {{day: string, root: string}} more the day it is there, and the address
 *   below which everything has to be
 */
export async function desk(browser, { day, root }) {
  const context = await browser.newContext({ viewport: { width: 1280, height: HEIGHT }, reducedMotion: "reduce" });
  context.setDefaultTimeout(30_000);
  await context.addInitScript((now) => {
    const Clock = Date;
    globalThis.Date = class extends Clock {
      constructor(...parts) { super(...(parts.length ? parts : [now])); }
      static now() { return now; }
    };
  }, Date.parse(`${day}T12:00:00Z`));
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const it = { page, session, told: [], moved: [] };
  page.on("console", (message) => message.type() === "error" && it.told.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => it.told.push(`error: ${error}`));
  page.on("dialog", (dialog) => { it.told.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => {
    if (!request.url().startsWith(root) && !request.url().startsWith("data:")) it.told.push(`request to elsewhere: ${request.url()}`);
  });
  page.on("requestfailed", (request) => it.told.push(`failed: ${request.url()}`));
  page.on("response", (response) => response.status() >= 400 && it.told.push(`${response.status()}: ${response.url()}`));
  session.on("PerformanceTimeline.timelineEventAdded", ({ event }) => it.moved.push(event.layoutShiftDetails));
  await session.send("PerformanceTimeline.enable", { eventTypes: ["layout-shift"] });
  return it;
}

/**
 * Loads a page.
 * @param {string} address @param {{width: number, theme: "light" | "dark", scripts: boolean}} as
 */
export async function open({ page, session, told, moved }, address, { width, theme, scripts }) {
  await dress(page, width, HEIGHT, theme);
  await session.send("Emulation.setScriptExecutionDisabled", { value: !scripts });
  told.length = moved.length = 0;
  await page.goto(address);
  // What the page would have done is past; what is asked of it below needs scripts.
  if (!scripts) await session.send("Emulation.setScriptExecutionDisabled", { value: false });
  await frames(page, 2);
}

/** The page before is there still: what moves in it has to be over. */
async function dress(page, width, height, colorScheme) {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height });
  await frames(page, 2);
}

/** Waits until so many frames were painted. */
const frames = (page, count) => page.evaluate(async (count) => {
  for (; count; count--) await new Promise(requestAnimationFrame);
}, count);

/** What moved since the page was opened, or since this was last asked. */
export async function shifts({ page, session, moved }) {
  await frames(page, 2);
  const found = [];
  for (const { value, sources } of moved.splice(0)) {
    const parts = await Promise.all(sources.map(async ({ nodeId, previousRect: from, currentRect: to }) => {
      const { node } = await session.send("DOM.describeNode", { backendNodeId: nodeId }).catch(() => ({ node: { nodeName: "?" } }));
      const name = [node.nodeName.toLowerCase(), ...(node.attributes || [])].join(" ").slice(0, 60);
      return `<${name}> from ${[from.x, from.y, from.width, from.height]} to ${[to.x, to.y, to.width, to.height]}`;
    }));
    found.push(`moved by ${value.toFixed(4)}: ${parts.join("; ")}`);
  }
  return found;
}

/**
 * Loads a page as from a slow host: all but its end is painted before the end comes. Then whatever a script adds once the
 * document is there shows as movement; what tables make of rows that are yet to come does not. @param {{release(): void}} site
 */
export async function trickle({ page, told, moved }, site, address, { width, theme }) {
  await dress(page, width, TALL, theme);
  await page.setExtraHTTPHeaders({ "x-hold": "end" });
  await page.goto(address, { waitUntil: "commit" });
  await page.evaluate(async () => {
    for (let size = -1, still = 0; still < 3; await new Promise(requestAnimationFrame)) {
      const now = document.getElementsByTagName("*").length;
      still = now === size && performance.getEntriesByName("first-contentful-paint").length ? still + 1 : 0;
      size = now;
    }
  });
  told.length = moved.length = 0;
  site.release();
  await page.waitForLoadState("load");
  await page.setExtraHTTPHeaders({});
}

/** What sticks out of the window to the side. @param {number[]} widths */
export async function overflow({ page }, widths) {
  const found = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: HEIGHT });
    found.push(...await page.evaluate(() => {
      const root = document.documentElement;
      if (root.scrollWidth <= innerWidth) return [];
      const clipped = (it) => it && it !== document.body && (getComputedStyle(it).overflowX !== "visible" || clipped(it.parentElement));
      const wide = Array.from(document.body.querySelectorAll("*")).filter((it) => it.getBoundingClientRect().right > innerWidth + 1 && !clipped(it.parentElement));
      return [`${root.scrollWidth} px wide at ${innerWidth} px: ${wide.slice(0, 3).map((it) => it.cloneNode().outerHTML.slice(0, 90)).join(" ")}`];
    }));
  }
  return found;
}

/** What somebody could not read, perceive or operate, as far as a program can tell. */
export async function barriers({ page }) {
  await page.evaluate(axe);
  return page.evaluate(async (values) => {
    const { violations } = await globalThis.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] });
    const found = violations.map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes.slice(0, 2).map(({ html, any: [why] }) => html.slice(0, 120) + (why ? ` ${why.message}` : "")).join("; ")}`);
    const ids = new Map();
    for (const { id } of document.querySelectorAll("[id]")) ids.set(id, (ids.get(id) || 0) + 1);
    for (const [id, times] of ids) if (times > 1) found.push(`id ${id} stands ${times} times`);
    return found;
  }, RULES);
}

/** Goes over the page by Tab: what is not reached, or cannot be seen where it is. @param {number} limit of steps */
export async function unreached({ page }, limit = 400) {
  const found = [];
  const steps = await page.evaluate(() => {
    const active = "a[href], button, input, select, textarea, summary, [tabindex]";
    globalThis.left = new Set(Array.from(document.querySelectorAll(active)).filter((it) => it.tabIndex >= 0 && !it.disabled && it.checkVisibility({ visibilityProperty: true })));
    document.activeElement.blur();
    scrollTo(0, 0);
    return globalThis.left.size;
  });
  for (let i = 0; i < Math.min(steps, limit); i++) {
    await page.keyboard.press("Tab");
    const fault = await page.evaluate(() => {
      const it = document.activeElement;
      const name = it.cloneNode().outerHTML.slice(0, 90);
      if (!globalThis.left.delete(it)) return `Tab leads a second time, or from nowhere, to ${name}`;
      const { outlineStyle, outlineWidth } = getComputedStyle(it);
      if (outlineStyle === "none" || outlineWidth === "0px") return `no outline around ${name}`;
      const box = Array.from(it.getClientRects()).find(({ width, height }) => width && height);
      // In the middle of what the window has of it.
      const middle = (from, to, end) => (Math.max(from, 0) + Math.min(to, end)) / 2;
      const top = box && document.elementFromPoint(middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
      return top && (it.contains(top) || top.contains(it)) ? null : `hidden while it has the focus: ${name}`;
    });
    if (fault) found.push(fault);
    if (found.length > 4) break;
  }
  if (steps <= limit && !found.length) found.push(...await page.evaluate(() => Array.from(globalThis.left, (it) => `never reached: ${it.cloneNode().outerHTML.slice(0, 90)}`)));
  return found;
}
