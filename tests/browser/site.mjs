// Builds a handbook's site and serves it as a strict host does.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize, resolve } from "node:path";
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

/** Serves a folder; gives its address and how to stop. @param {string} dir */
export async function serve(dir) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://site").pathname);
    const file = join(dir, normalize(path.endsWith("/") ? path + "index.html" : path));
    try {
      const body = gzipSync(readFileSync(file));
      response.writeHead(200, {
        "content-type": (types[extname(file)] || "application/octet-stream") + "; charset=utf-8",
        "content-encoding": "gzip",
        // The marks of the style sheet are `data:` images, as docs/theming.md says.
        "content-security-policy":
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'none'; "
          + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => { server.listen(0, "127.0.0.1", done); });
  return { url: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}
