// What the reader finds in an index that the binary published.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { TODAY, publish, shop } from "./handbook.mjs";
import { load, open, reader } from "./reader.mjs";

let index, search;

before(async () => {
  index = publish(shop);
  search = await open(index, TODAY);
});

const routes = async (text, options) => (await search.search(text, options)).hits.map((hit) => hit.route.replace(/\.html$/, ""));

test("whatever somebody has in hand finds its page first", async () => {
  for (const [text, route] of [
    ["checkout", "services/checkout-api"],
    ["checkout-api", "services/checkout-api"],
    ["CheckoutAPI", "services/checkout-api"],
    ["coapi", "services/checkout-api"],
    ["card", "services/card-gateway"],
    ["card gatewya", "services/card-gateway"],
    ["decline", "services/checkout-api"],
    ["constructor", "services/checkout-api"],
    ["KubePodCrashLooping", "alerts/kubepodcrashlooping"],
    ["pod crash", "alerts/kubepodcrashlooping"],
    ["kubepodcra", "alerts/kubepodcrashlooping"],
    ["kube_pod_container_status", "runbooks/pods"],
    ["#payments", "teams/shop/payments"],
    ["paymnets", "teams/shop/payments"],
    ["Ana Mu\u0308ller", "people/ana"],
    ["ana muller", "people/ana"],
    ["müll", "people/ana"],
    ["k8s", "services/orphan"],
    ["on call", "teams/platform"],
    ["oncall", "teams/platform"],
    ["who owns the card gateway?", "services/card-gateway"],
  ]) assert.equal((await routes(text))[0], route, text);
});

test("what is called so comes before what only speaks of it", async () => {
  const answer = await search.search("till");
  assert.equal(answer.hits[0].route, "services/till.html");
  assert.equal(answer.card, true);
  // A synonym of three words, known by one of another.
  assert.ok(answer.hits.some((hit) => hit.route === "services/orphan.html"), JSON.stringify(answer.hits));
});

test("an error is mended and told", async () => {
  const answer = await search.search("gatewya chekcout");
  assert.deepEqual(answer.corrected, [{ from: "gatewya", to: "gateway" }, { from: "chekcout", to: "checkout" }]);
  assert.deepEqual((await search.search("gateway")).corrected, []);
});

test("a phrase is found only where it stands so", async () => {
  assert.deepEqual(await routes('"takes orders and"'), ["services/checkout-api"]);
  assert.deepEqual(await routes('"takes orders"'), ["services/checkout-api", "services/orphan"]);
  assert.deepEqual(await routes('"orders takes"'), []);
  assert.deepEqual(await routes('"takes order"'), []);
});

test("filters narrow what is found, alone and with words", async () => {
  for (const [text, expected] of [
    ["kind:team", ["teams/platform", "teams/shop", "teams/shop/payments"]],
    ["team:payments kind:service", ["services/card-gateway", "services/checkout-api"]],
    ["team:shop kind:service", ["services/card-gateway", "services/checkout-api", "services/till"]],
    ["team:shop/payments kind:service", ["services/card-gateway", "services/checkout-api"]],
    ["is:stale", ["services/till"]],
    ["is:unowned kind:service", ["services/orphan"]],
    ["is:stale is:unowned", []],
    ["orders is:unowned", ["services/orphan"]],
    ["KubePodCrashLooping kind:runbook", ["runbooks/pods"]],
  ]) assert.deepEqual(await routes(text), expected, text);
  assert.deepEqual(await routes("", { kinds: ["service"], team: "payments" }), ["services/card-gateway", "services/checkout-api"]);
  assert.deepEqual(await routes("", { kinds: ["service"], state: "unowned" }), ["services/orphan"]);
  assert.deepEqual(await routes("kind:team", { limit: 2 }), ["teams/platform", "teams/shop"]);
  assert.equal((await search.search("kind:team", { limit: 2 })).total, 3);
});

test("a filter that is none is told", async () => {
  assert.match((await search.search("team:nobody till")).problem, /nobody/);
  assert.match((await search.search("kind:decision till")).problem, /decision/);
  assert.match((await search.search("is:odd till")).problem, /is:odd/);
  assert.equal((await search.search("till")).problem, null);
  assert.deepEqual(await routes("is:odd"), []);
});

test("a synonym of three words is known from either side", async () => {
  const own = await open(publish({ "site.toml": shop["site.toml"], "content/till.md": "# Till\n", "content/other.md": "# Other\n" }), TODAY);
  assert.deepEqual((await own.search("point of sale")).hits.map((hit) => hit.route), ["till.html"]);
});

test("a filter without a kind filters nothing, and a team of no letters is none", async () => {
  assert.equal((await routes("kind:, till"))[0], "services/till");
  const answer = await search.search("team:#");
  assert.deepEqual([answer.total, typeof answer.problem], [0, "string"]);
});

test("an excerpt shows its match where no space is near", async () => {
  const folder = publish({ "content/paths.md": `# Paths\n\nSee ${"deep/".repeat(30)}needle/${"deeper/".repeat(10)} for more.\n` });
  const own = await open(folder, TODAY), answer = await own.search("needle");
  const { excerpt } = await own.detail(answer.hits[0], answer);
  assert.ok(excerpt.some((piece) => piece.mark), JSON.stringify(excerpt));
});

test("what is stale depends on the reader's day, and never on one before the build's", async () => {
  const on = async (day) => (await (await open(index, day)).search("is:stale")).hits.map((hit) => hit.route);
  assert.deepEqual(await on(1), ["services/till.html"]);
  assert.ok((await on(TODAY + 10_000)).length >= 1);
});

test("who owns something is answered with its card", async () => {
  const answer = await search.search("who owns checkout api?");
  assert.equal(answer.card, true);
  const { card, anchor } = await search.detail(answer.hits[0], answer);
  assert.equal(anchor, "");
  assert.deepEqual(card.owner, { title: "Payments", route: "teams/shop/payments.html" });
  assert.equal(card.contacts[0].label, "#payments");
  const orphan = await search.search("who owns orphan");
  assert.equal((await search.detail(orphan.hits[0], orphan)).card.arbiter.title, "Platform");
});

test("a result points at its section and marks what was asked for", async () => {
  const found = await search.search("undo deployment");
  const { anchor, section, excerpt } = await search.detail(found.hits[0], found);
  assert.deepEqual([anchor, section], ["rollback", "Rollback"]);
  assert.deepEqual(excerpt.filter((piece) => piece.mark).map((piece) => piece.text), ["Undo", "deployment"]);
  assert.equal(excerpt.map((piece) => piece.text).join(""), "Undo the deployment that was rolled out last.");
});

test("kinds, teams and states are there to choose from", async () => {
  const { kinds, teams, states } = await search.facets();
  assert.deepEqual(kinds.find((kind) => kind.name === "service"), { name: "service", title: "Services", count: 4 });
  assert.deepEqual(teams.map((team) => team.id), ["platform", "shop", "shop/payments"]);
  assert.deepEqual(states.map((state) => state.name), ["stale", "unowned"]);
});

test("no question stops the reader", async () => {
  for (const text of [
    "", " ", '"', '""', ":", "kind:", "kind:,", "is:", "constructor __proto__ toString hasOwnProperty valueOf", "__proto__", "\ud800", "a\udc00b",
    "(a+)+$", ".*+?^${}()|[]\\", "\u0000", "\u2028\ufeff", "\u0301-\u0302", "who owns", "who owns the", "who owns ???", "𠮷 🚒", "\uffff", "\u{10ffff}",
    "k".repeat(100_000), "till checkout constructor ".repeat(4_000), '"'.repeat(100_001), "kind:service ".repeat(8_000), '"till" '.repeat(5_000),
  ]) {
    const start = performance.now();
    const answer = await search.search(text);
    assert.ok(Array.isArray(answer.hits));
    for (const hit of answer.hits) await search.detail(hit, answer);
    assert.ok(performance.now() - start < 5_000, `${text.slice(0, 20)} takes ${performance.now() - start} ms`);
  }
  assert.deepEqual(await routes("hasOwnProperty"), []);
  assert.deepEqual(await routes("kind:constructor"), []);
  assert.deepEqual(await routes("team:constructor"), []);
});

test("each file is asked for once, and only what a query needs", async () => {
  const asked = [];
  const counted = await reader.open("", (name) => { asked.push(name); return load(index)(name); }, TODAY);
  assert.deepEqual(asked, ["index"]);
  const all = [counted.search("checkout orders"), counted.search("checkout orders"), counted.search("orders checkout")];
  const [first] = await Promise.all(all);
  await counted.detail(first.hits[0], first);
  await counted.detail(first.hits[0], first);
  await counted.search("orders");
  assert.deepEqual([...new Set(asked)].sort(), asked.sort());
  assert.ok(!asked.some((name) => /^(spelling|facets)/.test(name)), asked.join(" "));
  await counted.warm();
  await counted.warm();
  assert.equal(asked.filter((name) => name.startsWith("spelling")).length, 1);
});

test("a load that fails rejects, and can be tried again", async () => {
  for (const [part, text] of [["t/", "checkout"], ["m/", "checkout"], ["facets", "is:stale"], ["spelling", "chekcout"], ["d/", '"takes orders"']]) {
    let failing = true;
    const flaky = await reader.open("", async (name) => {
      if (failing && name.startsWith(part)) throw new Error("no such file");
      return load(index)(name);
    }, TODAY);
    await assert.rejects(flaky.search(text), /no such file/, part);
    await flaky.warm();
    failing = false;
    assert.ok((await flaky.search(text)).hits.length, part);
  }
  await assert.rejects(reader.open("", async () => { throw new Error("no such file"); }, TODAY), /no such file/);
});

test("nothing that a handbook says breaks a script of its index", async () => {
  const hostile = ["</script><script>alert(1)</script>", "<!-- --> -->", "line\u2028para\u2029end", "\"'`${x}\\", "\\u003c", "\u202eתשלום\u202c", "__proto__", "constructor"];
  const pages = hostile.map((text, at) => [`content/pages/${at}.md`, `---\ntitle: ${JSON.stringify(text)}\naliases: [${JSON.stringify(`${text} ${at}`)}]\n---\nneedle ${text}\n`]);
  const folder = publish(Object.fromEntries(pages)), files = readdirSync(folder, { recursive: true }).map(String).filter((file) => file.endsWith(".js"));
  assert.ok(files.length > hostile.length);
  for (const file of files) {
    assert.ok(!readFileSync(join(folder, file), "utf8").includes("<"), file);
    assert.notEqual(await load(folder)(file.slice(0, -3)), undefined, file);
  }
  const own = await open(folder, TODAY), { hits } = await own.search("needle", { limit: 20 });
  assert.deepEqual(hits.map((hit) => hit.title).sort(), hostile.map((text) => text.trim()).sort());
  for (const text of ["__proto__", "constructor", "תשלום"]) assert.ok((await own.search(text)).hits[0].title.includes(text), text);
});

test("an index of another format is refused", async () => {
  for (const format of [0, 2, "1", undefined]) {
    await assert.rejects(reader.open("", async (name) => ({ ...await load(index)(name), format }), TODAY), /format/);
  }
});

test("an empty handbook has an index that can be asked", async () => {
  const empty = await open(publish({}), TODAY);
  for (const text of ["", "till", "who owns the till?", '"till"', "kind:team", "is:stale", "constructor"]) {
    const answer = await empty.search(text);
    assert.deepEqual([answer.hits, answer.total, answer.card], [[], 0, false], text);
  }
  assert.deepEqual((await empty.facets()).kinds, []);
});

test("a large handbook: words in many files, lists in their own, forms whose stem is in another", async () => {
  const people = Array.from({ length: 900 }, (_, i) => `- { id: "p${i}", title: "Person ${i}", summary: "everywhere" }\n`).join("");
  const letters = [..."ghklmnprstvwx"];
  const filler = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => `di${a}${b}${c}a`)));
  const folder = publish({
    "content/people/all.yaml": people,
    "content/filler.md": `# Filler\n\n${filler.join(" ")}\n`,
    "content/die.md": "# One\n\nServers die at night.\n",
    "content/dying.md": "# Two\n\nA dying disk.\n",
  });
  const big = await open(folder, TODAY);
  assert.notEqual(big.shardOf("die"), big.shardOf("dying"), "the words are in one shard");
  const found = async (text) => (await big.search(text, { limit: 20 })).hits.map((hit) => hit.route).sort();
  assert.deepEqual(await found("dying"), ["die.html", "dying.html"]);
  assert.deepEqual(await found("die"), ["die.html", "dying.html"]);
  assert.ok(readdirSync(join(folder, "p")).length > 0, "no list has a file of its own");
  assert.equal((await big.search("everywhere")).total, 900);
  assert.deepEqual((await found("Person 899"))[0], "people/p899.html");
  for (const word of [filler[0], filler[999], filler.at(-1)]) assert.deepEqual(await found(word), ["filler.html"], word);
});
