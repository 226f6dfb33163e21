// Asks the reader what the command line was asked, and compares: `node parity.mjs INDEX ANSWERS`. ANSWERS is a JSON list of
// {query, total, card, corrected, hits: [[route, score], …]}. Pages of the very same score may stand in any order.

import { readFileSync } from "node:fs";
import { open } from "./reader.mjs";

const [folder, file] = process.argv.slice(2);
const answers = JSON.parse(readFileSync(file, "utf8"));
const search = await open(folder, 1);
let different = 0;

for (const { query, total, card, corrected, hits } of answers) {
  const answer = await search.search(query, { limit: 10 });
  const theirs = answer.hits.map((hit) => hit.route);
  const problems = [];
  if (answer.total !== total) problems.push(`${answer.total} pages, not ${total}`);
  if (answer.card !== card) problems.push(`card ${answer.card}, not ${card}`);
  const words = answer.corrected.map(({ from, to }) => [from, to]);
  if (JSON.stringify(words) !== JSON.stringify(corrected)) problems.push(`corrected ${JSON.stringify(words)}, not ${JSON.stringify(corrected)}`);
  hits.forEach(([route, score], i) => {
    const tied = hits.filter(([, other]) => other === score).map(([other]) => other);
    if (theirs[i] !== route && !(tied.length > 1 && tied.includes(theirs[i]))) problems.push(`${i + 1}. ${theirs[i]}, not ${route}`);
  });
  if (problems.length) {
    different++;
    if (different <= 20) console.log(`${JSON.stringify(query)}\n  ${problems.join("\n  ")}`);
  }
}
console.log(`${answers.length} queries, ${different} answered otherwise`);
process.exit(different || !answers.length ? 1 : 0);
