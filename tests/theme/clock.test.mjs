// What the theme's script does with days: pure parts, without a page.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const { days, isoDay, standing, passed } = createRequire(import.meta.url)("../../themes/default/assets/onus.js");

test("days are counted by the calendar, over a change of the clock as well", () => {
  assert.equal(days("2026-11-22", "2026-11-22"), 0);
  assert.equal(days("2026-03-28", "2026-03-30"), 2);
  assert.equal(days("2026-11-22", "2026-11-01"), -21);
});

test("the day is the reader's, not that of Greenwich", () => {
  const clock = new Date("2026-11-22T23:30:00Z");
  clock.getTimezoneOffset = () => -60;
  assert.equal(isoDay(clock), "2026-11-23");
});

test("a review is overdue from the day after it falls due", () => {
  assert.equal(standing("2026-11-22", "2026-11-22", 14), "due");
  assert.equal(standing("2026-11-22", "2026-11-23", 14), "overdue");
  assert.equal(standing("2026-12-06", "2026-11-22", 14), "due");
  assert.equal(standing("2026-12-07", "2026-11-22", 14), "fine");
});

test("where nothing is said of reviews to come, they are fine to their day", () => {
  assert.equal(standing("2026-11-22", "2026-11-22", -1), "fine");
  assert.equal(standing("2026-11-22", "2026-11-23", -1), "overdue");
});

test("days that have passed are counted as often as they stand in the list", () => {
  const list = "2026-11-22 2026-11-30=3 2026-12-04";
  assert.equal(passed(list, "2026-11-22"), 0);
  assert.equal(passed(list, "2026-11-23"), 1);
  assert.equal(passed(list, "2026-12-01"), 4);
  assert.equal(passed(list, "2027-01-01"), 5);
  assert.equal(passed("", "2027-01-01"), 0);
});
