// What a page says once time has gone on since its build: the browser's clock is set, and the site stays as it was built.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setting } from "./setting.mjs";

const set = setting();

/** A page of the site on a day, with what moved on it while it came. @param {string} route @param {string} day */
async function open(route, day) {
  const own = await set.browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await own.newPage();
  await page.clock.setFixedTime(new Date(`${day}T12:00:00`));
  await page.addInitScript(() => {
    window.moved = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.moved += entry.value; })
      .observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(set.site.url + route);
  return page;
}

test("on the day of the build, a page says what the build said", async () => {
  const page = await open("responsibilities/product-data-quality.html", "2026-11-22");
  assert.match(await page.locator(".plate-review").innerText(), /due by 2026-11-30/);
  assert.equal(await page.locator(".banner:visible").count(), 0);
});

test("a review that fell due since is told in the banner, in the plate and in the sidebar, and nothing moves", async () => {
  const page = await open("responsibilities/product-data-quality.html", "2026-12-02");
  assert.match(await page.locator(".banner").innerText(), /fell due on 2026-11-30, 2 days ago/);
  assert.match(await page.locator(".plate-review").innerText(), /overdue since 2026-11-30/);
  assert.equal(await page.locator(".side [aria-current] .state").getAttribute("data-state"), "broken");
  assert.equal(await page.evaluate(() => window.moved), 0);
});

test("lists say so, and counts move", async () => {
  const before = await open("health/index.html", "2026-11-22");
  const after = await open("health/index.html", "2027-06-01");
  const tally = async (page) => Number(await page.locator(".counts [data-overdue]").innerText());
  const [then, now] = [await tally(before), await tally(after)];
  assert.ok(now > then, `${now} after ${then}`);
  const months = await after.locator("table[data-bars] tbody tr").evaluateAll((rows) =>
    rows.map((row) => [row.cells[1].innerText.trim(), row.querySelector("rect").getAttribute("width")]));
  assert.equal(Number(months[0][0]), now);
  assert.equal(months[0][1], "100%");
  assert.ok(months.slice(1).every(([count]) => Number(count) >= 0), JSON.stringify(months));
  const home = await open("index.html", "2027-06-01");
  assert.match(await home.locator(".health-line").innerText(), new RegExp(`${now} overdue for review`));
  const list = await open("services/index.html", "2027-06-01");
  assert.ok((await list.locator("tbody .state[data-state=broken]", { hasText: "review overdue" }).count()) > 0);
  const team = await open("teams/checkout.html", "2027-06-01");
  assert.ok((await team.locator(".group .rows .state[data-state=broken]", { hasText: "review overdue" }).count()) > 0);
  for (const page of [home, list, team, after]) assert.equal(await page.evaluate(() => window.moved), 0, page.url());
});
