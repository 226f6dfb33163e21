//! `onus who`: whoever asks gets the owner first, by whatever they have in hand.

use crate::fixture::{Folder, TODAY};

fn handbook() -> Folder {
    Folder::new()
        .file(
            "site.toml",
            "title = \"x\"\nbase_url = \"https://handbook.example/\"\n[ownership]\narbiter = \"team:platform\"\n",
        )
        .file("content/teams/payments.yaml", "name: Payments\nmembers: [ana]\nescalation: night\ncontacts: { slack: \"#pay-help\", email: cards-list@x.example }\n")
        .file("content/teams/platform.yaml", "name: Platform\ncontacts: { email: p@x.example }\n")
        .file("content/people/ana.yaml", "name: Ana\ncontacts: { phone: \"+44 20 7946 0000\" }\n")
        .file(
            "content/services/card-gateway.md",
            "---\ntitle: Card gateway\nowner: payments\naliases: [cgw]\npaths: [\"apps/cards/**\"]\ncontacts: { slack: \"#pay-help\" }\n---\n",
        )
        .file("content/services/orphan.md", "# Orphan\n")
        .file("content/runbooks/cards/declines.md", "---\ntitle: Declines\nservices: [card-gateway]\n---\n")
        .file("content/escalations/night.yaml", "title: Night\nowner: ana\nsteps: [{ notify: [ana], within: 5m }, { notify: [team:platform] }]\n")
        .file(
            "content/alerts/rules.yaml",
            "groups:\n  - name: g\n    rules:\n      - alert: CardGatewayErrorsHigh\n        expr: x\n        labels: { service: card-gateway }\n",
        )
}

/// The reference of the first answer.
#[track_caller]
fn answer(folder: &Folder, question: &str) -> (String, String) {
    let ran = folder.onus("who --format json --today").arg(TODAY).arg(question).success();
    let card = &ran.findings()[0];
    let text = |field: &serde_json::Value| field.as_str().unwrap_or_default().to_string();
    (text(&card["ref"]), text(&card["owner"]["ref"]))
}

#[test]
fn whatever_somebody_has_in_hand_leads_to_the_owner() {
    let folder = handbook();
    for (question, thing) in [
        ("CardGatewayErrorsHigh", "alert:cardgatewayerrorshigh"),
        ("card gateway errors", "alert:cardgatewayerrorshigh"),
        ("Card Gateway", "service:card-gateway"),
        ("card-gateway", "service:card-gateway"),
        ("who owns the card gateway?", "service:card-gateway"),
        ("cgw", "service:card-gateway"),
        ("card gatewya", "service:card-gateway"),
        ("apps/cards/src/main.rs", "service:card-gateway"),
        ("https://handbook.example/runbooks/cards/declines.html#x", "runbook:cards/declines"),
        ("runbook for declines", "runbook:cards/declines"),
        ("#pay-help", "team:payments"),
        ("pay-help", "team:payments"),
        ("Cards-List", "team:payments"),
        ("team:payments", "team:payments"),
    ] {
        assert_eq!(answer(&folder, question), (thing.to_string(), "team:payments".to_string()), "{question}");
    }
}

#[test]
fn the_card_says_whom_to_call_and_who_is_next() {
    let folder = handbook();
    let ran = folder.onus("who card gateway --today").arg(TODAY).success();
    assert_eq!(
        ran.stdout,
        "Card gateway (service:card-gateway)\n  owner       Payments (team:payments)\n  held by     Ana\n  \
         slack       #pay-help\n  email       cards-list@x.example\n  escalation  at once: Ana\n              t+5 min: Platform\n  \
         runbook     Declines (runbook:cards/declines)\n  page        services/card-gateway.html\n"
    );
}

#[test]
fn what_nobody_owns_or_knows_ends_in_exit_code_1() {
    let folder = handbook();
    folder
        .onus("who orphan --today")
        .arg(TODAY)
        .stdout_holds("nobody owns this")
        .stdout_holds("Platform (team:platform) decides who takes it")
        .exits(1);
    folder.onus("who nothing-like-it --today").arg(TODAY).stderr_holds("nothing is called `nothing-like-it`").exits(1);
    folder.onus("who card gatewya --today").arg(TODAY).stderr_holds("this is the nearest").success();
}
