// What somebody who narrows the matrix, or asks "Can I?", would miss, by keyboard in a real browser.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { own, setting } from "./setting.mjs";

const set = setting();
const table = (name, run, context) => own(set, name, run, { context });

const MATRIX = "responsibilities/index.html", ASK = "decisions/index.html";
const rows = (page) => page.locator(".matrix tbody tr:visible > th > a");
const focused = (page) => page.evaluate(() => document.activeElement.textContent);
const cards = (page) => page.locator(".answer[data-words]");

table("a narrowed matrix can be shared by its address", async (page) => {
  await page.goto(set.site.url + MATRIX);
  const all = await rows(page).count();
  await page.locator("[name=team]").selectOption("checkout");
  await page.locator("[name=q]").fill("REFUNDS");
  await page.locator(".tools output", { hasText: `of ${all}` }).waitFor();
  await page.waitForURL(/\?q=REFUNDS&team=checkout$/);
  const some = await rows(page).allTextContents();
  assert.ok(some.length > 0 && some.length < all);
  await page.goto(page.url());
  await page.locator(".tools output", { hasText: `of ${all}` }).waitFor();
  assert.deepEqual(await rows(page).allTextContents(), some);
  await page.getByRole("button", { name: "Show all" }).click();
  await page.waitForURL((url) => url.search === "");
  assert.equal(await rows(page).count(), all);
});

table("a matrix sorted by owner has the rows of an owner together", async (page) => {
  await page.goto(set.site.url + MATRIX + "?sort=owner");
  await page.locator("[data-clear]:visible").waitFor();
  const owners = await page.locator(".matrix tbody tr").evaluateAll((rows) => rows.map((row) => row.querySelector("[data-raci^=A]")?.textContent || ""));
  const named = owners.filter(Boolean);
  assert.equal(owners.lastIndexOf(""), owners.length - 1);
  named.forEach((owner, at) => assert.ok(!named.slice(0, at).includes(owner) || named[at - 1] === owner, owner));
});

table("arrows go from letter to letter; Enter says why one stands there, and Escape comes back to it", async (page) => {
  await page.goto(set.site.url + MATRIX);
  await page.locator(".matrix tbody th a").first().focus();
  await page.keyboard.press("ArrowRight");
  const letter = await focused(page);
  assert.match(letter, /^[ARCI]+ /);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(page), letter);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  assert.match(await dialog.textContent(), /Written as\w+ in content\/responsibilities\/\S+:\d+/);
  assert.match(await dialog.getByRole("link", { name: /content\/responsibilities/ }).getAttribute("href"), /^https:\/\/git\..*\/content\/responsibilities\//);
  assert.equal(await focused(page), "Close");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await focused(page), letter);
});

table("heads stay where the matrix scrolls, and what has the focus is not below them", async (page) => {
  await page.goto(set.site.url + MATRIX);
  const [head, first, link] = await page.locator(".matrix-box").evaluate((box) => {
    box.style.maxHeight = "20rem";
    box.style.maxWidth = "34rem";
    box.scrollTop = box.scrollLeft = 9999;
    const links = box.querySelectorAll("tbody tr:nth-child(2) [data-raci] > a");
    links[0].focus();
    const at = (it) => { const r = it.getBoundingClientRect(), b = box.getBoundingClientRect(); return { left: r.left - b.left, right: r.right - b.left, top: r.top - b.top, bottom: r.bottom - b.top }; };
    return [at(box.querySelector("thead th")), at(box.querySelector("tbody tr:nth-child(2) th")), at(links[0])];
  });
  assert.ok(head.top < 3 && first.left < 3);
  assert.ok(link.top >= head.bottom - 1 && link.left >= first.right - 1, JSON.stringify({ head, first, link }));
});

table("a narrow window has the matrix as cards that say whose each letter is", async (page) => {
  await page.goto(set.site.url + MATRIX);
  assert.ok(!(await page.locator(".matrix thead").isVisible()));
  assert.match(await page.locator(".matrix td[data-raci] a").first().innerText(), /^[ARCI]+[^]*\S+/);
  assert.equal(await page.locator(".matrix-box").evaluate((box) => box.scrollHeight - box.clientHeight), 0);
}, { viewport: { width: 360, height: 740 } });

table("without scripts a letter leads to its responsibility, and the matrix can be had as CSV", async (page) => {
  await page.goto(set.site.url + MATRIX);
  assert.ok(!(await page.locator(".tools").isVisible()));
  assert.equal(await page.getByRole("link", { name: "Download as CSV" }).getAttribute("href"), "matrix.csv");
  await page.locator(".matrix td[data-raci] a").first().click();
  await page.waitForURL(/responsibilities\/[^/]+\.html#_raci$/);
}, { javaScriptEnabled: false });

table("Can I? answers yes, or ask, by words and role, and keeps the question in the address", async (page) => {
  await page.goto(set.site.url + ASK);
  await page.locator("[name=q]").focus();
  await page.keyboard.type("can I roll back the release");
  await page.locator(".tools output", { hasText: "1 yes" }).waitFor();
  assert.equal(await cards(page).count(), 1);
  assert.equal(await cards(page).locator(".answer-yes").textContent(), "Yes");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Store");
  await page.waitForURL(/\?q=can\+I\+roll\+back\+the\+release&role=/);
  await page.locator(".tools output", { hasText: "1 ask first" }).waitFor();
  assert.equal(await cards(page).locator(".answer-yes").textContent(), "Ask");
  await page.goto(page.url());
  await page.locator(".tools output", { hasText: "ask first" }).waitFor();
  assert.equal(await page.locator("[name=q]").inputValue(), "can I roll back the release");
});

table("where nothing says yes, somebody can be asked: of the service that was chosen", async (page) => {
  await page.goto(set.site.url + ASK + "?q=dance&service=checkout");
  await page.locator(".tools output", { hasText: "Nothing here says so: ask first" }).waitFor();
  assert.equal(await cards(page).count(), 0);
  const otherwise = page.locator("[data-otherwise]");
  assert.match(await otherwise.textContent(), /Checkout owns Checkout\. Escalate: /);
  assert.equal(await otherwise.getByRole("link", { name: "Checkout" }).first().getAttribute("href"), "../teams/checkout.html");
});

table("both work from a disk", async (page) => {
  const root = pathToFileURL(set.dir).href + "/";
  await page.goto(root + MATRIX + "?team=payments");
  await page.locator(".tools output", { hasText: " of " }).waitFor();
  await page.locator(".matrix td[data-raci] a:visible").first().click();
  await page.getByRole("dialog").waitFor();
  await page.goto(root + ASK + "?q=release");
  await page.locator(".tools output", { hasText: " yes" }).waitFor();
});
