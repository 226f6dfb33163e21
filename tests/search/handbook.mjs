// Small handbooks, published by the binary (ONUS, else the one that `cargo build` makes), for the reader to be tested on.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const onus = resolve(import.meta.dirname, process.env.ONUS || "../../target/debug/onus");
const folders = [];
process.on("exit", () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** The handbook in this repository. */
export const example = resolve(import.meta.dirname, "../..");

function folder() {
  const made = mkdtempSync(join(tmpdir(), "onus-reader-"));
  folders.push(made);
  return made;
}

/** Writes a handbook of files, and returns its folder. @param {Record<string, string>} files */
export function write(files) {
  const root = folder();
  for (const [path, text] of Object.entries({ "site.toml": 'title = "x"\n', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  mkdirSync(join(root, "content"), { recursive: true });
  return root;
}

/** Builds the handbook in a folder, and returns the folder of its index. @param {string} root */
export function index(root) {
  const out = join(folder(), "site");
  execFileSync(onus, ["build", "--root", root, "--out", out, "--today", "2026-11-22", "--fail-on", "never"], { stdio: "ignore" });
  return join(out, "search");
}

/** Builds a handbook of files, and returns the folder of its index. @param {Record<string, string>} files */
export const publish = (files) => index(write(files));

/** Asks a handbook's index on the command line: what `onus search` prints. @param {string} root @param {string} cache @param {string} query */
export function ask(root, cache, query) {
  const args = ["search", "--root", root, "--cache", cache, "--format", "json", "--today", "2026-11-22", "--", query];
  // One means that nothing was found.
  const { status, stdout } = spawnSync(onus, args, { encoding: "utf8" });
  if (status !== 0 && status !== 1) throw new Error(`onus search ends with ${status}`);
  return JSON.parse(stdout);
}

/** 22 November 2026 in days since 1970. */
export const TODAY = 20779;

/** A shop: two teams, one above the other, their services, and what is known of them. */
export const shop = {
  "site.toml": 'title = "x"\n[ownership]\narbiter = "team:platform"\n[search]\nsynonyms = [["k8s", "kubernetes"], ["till", "point of sale"], ["on call", "rota"]]\n',
  "content/teams/shop.md": '---\ntitle: Shop\ncontacts: { slack: "#shop" }\n---\n',
  "content/teams/shop/payments.md": '---\ntitle: Payments\nparent: shop\nmembers: [ana]\ncontacts: { slack: "#payments" }\n---\n',
  "content/teams/platform.md": '---\ntitle: Platform\ncontacts: { slack: "#platform" }\n---\nKeeps the rota.\n',
  "content/people/ana.md": '---\ntitle: Ana Müller\ncontacts: { phone: "+44 20 7946 0000" }\n---\n',
  "content/services/checkout-api.md": "---\ntitle: Checkout\nowner: shop/payments\naliases: [coapi]\n---\nTakes orders and declines cards. Constructor and prototype are words.\n",
  "content/services/card-gateway.md": "---\ntitle: Card gateway\nowner: shop/payments\n---\nTakes cards.\n",
  "content/services/till.md": "---\ntitle: Till\nowner: shop\nreviewed: 2020-01-01\nreview_every: 30d\n---\nWhere guests pay.\n",
  "content/services/orphan.md": "# Orphan\n\nRuns on kubernetes and takes orders at a point of sale.\n",
  "content/runbooks/pods.md": "---\ntitle: Pods do not start\nowner: platform\nalerts: [KubePodCrashLooping]\n---\n## First safe step\n\nLook at `kube_pod_container_status`.\n\n## Rollback\n\nUndo the deployment that was rolled out last.\n",
  "content/alerts/rules.yaml": "groups: [{name: g, rules: [{alert: KubePodCrashLooping, expr: up == 0, labels: {service: checkout-api}}]}]\n",
};
