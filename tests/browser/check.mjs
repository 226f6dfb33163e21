// Looks at any built site as the tests look at the example: node check.mjs [--each N] SITE…
// Every page is opened once, narrow, from the site's folder; the N longest of each type (3 unless said) are looked at closely.
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { barriers, desk, open, overflow, shifts, trickle, unreached } from "./bars.mjs";
import { launch } from "./chromium.mjs";
import { pages, serve } from "./site.mjs";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { each: { type: "string", default: "3" } } });
if (!positionals.length) throw new Error("name a folder that onus build has written");
const AT_ONCE = 2;
const browser = await launch();
let wrong = 0;

for (const dir of positionals) {
  const disk = `${pathToFileURL(dir).href}/`;
  const types = pages(dir);
  const routes = Array.from(types).flatMap(([type, routes]) => routes.map((route, i) => ({ type, route, close: i < Number(values.each) })));
  const day = new Date().toISOString().slice(0, 10);
  console.log(`${dir}: ${routes.length} pages of ${types.size} types`);

  /** Takes pages until there are none. */
  const work = async () => {
    const site = await serve(dir);
    const near = await desk(browser, { day, root: site.url });
    const far = await desk(browser, { day, root: disk });
    for (let next; (next = routes.shift());) {
      const { type, route, close } = next;
      const faults = [];
      const note = (name, found) => faults.push(...found.map((text) => `${name}: ${text}`));
      await open(far, disk + route, { width: 360, theme: "light", scripts: true });
      note("narrow", await overflow(far, [320]));
      note("narrow", far.told);
      for (const theme of close ? ["light", "dark"] : []) {
        for (const width of [360, 1280]) {
          await open(near, site.url + route, { width, theme, scripts: true });
          note(`${theme} ${width}`, await barriers(near));
          note(`${theme} ${width}`, await overflow(near, [width]));
          note(`${theme} ${width}`, near.told);
        }
      }
      if (close) {
        await open(near, site.url + route, { width: 1280, theme: "light", scripts: true });
        note("by Tab", await unreached(near));
        await trickle(near, site, site.url + route, { width: 360, theme: "light" });
        note("loading", await shifts(near));
      }
      if (faults.length) console.log(`${type}: ${route}\n  ${Array.from(new Set(faults)).join("\n  ")}`);
      wrong += faults.length;
    }
    site.stop();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
await browser.close();
console.log(wrong ? `${wrong} faults` : "no fault");
process.exitCode = wrong ? 1 : 0;
