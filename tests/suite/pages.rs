//! Every page is there, and every link of it leads somewhere without a server.

use crate::fixture::{Folder, TODAY};
use crate::html;

fn handbook() -> Folder {
    Folder::new()
        .file(
            "site.toml",
            "title = \"Shop\"\nbase_url = \"https://handbook.example/\"\nedit_url = \"https://git.example/{path}\"\n\
             issue_url = \"https://git.example/new?title={title}&body={body}\"\n[ownership]\narbiter = \"team:platform\"\n",
        )
        .file("content/index.md", "---\ntitle: Home\n---\n[Guides](guides/) and [the team](team:platform#aims) and [here](#below)\n\n## Below\n")
        .file("content/guides/_index.md", "# Guides\n")
        .file("content/guides/one.md", "# One\n\n[two](two.md#part) ![d](img/d.svg) [far](https://far.example/) <a id=\"old\"></a>\n")
        .file("content/guides/two.md", "# Two\n\n## Part\n\n[back](/guides/one.html#old) [service](service:till)\n\n| a | b |\n|--:|:-:|\n| 1 | 2 |\n")
        .file("content/guides/deep/three.md", "# Three\n\n[up](../one.md) [alert](alert:TillDown)\n")
        .file("content/guides/img/d.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
        .file("content/teams/platform.md", "---\ntitle: Platform\nmembers: [ana, {person: bo, role: lead}]\nescalation: till\ncontacts: {slack: \"#platform\", email: p@x.example}\ngoals: [{id: up, text: Stay up}]\n---\n## Goals\n")
        .file("content/teams/shop/tills.md", "---\ntitle: Tills\nparent: platform\nmembers: [ana]\n---\n")
        .file("content/people/all.yaml", "- {title: Ana, id: ana, contacts: {phone: \"+44 20 7946 0102\"}, backup: bo}\n- {title: Bo, id: bo, contacts: {url: \"https://bo.example/\"}}\n")
        .file("content/roles/lead.md", "---\ntitle: Lead\nduties: [lead]\n---\n")
        .file("content/services/till.md", "---\ntitle: Till\nowner: team:platform\ntier: 1\nescalation: till\nlinks: [{title: Board, url: \"https://g.example/\", kind: dashboard}]\n---\n")
        .file("content/responsibilities/till.md", "---\ntitle: Keep tills up\nowner: team:platform\nservices: [till]\nsupports: [platform/up]\nresponsible: [team:shop/tills]\n---\n")
        .file("content/runbooks/till/down.md", "---\ntitle: Till is down\nservices: [till]\nalerts: [TillDown, Unknown]\nmay_run: [role:lead]\n---\n## First safe step\n\n[see](../../guides/two.md#part) and [below](#diagnosis)\n\n## Diagnosis\n\n```sh\nls\n```\n")
        .file("content/alerts/rules.yaml", "groups: [{name: g, rules: [{alert: TillDown, expr: up == 0, labels: {service: till, severity: page}, annotations: {runbook_url: \"https://handbook.example/runbooks/till/down.html\"}}]}]\n")
        .file("content/escalations/till.md", "---\ntitle: Till ladder\nowner: person:ana\nsteps: [{notify: [ana], within: 5m}, {notify: [team:platform, role:lead]}]\n---\n")
        .file("content/decisions/restart.md", "---\ntitle: Restart\naction: Restart a till\nwho: [role:lead]\nservices: [till]\notherwise: till\n---\n")
        .file("content/drills/d.md", "---\ntitle: Drill\non: 2026-10-01\nrunbooks: [till/down]\noutcome: passed\n---\n")
        .file("content/learnings/l.md", "---\ntitle: Learning\non: 2026-10-01\nadoption: [{team: platform, status: adopted}]\n---\n")
        .file("content/improvements/i.md", "---\ntitle: Improve\nraised_on: 2026-10-01\nstatus: open\n---\n")
        .file("content/clarifications/c.md", "---\ntitle: Who owns it?\nraised_on: 2026-10-01\nabout: service:till\n---\n")
}

#[test]
fn every_entity_has_its_page() {
    let folder = handbook();
    folder.build();
    for page in [
        "index",
        "guides/index",
        "guides/one",
        "guides/two",
        "guides/deep/three",
        "guides/deep/index",
        "teams/index",
        "teams/platform",
        "teams/shop/tills",
        "people/index",
        "people/ana",
        "people/bo",
        "roles/lead",
        "services/till",
        "responsibilities/till",
        "runbooks/till/down",
        "alerts/tilldown",
        "alerts/unknown",
        "escalations/till",
        "decisions/restart",
        "decisions/index",
        "drills/d",
        "learnings/l",
        "improvements/i",
        "clarifications/c",
        "health/index",
        "rules/index",
        "rules/ownership/unowned",
        "404",
    ] {
        assert!(folder.path(&format!("public/{page}.html")).exists(), "{page}");
    }
    let listed = folder.onus("list --format json --today").arg(TODAY).success();
    for entity in listed.findings() {
        let url = entity["url"].as_str().expect("an address");
        let title = entity["title"].as_str().expect("a title");
        assert!(folder.page(url).contains(title), "{url} does not say {title}");
    }
}

#[test]
fn every_link_leads_somewhere_without_a_server() {
    for folder in [handbook(), Folder::example()] {
        folder.build();
        let pages = folder.pages();
        html::assert_whole(&folder.path("public"), &pages);
        html::assert_harmless(&pages);
    }
}

#[test]
fn every_id_stands_once_on_its_page() {
    for folder in [handbook(), Folder::example()] {
        folder.build();
        for page in folder.pages() {
            let mut ids: Vec<&str> = page.elements.iter().filter_map(|element| element.get("id")).collect();
            ids.sort_unstable();
            let twice: Vec<&&str> = ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| &pair[0]).collect();
            assert!(twice.is_empty(), "{}: {twice:?}", page.route);
        }
    }
}

#[test]
fn the_theme_loads_nothing_from_elsewhere() {
    let folder = handbook();
    folder.build();
    for (path, bytes) in folder.tree("public/assets") {
        let text = String::from_utf8_lossy(&bytes);
        for far in
            ["@import", "url(http", "url(//", "url(\"http", "fetch(\"http", "importScripts", "eval(", "innerHTML"]
        {
            assert!(!text.contains(far), "{path} holds {far}");
        }
    }
}

#[test]
fn the_example_handbook_has_no_errors() {
    let folder = Folder::example();
    let ran = folder.onus("build --format json --today").arg(TODAY).success();
    assert!(
        ran.findings().iter().all(|finding| finding["level"] != "error" || finding["waived"] == true),
        "{}",
        ran.stderr
    );
}
