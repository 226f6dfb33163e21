//! `waiver/expired`.

use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::entity::{Entity, Waiver};
use crate::rules::waiver::{is_over, purpose};

pub static RULE: Rule = Rule {
    name: "waiver/expired",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A waiver whose last day, `until`, has passed. It accepts nothing any more.",
    matters: "Somebody promised that the gap would be closed by that day. Either it is, and the waiver is a leftover, or the promise \
              was not kept.",
    example: "```yaml\nwaivers:\n  - { rule: ownership/unowned, reason: the arbiter decides, by: ana-ruiz, until: 2026-03-01 }\n```",
    instead: "Close the gap and take the waiver out; or decide anew, with a reason and a date that hold today.",
    source: "AWS Well-Architected, OPS02-BP05 *Mechanisms exist to request additions, changes, and exceptions*. That exceptions end is \
             onus's own rule.",
};

pub fn check(entity: &Entity, waiver: &Waiver, today: Date) -> Option<Diagnostic> {
    let until = waiver.until.as_ref().filter(|_| is_over(waiver, today))?;
    let message = format!("the waiver{} ended on {}", purpose(waiver), until.value);
    Some(
        Diagnostic::new(&RULE, entity.at(until.span), message)
            .help("close the gap and take the waiver out, or decide anew with a later date"),
    )
}
