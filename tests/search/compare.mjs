// Whether the reader and the command line answer alike. Pages of the very same score may stand in any order.

/**
 * What is different, in words.
 * @param {{ hits: { route: string }[], total: number, card: boolean, corrected: { from: string, to: string }[] }} answer the reader's
 * @param {{ hits: [string, number][], total: number, card: boolean, corrected: [string, string][] }} wanted the command line's
 */
export function differences(answer, { hits, total, card, corrected }) {
  const found = [], theirs = answer.hits.map((hit) => hit.route), words = answer.corrected.map(({ from, to }) => [from, to]);
  if (answer.total !== total) found.push(`${answer.total} pages, not ${total}`);
  if (answer.card !== card) found.push(`card ${answer.card}, not ${card}`);
  if (JSON.stringify(words) !== JSON.stringify(corrected)) found.push(`corrected ${JSON.stringify(words)}, not ${JSON.stringify(corrected)}`);
  if (theirs.length !== hits.length) found.push(`${theirs.length} hits, not ${hits.length}`);
  hits.forEach(([route, score], i) => {
    const tied = hits.filter(([, other]) => other === score).map(([other]) => other);
    if (theirs[i] !== route && !(tied.length > 1 && tied.includes(theirs[i]))) found.push(`${i + 1}. ${theirs[i]}, not ${route}`);
  });
  return found;
}
