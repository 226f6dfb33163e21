// The bars that pages are held to are themselves held to something: on a page that is wrong in every way, each of them says so.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { barriers, desk, open, overflow, shifts, trickle, unreached } from "./bars.mjs";
import { launch } from "./chromium.mjs";
import { folder, serve } from "./site.mjs";

let browser, site, at;

before(async () => {
  const dir = folder("wrong");
  mkdirSync(join(dir, "assets"));
  writeFileSync(join(dir, "assets/wrong.css"), `
    .wide { width: 700px; } .pale { color: #bbb; background: #fff; } .bare:focus { outline: 0; }
    .over { position: fixed; inset: 0 0 auto; height: 60px; background: #fff; } .under { position: fixed; top: 10px; left: 10px; }
    @media (prefers-color-scheme: dark) { .dim { color: #444; background: #333; } }`);
  writeFileSync(join(dir, "assets/wrong.js"), `
    addEventListener("DOMContentLoaded", () => { document.body.prepend(Object.assign(document.createElement("p"), { textContent: "late" })); });`);
  writeFileSync(join(dir, "index.html"), `<!doctype html><html lang="en" data-type="wrong"><head><title>Wrong</title>
    <link rel="stylesheet" href="assets/wrong.css"><script src="assets/wrong.js"></script></head><body><main><h1 id="twice">Wrong</h1>
    <p class="pale" id="twice">Hardly to be read</p><p class="dim">In the dark</p><p class="wide">Wide</p>
    <p><a class="bare" href="#twice">Where am I?</a> <a class="under" href="#twice">Below</a> <a href="#twice">Fine</a></p><p class="over">Above</p>
    <img src="https://elsewhere.example/pixel.png" alt=""><img src="none.svg" alt=""><p style="color: red">Refused</p></main></body></html>`);
  writeFileSync(join(dir, "right.html"), `<!doctype html><html lang="en" data-type="right"><head><title>Right</title></head>
    <body><main><h1>Right</h1><p><a href="index.html">Wrong</a></p></main></body></html>`);
  site = await serve(dir);
  browser = await launch();
  at = await desk(browser, { day: "2031-11-22", root: site.url });
});

after(async () => {
  await browser?.close();
  site?.stop();
});

/** Each of the patterns is met by one of the lines. */
const says = (found, ...patterns) => patterns.forEach((pattern) => assert.ok(found.some((text) => pattern.test(text)), `${pattern}\n${found.join("\n")}`));

test("what is wrong is told", async () => {
  await open(at, site.url, { width: 1280, theme: "light", scripts: true });
  assert.equal(await at.page.evaluate(() => new Date().getFullYear()), 2031);
  says(at.told, /console: .*style/, /request to elsewhere: https:\/\/elsewhere/, /404: .*none\.svg/);
  says(await barriers(at), /color-contrast \(1\).*pale/, /id twice stands 2 times/);
  says(await unreached(at), /no outline around <a class="bare"/, /hidden while it has the focus: <a class="under"/);
  says(await overflow(at, [360]), /px wide at 360 px: <p class="wide"/);
  await open(at, site.url, { width: 1280, theme: "dark", scripts: false });
  says(await barriers(at), /color-contrast .*dim/);
  assert.equal(await at.page.evaluate(() => document.body.textContent.includes("late")), false);
  await trickle(at, site, site.url, { width: 1280, theme: "light" });
  says(await shifts(at), /moved by/);
});

test("what is right is left alone", async () => {
  await open(at, `${site.url}right.html`, { width: 360, theme: "dark", scripts: true });
  assert.deepEqual([at.told, await barriers(at), await unreached(at), await overflow(at, [320])].flat(), []);
  await trickle(at, site, `${site.url}right.html`, { width: 360, theme: "light" });
  assert.deepEqual(await shifts(at), []);
});
