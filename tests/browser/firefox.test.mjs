// Search in Firefox, over HTTP under a strict policy and from a disk. Left out where there is no Firefox and none is named.
import assert from "node:assert/strict";
import { accessSync, constants } from "node:fs";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";
import { build, example, serve } from "./site.mjs";

const program = process.env.FIREFOX || "/usr/bin/firefox-esr";
const skip = process.env.FIREFOX || installed() ? false : "there is no Firefox: FIREFOX=program, or apt-get install firefox-esr";
/** In milliseconds. A first start on a machine that has just been set up takes its time. */
const PATIENCE = 60_000;
let firefox, site, dir;

function installed() {
  try { accessSync(program, constants.X_OK); return true; } catch { return false; }
}

before(async () => {
  if (skip) return;
  dir = build(example);
  site = await serve(dir);
  firefox = await start();
});

/** A Firefox that takes keys. The very first page of a new installation was seen to hang: then it is started once more. */
async function start() {
  for (let left = 1; ; left--) {
    let browser;
    try {
      browser = await puppeteer.launch({ browser: "firefox", executablePath: program, headless: true, timeout: PATIENCE, protocolTimeout: PATIENCE });
      const page = await browser.newPage();
      await page.goto(`${site.url}404.html`, { timeout: PATIENCE });
      await page.keyboard.press("Tab");
      await page.close();
      return browser;
    } catch (error) {
      browser?.process()?.kill("SIGKILL");
      if (!left) throw error;
    }
  }
}

after(async () => {
  await firefox?.close();
  site?.stop();
});

/** A page, and what it refused or said in its console. */
async function open() {
  const page = await firefox.newPage();
  page.setDefaultTimeout(PATIENCE);
  const told = [];
  page.on("console", (message) => { if (["error", "warn"].includes(message.type())) told.push(message.text()); });
  page.on("pageerror", (error) => told.push(String(error)));
  await page.evaluateOnNewDocument(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`refused: ${event.violatedDirective} ${event.blockedURI}`), true);
  });
  return { page, told };
}

/** Types in the open palette, and waits for the list that answers. @param {import("puppeteer-core").Page} page @param {string} text */
async function ask(page, text) {
  await page.keyboard.type(text);
  await page.waitForFunction((text) => document.querySelector("dialog[open] input")?.value === text
    && document.querySelector("dialog[open] .search-found[aria-busy=false] .hits"), {}, text);
}

/** @param {import("puppeteer-core").Page} page */
async function summon(page) {
  await page.keyboard.press("/");
  await page.waitForFunction(() => document.activeElement.matches("dialog[open] input[role=combobox]"));
}

for (const [name, address] of [["over HTTP", () => site.url], ["from a disk", () => `${pathToFileURL(dir)}/`]]) {
  test(`search answers in Firefox ${name}`, { skip }, async () => {
    const { page, told } = await open();
    await page.goto(`${address()}teams/checkout.html`);
    await summon(page);

    await ask(page, "who owns payments");
    const first = await page.$$eval("dialog [role=option]", (options) => options.map((option) => option.textContent));
    assert.ok(first.length > 1 && /payments/i.test(first[0]), JSON.stringify(first));
    await page.waitForSelector("dialog .reach a");
    await page.keyboard.press("Escape");
    // Firefox takes the focus from what is no longer shown when it paints next.
    await page.waitForFunction(() => !document.querySelector("dialog[open]") && document.activeElement === document.body);

    // A word with an error, whose spelling is loaded as well, and a way to a page.
    await summon(page);
    await page.evaluate(() => document.activeElement.select());
    await ask(page, "paymnets");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("h1") && location.pathname.includes("payments") && document.readyState === "complete");

    await page.goto(`${address()}search.html?q=${encodeURIComponent("kind:runbook")}`);
    await page.waitForFunction(() => document.querySelectorAll(".search-found[aria-busy=false] .hits a").length > 3);
    assert.deepEqual(told, []);
    await page.close();
  });
}

test("what a strict host refuses would be seen", { skip }, async () => {
  const { page, told } = await open();
  await page.goto(`${site.url}index.html`);
  await page.evaluate(() => { document.body.append(Object.assign(document.createElement("script"), { textContent: "1" })); });
  await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); }));
  assert.ok(told.some((text) => text.includes("script-src")), JSON.stringify(told));
  await page.close();
});
