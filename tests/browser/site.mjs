// Builds a handbook's site and serves it as a strict host does.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize, resolve, sep } from "node:path";
import { gzipSync } from "node:zlib";

const here = import.meta.dirname;
export const example = resolve(here, "../..");
const onus = resolve(here, process.env.ONUS || "../../target/debug/onus");
const types = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };

/** A new empty folder. @param {string} name */
export const folder = (name) => mkdtempSync(join(tmpdir(), `onus-${name}-`));

/** The folder of a handbook's site. @param {string} root */
export function build(root) {
  const out = join(folder("site"), "site");
  execFileSync(onus, ["build", "--root", root, "--out", out, "--today", "2026-11-22", "--fail-on", "never"], { stdio: "ignore" });
  return out;
}

/** The pages of a site: their addresses by type, the longest first. @param {string} dir @returns {Map<string, string[]>} */
export function pages(dir) {
  const found = [];
  for (const file of readdirSync(dir, { recursive: true })) {
    if (!file.endsWith(".html")) continue;
    const text = readFileSync(join(dir, file), "utf8");
    found.push({ route: file.split(sep).join("/"), type: /<html[^>]* data-type="([^"]*)"/.exec(text)?.[1], size: text.length });
  }
  found.sort((a, b) => b.size - a.size || (a.route < b.route ? -1 : 1));
  const by = new Map();
  for (const { type, route } of found) by.set(type, [...(by.get(type) || []), route]);
  return by;
}

/** The pages of things in a folder of a site, but for those that only lead on to another. @param {string} dir @param {string} folder */
export const cards = (dir, folder) => readdirSync(join(dir, folder)).filter((name) => name.endsWith(".html") && name !== "index.html")
  .map((name) => `${folder}/${name}`).filter((address) => !readFileSync(join(dir, address), "utf8").includes("http-equiv"));

/**
 * Serves a folder; gives its address and how to stop. A page that is asked for with `x-hold` comes without its end until `release`.
 * @param {string} dir
 */
export async function serve(dir) {
  let release = () => {};
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://site").pathname);
    const file = join(dir, normalize(path.endsWith("/") ? path + "index.html" : path));
    const hold = extname(file) === ".html" && "x-hold" in request.headers;
    try {
      const body = hold ? readFileSync(file) : gzipSync(readFileSync(file));
      response.writeHead(200, {
        "content-type": (types[extname(file)] || "application/octet-stream") + "; charset=utf-8",
        ...(hold ? {} : { "content-encoding": "gzip" }),
        // The marks of the style sheet are `data:` images, as docs/theming.md says.
        "content-security-policy":
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'none'; "
          + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      });
      if (!hold) return response.end(body);
      const end = body.lastIndexOf("</body>");
      response.write(body.subarray(0, end));
      release = () => response.end(body.subarray(end));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => { server.listen(0, "127.0.0.1", done); });
  return { url: `http://127.0.0.1:${server.address().port}/`, release: () => release(), stop: () => server.close() };
}
