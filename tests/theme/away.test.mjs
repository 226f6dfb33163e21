// Whoever the page takes away leaves with nobody what a build finds when they really are away.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, test } from "node:test";
import vm from "node:vm";

const here = import.meta.dirname;
const example = resolve(here, "../..");
const onus = resolve(here, process.env.ONUS || "../../target/debug/onus");
const { standing, left, weight, sentence, fault, plain } = createRequire(import.meta.url)("../../themes/default/assets/away.js");
const today = ["--today", "2026-11-22", "--fail-on", "never"];

const folders = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** A new empty folder, for as long as the tests run. */
function folder() {
  folders.push(mkdtempSync(join(tmpdir(), "onus-away-")));
  return folders.at(-1);
}

/** A handbook of the given files. @param {Record<string, string>} files */
function handbook(files) {
  const root = folder();
  for (const [path, text] of Object.entries({ "site.toml": 'title = "Away"\n', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** Who holds what, as the build publishes it. */
function published(root) {
  const out = join(folder(), "site");
  execFileSync(onus, ["build", "--root", root, "--out", out, ...today], { stdio: "ignore" });
  const text = readFileSync(join(out, "health/holders.js"), "utf8");
  assert.doesNotMatch(text, /</);
  let held = null;
  vm.runInNewContext(text, { onusHolders: (data) => { held = data; } });
  return held;
}

const RULES = /^(ownership\/(empty-team|departed|unheld-role)|escalation\/unreachable)$/;
const KINDS = /^(service|responsibility|escalation):/;

/** What a build finds to be nobody's: addresses, of a step with its number. */
function found(root) {
  const lines = execFileSync(onus, ["check", "--root", root, "--format", "json", ...today], { encoding: "utf8", maxBuffer: 1e9 });
  const findings = lines.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  return new Set(findings.filter(({ rule, ref }) => RULES.test(rule) && KINDS.test(ref))
    .map(({ url, message, rule }) => (rule === "escalation/unreachable" ? `${url} ${/^step (\d+)/.exec(message)[1]}` : url)));
}

/** What the page says, in the same words. */
function said(held, away) {
  const now = left(held, away);
  const policies = now.policies.flatMap(({ policy, owner, steps }) => [...(owner ? [policy[1]] : []), ...steps.map((n) => `${policy[1]} ${n}`)]);
  return [...now.services.map((thing) => thing[1]), ...now.responsibilities.map((thing) => thing[1]), ...policies].sort();
}

/** The files of a folder, in any depth. */
const files = (at) => readdirSync(at).flatMap((name) => (statSync(join(at, name)).isDirectory() ? files(join(at, name)) : [join(at, name)]));

/** A copy of a handbook in which people really are away; an absence that is over is not theirs any more. */
function absent(root, ids) {
  const copy = folder();
  cpSync(join(root, "site.toml"), join(copy, "site.toml"));
  cpSync(join(root, "content"), join(copy, "content"), { recursive: true });
  const wanted = new Set(ids);
  for (const path of files(join(copy, "content/people"))) {
    const text = readFileSync(path, "utf8");
    // A file is one person, or a list or a stream of them.
    const records = path.endsWith(".yaml") ? text.split(/^(?=- |---$)/m) : [text];
    const changed = records.map((record) => {
      const id = /^(?:- |  )?id: (\S+)$/m.exec(record)?.[1] || path.split("/").at(-1).replace(/\.\w+$/, "");
      if (!wanted.delete(id)) return record;
      const cover = /^.*away:.*cover: ([\w-]+)/m.exec(record.replace(/^.*until: 2026-(0\d|10).*$/gm, ""))?.[1];
      const indent = path.endsWith(".yaml") && record.startsWith("- ") ? "  " : "";
      const rest = record.replace(/^ *(status|away):.*\n/gm, "");
      const fields = `${indent}status: away\n${cover ? `${indent}away: { cover: ${cover} }\n` : ""}`;
      return rest.startsWith("- ") ? rest.replace(/^(- .*\n)/, `$1${fields}`) : rest.replace(/^(---\n)?/, `$1${fields}`);
    });
    writeFileSync(path, changed.join(""));
  }
  assert.deepEqual([...wanted], [], "everybody was found");
  return copy;
}

/** Takes people away on the page and in the handbook, and compares. */
function compare(root, held, ids, before = found(root)) {
  const away = ids.map((id) => held.people.findIndex((person) => person[1] === `people/${id}.html`));
  assert.ok(!away.includes(-1), `${ids} can be taken away`);
  const now = [...found(absent(root, ids))].filter((key) => !before.has(key)).sort();
  assert.deepEqual(said(held, new Set(away)), now, `away: ${ids.join(", ")}`);
  return now;
}

const md = (fields) => `---\n${fields}\n---\n`;
const people = {
  ann: "contacts: { phone: \"1\" }",
  bo: "contacts: { phone: \"2\" }",
  cy: "status: away\naway: { cover: ann }\ncontacts: { phone: \"3\" }",
  di: "away: { from: 2026-12-01, until: 2026-12-24, cover: bo }\ncontacts: { phone: \"4\" }",
  ed: "status: left\ncontacts: { phone: \"5\" }",
  flo: "away: { from: 2026-01-01, until: 2026-02-01, cover: ann }\ncontacts: { phone: \"6\" }",
  gus: "summary: cannot be reached",
  hal: "away: { from: 2026-12-01, cover: ann }",
  ida: "away: { from: 2026-12-01, cover: cy }\ncontacts: { phone: \"9\" }",
};
const parties = {
  "content/teams/pair.md": md("members: [ann, bo]\ncontacts: { slack: \"#pair\" }"),
  "content/teams/silent.md": md("members: [gus, hal]"),
  "content/teams/open.md": md("title: Open"),
  "content/teams/open-reached.md": md("contacts: { slack: \"#open\" }"),
  "content/teams/guest.md": md("members: [nobody-knows, cy]"),
  "content/teams/past.md": md("members: [{ person: bo, until: 2026-01-01 }, di, ed]"),
  "content/teams/left.md": md("members: [ed]"),
  "content/teams/lead.md": md("members: [{ person: ann, role: lead }, { person: cy, role: lead }]"),
  "content/roles/lead.md": md("title: Lead"),
  "content/roles/call.md": md("holders: [cy, flo, ida]\ncontacts: { phone: \"7\" }"),
  "content/roles/mute.md": md("holders: [gus, ann]"),
  "content/roles/none.md": md("title: None"),
};
const owners = [...Object.keys(people).map((id) => `person:${id}`), ...Object.keys(parties).map((path) => path.replace(/content\/(\w+)s\/(.*)\.md/, "$1:$2")), "team:missing"];

/** A handbook in which every party owns something and is a step, alone and beside another. */
function everything() {
  const all = Object.entries(people).map(([id, fields]) => [`content/people/${id}.md`, md(fields)]);
  owners.forEach((owner, i) => {
    const next = owners[(i + 1) % owners.length];
    all.push([`content/services/s${i}.md`, md(`owner: ${owner}`)], [`content/responsibilities/r${i}.md`, md(`owner: ${owner}`)]);
    all.push([`content/escalations/e${i}.md`, md(`owner: ${owner}\nsteps:\n  - { notify: ["${owner}"], within: 5m }\n  - { notify: ["${owner}", "${next}"] }`)]);
  });
  return handbook({ ...parties, ...Object.fromEntries(all) });
}

test("every person and every pair leaves what a build finds", () => {
  const root = everything();
  const held = published(root);
  const before = found(root);
  const able = Object.keys(people).filter((id) => id !== "ed" && id !== "cy");
  const seen = new Set();
  able.forEach((one, i) => [[one], ...able.slice(i + 1).map((other) => [one, other])].forEach((ids) => {
    compare(root, held, ids, before).forEach((key) => seen.add(key));
  }));
  assert.ok(seen.size > 30, "the handbook has something to lose");
});

test("everybody of the example leaves what a build finds", () => {
  const held = published(example);
  const before = found(example);
  const able = held.people.filter((person) => !(person[2] & 1)).map((person) => person[1].replace(/^people\/|\.html$/g, ""));
  assert.ok(able.length > 8);
  const lost = able.map((id) => compare(example, held, [id], before));
  assert.ok(lost.some((keys) => keys.length), "somebody is needed");
  compare(example, held, able, before);
});

test("a title cannot become markup or code", () => {
  const title = `"</script><script>alert(1)// ]]>`;
  const root = handbook({
    "content/people/a.yaml": JSON.stringify({ title }),
    "content/services/s.yaml": JSON.stringify({ title, owner: "person:a" }),
  });
  const held = published(root);
  assert.equal(held.people[0][0], title);
  assert.equal(held.services[0][0], title);
});

/** Two people and a team of both. @type {any} */
const held = {
  people: [["Ann", "a", 2, null, 0], ["Bo", "b", 2, 0, 2]],
  groups: [["Pair", "p", 3, [0, 1], 5]],
  services: [["Shop", "s", 2], ["Till", "t", 0]],
  responsibilities: [["Money", "m", 1]],
  policies: [["Night", "n", 0, [[0], [2], null]], ["Day", "d", null, [[0], [1]]]],
};

test("cover holds as long as whoever covers is there", () => {
  assert.deepEqual(said(held, new Set([1])), []);
  assert.deepEqual(said(held, new Set([0])), ["d 1", "n", "n 1", "t"]);
  assert.deepEqual(said(held, new Set([0, 1])), ["d 1", "d 2", "m", "n", "n 1", "n 2", "s", "t"]);
  assert.equal(standing(held, new Set([1])).covered(1), true);
});

test("what is left is told in words", () => {
  const both = left(held, new Set([0, 1]));
  assert.equal(sentence(both), "Left with nobody: 2 services, 2 escalations, 1 responsibility and 7 other pages.");
  assert.deepEqual(both.policies.map(fault), ["nobody has the thread, steps 1 and 2 reach nobody", "it reaches nobody"]);
  assert.equal(sentence(left(held, new Set([1]))), "Nothing is left with nobody.");
  assert.equal(weight(left(held, new Set())), 0);
});

test("names are found without case and accents", () => {
  assert.equal(plain("Zoë Ångström"), "zoe angstrom");
});
