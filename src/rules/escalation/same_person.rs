//! `escalation/same-person`.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::escalation::Escalation;
use crate::model::kind::Kind;
use crate::model::reference::EntityId;

pub static RULE: Rule = Rule {
    name: "escalation/same-person",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "An escalation policy of two or more steps on which everyone is the same person, when roles are followed to their holders \
            and teams to their members. A team that does not say who is in it may be anybody, and is not judged.",
    matters: "On paper there is a second step; in the night it is the same telephone. One flat battery ends the escalation.",
    example: "```yaml\nsteps:\n  - { notify: [role:payments-on-call], within: 10m }   # held by ana-ruiz\n  \
              - { notify: [person:ana-ruiz], within: 15m }\n```",
    instead: "```yaml\nsteps:\n  - { notify: [role:payments-on-call], within: 10m }\n  - { notify: [person:bo-lind], within: 15m }\n```",
    source: "Google, *Site Reliability Engineering*, chapter 11 *Being On-Call*, on primary and secondary rotations.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Escalation) {
        let Some(policy) = entity.escalation() else { continue };
        let steps: Vec<_> = policy.steps.iter().filter(|step| !step.notify.is_empty()).collect();
        let [first, second, ..] = steps.as_slice() else { continue };
        let Some(person) = only_person(handbook, policy) else { continue };
        let person = &handbook.get(person).id;
        let message = format!("every step of policy `{}` ends with the same person, `{person}`", entity.id);
        findings.push(
            Diagnostic::new(&RULE, entity.at(second.notify_span()), message)
                .label(entity.at(first.notify_span()), format!("`{person}` is notified here already"))
                .help("name somebody else in a later step, or a second holder of the role")
                .about(handbook.subject(id)),
        );
    }
    findings
}

/// The one person whom all steps come down to, if all whom they notify are known and it is one.
fn only_person(handbook: &Handbook, policy: &Escalation) -> Option<EntityId> {
    let mut people = BTreeSet::new();
    for party in policy.steps.iter().flat_map(|step| &step.notify) {
        let holders = handbook.holders(party.target?);
        people.extend(holders.current);
        if !holders.known || people.len() > 1 {
            return None;
        }
    }
    people.pop_first()
}
