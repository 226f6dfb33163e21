#!/usr/bin/env node
// From the moment a runbook is saved to the moment its new page is served: onus, and hugo beside it where it is given.
//
//   node save.mjs [--onus FILE] [--hugo FILE] [--edits N] [--work DIR] CORPUS…
//
// CORPUS is a folder with meta.json, onus/ and, for hugo, hugo/. Both servers watch a copy of it, one after the other.

import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { parseArgs } from "node:util";

const here = path.dirname(new URL(import.meta.url).pathname);
const { values: options, positionals: corpora } = parseArgs({
  allowPositionals: true,
  options: {
    onus: { type: "string", default: path.join(here, "../../target/release/onus") },
    hugo: { type: "string" },
    edits: { type: "string", default: "40" },
    work: { type: "string", default: "/dev/shm/onus-bench-serve" },
  },
});
if (!corpora.length) throw new Error("name a corpus: node save.mjs CORPUS…");

options.onus = path.resolve(options.onus);
const EDITS = Number(options.edits);
/** Edits before the first that counts: programs warm up. */
const WARM = 5;
const LIMIT = 120_000;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** The body of a page; none while nobody answers. */
function get(url) {
  return new Promise((done) => {
    http.get(url, { agent }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => done(answer.statusCode === 200 ? Buffer.concat(parts).toString() : ""));
    }).on("error", () => done(""));
  });
}

/** Asks until the page holds a text; gives the time by the clock. */
async function until(url, text) {
  const begun = performance.now();
  while (!(await get(url)).includes(text)) {
    if (performance.now() - begun > LIMIT) throw new Error(`${url} never shows ${text}`);
    await pause(1);
  }
  return performance.now();
}

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];

/** Resident memory in MiB. */
function memory(pid) {
  const line = fs.readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/);
  return Math.round(Number(line[1]) / 1024);
}

async function measure(name, program, args, folder, file, page) {
  const port = await freePort();
  const log = fs.openSync(path.join(options.work, `${name}.log`), "w");
  const process = spawn(program, args(port), { cwd: folder, stdio: ["ignore", log, log] });
  const ended = once(process, "exit");
  try {
    const url = `http://127.0.0.1:${port}/${page}`;
    const begun = performance.now();
    const first = (await until(url, "</html>")) - begun;
    await pause(3000);
    const text = fs.readFileSync(file, "utf8");
    const times = [];
    for (let n = 0; n < EDITS + WARM; n++) {
      const mark = `savemark${n}x${Math.random().toString(36).slice(2)}`;
      fs.writeFileSync(file, `${text}\n\nA sentence with ${mark} in it.\n`);
      const saved = performance.now();
      const shown = await until(url, mark);
      if (n >= WARM) times.push(shown - saved);
      // Nobody saves faster than this, and what follows a rebuild is done by then or not.
      await pause(700);
    }
    times.sort((a, b) => a - b);
    const told = [quantile(times, 0.5), quantile(times, 0.95), times.at(-1)].map((t) => `${t.toFixed(0)} ms`);
    console.log(`${name}: median ${told[0]}, p95 ${told[1]}, most ${told[2]} of ${EDITS} saves; ` +
      `first page after ${(first / 1000).toFixed(1)} s; ${memory(process.pid)} MiB`);
  } finally {
    process.kill("SIGINT");
    await ended;
  }
}

for (const corpus of corpora) {
  const meta = JSON.parse(fs.readFileSync(path.join(corpus, "meta.json"), "utf8"));
  console.log(`${meta.pages} pages`);
  fs.mkdirSync(options.work, { recursive: true });
  for (const [name, program] of [["onus", options.onus], ["hugo", options.hugo]]) {
    if (!program) continue;
    const folder = path.join(options.work, name);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.cpSync(path.join(corpus, name), folder, { recursive: true });
    const file = path.join(folder, "content", `${meta.edit}.md`);
    if (name === "onus") {
      await measure(name, program, (port) => ["serve", "--port", port, "--limit", "1"], folder, file, `${meta.edit}.html`);
    } else {
      const args = (port) => ["server", "--port", port, "--bind", "127.0.0.1", "--disableLiveReload", "--renderToMemory"];
      await measure(name, program, args, folder, file, `${meta.edit}/`);
    }
  }
  fs.rmSync(options.work, { recursive: true, force: true });
}
