//! `ownership/unaccepted-transfer`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "ownership/unaccepted-transfer",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A `transfer` whose day is past, with neither `accepted_by` nor `accepted_on`.",
    matters: "The old owner believes it is handed over, the new one has not agreed to it: in between, it is nobody's.",
    example: "```yaml\nowner: team:payments\ntransfer: { to: team:stores, on: 2026-10-01 }\n```",
    instead: "```yaml\nowner: team:stores\ntransfer: { to: team:stores, on: 2026-10-01, accepted_by: ana-ruiz, accepted_on: 2026-09-28 }\n```",
    source: "Google SRE book, chapter 14 *Managing Incidents*: a hand-off is explicit, and acknowledged by the one who takes over. \
             AWS Well-Architected, OPS02-BP04 *Mechanisms exist to manage responsibilities and ownership*.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Responsibility) {
        let Some(transfer) = entity.responsibility().and_then(|detail| detail.transfer.as_ref()) else { continue };
        let Some(on) = transfer.on.as_ref().filter(|on| on.value < handbook.today) else { continue };
        if transfer.accepted_by.is_some() || transfer.accepted_on.is_some() {
            continue;
        }
        let to = transfer.to.as_ref().map(|to| format!(" to `{}`", to.text)).unwrap_or_default();
        let message =
            format!("the hand-over of responsibility `{}`{to} was due on {} and is not accepted", entity.id, on.value);
        findings.push(
            Diagnostic::new(&RULE, entity.at(on.span), message)
                .help("let the new owner accept it with `accepted_by` and `accepted_on`, or agree on another day")
                .about(handbook.subject(id)),
        );
    }
    findings
}
