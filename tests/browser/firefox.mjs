// Drives Firefox over WebDriver BiDi, which it speaks itself: as much of it as the tests need.

import { spawn } from "node:child_process";
import { accessSync, constants, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import WebSocket from "ws";
import { folder } from "./site.mjs";

const program = process.env.FIREFOX || "/usr/bin/firefox-esr";

/** Whether there is a Firefox: FIREFOX, else Debian's. */
export function installed() {
  try { accessSync(program, constants.X_OK); return true; } catch { return false; }
}

/** Starts Firefox with a profile of its own. */
export async function launch() {
  const profile = folder("firefox");
  const browser = spawn(program, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"], {
    env: { ...process.env, HOME: profile, MOZ_HEADLESS: "1" }, stdio: ["ignore", "ignore", "pipe"],
  });
  const gone = new Promise((done) => { browser.once("exit", done); });
  const address = await new Promise((done, failed) => {
    createInterface({ input: browser.stderr }).on("line", (line) => {
      const found = /WebDriver BiDi listening on (ws:\S+)/.exec(line);
      if (found) done(found[1]);
    });
    browser.once("error", failed);
    gone.then((code) => failed(new Error(`Firefox ended with ${code}`)));
  });
  const socket = new WebSocket(`${address}/session`);
  await new Promise((done, failed) => { socket.once("open", done).once("error", failed); });
  const waiting = new Map(), listeners = new Map();
  socket.on("message", (text) => {
    const message = JSON.parse(String(text));
    if (message.type === "event") return listeners.get(message.method)?.(message.params);
    const { done, failed } = waiting.get(message.id);
    waiting.delete(message.id);
    return message.type === "success" ? done(message.result) : failed(new Error(`${message.error}: ${message.message}`));
  });
  let last = 0;
  /** @param {string} method @param {object} params @returns {Promise<any>} */
  const send = (method, params = {}) => new Promise((done, failed) => {
    waiting.set(++last, { done, failed });
    socket.send(JSON.stringify({ id: last, method, params }));
  });
  await send("session.new", { capabilities: {} });
  return {
    send,
    /** @param {string} event @param {(params: any) => void} listener */
    async on(event, listener) {
      listeners.set(event, listener);
      await send("session.subscribe", { events: [event] });
    },
    async close() {
      socket.close();
      browser.kill();
      await gone;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** A page: it goes somewhere, types, and tells what an expression is. @param {Awaited<ReturnType<typeof launch>>} firefox */
export async function page(firefox) {
  const { context } = await firefox.send("browsingContext.create", { type: "tab" });
  return {
    context,
    go: (url) => firefox.send("browsingContext.navigate", { context, url, wait: "complete" }),
    async type(text) {
      const actions = [...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
      await firefox.send("input.performActions", { context, actions: [{ type: "key", id: "keyboard", actions }] });
    },
    /** @param {string} expression */
    async tell(expression) {
      const { result, exceptionDetails } = await firefox.send("script.evaluate", {
        expression: `(async () => JSON.stringify(await (${expression})))()`, target: { context }, awaitPromise: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.text);
      return JSON.parse(result.value ?? "null");
    },
    /** Waits until an expression is true. @param {string} expression */
    async until(expression, limit = 15_000) {
      const loop = `new Promise((done) => {
        const end = performance.now() + ${limit};
        const look = () => (${expression}) ? done(true) : performance.now() > end ? done(false) : setTimeout(look, 20);
        look();
      })`;
      if (!await this.tell(loop)) throw new Error(`never: ${expression}`);
    },
    close: () => firefox.send("browsingContext.close", { context }),
  };
}
