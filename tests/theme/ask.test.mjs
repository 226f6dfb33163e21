// How "Can I?" answers, without a page.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const { asking, judge, meets, summary } = createRequire(import.meta.url)("../../themes/default/assets/ask.js");

const decision = (text, roles = "", on = "") => ({ words: text.split(" "), roles: roles.split(" "), on: on.split(" ").filter(Boolean) });
const rollBack = decision("undo the last release of a service roll back one release", "on-call manager", "shop");
const failOver = decision("promote the replica fail a database over one cluster", "on-call", "platform");
const spend = decision("raise the size of a database within a budget", "manager");
const all = [rollBack, failOver, spend];

/** The numbers of the decisions with what each says. */
function answers(q, hats = "", service = "") {
  const found = judge(all, { words: asking(q), hats: hats.split(" ").filter(Boolean), service });
  return found.map(({ at, says }) => `${at} ${says}`);
}

test("a question is asked in words that matter, in any form of them", () => {
  assert.deepEqual(asking("can i restart the till?"), ["restart", "till"]);
  assert.deepEqual(answers("can i roll back the release"), ["0 yes"]);
  assert.deepEqual(answers("promoting replicas"), ["1 yes"]);
  assert.deepEqual(answers("data"), ["1 yes", "2 yes"]);
});

test("words meet by their beginnings, not by a few letters", () => {
  assert.ok(meets("restarting", "restart"));
  assert.ok(meets("dele", "deletion"));
  assert.ok(!meets("role", "roll"));
  assert.ok(!meets("art", "restart"));
});

test("who may not is told to ask, after what they may", () => {
  assert.deepEqual(answers("database", "manager"), ["2 yes", "1 role"]);
  assert.deepEqual(answers("database", "visitor"), ["1 role", "2 role"]);
});

test("one who is several things may what any of them may", () => assert.deepEqual(answers("replica", "person:ana on-call"), ["1 yes"]));

test("a decision without services is for all, and one for others is shown only to who asks for it by words", () => {
  assert.deepEqual(answers("", "", "shop"), ["0 yes", "2 yes"]);
  assert.deepEqual(answers("replica", "", "shop"), ["1 service"]);
});

test("what only comes near is no answer", () => {
  assert.deepEqual(answers("delete the database"), ["1 near", "2 near"]);
  assert.deepEqual(answers("dance"), []);
});

test("one who asks as somebody without words sees what that one may and may not", () => {
  assert.deepEqual(answers("", "manager"), ["0 yes", "2 yes", "1 role"]);
});

test("the answer is said in a sentence", () => {
  const said = (...says) => summary(says.map((one, at) => ({ at, says: one })));
  assert.equal(said("yes"), "1 yes");
  assert.equal(said("yes", "yes", "role"), "2 yes, 1 ask first");
  assert.equal(said("role", "service"), "2 ask first");
  assert.equal(said("near"), "Nothing here says so: ask first, 1 near");
  assert.equal(said(), "Nothing here says so: ask first");
});
