// Every type of page keeps what every page has to keep: in light and dark, narrow and wide, over HTTP under a strict policy and from a
// disk, with scripts and without.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { barriers, desk, open, overflow, shifts, trickle, unreached } from "./bars.mjs";
import { launch } from "./chromium.mjs";
import { build, example, pages, serve } from "./site.mjs";

/** The day the example is built as of, and one long after, when nobody has built it again. */
const TODAY = "2026-11-22";
const LATER = "2027-06-01";
const AT_ONCE = 2;

const dir = build(example);
const disk = `${pathToFileURL(dir).href}/`;
const types = pages(dir);
/** @type {Array<{site: Awaited<ReturnType<typeof serve>>, now: any, later: any, disk: any}>} */
const free = [];
let browser;

before(async () => {
  browser = await launch();
  for (let i = 0; i < AT_ONCE; i++) {
    const site = await serve(dir);
    free.push({
      site,
      now: await desk(browser, { day: TODAY, root: site.url }),
      later: await desk(browser, { day: LATER, root: site.url }),
      disk: await desk(browser, { day: TODAY, root: disk }),
    });
  }
});

after(async () => {
  await browser?.close();
  free.forEach(({ site }) => site.stop());
});

/** The combinations of some lists. @param {Record<string, any[]>} lists */
const all = (lists) => Object.entries(lists).reduce((rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))), [{}]);

test("every template has a page that is looked at", () => {
  const folder = join(example, "themes/default/templates");
  const texts = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  const extended = new Set(Array.from(texts.values(), (text) => /{%-? extends "([^"]+)"/.exec(text)?.[1]));
  const whole = Array.from(texts).filter(([name, text]) => !extended.has(name) && /{%-? extends |<!doctype html>/i.test(text));
  const wanted = whole.map(([name]) => name.replace(".html", "")).sort();
  assert.deepEqual(Array.from(types.keys()).sort(), wanted);
});

describe("pages", { concurrency: AT_ONCE }, () => {
  for (const [type, [route]] of types) {
    if (type === "redirect") continue;
    test(`${type}: ${route}`, { timeout: 120_000 }, async () => {
      const own = free.pop();
      const faults = [];
      const note = (as, found) => faults.push(...found.map((text) => `${Object.values(as).join(" ")}: ${text}`));
      try {
        for (const as of all({ over: ["http", "disk"], scripts: [true, false], theme: ["light", "dark"], width: [360, 1280] })) {
          const at = as.over === "disk" ? own.disk : own.now;
          await open(at, (as.over === "disk" ? disk : own.site.url) + route, as);
          if (as.over === "http" && (as.scripts || as.theme === "light")) note(as, await barriers(at));
          if (as.over === "http" && as.scripts && as.theme === "light" && as.width > 1000) note(as, await unreached(at));
          note(as, await overflow(at, as.width > 1000 ? [as.width, 640] : [as.width, 320]));
          note(as, at.told);
        }
        for (const as of all({ day: ["now", "later"], width: [360, 1280] })) {
          await trickle(own[as.day], own.site, own.site.url + route, { ...as, theme: "light" });
          note(as, await shifts(own[as.day]));
        }
      } finally {
        free.push(own);
      }
      assert.deepEqual(faults, []);
    });
  }
});

test("an old address leads on, and says so to whom it does not lead", { timeout: 120_000, skip: !types.has("redirect") && "no page has moved" }, async () => {
  const { site, now, disk: far } = free[0];
  const [route] = types.get("redirect");
  for (const [at, root] of [[now, site.url], [far, disk]]) {
    for (const scripts of [true, false]) {
      const arrived = at.page.waitForURL((url) => url.href.startsWith(root) && !url.href.endsWith(route), { timeout: 30_000 });
      await Promise.all([arrived, open(at, root + route, { width: 360, theme: "light", scripts })].map((step) => step.catch((error) => { if (!/interrupted|navigat/.test(error)) throw error; })));
      await at.page.locator("footer.foot").waitFor();
      // What it had begun to load is given up when it is left.
      assert.deepEqual(at.told.filter((text) => !text.startsWith("failed: ")), []);
    }
  }
  // Where it leads there is nothing this time, so that it stays and can be looked at.
  await now.page.route((url) => !url.pathname.endsWith(route) && url.pathname.endsWith(".html"), (to) => to.fulfill({ status: 204 }));
  for (const as of all({ theme: ["light", "dark"], width: [360, 1280] })) {
    await open(now, site.url + route, { ...as, scripts: true }).catch(() => {});
    assert.match(await now.page.locator("h1").textContent(), /moved/);
    assert.deepEqual([await barriers(now), await overflow(now, [as.width, 320])].flat(), []);
  }
  await now.page.unrouteAll();
});

test("nothing moves while search answers", { timeout: 120_000 }, async () => {
  const { site, now } = free[0];
  const { page } = now;
  for (const width of [360, 1280]) {
    await open(now, `${site.url}services/checkout.html`, { width, theme: "light", scripts: true });
    await page.keyboard.press("/");
    await page.locator("dialog[open] input[role=combobox]").waitFor();
    await page.keyboard.type("who owns payments");
    await page.locator("dialog .hit-text:not(:empty)").first().waitFor();
    assert.deepEqual(await shifts(now), []);
    assert.deepEqual(await barriers(now), []);
    await trickle(now, site, `${site.url}search.html?q=payments`, { width, theme: "light" });
    await page.locator("ol .hit-text:not(:empty)").first().waitFor();
    assert.deepEqual(await shifts(now), []);
    assert.deepEqual(await barriers(now), []);
    await page.locator("main input[type=search]").fill("");
    await page.locator("[data-search-rest] a").first().waitFor();
  }
});
