// What the benches of `onus serve` share: a running server, asking it, its news, and figures.

import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";

const LIMIT = 180_000;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

export const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** The body of a page; none while nobody answers. */
export function get(url) {
  return new Promise((done) => {
    http.get(url, { agent }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => done(answer.statusCode === 200 ? Buffer.concat(parts).toString() : ""));
    }).on("error", () => done(""));
  });
}

/** Asks every millisecond until the answer is as wanted; gives the time by the clock. */
export async function until(url, wanted) {
  const begun = performance.now();
  while (!wanted(await get(url))) {
    if (performance.now() - begun > LIMIT) throw new Error(`${url} never shows what was saved`);
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

/** Starts a server in a folder; `args` are made for a port. */
export async function start(program, args, folder, log) {
  const port = await freePort();
  const out = fs.openSync(log, "w");
  const process = spawn(program, args(String(port)), { cwd: folder, stdio: ["ignore", out, out] });
  const ended = once(process, "exit");
  return {
    pid: process.pid,
    address: `http://127.0.0.1:${port}/`,
    end() {
      process.kill("SIGINT");
      return ended;
    },
  };
}

/** The news of onus for a page, as they come: `next(wanted)` gives the time by the clock of the first that is as wanted. */
export async function news(address, page) {
  const waiting = [];
  const told = [];
  const look = () => {
    while (waiting.length && told.length) {
      const { wanted, done } = waiting[0];
      const at = told.findIndex(({ data }) => wanted(data));
      told.splice(0, at < 0 ? told.length : at + 1);
      if (at < 0) return;
      waiting.shift();
      done(performance.now());
    }
  };
  const request = http.get(`${address}.onus/events?page=${encodeURIComponent("/" + page)}`, (answer) => {
    let text = "";
    answer.setEncoding("utf8").on("data", (part) => {
      text += part;
      const events = text.split("\n\n");
      text = events.pop();
      for (const event of events) {
        const line = event.split("\n").find((line) => line.startsWith("data: "));
        if (line) told.push({ data: JSON.parse(line.slice(6)) });
      }
      look();
    }).on("error", () => {});
  });
  request.on("error", () => {});
  return {
    next: (wanted) => new Promise((done) => { waiting.push({ wanted, done }); look(); }),
    end: () => request.destroy(),
  };
}

export const quantile = (times, q) => {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
};

/** Resident memory in MiB. */
export function memory(pid) {
  const line = fs.readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/);
  return Number(line[1]) / 1024;
}

/** A copy of a corpus for one program, with its `meta.json`; a folder with a site.toml is a corpus for onus alone. */
export function copy(corpus, name, work) {
  const folder = path.join(work, name);
  fs.rmSync(folder, { recursive: true, force: true });
  const handbook = fs.existsSync(path.join(corpus, "site.toml"));
  if (handbook && name !== "onus") return null;
  fs.mkdirSync(folder, { recursive: true });
  if (handbook) {
    for (const part of ["site.toml", "content", "themes"]) {
      // The built-in theme is one already.
      if (part === "themes" && fs.existsSync(path.join(corpus, "Cargo.toml"))) continue;
      if (fs.existsSync(path.join(corpus, part))) fs.cpSync(path.join(corpus, part), path.join(folder, part), { recursive: true });
    }
  } else {
    fs.cpSync(path.join(corpus, name), folder, { recursive: true });
  }
  return folder;
}

/** Every Markdown file below a folder, sorted. */
export function pages(folder) {
  const files = fs.readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".md"));
  return files.map((name) => name.split(path.sep).join("/")).sort();
}
