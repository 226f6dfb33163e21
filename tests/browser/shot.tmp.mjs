import { chromium } from "playwright-core";
const [base, prefix, ...pages] = process.argv.slice(2);
const only = (process.env.ONLY || "light,phone").split(",");
const full = !!process.env.FULL;
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-gpu","--disable-quic"] });
for (const mode of only) {
  const [w,h] = mode.includes("phone") ? [360,740] : [1280,900];
  const c = await b.newContext({ viewport: {width:w,height:h}, colorScheme: mode.includes("dark")?"dark":"light", deviceScaleFactor: 1 });
  const p = await c.newPage();
  for (const page of pages) {
    await p.goto(base + page); await p.waitForTimeout(150);
    await p.screenshot({ path: `/tmp/shots/${prefix}-${page.replace(/[\/.#?=]/g,"_")}-${mode}.png`, fullPage: full });
  }
  await c.close();
}
await b.close();
