// The example's site, over HTTP under a strict policy and on disk, in Debian's Chromium: what most tests need.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./chromium.mjs";
import { build, example, serve } from "./site.mjs";

/** Builds and serves the site before the tests of a file: `dir` is its folder and `site` its server, once they run. */
export function setting() {
  const set = { dir: "", site: undefined, browser: undefined };
  before(async () => {
    set.dir = build(example);
    set.site = await serve(set.dir);
    set.browser = await launch();
  });
  after(async () => {
    await set.browser?.close();
    set.site?.stop();
  });
  return set;
}

/**
 * A test with a page of its own, in which nothing may be refused or fail unseen.
 * @param {ReturnType<typeof setting>} set @param {string} name @param {(page: any) => Promise<void>} run
 * @param {{expected?: RegExp, context?: object}} [more] errors that belong to the test, and what the page's context is like
 */
export function own(set, name, run, { expected, context } = {}) {
  test(name, { timeout: 60_000 }, async () => {
    const its = await set.browser.newContext({ viewport: { width: 1280, height: 800 }, ...context });
    its.setDefaultTimeout(10_000);
    const page = await its.newPage();
    const errors = [];
    const note = (text) => { if (!expected?.test(text)) errors.push(text); };
    page.on("console", (message) => message.type() === "error" && note(message.text()));
    page.on("pageerror", (error) => note(String(error)));
    page.on("dialog", (dialog) => { note(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    try {
      await run(page);
      assert.deepEqual(errors, []);
    } finally {
      await its.close();
    }
  });
}
