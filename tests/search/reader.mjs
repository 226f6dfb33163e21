// Opens a published index with the reader that pages use, from a folder on disk.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import vm from "node:vm";

export const source = new URL("../../themes/default/assets/search.js", import.meta.url);
export const reader = createRequire(import.meta.url)(source.pathname);

/** Loads files of an index by their names. @param {string} folder */
export const load = (folder) => async (/** @type {string} */ name) => {
  let data;
  const onus = (called, given) => {
    if (called !== name) throw new Error(`${name}.js calls itself ${called}`);
    data = given;
  };
  vm.runInNewContext(readFileSync(join(folder, `${name}.js`), "utf8"), { onus });
  return structuredClone(data);
};

/** @param {string} folder the index @param {number} [today] days since 1970 */
export const open = (folder, today) => reader.open(folder, load(folder), today);
