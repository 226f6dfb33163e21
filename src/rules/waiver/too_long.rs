//! `waiver/too-long`.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::entity::{Entity, Waiver};
use crate::rules::waiver::purpose;

pub static RULE: Rule = Rule {
    name: "waiver/too-long",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A waiver whose last day, `until`, is more than 90 days from today.",
    matters: "Nobody remembers after a year why the gap was acceptable. A waiver is for the time that a decision takes, not instead of one.",
    example: "```yaml\nwaivers:\n  - { rule: ownership/unowned, reason: the arbiter decides, by: ana-ruiz, until: 2029-12-31 }\n```",
    instead: "```yaml\nwaivers:\n  - { rule: ownership/unowned, reason: the arbiter decides, by: ana-ruiz, until: 2026-12-31 }\n```\n\nWhere \
              a rule is not for this handbook at all, set its level in `[rules]` of site.toml.",
    source: "The limit is onus's own: a quarter, so that every waiver comes up again.",
};

/// Days from today that a waiver may last.
const LIMIT: i64 = 90;

pub fn check(entity: &Entity, waiver: &Waiver, today: Date) -> Option<Diagnostic> {
    let limit = today.saturating_add(LIMIT.days());
    let until = waiver.until.as_ref().filter(|until| until.value > limit)?;
    let message = format!("the waiver{} lasts for more than {LIMIT} days", purpose(waiver));
    let help = format!("end it on {limit} or before, and decide again then");
    Some(Diagnostic::new(&RULE, entity.at(until.span), message).help(help))
}
