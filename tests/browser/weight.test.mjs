// What a page weighs as it is sent: style sheet, every script that it can load, and the HTML of the pages of things.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { build, example, pages } from "./site.mjs";

/** In bytes, compressed. */
const STYLES = 20_000;
const SCRIPTS = 15_000;
const ENTITY = 12_000;
/** Pages that are not of one thing: their length follows from how much there is. */
const INDEXES = ["404", "decisions", "health", "home", "list", "matrix", "print", "redirect", "rule", "rules", "search"];

let dir, types;

before(() => {
  dir = build(example);
  types = pages(dir);
});

const html = (route) => readFileSync(join(dir, route), "utf8");
const weight = (bytes) => gzipSync(bytes).length;

/** The theme's files that a page names, in whatever attribute: those that it loads, and those that a script loads for it. */
function named(route, ending) {
  const found = html(route).match(new RegExp(`(?<==")[^"]*assets/[^"]*\\.${ending}(?=")`, "g")) || [];
  return new Set(found.map((href) => posix.normalize(posix.join(posix.dirname(route), href))));
}

const total = (files) => Array.from(files).reduce((sum, file) => sum + weight(readFileSync(join(dir, file))), 0);

test("style sheets and scripts keep within their budget on every page", () => {
  const heavy = [];
  for (const [type, routes] of types) {
    for (const route of routes) {
      const [styles, scripts] = [named(route, "css"), named(route, "js")];
      if (type !== "redirect") assert.ok(styles.size > 0 && scripts.size > 0, `${route} names no style sheet or no script`);
      if (total(styles) > STYLES) heavy.push(`${route}: ${total(styles)} bytes of ${Array.from(styles)}`);
      if (total(scripts) > SCRIPTS) heavy.push(`${route}: ${total(scripts)} bytes of ${Array.from(scripts)}`);
    }
  }
  assert.deepEqual(heavy.slice(0, 5), []);
});

test("the page of a thing is light", (t) => {
  const sizes = [];
  for (const [type, routes] of types) if (!INDEXES.includes(type)) sizes.push(...routes.map((route) => weight(html(route))));
  assert.ok(sizes.length > 50);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  t.diagnostic(`mean of ${sizes.length} pages: ${Math.round(mean)} bytes`);
  assert.ok(mean <= ENTITY, `${mean} bytes on average`);
});
