//! The checks: what makes no sense, is stale or leads nowhere in a linked handbook. One file a rule, one row a rule here.
//!
//! A rule looks at the handbook and says what it finds; levels, formats and pages are not its business.

pub mod alert;
pub mod escalation;
pub mod ownership;
pub mod raci;
pub mod review;
pub mod runbook;
pub mod waiver;

#[cfg(test)]
mod fixture;

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::Rule;
use crate::model::Handbook;
use crate::model::kind::Kind;
use crate::{history, model, source};

/// Looks for one thing that is wrong.
pub type Check = fn(&Handbook) -> Vec<Diagnostic>;

/// A rule and what finds it; none where reading or linking does, or [`waiver::apply`] once all else is found.
pub struct Row {
    pub rule: &'static Rule,
    pub check: Option<Check>,
}

const fn row(rule: &'static Rule, check: Check) -> Row {
    Row { rule, check: Some(check) }
}

const fn found_on_the_way(rule: &'static Rule) -> Row {
    Row { rule, check: None }
}

const fn found_at_the_end(rule: &'static Rule) -> Row {
    Row { rule, check: None }
}

/// Every rule, in the order of the reference.
pub static TABLE: &[Row] = &[
    found_on_the_way(&source::rules::INVALID_YAML),
    found_on_the_way(&source::rules::NOT_UTF8),
    found_on_the_way(&source::rules::TOO_LARGE),
    found_on_the_way(&source::rules::ACTIVE_FILE),
    found_on_the_way(&source::rules::UNMATCHED_PATTERN),
    found_on_the_way(&source::rules::UNKNOWN_FIELD),
    found_on_the_way(&source::rules::INVALID_VALUE),
    found_on_the_way(&source::rules::DUPLICATE_KEY),
    found_on_the_way(&history::INVALID),
    found_on_the_way(&model::rules::DUPLICATE_ID),
    found_on_the_way(&model::rules::UNKNOWN),
    found_on_the_way(&model::rules::AMBIGUOUS),
    found_on_the_way(&model::rules::WRONG_KIND),
    found_on_the_way(&model::rules::CYCLE),
    found_on_the_way(&source::rules::BROKEN),
    found_on_the_way(&source::rules::BROKEN_ANCHOR),
    found_on_the_way(&source::rules::ESCAPES),
    found_on_the_way(&source::rules::NO_SUCH_LINE),
    found_on_the_way(&source::rules::BROKEN_TABS),
    found_on_the_way(&source::rules::UNDRAWN_DIAGRAM),
    row(&ownership::unowned::RULE, ownership::unowned::check),
    row(&ownership::empty_team::RULE, ownership::empty_team::check),
    row(&ownership::departed::RULE, ownership::departed::check),
    row(&ownership::unheld_role::RULE, ownership::unheld_role::check),
    row(&ownership::unknown_members::RULE, ownership::unknown_members::check),
    row(&ownership::unreachable::RULE, ownership::unreachable::check),
    row(&ownership::no_arbiter::RULE, ownership::no_arbiter::check),
    row(&ownership::ambiguous::RULE, ownership::ambiguous::check),
    row(&ownership::overlap::RULE, ownership::overlap::check),
    row(&ownership::single_holder::RULE, ownership::single_holder::check),
    row(&ownership::concentration::RULE, ownership::concentration::check),
    row(&ownership::idle_team::RULE, ownership::idle_team::check),
    row(&ownership::unaccepted_transfer::RULE, ownership::unaccepted_transfer::check),
    row(&raci::no_responsible::RULE, raci::no_responsible::check),
    row(&raci::too_many_consulted::RULE, raci::too_many_consulted::check),
    row(&review::overdue::RULE, review::overdue::check),
    row(&review::due_soon::RULE, review::due_soon::check),
    row(&review::never::RULE, review::never::check),
    row(&review::future::RULE, review::future::check),
    row(&review::outsider::RULE, review::outsider::check),
    row(&review::unexplained::RULE, review::unexplained::check),
    row(&escalation::missing::RULE, escalation::missing::check),
    row(&escalation::no_owner::RULE, escalation::no_owner::check),
    row(&escalation::dead_end::RULE, escalation::dead_end::check),
    row(&escalation::same_person::RULE, escalation::same_person::check),
    row(&escalation::r#loop::RULE, escalation::r#loop::check),
    row(&escalation::slow::RULE, escalation::slow::check),
    row(&escalation::unreachable::RULE, escalation::unreachable::check),
    row(&runbook::no_alert_or_service::RULE, runbook::no_alert_or_service::check),
    row(&runbook::no_escalation::RULE, runbook::no_escalation::check),
    row(&runbook::missing_section::RULE, runbook::missing_section::check),
    row(&runbook::destructive_without_authority::RULE, runbook::destructive_without_authority::check),
    row(&alert::no_service::RULE, alert::no_service::check),
    row(&alert::no_runbook::RULE, alert::no_runbook::check),
    row(&alert::undefined::RULE, alert::undefined::check),
    row(&alert::dead_runbook::RULE, alert::dead_runbook::check),
    row(&alert::duplicate::RULE, alert::duplicate::check),
    found_at_the_end(&waiver::expired::RULE),
    found_at_the_end(&waiver::needless::RULE),
    found_at_the_end(&waiver::no_reason::RULE),
    found_at_the_end(&waiver::too_long::RULE),
];

/// The rule of that name.
pub fn named(name: &str) -> Option<&'static Rule> {
    TABLE.iter().map(|row| row.rule).find(|rule| rule.name == name)
}

/// Whether any rule is in that group.
pub fn is_group(name: &str) -> bool {
    TABLE.iter().any(|row| row.rule.group() == name)
}

/// Whether a rule judges the words of prose of a kind, and not its headings alone.
pub fn reads_prose(kind: Kind) -> bool {
    kind == Kind::Responsibility
}

/// Runs every rule but those about waivers.
pub fn run(handbook: &Handbook) -> Vec<Diagnostic> {
    TABLE.par_iter().filter_map(|row| row.check).flat_map(|check| check(handbook)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_a_whole_page() {
        let names: BTreeSet<&str> = TABLE.iter().map(|row| row.rule.name).collect();
        assert_eq!(names.len(), TABLE.len());
        for row in TABLE {
            let rule = row.rule;
            for text in [rule.finds, rule.matters, rule.example, rule.instead, rule.source] {
                assert!(!text.trim().is_empty(), "{} has an empty part", rule.name);
            }
            assert!(rule.worse >= rule.level, "{}", rule.name);
        }
    }

    #[test]
    fn every_rule_finds_what_its_fixture_shows() {
        for row in TABLE {
            fixture::assert_snapshot(row.rule);
        }
    }
}
