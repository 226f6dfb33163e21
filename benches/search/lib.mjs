// What both benches share: building, serving, Pagefind, the browser, tables.
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const here = import.meta.dirname;
const ONUS = path.resolve(process.env.ONUS ?? path.join(here, "../../target/release/onus"));
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Reads the command line; `--help` and a missing argument print what the file's first comment says. */
export function command(url, options) {
  const help = () => fs.readFileSync(new URL(url), "utf8").match(/\/\*\*\n([^]*?)\*\//)[1].replace(/^ \* ?/gm, "");
  const fail = (message) => {
    console.error(message);
    process.exit(2);
  };
  let args;
  try {
    args = parseArgs({ options: { ...options, help: { type: "boolean" } }, allowPositionals: true });
  } catch (error) {
    fail(`${error.message}\n\n${help()}`);
  }
  if (args.values.help || !args.positionals.length) fail(help());
  return { ...args.values, folders: args.positionals.map((p) => path.resolve(p)) };
}

/** Builds `root` into `out`, from nothing. */
export function build(root, out, today) {
  fs.rmSync(out, { recursive: true, force: true });
  execFileSync(ONUS, ["build", "--root", root, "--out", out, "--today", today, "--fail-on", "never", "--limit", "1"], {
    stdio: "pipe", // what it says is in the error, if it ends with one
    maxBuffer: 1 << 30,
  });
}

/** Every entity of a handbook, as the command line lists it; each has a page in `out`. */
export function entities(root, out, today) {
  const text = execFileSync(ONUS, ["list", "--root", root, "--format", "json", "--today", today], { encoding: "utf8", maxBuffer: 1 << 30 });
  const list = text.trim().split("\n").map((line) => JSON.parse(line));
  for (const e of list) {
    if (!e.url || !fs.existsSync(path.join(out, e.url))) throw new Error(`${root}: ${e.ref} has no page (${e.url})`);
    [e.kind, e.id] = [e.ref.slice(0, e.ref.indexOf(":")), e.ref.slice(e.ref.indexOf(":") + 1)];
  }
  return list;
}

/**
 * Pagefind over the pages of the handbook's entities, into `dest`. It gets what serves it best: only what is in `main` (its own rule leaves
 * out breadcrumbs and other navigation), and none of the lists, rules and findings, which repeat the titles of other pages.
 */
export async function pagefind(out, dest, routes) {
  const started = performance.now();
  const staged = `${dest}.pages`;
  for (const dir of [dest, staged]) fs.rmSync(dir, { recursive: true, force: true });
  for (const route of routes) {
    fs.mkdirSync(path.dirname(path.join(staged, route)), { recursive: true });
    fs.linkSync(path.join(out, route), path.join(staged, route));
  }
  const bin = path.join(here, "node_modules/pagefind/lib/runner/bin.cjs");
  const args = ["--site", staged, "--output-path", dest, "--root-selector", "main", "--keep-index-url"];
  const said = await new Promise((done, fail) =>
    execFile(process.execPath, [bin, ...args], (error, stdout, stderr) => (error ? fail(new Error(`pagefind: ${stdout}${stderr}`)) : done(stdout))),
  );
  fs.rmSync(staged, { recursive: true });
  const pages = Number(/Indexed (\d+) pages?/.exec(said)?.[1]);
  if (pages !== new Set(routes).size) throw new Error(`pagefind indexed ${pages} of ${routes.length} pages:\n${said}`);
  return { pages, seconds: (performance.now() - started) / 1000 };
}

const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", json: "application/json", svg: "image/svg+xml" };

/**
 * Serves `out` at / and Pagefind's folder at /pagefind/, with keep-alive; a file goes out as gzip (level 6) where that is smaller, which is
 * what either side would like best. `latency` milliseconds pass before each answer. `taken()` hands over what was sent since the last call:
 * [{path, status, body, wire}], in bytes, `wire` with headers.
 */
export async function serve(out, pagefindDir, { overlay = {}, latency = 0 } = {}) {
  const packed = new Map();
  const log = [];
  const load = (route) => {
    if (!packed.has(route)) {
      const file = overlay[route] ?? (route.startsWith("pagefind/") ? path.join(pagefindDir, route.slice(9)) : path.join(out, route));
      if (!fs.existsSync(file) || !fs.statSync(file).isFile()) return null;
      const plain = fs.readFileSync(file);
      const gzip = gzipSync(plain, { level: 6 });
      packed.set(route, gzip.length < plain.length ? { body: gzip, gzip: true } : { body: plain, gzip: false });
    }
    return packed.get(route);
  };
  const sockets = new WeakMap();
  const server = http.createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    if (latency) await new Promise((done) => setTimeout(done, latency));
    const route = decodeURIComponent(new URL(request.url, "http://x").pathname).replace(/^\/+/, "").replace(/(^|\/)$/, "$1index.html");
    const found = load(route);
    const { socket } = request;
    const body = found?.body ?? Buffer.from("no such file");
    response.on("close", () => {
      const wire = socket.bytesWritten - (sockets.get(socket) ?? 0);
      sockets.set(socket, socket.bytesWritten);
      log.push({ path: route, status: found ? 200 : 404, body: body.length, wire });
    });
    response.writeHead(found ? 200 : 404, {
      "content-type": TYPES[path.extname(route).slice(1)] ?? "application/octet-stream",
      "content-length": body.length,
      "cache-control": "max-age=600",
      vary: "accept-encoding",
      ...(found?.gzip && { "content-encoding": "gzip" }),
    });
    response.end(body);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    taken: () => log.splice(0),
    close: () => (server.closeAllConnections(), server.close()),
  };
}

/** Where the built site keeps its reader, its palette and its index. */
export function searchFiles(out) {
  const asset = (name) => {
    const found = fs.readdirSync(path.join(out, "assets")).filter((f) => new RegExp(`^${name}(\\.[0-9a-f]+)?\\.js$`).test(f));
    if (found.length !== 1) throw new Error(`${out}/assets: ${found.length} files for ${name}.js`);
    return `assets/${found[0]}`;
  };
  return { reader: asset("search"), palette: asset("palette"), index: "search/" };
}

export async function browse() {
  const flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: flags });
}

/** A page with an empty cache; whatever its scripts complain about, and every request that fails, ends the bench. */
export async function freshPage(browser, address) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const troubles = [];
  page.on("pageerror", (e) => troubles.push(`script error: ${e.message}`));
  page.on("console", (m) => m.type() === "error" && troubles.push(`console: ${m.text()}`));
  page.on("requestfailed", (r) => troubles.push(`failed: ${r.url()} ${r.failure()?.errorText}`));
  page.on("response", (r) => r.status() >= 400 && troubles.push(`${r.status()}: ${r.url()}`));
  await page.goto(address, { waitUntil: "load" });
  const check = () => {
    if (troubles.length) throw new Error(`in the browser:\n  ${[...new Set(troubles)].slice(0, 10).join("\n  ")}`);
  };
  check();
  return { page, context, check };
}

/** A number between 0 and 1 that depends on nothing but the text. */
export const chance = (text) => createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32;
export const half = (query) => (chance(query) < 0.5 ? "tune" : "report");

/** A generator of numbers between 0 and 1, seeded by a text (mulberry32). */
export function random(seed) {
  let a = Math.floor(chance(seed) * 2 ** 32);
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The text with one insertion, deletion, substitution or transposition inside a word of five letters or more; null where it has none. */
export function misspell(text) {
  const words = [...text.matchAll(/\p{L}{5,}/gu)];
  if (!words.length) return null;
  const next = random(`typo ${text}`);
  const pick = (n) => Math.floor(next() * n);
  for (;;) {
    const word = words[pick(words.length)];
    const letter = String.fromCharCode(97 + pick(26));
    const at = word.index + 1 + pick(word[0].length - 1); // the first letter is seldom the wrong one
    const edit = pick(4);
    const [before, after] = [text.slice(0, at), text.slice(at)];
    const wrong =
      edit === 0 ? before + letter + after
      : edit === 1 ? before + after.slice(1)
      : edit === 2 ? before + letter + after.slice(1)
      : before.slice(0, -1) + after[0] + before.at(-1) + after.slice(1);
    if (wrong.toLowerCase() !== text.toLowerCase()) return wrong;
  }
}

export const quantile = (values, q) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] : NaN;
};
export function group(values, key) {
  const groups = new Map();
  for (const value of values) {
    if (!groups.has(key(value))) groups.set(key(value), []);
    groups.get(key(value)).push(value);
  }
  return groups;
}

export const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/** Rows as aligned text: the first column to the left, the others to the right. */
export function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map((cell) => (cell === null || Number.isNaN(cell) ? "–" : String(cell))));
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const line = (row) => row.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join("  ").trimEnd();
  return [line(all[0]), widths.map((w) => "─".repeat(w)).join("──"), ...all.slice(1).map(line)].join("\n");
}
