// Asks the reader what the command line was asked, and compares: `node parity.mjs INDEX ANSWERS`. ANSWERS is a JSON list of
// {query, total, card, corrected, hits: [[route, score], …]}.

import { readFileSync } from "node:fs";
import { differences } from "./compare.mjs";
import { open } from "./reader.mjs";

const [folder, file] = process.argv.slice(2);
const answers = JSON.parse(readFileSync(file, "utf8"));
const search = await open(folder, 1);
let different = 0;

for (const wanted of answers) {
  const found = differences(await search.search(wanted.query, { limit: 10 }), wanted);
  if (found.length && ++different <= 20) console.log(`${JSON.stringify(wanted.query)}\n  ${found.join("\n  ")}`);
}
console.log(`${answers.length} queries, ${different} answered otherwise`);
process.exit(different || !answers.length ? 1 : 0);
