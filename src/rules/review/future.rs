//! `review/future`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;

pub static RULE: Rule = Rule {
    name: "review/future",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A review dated after today. It never counts as the last one.",
    matters: "A slip in the year would keep a page fresh for a year longer than it is; a date set ahead on purpose would hide it.",
    example: "```yaml\n# on 22 November 2026\nreviewed: 2027-11-20\n```",
    instead: "```yaml\nreviewed: 2026-11-20\n```",
    source: "The content model: a date in the future where it may not be is an error, never a silent *fresh*.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.iter() {
        for review in entity.reviews.iter().filter(|review| review.on.value > handbook.today) {
            let message =
                format!("a review of {} `{}` lies in the future: {}", entity.kind, entity.id, review.on.value);
            findings.push(
                Diagnostic::new(&RULE, entity.at(review.on.span), message)
                    .help(format!("write the day on which it was reviewed, up to {}", handbook.today))
                    .about(handbook.subject(id)),
            );
        }
    }
    findings
}
