//! `waiver/no-reason`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::entity::{Entity, Waiver};
use crate::rules::waiver::purpose;
use crate::text::list;

pub static RULE: Rule = Rule {
    name: "waiver/no-reason",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A waiver that does not say why (`reason`), who decided (`by`) or until which day (`until`). It accepts nothing until it does.",
    matters: "An exception that nobody answers for and that never ends is how a gap becomes normal.",
    example: "```yaml\nwaivers:\n  - { rule: ownership/unowned, until: 2026-12-01 }\n```",
    instead: "```yaml\nwaivers:\n  - { rule: ownership/unowned, reason: the arbiter decides on 24 November, by: ana-ruiz, \
              until: 2026-12-01 }\n```",
    source: "AWS Well-Architected, OPS02-BP05 *Mechanisms exist to request additions, changes, and exceptions*: requests are \
             approved after their benefits and risks were weighed.",
};

pub fn check(entity: &Entity, waiver: &Waiver) -> Option<Diagnostic> {
    let parts = [("reason", waiver.reason.is_some()), ("by", waiver.by.is_some()), ("until", waiver.until.is_some())];
    let absent: Vec<String> = parts.iter().filter(|(_, there)| !there).map(|(field, _)| format!("`{field}`")).collect();
    if absent.is_empty() {
        return None;
    }
    let message = format!("the waiver{} has no {}", purpose(waiver), list::joined(&absent, "or"));
    let help = "say why in `reason`, who decided in `by`, and the last day in `until`: until then it waives nothing";
    Some(Diagnostic::new(&RULE, entity.at(waiver.span), message).help(help))
}
