#!/usr/bin/env node
// From the moment a file is saved to the moment the new page is served: onus, and hugo beside it where it is given.
//
//   node save.mjs [--onus FILE] [--hugo FILE] [--edits N] [--only NAME,…] [--work DIR] CORPUS…
//
// CORPUS is a handbook, or a folder with meta.json, onus/ and, for hugo, hugo/. Both servers watch a copy of it, one after the other.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { copy, get, memory, news, pages, pause, quantile, start, until } from "./lib.mjs";

const here = path.dirname(new URL(import.meta.url).pathname);
const { values: options, positionals: corpora } = parseArgs({
  allowPositionals: true,
  options: {
    onus: { type: "string", default: path.join(here, "../../target/release/onus") },
    hugo: { type: "string" },
    edits: { type: "string", default: "40" },
    only: { type: "string", default: "body,index,name,style,template,settings" },
    work: { type: "string", default: "/dev/shm/onus-bench-serve" },
  },
});
if (!corpora.length) throw new Error("name a corpus: node save.mjs CORPUS…");

const EDITS = Number(options.edits);
const onus = path.resolve(options.onus);
/** Pages that show the team's name, where there are so many. */
const SHOWN = 1000;

/** A text that stands nowhere yet. */
let marks = 0;
const mark = () => `mark${marks++}x${Math.random().toString(36).slice(2)}`;

const read = (file) => fs.readFileSync(file, "utf8");

/** Programs, each with its ways to do the same thing. */
const PROGRAMS = {
  onus: {
    program: onus,
    args: (port) => ["serve", "--port", port, "--limit", "1"],
    page: (id) => `${id}.html`,
    settings: "site.toml",
    template: "themes/default/templates/base.html",
    style: "themes/default/assets/onus.css",
    /** A theme in the handbook's own folder: two files of the built-in one. */
    prepare(folder) {
      const whole = path.join(options.work, "ejected");
      fs.rmSync(whole, { recursive: true, force: true });
      fs.mkdirSync(whole);
      fs.copyFileSync(path.join(folder, "site.toml"), path.join(whole, "site.toml"));
      const ejected = spawnSync(onus, ["theme", "eject", "--root", whole], { encoding: "utf8" });
      if (ejected.status !== 0) throw new Error(ejected.stderr);
      for (const file of [this.template, this.style]) {
        fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        fs.copyFileSync(path.join(whole, file), path.join(folder, file));
      }
    },
    owns: (text, team) => text.replace(/^owner: .*$/m, `owner: team:${team.replace(/^teams\//, "")}`),
  },
  hugo: {
    program: options.hugo,
    args: (port) => ["server", "--port", port, "--bind", "127.0.0.1", "--disableLiveReload", "--renderToMemory"],
    page: (id) => `${id}/`,
    settings: "hugo.toml",
    template: "layouts/baseof.html",
    style: "static/style.css",
    /** The corpus writes the owner's name into each page; here it is asked of the team's page, as onus does. */
    prepare(folder) {
      const file = path.join(folder, "layouts/page.html");
      const name = '{{ with site.GetPage (printf "/%s" .Params.owner) }}{{ .Title }}{{ end }}';
      fs.writeFileSync(file, read(file).replace("{{ .Params.owner_name }}", name));
    },
    owns: (text, team) => text.replace(/^owner: .*$/m, `owner: ${team}`),
  },
};

/** A runbook that is saved, a team, and the pages that are to show its name. */
function choose(corpus, folder) {
  const content = path.join(folder, "content");
  const all = pages(content).filter((file) => !/(^|\/)(_index|index|README)\.md$/.test(file)).map((file) => file.slice(0, -3));
  const meta = path.join(corpus, "meta.json");
  const runbooks = all.filter((id) => id.startsWith("runbooks/") && /^owner: /m.test(read(path.join(content, `${id}.md`))));
  const edited = fs.existsSync(meta) ? JSON.parse(read(meta)).edit : all.find((id) => id.startsWith("runbooks/"));
  return { edited, team: all.find((id) => id.startsWith("teams/")), owned: runbooks.slice(0, SHOWN) };
}

/** What is saved, and how the page that is asked for then looks. */
const SCENARIOS = {
  body: {
    says: "a runbook's body",
    edits: EDITS,
    edit({ folder, chosen, of, original }) {
      const file = path.join(folder, "content", `${chosen.edited}.md`);
      const told = mark();
      return { file, text: `${original(file)}\n\nA sentence with ${told} in it.\n`, page: of.page(chosen.edited), shows: told };
    },
  },
  index: {
    says: "a runbook's body, until search finds it",
    edits: 5,
    only: "onus",
    index: true,
    edit: (handbook) => SCENARIOS.body.edit(handbook),
  },
  name: {
    says: (chosen) => `a team's name on ${chosen.owned.length} pages`,
    edits: 10,
    edit({ folder, chosen, of, original }) {
      const file = path.join(folder, "content", `${chosen.team}.md`);
      const told = mark();
      const page = of.page(chosen.owned.at(-1) ?? chosen.team);
      return { file, text: original(file).replace(/^title: .*$/m, `title: "Team ${told}"`), page, shows: told };
    },
  },
  style: {
    says: "a style sheet",
    edits: 10,
    edit({ folder, chosen, of, original }) {
      const file = path.join(folder, of.style);
      return { file, text: `${original(file)}\n/* ${mark()} */\n`, page: of.page(chosen.edited), sheet: true };
    },
  },
  template: {
    says: "a template of all pages",
    edits: 10,
    edit({ folder, chosen, of, original }) {
      const file = path.join(folder, of.template);
      const told = mark();
      const text = original(file).replace("</body>", `<p>${told}</p></body>`);
      return { file, text, page: of.page(chosen.edited), shows: told };
    },
  },
  settings: {
    says: "the title of the site",
    edits: 10,
    edit({ folder, chosen, of, original }) {
      const file = path.join(folder, of.settings);
      const told = mark();
      return { file, text: original(file).replace(/^title = .*$/m, `title = "H ${told}"`), page: of.page(chosen.edited), shows: told };
    },
  },
};

/** The address of the style sheet that a page shows. */
const sheet = (html) => html.match(/href="?([^">]*(?:onus|style)[^">]*\.css)/)?.[1];

async function measure(name, corpus) {
  const of = PROGRAMS[name];
  const folder = of.program && copy(corpus, name, options.work);
  if (!folder) return;
  of.prepare(folder);
  const chosen = choose(corpus, folder);
  for (const id of [...chosen.owned]) {
    const file = path.join(folder, "content", `${id}.md`);
    fs.writeFileSync(file, of.owns(read(file), chosen.team));
  }
  const texts = new Map();
  const original = (file) => {
    if (!texts.has(file)) texts.set(file, read(file));
    return texts.get(file);
  };
  const handbook = { folder, chosen, of, original };
  const begun = performance.now();
  const server = await start(of.program, of.args, folder, path.join(options.work, `${name}.log`));
  try {
    const first = (await until(server.address + of.page(chosen.edited), (html) => html.includes("</html>"))) - begun;
    console.log(`${name}: first page after ${(first / 1000).toFixed(1)} s`);
    await pause(4000);
    for (const scenario of options.only.split(",").map((known) => SCENARIOS[known])) {
      if (scenario.only && scenario.only !== name) continue;
      const times = [];
      const warm = Math.min(5, Math.ceil(scenario.edits / 5));
      for (let n = 0; n < scenario.edits + warm; n++) {
        const { file, text, page, shows, sheet: ofSheet } = scenario.edit(handbook);
        const url = server.address + page;
        const told = scenario.index && await news(server.address, page);
        if (told) await told.next((news) => news.indexed);
        const before = ofSheet && sheet(await get(url));
        const styled = ofSheet && new URL(before, url).href;
        fs.writeFileSync(file, text);
        const saved = performance.now();
        let shown;
        if (told) {
          await told.next((news) => !news.indexed);
          shown = await told.next((news) => news.indexed);
          told.end();
        } else if (ofSheet && name === "hugo") {
          shown = await until(styled, (css) => css === text);
        } else if (ofSheet) {
          shown = await until(url, (html) => sheet(html) !== before);
        } else {
          shown = await until(url, (html) => html.includes(shows));
        }
        if (n >= warm) times.push(shown - saved);
        // Nobody saves faster than this, and what follows a rebuild is done by then or not.
        await pause(700);
      }
      const figures = [quantile(times, 0.5), quantile(times, 0.95), Math.max(...times)].map((time) => `${time.toFixed(0)} ms`);
      const says = typeof scenario.says === "string" ? scenario.says : scenario.says(chosen);
      console.log(`${name}: ${says}: median ${figures[0]}, p95 ${figures[1]}, most ${figures[2]} of ${times.length} saves`);
    }
    console.log(`${name}: ${memory(server.pid).toFixed(0)} MiB at the end`);
  } finally {
    await server.end();
  }
}

fs.mkdirSync(options.work, { recursive: true });
for (const corpus of corpora) {
  const count = pages(fs.existsSync(path.join(corpus, "onus")) ? path.join(corpus, "onus/content") : path.join(corpus, "content"));
  console.log(`${path.basename(path.resolve(corpus))}: ${count.length} files`);
  for (const name of Object.keys(PROGRAMS)) await measure(name, corpus);
}
fs.rmSync(options.work, { recursive: true, force: true });
