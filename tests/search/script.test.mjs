// How the reader loads files in a page: by script elements, which a document of a few lines stands in for.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";
import { source } from "./reader.mjs";

const root = { format: 1, pages: 0, today: 0, tokens: [0, 0, 0, 0, 0], boosts: [6, 4, 2, 1, 1.5], firsts: "", shards: "000000", size: 16, titles: "", spelling: "spelling-0", facets: "facets-0", questions: [], endings: [], articles: [], synonyms: [], kinds: [] };

/** A page with the reader, in which `serve` tells what a script does: it calls what it is given, or fails. */
function page(serve) {
  const asked = [], inPage = [];
  const document = {
    createElement: () => {
      const script = { remove: () => { const at = inPage.indexOf(script); if (at >= 0) inPage.splice(at, 1); } };
      return script;
    },
    head: {
      append: (script) => {
        inPage.push(script);
        asked.push(script.src);
        queueMicrotask(() => {
          const text = serve(script.src);
          if (text === null) return script.onerror?.();
          try { vm.runInContext(text, context); } catch { /* A page tells an error of a script to nobody who loaded it. */ }
          return script.onload?.();
        });
      },
    },
  };
  const context = vm.createContext({ document, Blob, DecompressionStream, Response, TextDecoder, atob });
  context.window = context;
  vm.runInContext(readFileSync(source, "utf8"), context);
  return { open: context.onusSearch.open, asked, inPage, context };
}

const call = (name, data) => `onus(${JSON.stringify(name)},${JSON.stringify(data)})`;

test("a file is a script below the index, which is taken away again", async () => {
  const own = page(() => call("index", root));
  const reader = await own.open("../search/", undefined, 1);
  assert.equal(reader.root.format, 1);
  assert.deepEqual(own.asked, ["../search/index.js"]);
  assert.deepEqual(own.inPage, []);
});

test("a file that is not there rejects, and is asked for again when it is needed again", async () => {
  let there = false;
  const own = page(() => (there ? call("index", root) : null));
  await assert.rejects(own.open("search/", undefined, 1), /cannot load search\/index.js/);
  assert.deepEqual(own.inPage, []);
  there = true;
  await own.open("search/", undefined, 1);
  assert.equal(own.asked.length, 2);
});

test("a call that nobody waits for is let pass", async () => {
  const own = page(() => `${call("other", 1)};${call("index", root)};${call("index", { format: 9 })}`);
  assert.equal((await own.open("", undefined, 1)).root.format, 1);
});

test("a file that does not call rejects as well", async () => {
  const own = page(() => "<!doctype html>");
  const given = await Promise.race([
    own.open("search/", undefined, 1).then(() => "opened", (error) => error.message),
    new Promise((done) => { setImmediate(() => done("still waiting")); }),
  ]);
  assert.match(given, /cannot load search\/index.js/);
});
