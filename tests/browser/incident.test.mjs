// What somebody on call reads on a telephone, and what a switch that takes people away says, in a real browser.
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { own, setting } from "./setting.mjs";
import { cards } from "./site.mjs";

const set = setting();
const page = (name, context, run) => own(set, name, run, { context });

const telephone = { viewport: { width: 360, height: 740 } };
const desk = { viewport: { width: 1280, height: 800 } };
const wide = (tab) => tab.evaluate(() => document.documentElement.scrollWidth > innerWidth);

page("what an incident asks for is on two screens of a telephone", telephone, async (tab) => {
  const every = [".plate .reach", "section:has(> #_may)", "#_escalation"];
  const wanted = [
    ["alerts", [...every, ".plate .links", "section:has(> #_first)"]],
    ["services", [...every, "section:has(> #_incident)"]],
  ];
  for (const [folder, places] of wanted) {
    for (const address of cards(set.dir, folder)) {
      await tab.goto(set.site.url + address);
      for (const place of places) {
        const bottom = await tab.evaluate((place) => Math.round(document.querySelector(place).getBoundingClientRect().bottom + scrollY), place);
        assert.ok(bottom <= 2 * 740, `${address}: ${place} ends at ${bottom}`);
      }
      // What has no dashboard has no list of them.
      for (const links of await tab.locator(".plate .links").all()) {
        const { y, height } = await links.boundingBox();
        assert.ok(y + height <= 2 * 740, `${address}: its links end at ${y + height}`);
      }
      assert.equal(await wide(tab), false, address);
    }
  }
});

page("whoever can be reached is a target for a thumb", telephone, async (tab) => {
  for (const address of ["alerts/paymentsprovidertimeouts.html", "services/checkout.html", "teams/payments.html", "escalations/platform.html"]) {
    await tab.goto(set.site.url + address);
    const small = await tab.locator(".reach a:visible").evaluateAll((links) => links.map((link) => link.getBoundingClientRect())
      .filter((box) => box.height < 44 || box.width < 44).map((box) => `${box.width} x ${box.height}`));
    assert.deepEqual(small, [], address);
  }
});

page("a long first step is folded on a telephone, and opens without a script", { ...telephone, javaScriptEnabled: false }, async (tab) => {
  await tab.goto(set.site.url + "alerts/paymentsprovidertimeouts.html");
  const step = tab.locator("section:has(> #_first) .prose");
  const before = (await step.boundingBox()).height;
  await tab.locator(".fold summary").click();
  assert.ok((await step.boundingBox()).height > before);
});

page("what may be done unasked names first what is for whoever is called", desk, async (tab) => {
  await tab.goto(set.site.url + "alerts/paymentsprovidertimeouts.html");
  const first = tab.locator("section:has(> #_may) .may > li").first();
  assert.equal(await first.locator(".row-meta a").first().textContent(), "Payments on call");
});

page("the ladder is drawn to scale, and the drawing is no part of what is read out", { viewport: { width: 320, height: 740 } }, async (tab) => {
  await tab.goto(set.site.url + "escalations/payments.html");
  const bars = await tab.locator(".axis-bar").evaluateAll((bars) => bars.map((bar) => Math.round(bar.getBoundingClientRect().width)));
  const [five, ten, twenty] = bars;
  assert.equal(bars.length, 3);
  assert.ok(Math.abs(ten - 2 * five) <= 2 && Math.abs(twenty - 4 * five) <= 3, bars.join());
  assert.equal(await tab.locator("svg.axis").getAttribute("aria-hidden"), "true");
  const outside = await tab.locator(".axis text").evaluateAll((texts) => texts.filter((text) => {
    const box = text.getBoundingClientRect();
    return box.left < 0 || box.right > innerWidth;
  }).length);
  assert.equal(outside, 0);
  assert.equal(await wide(tab), false);
});

const rows = (tab, title) => tab.locator("#_away section").filter({ has: tab.getByRole("heading", { name: title }) }).locator("li");
const open = async (tab) => {
  await tab.locator("#_away summary").focus();
  await tab.keyboard.press("Enter");
  await tab.locator("#_away input[type=checkbox]").first().waitFor();
};

page("opening a person's switch takes them away, and says what is left", desk, async (tab) => {
  await tab.goto(set.site.url + "people/perry-pence.html");
  const asked = [];
  // The browser asks for the icon whenever it likes.
  tab.on("request", (request) => /favicon/.test(request.url()) || asked.push(request.url()));
  await open(tab);
  assert.deepEqual(asked.map((url) => url.slice(set.site.url.length)), ["health/holders.js"]);
  assert.equal(await tab.locator("#_away [role=status]").textContent(), "Left with nobody: 1 escalation.");
  assert.match(await rows(tab, "Escalations").textContent(), /Payments.*nobody has the thread, step 2 reaches nobody/);
  await tab.keyboard.press("Tab");
  await tab.keyboard.press("Space");
  assert.equal(await tab.locator("#_away [role=status]").textContent(), "Nobody is taken away.");
  assert.equal(await tab.locator("#_away .groups li").count(), 0);
});

page("a team's members are taken away by the keyboard, and from a disk", desk, async (tab) => {
  await tab.goto(pathToFileURL(join(set.dir, "teams/payments.html")).href);
  await open(tab);
  await tab.keyboard.press("Tab");
  for (let i = 0; i < 2; i++) {
    await tab.keyboard.press("Tab");
    await tab.keyboard.press("Space");
  }
  assert.match(await rows(tab, "Services").textContent(), /Payments gateway.*owned by Payments/);
  await rows(tab, "Services").locator("a").click();
  assert.match(tab.url(), /services\/payments-gateway\.html$/);
});

page("on the health page anybody is found by name", desk, async (tab) => {
  await tab.goto(set.site.url + "health/index.html");
  await open(tab);
  await tab.locator("#_away input[type=search]").fill("saffron");
  const saffron = tab.getByLabel("Saffron Aisle, away already");
  assert.ok(await saffron.isChecked() && await saffron.isDisabled());
  await tab.locator("#_away input[type=search]").fill("zzz");
  assert.match(await tab.locator("#_away").textContent(), /Nobody of that name/);
});

page("without a script there is no switch", { ...desk, javaScriptEnabled: false }, async (tab) => {
  await tab.goto(set.site.url + "people/perry-pence.html");
  assert.equal(await tab.locator("#_away").isVisible(), false);
});
