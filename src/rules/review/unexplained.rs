//! `review/unexplained`. The short forms hold a date and nothing else; they are left alone.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;

pub static RULE: Rule = Rule {
    name: "review/unexplained",
    level: Severity::Info,
    worse: Severity::Info,
    finds: "An entry of `reviews` without a `note`. The short forms, such as `reviewed`, are not found.",
    matters: "A date alone cannot be told from a date that was only moved. A note shows what was looked at, and what came of it.",
    example: "```yaml\nreviews:\n  - { on: 2026-11-20, by: ana-ruiz, how: used }\n```",
    instead: "```yaml\nreviews:\n  - { on: 2026-11-20, by: ana-ruiz, how: used, note: \"used in the incident of 19 November; step 4 \
              corrected\" }\n```",
    source: "The content model: reviews are a ledger, so that a review says more than a date.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.iter() {
        for review in entity.reviews.iter().filter(|review| review.ledger && review.note.is_none()) {
            let message = format!(
                "the review of {} `{}` on {} does not say what came of it",
                entity.kind, entity.id, review.on.value
            );
            findings.push(
                Diagnostic::new(&RULE, entity.at(review.on.span), message)
                    .help("add a `note`: what was checked, found or corrected")
                    .about(handbook.subject(id)),
            );
        }
    }
    findings
}
