// What is printed, read from the browser's own PDF files.
import assert from "node:assert/strict";
import { test } from "node:test";
import { extractText, getDocumentProxy } from "unpdf";
import { setting } from "./setting.mjs";
import { cards } from "./site.mjs";

const set = setting();

/** The sheets of the open page as a printer gets them, and the text of them all in one line. */
async function print(tab, format) {
  const pdf = await getDocumentProxy(new Uint8Array(await tab.pdf({ format })));
  const { text } = await extractText(pdf, { mergePages: true });
  return { sheets: pdf.numPages, text: text.replace(/\s+/g, " ") };
}

test("the card of a team, and that of a service, is one sheet of A4 or of letter", { timeout: 120_000 }, async () => {
  const tab = await set.browser.newPage();
  const addresses = [...cards(set.dir, "teams"), ...cards(set.dir, "services")];
  assert.ok(addresses.length > 10);
  const longer = [];
  for (const address of addresses) {
    await tab.goto(set.site.url + address);
    for (const format of ["A4", "Letter"]) {
      const { sheets } = await print(tab, format);
      if (sheets !== 1) longer.push(`${address}: ${sheets} of ${format}`);
    }
  }
  assert.deepEqual(longer, []);
});

test("what paper cannot follow is written out", { timeout: 60_000 }, async () => {
  const tab = await set.browser.newPage();
  const told = async (address) => {
    await tab.goto(set.site.url + address);
    return (await print(tab, "A4")).text;
  };
  const team = await told("teams/payments.html");
  for (const text of ["+44 20 7946 0130", "#team-payments", "Perry Pence", "Incident manager", "t+15 min", "runbooks/", "Built 2026-11-22"]) {
    assert.ok(team.includes(text), `${text} on the card of a team: ${team}`);
  }
  const service = await told("services/checkout.html");
  assert.match(service, /Checkout overview <https:\/\//);
  for (const screen of [team, service]) assert.doesNotMatch(screen, /What if|Theme:|Edit this page|Copy/);
  const all = await told("print.html");
  for (const text of ["+44 20 7946 0130", "Payments", "Platform", "t+5 min"]) assert.ok(all.includes(text), `${text} in ${all}`);
});
