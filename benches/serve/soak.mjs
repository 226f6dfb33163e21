#!/usr/bin/env node
// Memory after many rebuilds: `onus serve` on a copy of a corpus, saved again and again, each save waited for.
//
//   node soak.mjs [--onus FILE] [--rebuilds N] [--work DIR] CORPUS
//
// Ends with exit code 1 where the memory at the end is more than 1.2 times that after the first 50 rebuilds.

import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { copy, memory, news, pages, start, until } from "./lib.mjs";

const here = path.dirname(new URL(import.meta.url).pathname);
const { values: options, positionals: [corpus] } = parseArgs({
  allowPositionals: true,
  options: {
    onus: { type: "string", default: path.join(here, "../../target/release/onus") },
    rebuilds: { type: "string", default: "2000" },
    work: { type: "string", default: "/dev/shm/onus-bench-soak" },
  },
});
if (!corpus) throw new Error("name a corpus: node soak.mjs CORPUS");

const REBUILDS = Number(options.rebuilds);
/** Rebuilds before memory is measured for the first time. */
const WARM = 50;
/** The index is waited for this often, so that it is built as often. */
const INDEXED = 10;

fs.mkdirSync(options.work, { recursive: true });
const folder = copy(corpus, "onus", options.work);
const content = path.join(folder, "content");
const files = pages(content).filter((file) => file.startsWith("runbooks/") && !file.endsWith("index.md"));
const settings = path.join(folder, "site.toml");
const original = new Map([settings, ...files.map((file) => path.join(content, file))].map((file) => [file, fs.readFileSync(file, "utf8")]));

/** The n-th save: the words of a runbook, a runbook that comes or goes, a field, the title of the site. */
function save(n) {
  const file = path.join(content, files[(n * 7919) % files.length]);
  const added = path.join(content, `runbooks/added-${n - (n % 8)}.md`);
  switch (n % 8) {
    case 1: return fs.writeFileSync(added, `---\ntitle: Added ${n}\n---\n\nWords ${n}.\n`);
    case 2: return fs.rmSync(added);
    case 3: return fs.writeFileSync(settings, original.get(settings).replace(/^title = .*$/m, `title = "Title ${n}"`));
    case 4: return fs.writeFileSync(file, original.get(file).replace(/^title: .*$/m, `title: "Title ${n}"`));
    default: return fs.writeFileSync(file, `${original.get(file)}\nSentence ${n}.\n`);
  }
}

const log = path.join(options.work, "onus.log");
const server = await start(path.resolve(options.onus), (port) => ["serve", "--port", port, "--limit", "1"], folder, log);
let failed = false;
try {
  await until(server.address, (html) => html.includes("</html>"));
  const told = await news(server.address, "index.html");
  await told.next((news) => news.indexed);
  let warm = 0;
  const begun = performance.now();
  for (let n = 1; n <= REBUILDS; n++) {
    const shown = told.next((news) => !news.indexed);
    save(n);
    await shown;
    if (n % INDEXED === 0) await told.next((news) => news.indexed);
    if (n === WARM) warm = memory(server.pid);
    if (n === WARM || n % 250 === 0) console.log(`${n} rebuilds: ${memory(server.pid).toFixed(0)} MiB, ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  }
  const ratio = memory(server.pid) / warm;
  failed = ratio > 1.2;
  console.log(`${ratio.toFixed(2)} times the memory after ${WARM} rebuilds`);
  told.end();
} finally {
  await server.end();
}
fs.rmSync(options.work, { recursive: true, force: true });
process.exitCode = failed ? 1 : 0;
