// What somebody who searches would miss, driven by keyboard in a real browser.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { own, setting } from "./setting.mjs";
import { build, example, folder, serve } from "./site.mjs";
import { stub } from "./stub.mjs";

const set = setting();
const search = (name, run, more) => own(set, name, run, more);

/** Replaces search.js by the stub, over HTTP. */
const stubbed = (page) => page.route("**/assets/search.*.js", (route) => route.fulfill({ contentType: "text/javascript", body: stub }));

const field = (page) => page.locator("dialog[open] input");
const options = (page) => page.locator("dialog [role=option]");
const chosen = (page) => page.locator("dialog [role=option][aria-selected=true]");
const said = (page) => page.locator("dialog .search-said");

/** Opens the palette and waits until it can answer. */
async function open(page) {
  await page.keyboard.press("/");
  await page.locator("dialog[open] input[role=combobox]").waitFor();
}

/** Types, and waits until the answer to all of it is there. */
async function type(page, text) {
  await page.keyboard.type(text);
  await answered(page);
}

/** Waits until what is on show answers what stands in the field. */
const answered = (page) => page.waitForFunction(() => {
  const box = document.activeElement.closest("[data-search-box]");
  return box.querySelector(".search-found[aria-busy=false] .hits");
});

for (const key of ["/", "Control+k", "Meta+k"]) {
  search(`${key} opens the palette anywhere, and Escape gives the focus back`, async (page) => {
    await stubbed(page);
    for (const address of ["index.html", "teams/checkout.html", "alerts/index.html", "health/index.html", "404.html"]) {
      await page.goto(set.site.url + address);
      const brand = page.locator(".brand");
      await brand.focus();
      await page.keyboard.press(key);
      await page.locator("dialog[open] input:focus").waitFor();
      await page.locator("dialog[open] input[role=combobox]").waitFor();
      await page.keyboard.press("Escape");
      await page.locator("dialog:not([open])").waitFor({ state: "attached" });
      assert.ok(await brand.evaluate((it) => it === document.activeElement), address);
    }
  });
}

search("a slash typed into a field stays there", async (page) => {
  await page.goto(set.site.url + "responsibilities/index.html");
  const filter = page.locator(".tools input").first();
  await filter.fill("a");
  await page.keyboard.press("/");
  assert.equal(await filter.inputValue(), "a/");
  assert.equal(await page.locator("dialog[open]").count(), 0);
});

search("the button opens the palette, and is a target for a thumb on a telephone", async (page) => {
  await stubbed(page);
  await page.goto(set.site.url + "teams/checkout.html");
  const button = page.getByRole("button", { name: "Search" });
  const box = await button.boundingBox();
  assert.ok(box.width >= 40 && box.height >= 40, JSON.stringify(box));
  await button.click();
  await field(page).waitFor();
  const dialog = await page.locator("dialog").boundingBox();
  assert.deepEqual([dialog.width, dialog.height], [320, 640]);
  await type(page, "alpha");
  for (const contact of await page.locator("dialog .reach a").all()) assert.ok((await contact.boundingBox()).height >= 44);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than the screen");
}, { context: { viewport: { width: 320, height: 640 } } });

search("scripts come only when somebody searches", async (page) => {
  const loaded = [];
  page.on("request", (request) => loaded.push(request.url()));
  await page.goto(set.site.url + "teams/checkout.html");
  assert.ok(!loaded.some((url) => /\/(search|palette)\b/.test(new URL(url).pathname)), loaded.join("\n"));
  await page.getByRole("button", { name: "Search" }).hover();
  await page.locator("dialog input[role=combobox]").waitFor({ state: "attached" });
});

search("what is typed while the scripts are loading is not lost", async (page) => {
  await stubbed(page);
  let release;
  const held = new Promise((done) => { release = done; });
  await page.route("**/assets/palette.*.js", async (route) => { await held; await route.continue(); });
  await page.goto(set.site.url + "teams/checkout.html");
  await page.keyboard.press("/");
  await page.keyboard.type("alpha");
  assert.equal(await field(page).inputValue(), "alpha");
  release();
  await options(page).first().waitFor();
  assert.equal(await field(page).inputValue(), "alpha");
  assert.ok(await field(page).evaluate((it) => it === document.activeElement));
});

search("Enter goes to the first result, arrows choose another", async (page) => {
  await page.goto(set.site.url + "services/index.html");
  await open(page);
  await type(page, "checkout");
  const first = await options(page).first().getAttribute("id");
  assert.equal(await chosen(page).getAttribute("id"), first);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  assert.equal(await field(page).getAttribute("aria-activedescendant"), await options(page).nth(1).getAttribute("id"));
  const to = await chosen(page).evaluate((it) => new URL(it.href).pathname);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === to);
  await page.goBack();
  await open(page);
  await type(page, "checkout");
  await page.keyboard.press("ArrowUp");
  assert.match(await chosen(page).textContent(), /^All \d+ results$/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/search\.html\?q=checkout$/);
  await page.locator("ol .hit").first().waitFor();
  assert.equal(await page.locator("main input[name=q]").inputValue(), "checkout");
});

search("Enter pressed before the answer is there waits for it", async (page) => {
  await stubbed(page);
  await page.goto(set.site.url + "services/index.html");
  await open(page);
  await page.keyboard.type("held one");
  await page.waitForFunction(() => window.stub.held.has("held one"));
  await page.keyboard.press("Enter");
  await page.evaluate(() => window.stub.release("held one"));
  await page.waitForURL(/teams\/checkout\.html/);
});

search("Ctrl-Enter opens a new tab and leaves the palette as it is", async (page) => {
  await page.goto(set.site.url + "services/index.html");
  await open(page);
  await type(page, "checkout");
  const to = await chosen(page).evaluate((it) => it.href.replace(/#.*/, ""));
  const opened = page.context().waitForEvent("page");
  await page.keyboard.press("Control+Enter");
  await (await opened).waitForURL((url) => url.href.replace(/#.*/, "") === to);
  assert.equal(await field(page).inputValue(), "checkout");
});

search("an answer that came too late is dropped", async (page) => {
  await stubbed(page);
  await page.goto(set.site.url + "services/index.html");
  await open(page);
  await field(page).fill("held early");
  await page.waitForFunction(() => window.stub.held.has("held early"));
  await field(page).fill("held late");
  await page.waitForFunction(() => window.stub.held.has("held late"));
  await page.evaluate(() => window.stub.release("held late"));
  await options(page).filter({ hasText: "held late" }).waitFor();
  await page.evaluate(async () => { window.stub.release("held early"); await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame); });
  assert.equal(await options(page).count(), 1);
  assert.match(await options(page).first().textContent(), /held late/);
});

search("old results stay until new ones are there, and waiting is said", async (page) => {
  await stubbed(page);
  await page.goto(set.site.url + "services/index.html");
  await open(page);
  await field(page).fill("any");
  await options(page).nth(2).waitFor();
  await field(page).fill("held any");
  await said(page).filter({ hasText: "Searching" }).waitFor();
  assert.equal(await options(page).count(), 3);
  await page.evaluate(() => window.stub.release("held any"));
  await said(page).filter({ hasText: "1 result" }).waitFor();
});

search("excerpts fill in without moving a row, and links lead to the section", async (page) => {
  await stubbed(page);
  await page.goto(set.site.url + "services/index.html");
  await open(page);
  await page.evaluate(() => {
    window.tops = [];
    const look = () => {
      const tops = Array.from(document.querySelectorAll("dialog .hit"), (it) => it.offsetTop);
      if (tops.length) window.tops.push(tops.join());
      requestAnimationFrame(look);
    };
    look();
  });
  await field(page).fill("any");
  await page.locator("dialog .hit-text mark").nth(2).waitFor();
  assert.equal(new Set(await page.evaluate(() => window.tops)).size, 1);
  assert.match(await options(page).first().getAttribute("href"), /teams\/alpha\.html#the-place$/);
  assert.match(await options(page).nth(1).textContent(), /review overdue/);
  assert.match(await options(page).nth(2).textContent(), /nobody owns it/);
});

search("the answer card says who owns it and how to reach them, and Tab leads there", async (page) => {
  await stubbed(page);
  await page.goto(set.site.url + "services/index.html");
  await open(page);
  await type(page, "alpha");
  const card = page.locator("dialog .plate");
  await card.waitFor();
  assert.match(await card.textContent(), /Alpha.*Phone \+44 20 7946 0100.*#alpha.*First to call, at once Ann/);
  for (let i = 0; i < 4 && !(await page.locator("dialog a[href^=tel]:focus").count()); i++) await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "tel:+442079460100");
  await field(page).fill("nobody");
  await card.filter({ hasText: "Nobody owns this" }).waitFor();
  assert.match(await card.textContent(), /Judge decides who owns what nobody owns/);
  assert.match(await card.getByRole("link", { name: "Ask who owns this" }).getAttribute("href"), /Who%20owns%20Alpha/);
});

search("the card names the owner of the example's services", async (page) => {
  await page.goto(set.site.url + "alerts/index.html");
  await open(page);
  await type(page, "who owns checkout");
  const card = page.locator("dialog .plate");
  await card.locator(".plate-name").waitFor();
  assert.equal(await card.locator(".plate-name").textContent(), "Checkout");
  assert.equal(await card.locator("a[href^=tel]").first().getAttribute("href"), "tel:+442079460120");
});

search("where nothing is found, somebody can be asked", async (page) => {
  await page.goto(set.site.url + "services/index.html");
  await open(page);
  await page.keyboard.type("zzyzx & qwrtp");
  // Each letter is an answer of its own: that to the last is waited for.
  const ask = page.locator("dialog").getByRole("link", { name: "Ask who owns this" });
  await ask.and(page.locator('[href*="Who%20owns%20zzyzx%20%26%20qwrtp"]')).waitFor();
});

search("a mistyped word and a problem are said", async (page) => {
  await stubbed(page);
  await page.goto(set.site.url + "services/index.html");
  await open(page);
  await field(page).fill("alhpa");
  await said(page).filter({ hasText: "Showing results for alpha instead of “alhpa”" }).waitFor();
  await field(page).fill("odd:thing");
  await said(page).filter({ hasText: "there is no filter" }).waitFor();
});

search("somebody who listens hears how many there are and the first, once typing pauses", async (page) => {
  await stubbed(page);
  await page.goto(set.site.url + "services/index.html");
  await open(page);
  await page.keyboard.type("any");
  const live = page.locator("dialog [role=status]");
  await live.filter({ hasText: "3 results, first: Alpha, Team, owner Alpha" }).waitFor();
  await field(page).fill("nothing");
  await live.filter({ hasText: "Nothing found" }).waitFor();
  assert.equal(await field(page).getAttribute("aria-expanded"), "false");
});

search("an empty palette gives examples that can be used", async (page) => {
  await stubbed(page);
  await page.goto(set.site.url + "services/index.html");
  await open(page);
  await page.getByRole("button", { name: "team:alpha" }).waitFor();
  await page.getByRole("button", { name: "kind:runbook" }).click();
  assert.equal(await field(page).inputValue(), "kind:runbook ");
  await options(page).first().waitFor();
});

search("an index that does not load is said, and can be tried again", async (page) => {
  await page.route("**/assets/search.*.js", (route) => route.fulfill({ contentType: "text/javascript", body: stub + "window.stub.failing = 2;" }));
  await page.goto(set.site.url + "services/index.html");
  await open(page);
  await said(page).filter({ hasText: "could not be loaded" }).waitFor();
  await page.keyboard.type("a");
  const again = page.getByRole("button", { name: "Try again" });
  await again.waitFor();
  await page.evaluate(() => { window.stub.failing = 0; });
  await again.click();
  await options(page).first().waitFor();
}, { expected: /no index/ });

search("a script that does not load is said, and can be tried again", async (page) => {
  let broken = true;
  await page.route("**/assets/search.*.js", (route) => (broken ? route.abort() : route.fulfill({ contentType: "text/javascript", body: stub })));
  await page.goto(set.site.url + "services/index.html");
  await page.keyboard.press("/");
  await page.keyboard.type("any");
  const again = page.getByRole("button", { name: "Try again" });
  await again.waitFor();
  assert.equal(await said(page).getByRole("link").getAttribute("href"), "../search.html");
  broken = false;
  await again.click();
  await options(page).first().waitFor();
}, { expected: /ERR_FAILED/ });

search("a browser that cannot unpack the index says so", async (page) => {
  await page.addInitScript(() => { delete window.DecompressionStream; });
  await page.goto(set.site.url + "services/index.html");
  await open(page);
  await said(page).filter({ hasText: "too old" }).waitFor();
  assert.equal(await said(page).getByRole("link", { name: "All lists" }).getAttribute("href"), "../search.html");
});

search("the front page answers below its own field", async (page) => {
  await page.goto(set.site.url + "index.html");
  const hero = page.locator(".hero-search input");
  await hero.click();
  await page.locator(".hero-search input[role=combobox]").waitFor();
  await type(page, "checkout");
  await page.keyboard.press("ArrowDown");
  const to = await page.locator(".hero-search [aria-selected=true]").evaluate((it) => new URL(it.href).pathname);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === to);
});

search("search.html keeps its address in step, filters, and comes back as it was", async (page) => {
  await page.goto(set.site.url + "search.html");
  const q = page.locator("main input[name=q]");
  const rows = page.locator("ol .hit");
  assert.ok(await page.locator("[data-search-rest]").isVisible());
  await page.keyboard.press("/");
  assert.ok(await q.evaluate((it) => it === document.activeElement));
  await page.keyboard.type("payment");
  await rows.first().waitFor();
  await page.waitForURL(/\?q=payment$/);
  await page.locator("select[name=kind]").selectOption("runbook");
  await page.waitForURL(/\?q=payment&kind=runbook$/);
  await page.waitForFunction(() => Array.from(document.querySelectorAll("ol .hit-meta > :first-child"), (it) => it.textContent).every((it) => it === "Runbook"));
  const titles = await page.locator("ol .hit-title").allTextContents();
  assert.ok(titles.length > 0);
  await rows.first().click();
  await page.waitForURL(/\/runbooks\//);
  await page.goBack();
  await rows.first().waitFor();
  await page.waitForFunction((title) => document.querySelector("ol .hit-title")?.textContent === title, titles[0]);
  assert.equal(await q.inputValue(), "payment");
  assert.equal(await page.locator("select[name=kind]").inputValue(), "runbook");
  assert.deepEqual(await page.locator("ol .hit-title").allTextContents(), titles);
  await page.goto(set.site.url + "search.html?team=checkout&kind=alert");
  await rows.first().waitFor();
  assert.equal(await q.inputValue(), "");
});

search("search.html shows more on demand and keeps the focus", async (page) => {
  await stubbed(page);
  await page.goto(set.site.url + "search.html?q=many");
  await page.locator("ol .hit").nth(49).waitFor();
  assert.equal(await page.locator("ol .hit").count(), 50);
  await page.getByRole("button", { name: "Show more of 120" }).click();
  await page.locator("ol .hit").nth(99).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.querySelector(".hit-title").textContent), "Many 50");
});

search("without scripts a link leads to the lists", async (page) => {
  await page.goto(set.site.url + "index.html");
  assert.ok(!(await page.locator("button.search-open").isVisible()));
  await page.locator(".hero-search input").fill("checkout");
  await page.keyboard.press("Enter");
  await page.waitForURL(/search\.html\?q=checkout/);
  await page.goto(set.site.url + "teams/checkout.html");
  await page.getByRole("banner").getByRole("link", { name: "Search" }).click();
  await page.waitForURL(/search\.html$/);
  assert.ok(await page.locator("[data-search-rest] a").first().isVisible());
  assert.ok(!(await page.locator("[data-search-box] form").isVisible()));
}, { context: { javaScriptEnabled: false } });

search("everything works from a disk", async (page) => {
  const root = pathToFileURL(set.dir).href + "/";
  await page.goto(root + "teams/checkout.html");
  await open(page);
  await type(page, "payments");
  await page.locator("dialog .hit-text:not(:empty)").first().waitFor();
  const to = await chosen(page).evaluate((it) => it.href);
  await page.keyboard.press("Enter");
  await page.waitForURL(to);
  await page.goto(root + "search.html?q=payments");
  await page.locator("ol .hit").first().waitFor();
  await page.locator("select[name=kind]").waitFor();
  await page.locator("main input[name=q]").fill("checkout");
  await page.locator("ol .hit-title", { hasText: "Checkout" }).first().waitFor();
});

test("hostile titles and aliases inject nothing", { timeout: 60_000 }, async (t) => {
  const root = folder("hostile");
  const evil = `<img src=x onerror=alert(1)>`;
  mkdirSync(join(root, "content/teams"), { recursive: true });
  writeFileSync(join(root, "site.toml"), `title = "Hostile"\nissue_url = "https://git.example/new?title={title}&body={body}"\n`);
  cpSync(join(example, "content/index.md"), join(root, "content/index.md"));
  writeFileSync(join(root, "content/teams/evil.md"), `---\ntitle: '${evil} evil'\naliases: ['"><script>alert(2)</script>']\nmission: '${evil}'\ncontacts:\n  slack: '#${evil}'\nmembers: []\n---\n## Heading ${evil}\n\nevil words ${evil}\n`);
  const hostile = await serve(build(root));
  t.after(hostile.stop);
  const page = await set.browser.newPage();
  t.after(() => page.close());
  const seen = [];
  page.on("dialog", (dialog) => { seen.push(dialog.message()); dialog.dismiss(); });
  page.on("console", (message) => message.type() === "error" && seen.push(message.text()));
  await page.goto(hostile.url + "index.html");
  await open(page);
  await type(page, "evil");
  await options(page).first().waitFor();
  await page.locator("dialog .hit-text:not(:empty)").first().waitFor();
  assert.ok((await options(page).first().textContent()).includes(evil));
  await page.goto(hostile.url + "search.html?q=" + encodeURIComponent(`evil ${evil}`));
  await page.locator(".search-found > *").first().waitFor();
  assert.equal(await page.locator("main img, main script, dialog img, dialog script").count(), 0);
  assert.deepEqual(seen, []);
});
