// Search in Firefox, over HTTP under a strict policy and from a disk. Where there is no Firefox, this is left out.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { installed, launch, page } from "./firefox.mjs";
import { build, example, serve } from "./site.mjs";

const skip = installed() ? false : "there is no Firefox: FIREFOX=program, or apt-get install firefox-esr";
let firefox, site, dir;
/** What a page refused, or said in its console. */
const told = [];

before(async () => {
  if (skip) return;
  dir = build(example);
  site = await serve(dir);
  firefox = await launch();
  await firefox.on("log.entryAdded", (entry) => { if (entry.level === "error" || entry.level === "warn") told.push(entry.text); });
  await firefox.send("script.addPreloadScript", {
    functionDeclaration: `() => addEventListener("securitypolicyviolation", (event) => console.error("refused: " + event.violatedDirective + " " + event.blockedURI), true)`,
  });
});

after(async () => {
  await firefox?.close();
  site?.stop();
});

const ESCAPE = "\ue00c", ENTER = "\ue007", DOWN = "\ue015";
const answered = (text) => `document.querySelector("dialog[open] input")?.value === ${JSON.stringify(text)} && document.querySelector("dialog[open] .search-found[aria-busy=false] .hits")`;

for (const [name, address] of [["over HTTP", () => site.url], ["from a disk", () => `${pathToFileURL(dir)}/`]]) {
  test(`search answers in Firefox ${name}`, { skip, timeout: 120_000 }, async () => {
    told.length = 0;
    const own = await page(firefox);
    await own.go(`${address()}teams/checkout.html`);
    await own.type("/");
    await own.until(`document.activeElement.matches("dialog[open] input[role=combobox]")`);

    await own.type("who owns payments");
    await own.until(answered("who owns payments"));
    const first = await own.tell(`[...document.querySelectorAll("dialog [role=option]")].map((option) => option.textContent)`);
    assert.ok(first.length > 1 && /payments/i.test(first[0]), JSON.stringify(first));
    await own.until(`document.querySelector("dialog .reach a")`);
    await own.type(ESCAPE);
    // Firefox takes the focus from what is no longer shown when it paints next.
    await own.until(`!document.querySelector("dialog[open]") && document.activeElement === document.body`);

    // A word with an error, whose spelling is loaded as well, and a way to a page.
    await own.type("/");
    await own.until(`document.activeElement.matches("dialog[open] input[role=combobox]")`);
    await own.tell(`document.activeElement.select()`);
    await own.type("paymnets");
    await own.until(answered("paymnets"));
    await own.type(DOWN + ENTER);
    await own.until(`document.querySelector("h1") && /payments/.test(location.pathname) && document.readyState === "complete"`);

    await own.go(`${address()}search.html?q=${encodeURIComponent("kind:runbook")}`);
    await own.until(`document.querySelectorAll(".search-found[aria-busy=false] .hits a").length > 3`);
    assert.deepEqual(told, []);
    await own.close();
  });
}

test("what a strict host refuses would be seen", { skip, timeout: 60_000 }, async () => {
  told.length = 0;
  const own = await page(firefox);
  await own.go(`${site.url}index.html`);
  await own.tell(`(document.body.append(Object.assign(document.createElement("script"), { textContent: "1" })), 1)`);
  await own.tell(`new Promise((done) => requestAnimationFrame(() => setTimeout(done)))`);
  assert.ok(told.some((text) => text.includes("script-src")), JSON.stringify(told));
  await own.close();
});
