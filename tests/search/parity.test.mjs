// The reader and `onus search` answer alike on handbooks of this repository, which have synonyms.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { differences } from "./compare.mjs";
import { ask, example, index, shop, TODAY, write } from "./handbook.mjs";
import { open } from "./reader.mjs";

const cache = mkdtempSync(join(tmpdir(), "onus-cache-"));
after(() => rmSync(cache, { recursive: true, force: true }));

const QUERIES = {
  shop: [
    "till", "point of sale", "pointofsale", "takes orders at a point of sale", "point of sale point of sale", "on call rota", "oncall", "who owns the till?",
    "k8s", "kubernetes orders", "gatewya", "kube_pod", "pod crash looping", "\"takes orders\"", "is:stale", "kind:team pay", "müller", "who do i call for pods",
  ],
  example: [
    "point of sale sync fails", "who answers for the pos", "severity 1", "sev 2 escalation", "eks nodes not ready", "branch network down", "card provider", "refund",
    "ERR-4711", "checkout", "chekcout", "CheckoutPaymentErrors", "payment errors", "#payments-alerts", "who is on call for search", "onboarding",
    "team:payments runbook", "kind:decision traffic", "is:unowned", "\"please try again\"", "wem gehört checkout", "restore", "on-call handover", "single point of sale",
  ],
};

for (const [name, root] of [["shop", write(shop)], ["example", example]]) {
  test(`${name}: the reader answers as the command line does`, async () => {
    const search = await open(index(root), TODAY);
    let found = 0;
    for (const query of QUERIES[name]) {
      const { hits, total, card, corrected } = ask(root, cache, query);
      const wanted = { total, card, corrected, hits: hits.map((hit) => [hit.route, hit.score]) };
      assert.deepEqual(differences(await search.search(query), wanted), [], query);
      found += hits.length > 0;
    }
    assert.ok(found > QUERIES[name].length * 0.8, `${found} of ${QUERIES[name].length} queries find anything`);
  });
}
