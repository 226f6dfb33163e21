//! Every field of every kind can be written, in each form: a Markdown file, a YAML file with one entity, a list, a stream.

use crate::fixture::Folder;

/// The fields that every entity has, but for `owner` and those that some kinds read otherwise.
const COMMON: &str = r##"title: TITLE
summary: "In short: what it is."
aliases: [ALIAS]
tags: [shop, "2026"]
links: [{ title: Board, url: "https://grafana.example/d/1", kind: dashboard }, { url: "mailto:a@b.example" }]
contacts: { slack: "#shop", email: a@b.example, phone: "+44 20 7946 0000", on_call: "https://oncall.example", issues: "https://i.example", url: "https://u.example" }
weight: 3
review_every: 6 months
reviews:
  - { on: 2026-09-01, by: person:ana, how: used, note: "used in the 1 Sept incident" }
  - { on: 2026-09-20, by: ana, how: drilled, note: again }
reviewed: 2026-10-01
waivers: [{ rule: ownership/unowned, reason: "until the move", by: ana, until: 2026-12-01 }]
moved_from: [old/MOVED, "https://old.example/MOVED.html"]
search: false
extra: { anything: [1, { a: b }] }
"##;

/// A kind's folder, its name, and its own fields.
const KINDS: [(&str, &str, &str); 14] = [
    (
        "teams",
        "team",
        r#"owner: team:base
status: forming
mission: Sell.
parent: base
type: stream-aligned
lead: ana
members: [ana, { person: ben, role: lead, since: 2025-01-01 }, { person: cat, roles: [lead, on-call], until: 2025-02-01 }]
hours: 9 to 5
escalation: base
goals: [{ id: fast, text: Be fast, metric: p95 }]
"#,
    ),
    (
        "people",
        "person",
        "handle: x\ntimezone: Europe/London\nstatus: away\naway: { from: 2026-11-01, until: 2026-12-01, cover: ben }\nbackup: ana\n",
    ),
    ("roles", "role", "status: in use\nduties: [answer, decide]\nholders: [ana, ben]\n"),
    (
        "services",
        "service",
        r#"owner: team:base
status: live
tier: 1
lifecycle: production
workload_owner: ana
escalation_manager: role:on-call
depends_on: [base]
paths: ["apps/**"]
escalation: base
alerts: [Down]
"#,
    ),
    (
        "responsibilities",
        "responsibility",
        r#"owner: base
responsible: [team:base, person:ana, role:lead]
consulted: team:base
informed: [ben]
scope: { in: [this], out: [that] }
services: [base]
runbooks: [base]
pages: [guide]
supports: [base/fast]
escalation: base
transfer: { to: "team:base", on: 2026-10-01, accepted_by: ana, accepted_on: 2026-10-02 }
"#,
    ),
    (
        "runbooks",
        "runbook",
        "owner: base\nservices: [base]\nalerts: [Down]\nseverity: critical\nrisk: high\ndoor: one-way\nmay_run: [role:on-call]\nescalation: base\n",
    ),
    ("alerts", "alert", "owner: base\nservice: base\nseverity: critical\nrunbook: base\n"),
    (
        "escalations",
        "escalation",
        r#"owner: person:ana
when: At night.
services: [base]
steps:
  - { notify: [role:on-call], within: 5m, may: roll back, via: page }
  - { notify: [person:ana, team:base], within: 1h }
repeat: 2
"#,
    ),
    (
        "decisions",
        "decision",
        r#"owner: base
action: Roll back
who: [role:on-call, team:base, person:ana]
services: [base]
door: two-way
when: An alert fired.
limits: [one release]
safety: The old release is kept.
audit: "https://audit.example"
permission: deployer
otherwise: base
practice: the staging shop
"#,
    ),
    (
        "drills",
        "drill",
        "owner: base\non: 2026-10-01\nrunbooks: [base]\ndecisions: [base]\npeople: [ana]\noutcome: partial\n",
    ),
    (
        "learnings",
        "learning",
        "owner: base\non: 2026-10-01\nservices: [base]\nrunbooks: [base]\nseverity: sev1\nadoption: [{ team: base, status: adopted, note: yes }]\n",
    ),
    (
        "improvements",
        "improvement",
        "owner: base\nraised_on: 2026-10-01\nby: ana\nfrequency: weekly\ndue: 2027-01-01\nstatus: planned\n",
    ),
    (
        "clarifications",
        "clarification",
        "owner: base\nraised_on: 2026-10-01\nby: ana\nabout: the old mailbox\ndue: 2026-12-01\nstatus: resolved\nresolved_on: 2026-11-01\noutcome: service:base\n",
    ),
    ("guides", "page", "owner: base\nstatus: accepted\nservices: [base]\n"),
];

/// What the references of the fields above lead to.
fn handbook() -> Folder {
    Folder::new()
        .file("content/teams/base.yaml", "name: Base\nmembers: [ana]\ngoals: [{ id: fast, text: Be fast }]\n")
        .file(
            "content/people/all.yaml",
            "- { id: ana, name: Ana }\n- { id: ben, name: Ben }\n- { id: cat, name: Cat }\n",
        )
        .file("content/roles/all.yaml", "- { id: lead, title: Lead }\n- { id: on-call, title: On call }\n")
        .file("content/services/base.yaml", "title: Base\nowner: base\n")
        .file("content/runbooks/base.md", "# Base\n")
        .file("content/escalations/base.yaml", "title: Base\nowner: ana\nsteps: [{ notify: [ana] }]\n")
        .file("content/decisions/base.yaml", "title: Base\nowner: base\n")
        .file("content/guide.md", "# Guide\n")
        .file("content/alerts/down.md", "# Down\n")
}

/// The fields of one entity, which differs from its neighbours where it has to.
fn fields(id: &str, kind: &str, own: &str) -> String {
    let common = COMMON.replace("TITLE", &format!("\"{kind} {id}\"")).replace("ALIAS", &format!("{kind}-{id}-alias"));
    common.replace("MOVED", &format!("{kind}-{id}")) + own
}

fn indented(text: &str, by: &str) -> String {
    text.lines().map(|line| format!("{by}{line}\n")).collect()
}

#[test]
fn every_field_of_every_kind_can_be_written_in_every_form() {
    let folder = handbook();
    for (place, kind, own) in KINDS {
        let of = |id: &str| fields(id, kind, own);
        // A page says by its body that the YAML file is one.
        let body = "body: |\n  Some *prose*, [linked](service:base).\n";
        folder.put(&format!("content/{place}/markdown.md"), format!("---\n{}---\n\nSome *prose*.\n", of("markdown")));
        folder.put(&format!("content/{place}/one.yaml"), of("one") + body);
        let item = |id: &str| {
            let text = indented(&format!("id: {id}\n{}{body}", of(id)), "  ");
            format!("-{}", &text[1..])
        };
        folder.put(&format!("content/{place}/list.yml"), item("list-a") + &item("deep/list-b"));
        let document = |id: &str| format!("---\nid: {id}\n{}{body}", of(id));
        folder.put(&format!("content/{place}/stream.yaml"), document("stream-a") + &document("stream-b"));
    }
    let check = folder.check();
    let wrong: Vec<String> = check
        .findings()
        .into_iter()
        .filter(|finding| {
            let rule = finding["rule"].as_str().unwrap_or_default();
            ["source/", "refs/", "links/"].iter().any(|group| rule.starts_with(group))
        })
        .map(|finding| format!("{}:{} {} ({})", finding["file"], finding["line"], finding["message"], finding["help"]))
        .collect();
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
    let list = folder.onus("list --format json --today 2026-11-22").success();
    let known: Vec<String> =
        list.findings().iter().map(|entity| entity["ref"].as_str().unwrap_or_default().to_string()).collect();
    for (place, kind, _) in KINDS {
        let ids = ["markdown", "one", "list-a", "deep/list-b", "stream-a", "stream-b"];
        for id in ids {
            // Pages live anywhere: the folder is part of their id, unless they name themselves.
            let id = if kind == "page" && !id.contains("list") && !id.contains("stream") {
                format!("{place}/{id}")
            } else {
                id.to_string()
            };
            assert!(known.contains(&format!("{kind}:{id}")), "{kind}:{id} is not in the handbook: {known:?}");
        }
    }
    folder.build();
    assert!(folder.page("services/deep/list-b.html").contains("Some <em>prose</em>"), "prose of YAML is Markdown");
}
