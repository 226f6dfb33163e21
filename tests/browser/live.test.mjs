// What somebody who writes would miss in the preview: an open page of `onus serve` in a real browser.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { launch } from "./chromium.mjs";
import { folder } from "./site.mjs";

const onus = resolve(import.meta.dirname, process.env.ONUS || "../../target/debug/onus");
const runbook = (words) => `---\ntitle: Failover\nservices: [till]\n---\n\n${"A line of words.\n\n".repeat(120)}${words}\n`;

let browser, dir;

/** Writes files of the handbook. @param {Record<string, string>} files */
function put(files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

/** Starts the preview; gives its address and how to stop it. @param {string[]} args */
async function preview(args = []) {
  const server = spawn(onus, ["serve", "--root", dir, "--today", "2026-11-22", ...args], { stdio: ["ignore", "pipe", "ignore"] });
  for await (const line of createInterface(server.stdout)) {
    const address = line.match(/^preview at (\S+);/)?.[1];
    if (address) return { address, stop: () => { server.kill("SIGINT"); return once(server, "exit"); } };
  }
  throw new Error("onus serve ended");
}

before(async () => { browser = await launch(); });

after(() => browser?.close());

/** A test with a handbook, a preview and a page of its own. */
function live(name, run, expected) {
  test(name, { timeout: 60_000 }, async () => {
    dir = folder("live");
    put({
      "site.toml": 'title = "Handbook"\n[serve]\neditor = "vscode"\n',
      "content/index.md": "# Home\n",
      "content/services/till.md": "---\ntitle: Till\nowner: team:shop\n---\n",
      "content/teams/shop.md": "---\ntitle: Shop\n---\n",
      "content/runbooks/failover.md": runbook("The end."),
    });
    const server = await preview();
    const own = await browser.newContext({ viewport: { width: 1000, height: 700 } });
    own.setDefaultTimeout(10_000);
    const page = await own.newPage();
    const errors = [];
    page.on("console", (message) => message.type() === "error" && !expected?.test(message.text()) && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(String(error)));
    try {
      await page.goto(`${server.address}runbooks/failover.html`);
      await run(page, server);
      assert.deepEqual(errors, []);
    } finally {
      await own.close();
      await server.stop();
      rmSync(dir, { recursive: true });
    }
  });
}

live("a save shows by itself, at the same place", async (page) => {
  await page.evaluate(() => scrollTo(0, 900));
  put({ "content/runbooks/failover.md": runbook("Another end.") });
  await page.getByText("Another end.").waitFor();
  await page.waitForFunction(() => scrollY === 900);
});

live("a search that is open stays", async (page) => {
  await page.keyboard.press("/");
  await page.locator("dialog[open] input[role=combobox]").waitFor();
  await page.keyboard.type("till");
  await page.locator("dialog[open] [role=option]").first().waitFor();
  put({ "content/services/till.md": "---\ntitle: Till\nowner: team:shop\nsummary: Takes money\n---\n", "content/runbooks/failover.md": runbook("New.") });
  await page.getByText("New.", { exact: true }).waitFor({ state: "attached" });
  await page.waitForFunction(() => document.querySelector("dialog[open] input")?.value === "till");
  await page.locator("dialog[open] [role=option]").first().waitFor();
});

live("a style sheet is exchanged without a reload", async (page) => {
  await page.evaluate(() => { window.sameDocument = true; });
  put({ "themes/default/assets/onus.css": "body { color: rgb(1, 2, 3); }" });
  await page.waitForFunction(() => getComputedStyle(document.body).color === "rgb(1, 2, 3)");
  assert.equal(await page.evaluate(() => window.sameDocument), true);
  put({ "themes/default/assets/onus.css": "body { color: rgb(4, 5, 6); }" });
  await page.waitForFunction(() => getComputedStyle(document.body).color === "rgb(4, 5, 6)");
  assert.equal(await page.locator("link[rel=stylesheet]:not([data-onus-live])").count(), 1);
});

live("errors stand above the page until they are mended", async (page) => {
  const panel = page.locator(".onus-live");
  put({ "content/teams/shop.md": "---\ntitle: Shop\nlead: nobody-here\n---\n" });
  await panel.waitFor();
  const text = await panel.innerText();
  for (const part of ["1 error in the handbook", "content/teams/shop.md:3:7", "lead: nobody-here", "refs/unknown"]) {
    assert.ok(text.includes(part), `${part} is not in ${text}`);
  }
  const href = await panel.locator("a").getAttribute("href");
  assert.match(href, /^vscode:\/\/file\/.*content\/teams\/shop\.md:3:7$/);
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  put({ "content/teams/shop.md": "---\ntitle: Shop\nlead: nobody-else\n---\n" });
  await panel.waitFor();
  put({ "site.toml": "title = " });
  await page.getByText("this is the last good one").waitFor();
  put({ "site.toml": 'title = "Handbook"\n', "content/teams/shop.md": "---\ntitle: Shop\n---\n" });
  await panel.waitFor({ state: "detached" });
});

live("the page finds a server that comes back", async (page, server) => {
  await server.stop();
  put({ "content/runbooks/failover.md": runbook("Written meanwhile.") });
  const again = await preview(["--port", new URL(server.address).port]);
  server.stop = again.stop;
  await page.getByText("Written meanwhile.").waitFor();
}, /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE/);
