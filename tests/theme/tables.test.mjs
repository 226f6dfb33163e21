// What narrows and sorts long tables, and the matrix, without a page.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const theme = (name) => createRequire(import.meta.url)(`../../themes/default/assets/${name}`);
const { byText, fits, fold, query } = theme("tables.js");
const { editor, fields } = theme("matrix.js");

const row = { text: fold("Prices at the Café review overdue"), state: "broken", data: { team: "stores catalogue", service: "till-sync" } };
const asked = (values) => fits(row, new Map(Object.entries(values)));

test("every word has to be in a row, in any order and without case or marks", () => {
  assert.ok(asked({ q: "cafe PRICES" }));
  assert.ok(asked({ q: "" }));
  assert.ok(!asked({ q: "prices lost" }));
});

test("a choice is a whole word of the row, and several choices all have to fit", () => {
  assert.ok(asked({ team: "stores" }));
  assert.ok(!asked({ team: "store" }));
  assert.ok(asked({ team: "catalogue", service: "till-sync", state: "broken" }));
  assert.ok(!asked({ team: "catalogue", state: "fine" }));
});

test("an order narrows nothing", () => assert.ok(asked({ sort: "name" })));

test("an address holds what is chosen and nothing else", () => {
  assert.equal(query(new Map([["q", "a b&c"], ["team", ""], ["service", "x/y"]])), "?q=a+b%26c&service=x%2Fy");
  assert.equal(query(new Map([["q", ""]])), "");
});

test("cells are sorted as readers count, empty ones last", () => {
  assert.deepEqual(["tier 10", "", "tier 2", "Alpha", "älter"].sort(byText), ["Alpha", "älter", "tier 2", "tier 10", ""]);
});

test("what somebody is names the fields it comes from", () => {
  assert.deepEqual(fields("accountable, responsible"), ["owner", "responsible"]);
  assert.deepEqual(fields("informed"), ["informed"]);
});

test("the way to the editor is encoded as the site's own are", () => {
  assert.equal(editor("https://git.example/edit/{path}?plain=1", "a b/ü.yaml"), "https://git.example/edit/a%20b/%C3%BC.yaml?plain=1");
});
