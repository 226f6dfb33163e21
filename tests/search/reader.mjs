// Opens a published index with the reader that pages use, from a folder on disk.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import vm from "node:vm";

export const reader = createRequire(import.meta.url)("../../themes/default/assets/search.js");

/** @param {string} folder the index @param {number} [today] days since 1970 */
export function open(folder, today) {
  const load = async (name) => {
    let data;
    const onus = (called, given) => {
      if (called !== name) throw new Error(`${name}.js calls itself ${called}`);
      data = given;
    };
    vm.runInNewContext(readFileSync(join(folder, `${name}.js`), "utf8"), { onus });
    return structuredClone(data);
  };
  return reader.open(folder, load, today);
}
