// How the reader reads a query, bytes and words, without an index. `src/search/query.rs` has the same tests.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { reader } from "./reader.mjs";

const { Cursor, distance, lengthOf, near, read, readShard, unpack } = reader;
const root = {
  questions: ["who is on call for", "who do i call for", "who owns", "who is", "wem gehort"],
  endings: ["owner", "on call", "runbook"],
  articles: ["the", "die", "la"],
};
const words = (text) => read(text, root).words.map((word) => word.text);
const begins = (text) => read(text, root).words.filter((word) => word.begins).map((word) => word.text);

test("a query has words, phrases and filters", () => {
  const query = read('kind:runbook,Alert "fail over" Checkout-API is:stale team:shop x:y', root);
  assert.deepEqual(query.words.map((word) => word.text), ["fail", "over", "checkout", "api", "checkoutapi", "x", "y", "failover", "overcheckout", "apix", "xy"]);
  assert.deepEqual(query.words.filter((word) => !word.whole).map((word) => word.text), ["fail", "over", "checkout", "api", "x", "y"]);
  assert.deepEqual(query.phrases, [["fail", "over"]]);
  assert.deepEqual(query.filters.kinds, ["runbook", "alert"]);
  assert.equal(query.filters.team, "shop");
  assert.deepEqual(query.filters.states, ["stale"]);
  assert.equal(query.problem, null);
});

test("words in a row are one where they are a synonym", () => {
  const synonyms = new Map(["pointofsale", "ofsaledown", "pointofsaledown"].map((word) => [word, ["till"]]));
  const { words } = read("point of sale down", root, synonyms);
  const joined = ["pointof", "ofsale", "saledown", "pointofsale", "ofsaledown", "pointofsaledown"];
  assert.deepEqual(words.map((word) => word.text), ["point", "of", "sale", "down", ...joined]);
});

test("both states may be asked for, and one that is none is told", () => {
  assert.deepEqual(read("is:unowned is:stale", root).filters.states, ["unowned", "stale"]);
  assert.match(read("is:odd", root).problem, /is:odd/);
  assert.deepEqual(read("is:odd", root).filters.states, []);
  assert.deepEqual(words("kind: team: is:"), ["kind", "team", "is", "kindteam", "teamis"]);
});

test("quotes that are not closed are no phrase", () => {
  for (const [text, phrases, found] of [
    ['"fail over', [], ["fail", "over", "failover"]],
    ['fail"over"', [["over"]], ["fail", "over", "failover"]],
    ['"" "', [], []],
    ['"one" "two"three "', [["one"], ["two"]], ["one", "two", "three", "onetwo", "twothree"]],
  ]) {
    assert.deepEqual(read(text, root).phrases, phrases, text);
    assert.deepEqual(words(text), found, text);
  }
});

test("a question is about its subject", () => {
  for (const [text, subject] of [
    ["Who owns the Card Payments?", ["card", "payments"]],
    ["who is on call for tills??", ["tills"]],
    ["Wem gehört die Kasse?", ["kasse"]],
    ["who owns", ["who", "owns"]],
    ["Who owns the?", ["the"]],
    ["whose", ["whose"]],
  ]) {
    const parts = read(text, root).words.filter((word) => !word.whole).map((word) => word.text);
    assert.deepEqual(parts, subject, text);
  }
  assert.equal(read("who owns cards", root).asks, true);
  assert.equal(read("cards?", root).asks, false);
});

test("names are tried with and without what asks", () => {
  assert.deepEqual(read("who owns card payments", root).names, [["who", "owns", "card", "payments"], ["card", "payments"]]);
  assert.deepEqual(read("checkout on call", root).names, [["checkout", "on", "call"], ["checkout"]]);
  assert.deepEqual(read("runbook", root).names, [["runbook"]]);
});

test("only an unfinished last word begins others", () => {
  for (const [text, expected] of [
    ["pod cras", ["cras"]], ["KubePodCras", ["cras", "kubepodcras"]], ["pod crash ", []], ['"pod crash"', []], ["pod crash?", []],
    ["pod cr", []], ["pod kind:runbook", []], ["kind:runbook pod", ["pod"]], ["", []], ["決済ＡＰ", ["決済ap"]],
  ]) assert.deepEqual(begins(text), expected, text);
});

test("a word stands once, and no more than 24 are looked up", () => {
  assert.deepEqual(words("till till Till"), ["till", "tilltill"]);
  assert.ok(words(Array.from({ length: 5000 }, (_, i) => `w${i}`).join(" ")).length < 24 * 3);
});

test("nothing that is typed stops the reader", () => {
  for (const text of [
    "", " ", '"', '""""', ":", "kind:", "kind:,", "team:#", "is:", "constructor", "__proto__", "toString hasOwnProperty", "\ud800", "a\udc00b \ud83d",
    "(a+)+$ .*+?^${}()|[]\\", "\u0000\u2028\ufeff", "\u0301-\u0302", "who owns ???", "x".repeat(100_000), "x ".repeat(50_000), '"'.repeat(99_999),
    "aA".repeat(50_000), "a1b2".repeat(25_000), "a-".repeat(50_000), "kind:a ".repeat(20_000), "é".repeat(100_000), "🚒".repeat(50_000),
  ]) {
    const start = performance.now();
    const query = read(text, root);
    assert.ok(query.words.every((word) => typeof word.text === "string"));
    assert.ok(performance.now() - start < 2_000, `${text.slice(0, 20)} takes ${performance.now() - start} ms`);
  }
});

test("question marks before a word cost no more than others", () => {
  const start = performance.now();
  assert.deepEqual(read("?".repeat(30_000) + "till", root).names, [["till"]]);
  assert.ok(performance.now() - start < 200, `${performance.now() - start} ms`);
});

test("errors are counted, and two letters in each other's place are one", () => {
  const errors = (a, b, limit = 5) => distance([...a], [...b], limit);
  assert.equal(errors("gateway", "gateway"), 0);
  assert.equal(errors("gatewya", "gateway"), 1);
  assert.equal(errors("gatway", "gateway"), 1);
  assert.equal(errors("gatexway", "gateway"), 1);
  assert.equal(errors("gatevay", "gateway"), 1);
  assert.equal(errors("ca", "abc"), 3, "letters that changed places are not changed again");
  assert.equal(errors("", "abc"), 3);
  assert.equal(errors("abc", ""), 3);
  assert.equal(errors("abcdefgh", "stuvwxyz", 2), Infinity, "more than the limit is not counted");
});

test("a word is mended by its length, the nearest first, then what begins alike, then the frequent", () => {
  const known = (...list) => list.map(([word, pages]) => ({ word, pages, mask: [...word].reduce((bits, c) => bits | 1 << (c.charCodeAt(0) & 31), 0) }));
  const some = known(["card", 1], ["cart", 1], ["gateway", 1], ["kubernetes", 1]);
  for (const [word, expected] of [
    ["gatewya", ["gateway"]], ["gatway", ["gateway"]], ["gatwya", []], ["kubernets", ["kubernetes"]], ["kubrentes", ["kubernetes"]], ["kbrnts", []],
    ["cad", []], ["carx", ["card", "cart"]], ["", []],
  ]) assert.deepEqual(near(word, some), expected, word);
  const more = known(["bards", 9], ["cards", 0], ["carts", 3], ["corks", 9]);
  assert.deepEqual(near("carbs", more), ["carts", "cards"]);
  assert.deepEqual(near("ards", more), ["bards", "cards"]);
  assert.deepEqual(near("платиж", known(["платеж", 2])), ["платеж"]);
});

/** Bytes of numbers, texts and lists of both. */
const bytes = (...parts) => Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)));

test("a shard has its words, what each shares with the one before, their forms and their pages", () => {
  const shard = readShard(new Cursor(bytes(
    // `pod`, in the title of 2 pages, with the form `pods`.
    0, 3, "pod", 0b0100_0001, 1, 3, 1, "s", 2, 4, [0, 2, 7, 9],
    // `poä`, in the body of 300 pages, whose list is elsewhere.
    2, 2, "ä", 0b1000_1000, [0xac, 0x02], "0123456789ab",
    // The end, then `dying`, which is of `die`.
    0, 0, 0, 5, "dying", 1, 2, "ie",
  )));
  assert.deepEqual(shard.entries.map((entry) => entry.term), ["pod", "poä"]);
  const [pod, long] = shard.entries;
  assert.deepEqual([pod.forms, pod.pages, pod.counts, [...pod.postings]], [["pods"], 2, [2, 0, 0, 0, 0, 0], [0, 2, 7, 9]]);
  assert.deepEqual([long.long, long.postings, long.counts[3]], ["0123456789ab", undefined, 300]);
  assert.equal(shard.byTerm.get("poä"), long);
  assert.equal(shard.byTerm.get("constructor"), undefined);
  assert.deepEqual([...shard.stems], [["pods", ["pod"]], ["dying", ["die"]]]);
});

test("what is packed is unpacked", async () => {
  const plain = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251);
  assert.deepEqual((await unpack(deflateRawSync(plain).toString("base64"))).bytes, plain);
  await assert.rejects(unpack("AAAA!"));
});

test("the lengths of fields are those of tantivy", () => {
  assert.deepEqual([0, 1, 39, 40, 47, 48, 49, 56, 255].map(lengthOf), [0, 1, 39, 40, 54, 56, 60, 88, 2013265944]);
});
