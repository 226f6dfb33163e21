/**
 * Judges the search of handbooks with queries whose answers are known, next to Pagefind over the same pages.
 *
 *   node evaluate.mjs [options] HANDBOOK…       folders with a site.toml and a queries.tsv
 *
 *   --half tune|report|all   which half of the queries counts (all; a second table then shows the reporting half)
 *   --system onus|pagefind   only this one
 *   --show-misses N          print N queries that did not come first, and what came instead
 *   --kind TEXT              only kinds of query that hold TEXT
 *   --json FILE              write every figure and every query's rank
 *   --today DATE             the day to build for (2026-11-22)
 *   --work DIR               where to build (/dev/shm/eval-search)
 *   --reader FILE            another reader instead of the site's own
 */
import fs from "node:fs";
import path from "node:path";
import { browse, build, command, entities, freshPage, group, half, mean, misspell, pagefind, searchFiles, serve, table } from "./lib.mjs";

const text = (fallback) => ({ type: "string", default: fallback });
const options = command(import.meta.url, {
  half: text("all"), system: text(), "show-misses": text("0"), kind: text(""), json: text(), today: text("2026-11-22"),
  work: text("/dev/shm/eval-search"), reader: text(),
});
if (!["tune", "report", "all"].includes(options.half)) throw new Error(`--half: ${options.half}?`);
const systems = ["onus", "pagefind"].filter((s) => !options.system || s === options.system);

/** The judged rows of a handbook: {query, kind, expected, neutral}, the last two as routes. */
function judged(folder, list) {
  const routes = new Map(list.map((e) => [e.ref, e.url]));
  const resolve = (refs, line) =>
    refs.split(" | ").filter(Boolean).map((ref) => {
      if (!routes.has(ref)) throw new Error(`${folder}/queries.tsv:${line}: nothing is called ${ref}`);
      return routes.get(ref);
    });
  const [head, ...lines] = fs.readFileSync(path.join(folder, "queries.tsv"), "utf8").replace(/\n$/, "").split("\n");
  if (head !== "query\texpected\tkind\tneutral") throw new Error(`${folder}/queries.tsv: columns are ${head}`);
  return lines.map((line, i) => {
    const [query, expected, kind, neutral = ""] = line.split("\t");
    return { query, kind, expected: resolve(expected, i + 2), neutral: resolve(neutral, i + 2) };
  });
}

const NAMED = ["alert", "service", "team", "responsibility", "runbook"];
const parts = (name) => name.replace(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2").replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const squash = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
const within = (few, many) => ` ${many.join(" ")} `.includes(` ${few.join(" ")} `);

/** Rows made from the names of what the handbook holds. */
function derived(list) {
  const routes = new Map(list.map((e) => [e.ref, e.url]));
  const names = list.flatMap((e) => [e.title, e.id.split("/").at(-1)].map((name) => ({ e, parts: parts(name), squashed: squash(name) })));
  const taken = new Set(names.map((n) => n.squashed));
  const byTitle = group(list, (e) => squash(e.title));
  const byId = group(list, (e) => squash(e.id.split("/").at(-1)));
  const rows = new Map();
  const add = (row) => rows.has(`${row.kind}\t${row.query}`) || rows.set(`${row.kind}\t${row.query}`, row);

  for (const e of list) {
    const named = byTitle.get(squash(e.title));
    const itself = named.map((x) => x.url);
    const neutral = (byId.get(squash(e.title)) ?? []).filter((x) => !named.includes(x)).map((x) => x.url); // of that name by their id alone
    const wrong = misspell(e.title);
    const typo = wrong && !taken.has(squash(wrong)) && { query: wrong, expected: itself, neutral };
    if (!NAMED.includes(e.kind)) {
      if (e.kind === "page" && typo) add({ ...typo, kind: "typo in a page's title" });
      continue;
    }
    if (typo) add({ ...typo, kind: "typo in a name" });
    const owners = new Set(named.flatMap((x) => routes.get(x.owner) ?? []));
    add({ query: `who owns ${e.title}`, kind: "who owns …", expected: [...itself, ...owners], neutral, card: itself });

    // All but the last part of a name, where nothing else holds those words; what holds the whole name is no answer and no mistake.
    const whole = parts(e.title);
    const few = whole.slice(0, -1);
    const others = names.filter((n) => !named.includes(n.e));
    if (!/\s/.test(e.title) && few.length >= 2 && !taken.has(few.join(""))) {
      const holding = others.filter((n) => within(few, n.parts) || n.squashed.includes(few.join("")));
      if (holding.every((n) => within(whole, n.parts) || n.squashed.includes(whole.join("")))) {
        add({ query: few.join(" "), kind: "name in part", expected: itself, neutral: [...new Set(holding.map((n) => n.e.url))] });
      }
    }
  }
  return [...rows.values()];
}

/** Runs in the browser: the routes each query finds, in order. */
const ask = {
  async onus({ rows, files }) {
    const reader = await onusSearch.open(`/${files.index}`);
    const answers = [];
    for (const { query, limit } of rows) {
      try {
        const { hits, card, problem } = await reader.search(query, { limit });
        answers.push({ routes: hits.map((h) => h.route), card, error: problem });
      } catch (error) {
        answers.push({ routes: [], error: String(error) });
      }
    }
    return answers;
  },
  async pagefind({ rows }) {
    const pagefind = await import("/pagefind/pagefind.js");
    const answers = [];
    for (const { query, limit } of rows) {
      try {
        const { results } = await pagefind.search(query);
        const pages = await Promise.all(results.slice(0, limit).map((r) => r.data()));
        answers.push({ routes: pages.map((p) => decodeURIComponent(p.url.replace(/^\//, ""))) });
      } catch (error) {
        answers.push({ routes: [], error: String(error) });
      }
    }
    return answers;
  },
};

async function evaluate(browser, folder) {
  const name = path.basename(folder);
  const out = path.join(options.work, name);
  build(folder, out, options.today);
  const list = entities(folder, out, options.today);
  const rows = [...judged(folder, list), ...derived(list)]
    .map((row) => ({ ...row, handbook: name, half: half(row.query), limit: 10 + row.neutral.length }))
    .filter((row) => row.kind.includes(options.kind) && (options.half === "all" || row.half === options.half));

  const files = systems.includes("onus") ? searchFiles(out) : {};
  if (systems.includes("pagefind")) {
    const { pages, seconds } = await pagefind(out, `${out}.pagefind`, list.map((e) => e.url));
    console.error(`${name}: ${rows.length} queries; Pagefind indexed ${pages} pages in ${seconds.toFixed(1)} s`);
  }
  const server = await serve(out, `${out}.pagefind`, { overlay: options.reader ? { [files.reader]: options.reader } : {} });
  for (const system of systems) {
    const { page, context, check } = await freshPage(browser, `${server.origin}/index.html`);
    if (system === "onus" && !(await page.evaluate(() => "onusSearch" in window))) await page.addScriptTag({ url: `/${files.reader}` });
    const answers = await page.evaluate(ask[system], { rows: rows.map(({ query, limit }) => ({ query, limit })), files });
    check();
    await context.close();
    answers.forEach((answer, i) => {
      const row = rows[i];
      const lost = answer.routes.find((r) => !fs.existsSync(path.join(out, r)));
      if (lost !== undefined) answer.error ??= `leads to ${lost}, which is no page`;
      if (new Set(answer.routes).size < answer.routes.length) answer.error ??= "names a page twice";
      const judgedHits = answer.routes.filter((r) => !row.neutral.includes(r) || row.expected.includes(r)).slice(0, 10);
      const rank = answer.error ? 0 : judgedHits.findIndex((r) => row.expected.includes(r)) + 1;
      row[system] = {
        rank,
        came: judgedHits.slice(0, 5),
        ...(row.card && { card: !answer.error && Boolean(answer.card) && row.card.includes(answer.routes[0]) }),
        ...(answer.error && { error: answer.error }),
      };
    });
  }
  server.close();
  return rows;
}

const figures = (rows, system) => {
  const ranks = rows.map((row) => row[system].rank);
  const cards = rows.filter((row) => row.card);
  return {
    n: rows.length,
    hit1: mean(ranks.map((r) => r === 1)),
    hit5: mean(ranks.map((r) => r > 0 && r <= 5)),
    mrr: mean(ranks.map((r) => (r ? 1 / r : 0))),
    card: cards.length && system === "onus" ? mean(cards.map((row) => row.onus.card)) : null,
  };
};

/** One line a kind of query, then all kinds together; "judged" are the rows of queries.tsv, which nobody made for this. */
function summary(title, rows) {
  const own = new Set(["who owns …", "typo in a name", "typo in a page's title", "name in part"]);
  const groups = [...group(rows, (row) => row.kind)].sort(([a], [b]) => own.has(a) - own.has(b));
  const judgedRows = rows.filter((row) => !own.has(row.kind));
  if (judgedRows.length) groups.push(["all of queries.tsv", judgedRows]);
  if (groups.length > 2) groups.push(["everything", rows]);
  const result = groups.map(([kind, some]) => ({ kind, ...Object.fromEntries(systems.map((s) => [s, figures(some, s)])) }));
  const show = (x) => (x === null ? null : x.toFixed(3));
  const head = [title, "n", ...systems.flatMap((s) => [`${s} hit@1`, "hit@5", "MRR", ...(s === "onus" ? ["card"] : [])])];
  const lines = result.map((g) => [g.kind, g[systems[0]].n, ...systems.flatMap((s) => [g[s].hit1, g[s].hit5, g[s].mrr, ...(s === "onus" ? [g[s].card] : [])].map(show))]);
  console.log(`\n${table(head, lines)}`);
  return { title, rows: result };
}

const browser = await browse();
const rows = [];
try {
  for (const folder of options.folders) rows.push(...(await evaluate(browser, folder)));
} finally {
  await browser.close();
}

const handbooks = [...new Set(rows.map((row) => row.handbook))];
const views = [[options.half === "all" ? "all" : `${options.half} half`, () => true]];
if (options.half === "all") views.push(["report half", (row) => row.half === "report"]);
const tables = views.flatMap(([view, keep]) => [
  ...handbooks.map((h) => summary(`${h}, ${view}`, rows.filter((row) => row.handbook === h && keep(row)))),
  ...(handbooks.length > 1 ? [summary(`every handbook, ${view}`, rows.filter(keep))] : []),
]);

for (const system of Number(options["show-misses"]) ? systems : []) {
  const missed = rows.filter((row) => row[system].rank !== 1 || row[system].card === false);
  console.log(`\n${system}: ${missed.length} of ${rows.length} not first; ${Math.min(missed.length, options["show-misses"])} of them`);
  for (const row of missed.slice(0, options["show-misses"])) {
    const { rank, came, card } = row[system];
    console.log(`\n“${row.query}” (${row.handbook}, ${row.kind}): ${rank ? `rank ${rank}` : "not among ten"}${card === false ? ", no card" : ""}`);
    for (const route of row.expected.slice(0, 4)) console.log(`    wanted  ${route}`);
    for (const route of came) console.log(`    came    ${route}`);
  }
}
if (options.json) fs.writeFileSync(options.json, JSON.stringify({ half: options.half, tables, rows }, null, 1));

const failed = rows.flatMap((row) => systems.filter((s) => row[s].error).map((s) => `${s}: “${row.query}” (${row.handbook}): ${row[s].error}`));
if (failed.length) {
  console.error(`\n${failed.length} queries FAILED; they count as missed above\n  ${failed.slice(0, 20).join("\n  ")}`);
  process.exitCode = 1;
}
