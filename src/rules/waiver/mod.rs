//! Waivers: findings that somebody has accepted for a while, and waivers that are themselves wrong.

pub mod expired;
pub mod needless;
pub mod no_reason;
pub mod too_long;

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::model::Handbook;
use crate::model::entity::Waiver;
use crate::model::reference::EntityId;

/// The group of the rules about waivers: their findings cannot be waived.
pub const GROUP: &str = "waiver";

/// Marks the findings that a waiver in force accepts, and adds what is wrong with waivers.
///
/// It looks at all findings of all other rules, with their subjects: it runs last.
pub fn apply(handbook: &Handbook, findings: &mut Vec<Diagnostic>) {
    let having = || handbook.iter().filter(|(_, entity)| !entity.waivers.is_empty());
    let by_reference: HashMap<String, EntityId> = having().map(|(id, entity)| (entity.reference(), id)).collect();
    let mut found: HashSet<(EntityId, &str)> = HashSet::new();
    for finding in findings.iter_mut() {
        let Some(subject) = &finding.subject else { continue };
        let Some(id) = by_reference.get(&subject.reference) else { continue };
        let name = finding.rule.name;
        found.insert((*id, name));
        let accepts = |waiver: &Waiver| is_in_force(waiver, handbook.today) && names(waiver, name);
        finding.waived = finding.rule.group() != GROUP && handbook.get(*id).waivers.iter().any(accepts);
    }
    for (id, entity) in having() {
        for waiver in &entity.waivers {
            let is_found = |rule: &str| found.contains(&(id, rule));
            let wrong = [
                expired::check(entity, waiver, handbook.today),
                needless::check(entity, waiver, handbook.today, is_found),
                no_reason::check(entity, waiver),
                too_long::check(entity, waiver, handbook.today),
            ];
            findings.extend(wrong.into_iter().flatten().map(|finding| finding.about(handbook.subject(id))));
        }
    }
}

/// Whether a waiver is whole and its last day has not passed.
fn is_in_force(waiver: &Waiver, today: Date) -> bool {
    waiver.reason.is_some() && waiver.by.is_some() && waiver.until.is_some() && !is_over(waiver, today)
}

fn is_over(waiver: &Waiver, today: Date) -> bool {
    waiver.until.as_ref().is_some_and(|until| until.value < today)
}

fn names(waiver: &Waiver, rule: &str) -> bool {
    waiver.rule.as_ref().is_some_and(|name| name.value == rule)
}

/// What a waiver is for, as messages name it.
fn purpose(waiver: &Waiver) -> String {
    waiver.rule.as_ref().map_or_else(String::new, |rule| format!(" of `{}`", rule.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{self, fixture};

    fn waived(waiver: &str) -> bool {
        let text = format!(
            "=== content/people/ana.md\n# Ana\n=== content/services/cards.md\n---\ntitle: Cards\nwaivers: [{{ {waiver} }}]\n---\n"
        );
        let (handbook, _, mut findings) = fixture::handbook(&text);
        findings.extend(rules::run(&handbook));
        handbook.attribute(&mut findings);
        apply(&handbook, &mut findings);
        findings.iter().any(|finding| finding.rule.name == "ownership/unowned" && finding.waived)
    }

    #[test]
    fn a_whole_waiver_accepts_what_it_names_to_its_last_day() {
        assert!(waived("rule: ownership/unowned, reason: r, by: ana, until: 2026-11-22"));
        assert!(!waived("rule: ownership/unowned, reason: r, by: ana, until: 2026-11-21"));
        assert!(!waived("rule: ownership/unowned, reason: r, until: 2026-12-01"));
        assert!(!waived("rule: ownership/*, reason: r, by: ana, until: 2026-12-01"));
    }
}
