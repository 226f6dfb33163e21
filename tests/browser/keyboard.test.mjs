// Walks by keyboard alone, as somebody without a pointer: Tab, arrows, Enter, Space, Escape. What may be clicked can be walked to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { own, setting } from "./setting.mjs";

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 360, height: 740 };
const set = setting();

/**
 * A walk over a page.
 * @param {string} name @param {{viewport: object, at: string}} from @param {(walk: ReturnType<typeof walker>, page: any) => Promise<void>} run
 */
function walk(name, { viewport, at }, run) {
  own(set, name, async (page) => {
    await page.goto(set.site.url + at);
    await run(walker(page), page);
  }, { context: { viewport, reducedMotion: "reduce" } });
}

/** @param {import("playwright-core").Page} page */
const walker = (page) => ({
  press: (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve()),
  type: (text) => page.keyboard.type(text),
  /** Tabs on until the focus is on what fits. @param {string} selector @param {string} [text] that it holds */
  async to(selector, text = "") {
    const passed = [];
    for (let i = 0; i < 200; i++) {
      await page.keyboard.press("Tab");
      const [here, name] = await page.evaluate(([selector, text]) => {
        const it = document.activeElement;
        return [it.matches(selector) && it.textContent.includes(text), it.cloneNode().outerHTML.slice(0, 60)];
      }, [selector, text]);
      if (here) return;
      passed.push(name);
    }
    assert.fail(`${selector} ${text} is not reached; passed ${passed.slice(0, 30).join(" ")}`);
  },
  /** Waits until the focus is on what fits. @param {string} selector */
  on: (selector) => page.waitForFunction((selector) => document.activeElement.matches(selector), selector),
});

const SERVICE = "services/checkout.html";

walk("the first Tab leads past what every page has", { viewport: WIDE, at: SERVICE }, async ({ press, on }, page) => {
  await press("Tab");
  await on(".skip");
  assert.ok(await page.locator(".skip").evaluate((it) => it.getBoundingClientRect().top >= 0));
  await press("Enter");
  await on("main");
  await press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.closest("main")));
});

walk("search is opened, asked, left and gone through", { viewport: WIDE, at: SERVICE }, async ({ press, type, to, on }, page) => {
  await to("button.search-open");
  await press("Enter");
  await on("dialog[open] input[role=combobox]");
  await type("refunds");
  await page.locator("dialog .search-found[aria-busy=false] .hits").waitFor();
  await press("Escape");
  await on("button.search-open");
  await press("Space");
  await on("dialog[open] input[role=combobox]");
  assert.equal(await page.locator("dialog input").inputValue(), "refunds");
  await press("Control+a");
  await type("on call");
  await page.waitForFunction(() => document.querySelector("dialog .search-said").textContent.includes("result"));
  // Tab stays in the dialog, which has the answer's ways in it, and comes round.
  for (let i = 0; i < 12; i++) {
    await press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("dialog")));
  }
  await page.locator("dialog input").focus();
  await press("ArrowDown", "ArrowDown", "ArrowUp");
  const href = await page.locator("dialog [aria-selected=true]").evaluate((it) => it.href);
  await press("Enter");
  await page.waitForURL(href);
});

walk("the menu of a narrow screen opens, is walked and closes", { viewport: NARROW, at: SERVICE }, async ({ press, to, on }, page) => {
  const menu = page.locator("#_menu");
  await to("button.menu");
  assert.ok(!(await menu.isVisible()));
  await press("Enter");
  await menu.waitFor();
  await to("#_menu a", "Teams");
  await press("Escape");
  await menu.waitFor({ state: "hidden" });
  await on("button.menu");
  await press("Space");
  await to("#_menu [data-theme-switch]");
  await press("Enter");
  await page.locator("[data-theme-switch]", { hasText: "light" }).waitFor();
  await press("Escape");
  await on("button.menu");
  await press("Enter");
  await to("#_menu a", "Responsibilities");
  await press("Enter");
  await page.waitForURL(/responsibilities\/index\.html$/);
});

walk("the theme is switched, and stays", { viewport: WIDE, at: SERVICE }, async ({ press, to }, page) => {
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await paper();
  await to("[data-theme-switch]");
  await press("Enter");
  assert.equal(await paper(), light);
  await press("Enter");
  const dark = await paper();
  assert.notEqual(dark, light);
  await page.goto(set.site.url + "index.html");
  assert.equal(await paper(), dark);
});

walk("tabs change with the arrows, and an address opens the one it leads to", { viewport: WIDE, at: "guides/writing.html" }, async (walk, page) => {
  const chosen = () => page.locator("[role=tab][aria-selected=true]").textContent();
  const shown = () => page.locator("[role=tabpanel]:visible");
  const names = await page.locator("[role=tab]").allTextContents();
  assert.ok(names.length > 1, names.join());
  await walk.to("[role=tab]");
  assert.equal(await chosen(), names[0]);
  await walk.press("ArrowRight");
  assert.equal(await chosen(), names[1]);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), names[1]);
  assert.equal(await shown().count(), 1);
  await walk.press("Home", "ArrowLeft");
  assert.equal(await chosen(), names.at(-1));
  // The panel comes next, and can be scrolled.
  await walk.press("Tab");
  const last = await page.evaluate(() => document.activeElement.id);
  assert.equal(await shown().getAttribute("id"), last);
  await walk.press("Shift+Tab", "Home");
  assert.equal(await chosen(), names[0]);
  await page.evaluate((id) => { location.hash = id; }, last);
  await page.locator(`[id="${last}"]:visible`).waitFor();
  assert.equal(await chosen(), names.at(-1));
  await page.evaluate(() => { location.hash = "%"; });
});

test("the switch and the system give the same dark", async () => {
  const page = await set.browser.newPage({ colorScheme: "dark" });
  await page.goto(set.site.url + SERVICE);
  const [system, chosen] = await page.evaluate(() => {
    const root = document.documentElement;
    const tokens = () => Array.from(getComputedStyle(root)).filter((name) => name.startsWith("--")).map((name) => `${name}: ${getComputedStyle(root).getPropertyValue(name)}`);
    const system = [getComputedStyle(root).colorScheme, ...tokens()];
    root.dataset.theme = "dark";
    return [system, [getComputedStyle(root).colorScheme, ...tokens()]];
  });
  assert.ok(system.length > 20);
  assert.deepEqual(chosen, system);
  await page.close();
});

walk("steps of a runbook are ticked off, and stay so", { viewport: NARROW, at: "runbooks/checkout/payment-errors.html" }, async ({ press, to }, page) => {
  await to(".tick");
  await press("Space");
  assert.equal(await page.locator(".tick").first().getAttribute("aria-pressed"), "true");
  await page.reload();
  assert.equal(await page.locator(".tick").first().getAttribute("aria-pressed"), "true");
});

walk("search.html is asked and narrowed", { viewport: WIDE, at: "search.html" }, async ({ press, type, to }, page) => {
  await to("main input[type=search]");
  await type("payment");
  await page.locator("ol .hit").first().waitFor();
  await to("select[name=kind]");
  await type("Runbook");
  await page.waitForURL(/kind=runbook/);
  await page.waitForFunction(() => Array.from(document.querySelectorAll("ol .hit-meta > :first-child"), (it) => it.textContent).every((it) => it === "Runbook"));
  await to("ol .hit");
  await press("Enter");
  await page.waitForURL(/\/runbooks\//);
});

walk("the matrix is narrowed, walked by arrows, and says why", { viewport: WIDE, at: "responsibilities/index.html" }, async ({ press, type, to, on }, page) => {
  const rows = page.locator("table.matrix tbody tr:visible");
  const all = await rows.count();
  await to(".tools input[type=search]");
  await type("refund");
  await page.waitForFunction((all) => Array.from(document.querySelectorAll("table.matrix tbody tr")).filter((row) => row.checkVisibility()).length < all, all);
  assert.ok((await rows.count()) > 0);
  await press("Control+a", "Delete");
  await to("table.matrix tbody a");
  await press("ArrowRight");
  await on("table.matrix [data-raci] > a");
  await press("ArrowLeft");
  await on("table.matrix th > a");
  await press("ArrowRight", "Enter");
  await page.locator("dialog.why[open]").waitFor();
  await on("dialog.why button");
  await press("Shift+Tab");
  assert.ok(await page.evaluate(() => document.activeElement.closest("dialog.why")));
  await press("Escape");
  await on("table.matrix [data-raci] > a");
});

walk("a person is taken away, and brought back", { viewport: NARROW, at: "teams/checkout.html" }, async ({ press, to }, page) => {
  await to("summary", "away");
  await press("Enter");
  await to("[data-away] input[type=checkbox]");
  const said = page.locator("[data-away] [role=status]");
  const before = await said.textContent();
  await press("Space");
  await page.waitForFunction((before) => document.querySelector("[data-away] [role=status]").textContent !== before, before);
  await press("Space");
  await page.waitForFunction((before) => document.querySelector("[data-away] [role=status]").textContent === before, before);
});

walk("Can I? is asked in words and as somebody", { viewport: NARROW, at: "decisions/index.html" }, async ({ press, type, to }, page) => {
  await to("[data-can-i] input[type=search]");
  await type("roll back");
  const said = page.locator("[data-can-i] output");
  await said.filter({ hasText: "Yes" }).waitFor();
  await to("[data-can-i] select[name=role]");
  await press("ArrowDown");
  assert.notEqual(await page.locator("[data-can-i] select[name=role]").inputValue(), "");
  await to("[data-answers] a");
  await press("Enter");
  await page.waitForURL(/decisions\/(?!index)/);
});
