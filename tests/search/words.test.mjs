// The reader splits and folds words as onus does: both are held to words.json, which `src/search/words.rs` reads as well.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { reader } from "./reader.mjs";

/** Rows of a text and its pieces, folded; an identifier in one piece has a `=` before it. */
const rows = JSON.parse(readFileSync(new URL("words.json", import.meta.url), "utf8"));

/** @param {string} text */
function pieces(text) {
  const found = [];
  reader.split(text, (word, whole) => { found.push((whole ? "=" : "") + word); });
  return found.join(" ");
}

test("texts are split and folded as onus does it", () => {
  assert.ok(rows.length > 100);
  const got = rows.map(([text]) => [text, pieces(text)]);
  assert.deepEqual(got, rows);
});

test("parts are the pieces without identifiers in one piece, and folding a part changes nothing", () => {
  for (const [text] of rows) {
    const parts = pieces(text).split(" ").filter((piece) => piece && !piece.startsWith("="));
    assert.deepEqual(reader.parts(text), parts);
    for (const part of parts) assert.equal(reader.fold(part), part);
  }
});

test("a piece stands where it was written", () => {
  for (const [text] of rows) {
    let last = 0;
    reader.split(text, (word, whole, from, to) => {
      if (whole) return;
      assert.ok(from >= last && to > from && to <= text.length, `${word} of ${JSON.stringify(text)}`);
      assert.equal(reader.fold(text.slice(from, to)), word);
      last = to;
    });
  }
});
