/**
 * What searching costs: bytes, requests and time, next to Pagefind over the same pages.
 *
 *   node transfer.mjs [options] CORPUS…         folders with onus/site.toml and queries.json
 *
 *   --rounds N               how often each query runs with an empty cache (3)
 *   --latency MS             what the server waits before each answer (0)
 *   --system onus|pagefind   only this one
 *   --skip-palette           only the reader, not what people see
 *   --reuse                  take what an earlier run has built and indexed
 *   --json FILE              write every figure
 *   --today DATE             the day to build for (2026-07-01)
 *   --work DIR               where to build (/dev/shm/eval-search)
 *   --reader FILE            another reader instead of the site's own
 */
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { browse, build, command, entities, freshPage, misspell, pagefind, quantile, searchFiles, serve, table } from "./lib.mjs";

const text = (fallback) => ({ type: "string", default: fallback });
const flag = { type: "boolean", default: false };
const options = command(import.meta.url, {
  rounds: text("3"), latency: text("0"), system: text(), "skip-palette": flag, reuse: flag, json: text(), today: text("2026-07-01"),
  work: text("/dev/shm/eval-search"), reader: text(),
});
const systems = ["onus", "pagefind"].filter((s) => !options.system || s === options.system);

/** What runs in the page. `setup` gives `search(text)`, which resolves to the titles of the first ten, and `excerpts()` of those. */
const setup = {
  onus: async (files) => {
    for (const src of [files.reader, files.palette]) {
      await new Promise((done, fail) => {
        const script = Object.assign(document.createElement("script"), { src: `/${src}`, onload: done, onerror: () => fail(new Error(src)) });
        document.head.append(script);
      });
    }
    const reader = await onusSearch.open(`/${files.index}`);
    let last;
    return {
      search: async (query) => (last = await reader.search(query, { limit: 10 })).hits.map((hit) => hit.title),
      excerpts: () => Promise.all(last.hits.map((hit) => reader.detail(hit, last))),
      warm: () => reader.warm(),
    };
  },
  pagefind: async () => {
    const pagefind = await import("/pagefind/pagefind.js");
    const search = async (query) => {
      const { results } = await pagefind.search(query);
      return (await Promise.all(results.slice(0, 10).map((result) => result.data()))).map((page) => page.meta.title);
    };
    return { search, excerpts: () => {}, warm: () => {} }; // its titles come with their excerpts
  },
};

/** Sums what the server sent; `wire` counts headers too. */
function sum(log) {
  const bad = log.filter((r) => r.status !== 200);
  if (bad.length) throw new Error(`the server has no ${bad.map((r) => r.path).join(", ")}`);
  return { requests: log.length, body: log.reduce((a, r) => a + r.body, 0), wire: log.reduce((a, r) => a + r.wire, 0) };
}

/** One query with an empty cache: from nothing of the search to ten titles, and on to their excerpts. */
async function cold(browser, server, address, system, files, query) {
  const { page, context, check } = await freshPage(browser, address);
  const network = await context.newCDPSession(page);
  let seen = 0;
  network.on("Network.loadingFinished", (event) => (seen += event.encodedDataLength));
  await network.send("Network.enable");
  await page.evaluate(`window.setup = ${setup[system]}`);
  await settle(page, server);
  seen = 0;
  const { titles, ms } = await page.evaluate(async ({ query, files }) => {
    const started = performance.now();
    window.engine = await setup(files);
    const titles = await engine.search(query);
    return { titles, ms: performance.now() - started };
  }, { query, files });
  await sleep(50);
  const first = sum(server.taken());
  const excerptMs = await page.evaluate(async () => {
    const started = performance.now();
    await engine.excerpts();
    return performance.now() - started;
  });
  await sleep(50);
  const rest = sum(server.taken());
  check();
  await context.close();
  if (!titles.length) throw new Error(`${system}: “${query}” finds nothing`);
  // What the browser counted, but for Pagefind's worker, which the page's session does not see.
  if (system === "onus" && Math.abs(seen - first.wire - rest.wire) > 0.01 * seen) throw new Error(`“${query}”: ${first.wire + rest.wire} bytes sent, ${seen} received`);
  return {
    query, hits: titles.length, ms, requests: first.requests, body: first.body, wire: first.wire,
    excerptMs: ms + excerptMs, excerptRequests: first.requests + rest.requests, excerptBody: first.body + rest.body, excerptWire: first.wire + rest.wire,
  };
}

/** Until nothing has been sent for a while; forgets what was. */
async function settle(page, server, quiet = 200) {
  do await page.waitForTimeout(quiet);
  while (server.taken().length);
}

/** Every query typed letter by letter in one page, twice, then with a mistake: milliseconds of each answer. */
async function warm(browser, server, address, system, files, queries) {
  const { page, context, check } = await freshPage(browser, address);
  await page.evaluate(`window.setup = ${setup[system]}`);
  await page.evaluate(async (files) => (window.engine = await setup(files)) && null, files);
  const ask = (texts) => page.evaluate(async (texts) => {
    const spent = [];
    for (const text of texts) {
      const started = performance.now();
      await engine.search(text);
      spent.push(performance.now() - started);
    }
    return spent;
  }, texts);
  const keystrokes = queries.flatMap((query) => Array.from(query, (_, i) => query.slice(0, i + 1)));
  const typed = await ask(keystrokes);
  const again = await ask(keystrokes);
  await page.evaluate(() => engine.warm());
  await settle(page, server);
  const wrong = queries.map(misspell).filter(Boolean);
  const typo = await ask(wrong);
  const typoAgain = await ask(wrong);
  check();
  await context.close();
  return { typed, again, typo, typoAgain };
}

/**
 * The palette itself: opened with its key, each query typed letter by letter, twice; what counts is the time until the list shows the titles
 * that the reader names for that text, and until the frame after that is drawn.
 */
async function palette(browser, server, address, files, queries) {
  const { page, context, check } = await freshPage(browser, address);
  await settle(page, server);
  const open = async () => {
    await page.keyboard.press("/");
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-controls"), null, { timeout: 10_000 });
  };
  await open();
  await page.evaluate(async (files) => {
    const reader = await onusSearch.open(`/${files.index}`);
    const input = document.activeElement;
    const box = input.closest("[data-search-box]");
    const list = () => document.getElementById(input.getAttribute("aria-controls"));
    const shown = () => Array.from(list()?.querySelectorAll(".hit-title") ?? [], (title) => title.textContent).join("\n");
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    /** Types a text in one go; null where there is nothing to show for it. */
    window.type = async (text) => {
      const { hits } = await reader.search(text.trim(), { limit: 10 });
      const wanted = hits.map((hit) => hit.title).join("\n");
      await new Promise((done) => setTimeout(done, 40));
      await frame();
      const began = performance.now();
      const update = new Promise((done, fail) => {
        const patience = setTimeout(() => fail(new Error(`“${text}”: the palette shows\n${shown()}\nand not\n${wanted}`)), 5000);
        const observer = new MutationObserver((records) => {
          const renewed = records.some((r) => r.target === list() || Array.from(r.addedNodes).includes(list()));
          if (wanted && !(renewed && shown() === wanted)) return;
          clearTimeout(patience);
          observer.disconnect();
          done(performance.now() - began);
        });
        observer.observe(box, { subtree: true, childList: true });
      });
      input.value = text;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      const updated = await update;
      await frame();
      return wanted ? { updated, drawn: performance.now() - began } : null;
    };
  }, files);
  const pass = (texts) => page.evaluate(async (texts) => {
    const all = [];
    for (const text of texts) all.push(await type(text));
    return all;
  }, texts);
  const keystrokes = queries.flatMap((query) => Array.from(query, (_, i) => query.slice(0, i + 1)));
  const typed = (await pass(keystrokes)).filter(Boolean);
  const again = (await pass(keystrokes)).filter(Boolean);
  check();
  await context.close();

  // What one visitor's first search takes from the network once all is quiet: excerpts, filters and what is fetched ahead included.
  const quiet = [];
  for (const query of queries) {
    const { page, context, check } = await freshPage(browser, address);
    await settle(page, server);
    await page.keyboard.press("/");
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-controls"), null, { timeout: 10_000 });
    await page.keyboard.insertText(query);
    await page.waitForFunction(() => document.getElementById(document.activeElement.getAttribute("aria-controls"))?.querySelector(".hit-title"), null, { timeout: 10_000 });
    await page.waitForTimeout(1000);
    quiet.push({ query, ...sum(server.taken()) });
    check();
    await context.close();
  }
  return { typed, again, quiet };
}

async function measure(browser, folder) {
  const corpus = path.basename(folder);
  const root = path.join(folder, "onus");
  const out = path.join(options.work, `corpus-${corpus}`);
  const queries = JSON.parse(fs.readFileSync(path.join(folder, "queries.json"), "utf8")).map((entry) => entry.q);
  if (!options.reuse || !fs.existsSync(out)) build(root, out, options.today);
  const routes = entities(root, out, options.today).map((e) => e.url);
  if (systems.includes("pagefind") && !(options.reuse && fs.existsSync(`${out}.pagefind`))) {
    const { pages, seconds } = await pagefind(out, `${out}.pagefind`, routes);
    console.error(`${corpus}: Pagefind indexed ${pages} pages in ${seconds.toFixed(1)} s`);
  }
  const files = systems.includes("onus") ? searchFiles(out) : {};
  const overlay = options.reader ? { [files.reader]: options.reader } : {};
  const server = await serve(out, `${out}.pagefind`, { overlay, latency: Number(options.latency) });
  const address = `${server.origin}/${routes[0]}`;
  const result = { corpus, pages: routes.length };
  for (const system of systems) {
    const runs = [];
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const query of queries) runs.push(await cold(browser, server, address, system, files, query));
    }
    result[system] = { cold: runs, ...(await warm(browser, server, address, system, files, queries)) };
    if (system === "onus" && !options["skip-palette"]) result[system].palette = await palette(browser, server, address, files, queries);
  }
  server.close();
  return result;
}

const kb = (bytes) => (bytes / 1000).toFixed(1);
const ms = (value) => (value < 100 ? value.toFixed(1) : value.toFixed(0));

function print({ corpus, pages, ...of }) {
  const measures = [
    ["first ten titles, KB of bodies", (s) => s.cold.map((r) => r.body), kb],
    ["first ten titles, KB with headers", (s) => s.cold.map((r) => r.wire), kb],
    ["first ten titles, requests", (s) => s.cold.map((r) => r.requests), String],
    ["first ten titles, ms", (s) => s.cold.map((r) => r.ms), ms],
    ["… with excerpts, KB of bodies", (s) => s.cold.map((r) => r.excerptBody), kb],
    ["… with excerpts, KB with headers", (s) => s.cold.map((r) => r.excerptWire), kb],
    ["… with excerpts, requests", (s) => s.cold.map((r) => r.excerptRequests), String],
    ["… with excerpts, ms", (s) => s.cold.map((r) => r.excerptMs), ms],
    ["keystroke → answer, typed once, ms", (s) => s.typed, ms],
    ["keystroke → answer, typed again, ms", (s) => s.again, ms],
    ["query with a typo, ms", (s) => s.typo, ms],
    ["query with a typo, again, ms", (s) => s.typoAgain, ms],
    ["palette: keystroke → list, typed once, ms", (s) => s.palette?.typed.map((k) => k.updated), ms],
    ["palette: keystroke → list, typed again, ms", (s) => s.palette?.again.map((k) => k.updated), ms],
    ["palette: keystroke → frame, typed again, ms", (s) => s.palette?.again.map((k) => k.drawn), ms],
    ["palette: first search, all is quiet, KB of bodies", (s) => s.palette?.quiet.map((q) => q.body), kb],
    ["palette: first search, all is quiet, requests", (s) => s.palette?.quiet.map((q) => q.requests), String],
  ];
  const columns = [0.5, 0.9, 0.95, 1];
  const head = [`${corpus}: ${pages} pages`, ...systems.flatMap((s) => [`${s} median`, "p90", "p95", "worst"])];
  const lines = measures.map(([name, values, show]) => [name, ...systems.flatMap((s) => {
    const all = values(of[s]);
    return columns.map((q) => (all?.length ? show(quantile(all, q)) : null));
  })]);
  console.log(`\n${table(head, lines.filter((line) => line.slice(1).some((cell) => cell !== null)))}`);

  const queries = [...new Set(of[systems[0]].cold.map((r) => r.query))];
  const each = queries.map((query) => [query, ...systems.flatMap((s) => {
    const runs = of[s].cold.filter((r) => r.query === query);
    return [runs[0].hits, kb(runs[0].body), runs[0].requests, ms(quantile(runs.map((r) => r.ms), 0.5)), ...(s === "onus" ? [kb(runs[0].excerptBody)] : [])];
  })]);
  console.log(`\n${table([`${corpus}: first ten titles`, ...systems.flatMap((s) => [`${s} hits`, "KB", "requests", "ms", ...(s === "onus" ? ["KB with excerpts"] : [])])], each)}`);
}

const browser = await browse();
const results = [];
try {
  for (const folder of options.folders) {
    results.push(await measure(browser, folder));
    print(results.at(-1));
  }
} finally {
  await browser.close();
}
if (options.json) fs.writeFileSync(options.json, JSON.stringify(results, null, 1));
