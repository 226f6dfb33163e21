//! `waiver/needless`.

use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::entity::{Entity, Waiver};
use crate::rules;
use crate::rules::waiver::{GROUP, is_over};
use crate::text::likeness;

pub static RULE: Rule = Rule {
    name: "waiver/needless",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A waiver of a rule that finds nothing on this entity, of a rule that does not exist, or of none. One that has expired is \
            told as that.",
    matters: "A waiver left standing accepts the same gap again, unseen, on the day it comes back. A misspelt one accepts nothing.",
    example: "```yaml\nowner: payments\nwaivers:\n  - { rule: ownership/unowned, reason: the arbiter decides, by: ana-ruiz, \
              until: 2026-12-01 }\n```",
    instead: "```yaml\nowner: payments\n```",
    source: "Rust's `unfulfilled_lint_expectations` tells expectations that nothing fulfils, for the same reason, \
             <https://doc.rust-lang.org/rustc/lints/listing/warn-by-default.html#unfulfilled-lint-expectations>.",
};

/// `is_found` says whether a rule found anything on the entity.
pub fn check(entity: &Entity, waiver: &Waiver, today: Date, is_found: impl Fn(&str) -> bool) -> Option<Diagnostic> {
    if is_over(waiver, today) {
        return None;
    }
    let Some(name) = &waiver.rule else {
        let place = entity.at(waiver.span);
        return Some(Diagnostic::new(&RULE, place, "the waiver names no rule").help("name the rule in `rule`"));
    };
    let rule = name.value.as_str();
    let place = entity.at(name.span);
    let Some(known) = rules::named(rule) else {
        let help = match likeness::nearest(rule, rules::TABLE.iter().map(|row| row.rule.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write `group/name`, as findings show it".to_string(),
        };
        return Some(Diagnostic::new(&RULE, place, format!("there is no rule `{rule}` to waive")).help(help));
    };
    if known.group() == GROUP {
        let message = format!("findings of `{rule}` cannot be waived");
        return Some(Diagnostic::new(&RULE, place, message).help("mend the waiver it is about"));
    }
    let message = format!("`{rule}` finds nothing on {} `{}` to waive", entity.kind, entity.id);
    (!is_found(rule)).then(|| Diagnostic::new(&RULE, place, message).help("take the waiver out"))
}
