// Takes the pictures of README.md and the documentation again, of the example handbook: node pictures.mjs
import { join } from "node:path";
import { launch } from "./chromium.mjs";
import { build, example, serve } from "./site.mjs";

const out = join(example, "docs/images");
const TODAY = "2026-11-22";
const WIDE = { width: 1280, height: 820 };
const PHONE = { width: 360, height: 740 };

/** @type {Array<{name: string, at: string, viewport: object, theme?: "light" | "dark", act?: (page: any) => Promise<void>}>} */
const pictures = [
  { name: "incident-card", at: "alerts/checkoutpaymenterrors.html", viewport: WIDE },
  { name: "incident-card-phone", at: "alerts/checkoutpaymenterrors.html", viewport: PHONE, theme: "dark" },
  { name: "team", at: "teams/checkout.html", viewport: WIDE },
  { name: "health", at: "health/index.html", viewport: WIDE },
  { name: "matrix", at: "responsibilities/index.html", viewport: WIDE, act: (page) => page.locator(".matrix-box").scrollIntoViewIfNeeded() },
  {
    name: "search", at: "index.html", viewport: WIDE,
    async act(page) {
      await page.keyboard.press("/");
      await page.locator("dialog[open] input[role=combobox]").waitFor();
      await page.keyboard.type("who owns refunds");
      await page.locator("dialog .plate-name").waitFor();
      await page.locator("dialog .hit-text:not(:empty)").first().waitFor();
    },
  },
];

const site = await serve(build(example));
const browser = await launch();
for (const { name, at, viewport, theme = "light", act } of pictures) {
  const context = await browser.newContext({ viewport, colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.clock.setFixedTime(new Date(`${TODAY}T12:00:00Z`));
  await page.goto(site.url + at);
  await act?.(page);
  // A caret blinks.
  await page.screenshot({ path: join(out, `${name}.png`), caret: "hide", animations: "disabled" });
  await context.close();
}
await browser.close();
site.stop();
