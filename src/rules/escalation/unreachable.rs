//! `escalation/unreachable`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::escalation::Step;
use crate::model::kind::Kind;
use crate::model::ownership::Holders;
use crate::model::reference::EntityId;

pub static RULE: Rule = Rule {
    name: "escalation/unreachable",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A step that reaches nobody today: it notifies nobody, or everyone it notifies has no contact, is away without cover, or \
            has left. A role counts by its holders, a team by its members; one that does not say who is in it, by its own contacts.",
    matters: "The page goes out and nobody gets it. The minutes of that step are lost in every incident, and it is found out during one.",
    example: "```yaml\n# people/ana-ruiz.md: status: left\nsteps:\n  - { notify: [person:ana-ruiz], within: 10m }\n```",
    instead: "```yaml\nsteps:\n  - { notify: [role:payments-on-call], within: 10m }\n```\n\nGive people `contacts`, and `away` a `cover`.",
    source: "AWS Well-Architected, OPS02-BP01 *Resources have identified owners* (owners are recorded with their contact information) \
             and OPS10-BP04 *Define escalation paths*.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Escalation) {
        let Some(policy) = entity.escalation() else { continue };
        for (at, step) in policy.steps.iter().enumerate() {
            let Some(reasons) = why_lost(handbook, step) else { continue };
            let number = at + 1;
            let message = match reasons.as_slice() {
                [] => format!("step {number} of policy `{}` notifies nobody", entity.id),
                reasons => format!("step {number} of policy `{}` reaches nobody: {}", entity.id, reasons.join(", ")),
            };
            findings.push(
                Diagnostic::new(&RULE, entity.at(step.notify_span()), message)
                    .help("notify somebody who is there and has `contacts`, or name who covers")
                    .about(handbook.subject(id)),
            );
        }
    }
    findings
}

/// Whether a step is known to reach nobody today.
pub fn is_lost(handbook: &Handbook, step: &Step) -> bool {
    why_lost(handbook, step).is_some()
}

/// Why a step reaches none of those it notifies; none where it may reach one.
fn why_lost(handbook: &Handbook, step: &Step) -> Option<Vec<String>> {
    step.notify.iter().map(|party| why_unreached(handbook, party.target?)).collect()
}

/// Why a party cannot be reached; none where it may be, or where another finding says what is wrong.
fn why_unreached(handbook: &Handbook, party: EntityId) -> Option<String> {
    let entity = handbook.get(party);
    let cover = entity.person().and_then(|person| person.cover());
    if entity.broken || cover.is_some_and(|cover| cover.target.is_none()) {
        return None;
    }
    let holders = handbook.holders(party);
    let why = if holders.known && holders.active.is_empty() {
        match (entity.kind, holders.current.is_empty()) {
            (Kind::Person, true) => "has left",
            (Kind::Person, false) => "is away without cover",
            (Kind::Role, true) => "is held by nobody",
            (Kind::Role, false) => "is held only by people who are away",
            (_, true) => "has no members",
            (_, false) => "has only members who are away",
        }
    } else if has_contact(handbook, party, &holders) {
        return None;
    } else {
        "has no contact"
    };
    Some(format!("`{}` {why}", entity.reference()))
}

/// Whether the party, somebody who is there for it, or their cover has a contact.
fn has_contact(handbook: &Handbook, party: EntityId, holders: &Holders) -> bool {
    let own = |id: EntityId| handbook.get(id).broken || !handbook.get(id).contacts.is_empty();
    let covers = |id: EntityId| handbook.get(id).person()?.cover()?.target;
    own(party)
        || holders
            .active
            .iter()
            .any(|person| own(*person) || (handbook.is_covered(*person) && covers(*person).is_some_and(own)))
}
