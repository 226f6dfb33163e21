//! `escalation/missing`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::entity::{Detail, Entity};
use crate::model::kind::Kind;
use crate::model::reference::Reference;

pub static RULE: Rule = Rule {
    name: "escalation/missing",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A service of tier 0 to 2, or a responsibility, from which no escalation policy can be reached: it names none, no policy \
            names the service, a responsibility's first service has none, and its owning team has none.",
    matters: "Whoever is stuck at night has to find out first whom to wake, and who may decide. That is when people wait instead.",
    example: "```yaml\ntitle: Card payments\ntier: 1\nowner: team:payments\n```",
    instead: "```yaml\ntitle: Card payments\ntier: 1\nowner: team:payments\nescalation: payments\n```\n\nOr give the team an `escalation`: \
              it holds for everything the team owns.",
    source: "AWS Well-Architected, OPS10-BP04 *Define escalation paths*.",
};

/// The highest tier number, and so the least critical service, that needs a policy.
const LEAST_CRITICAL: u8 = 2;

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for kind in [Kind::Service, Kind::Responsibility] {
        for (id, entity) in handbook.of_kind(kind) {
            // Of an unknown owner, another finding tells already, and whether it has a policy nobody knows.
            let told = entity.ownership.excused || is_told(own(entity));
            if entity.policy.is_some() || entity.broken || !needs_policy(entity) || told {
                continue;
            }
            let (message, help) = match kind {
                Kind::Service => (
                    format!("service `{}` of tier {} has no escalation policy", entity.id, entity.tier.unwrap_or(0)),
                    "name a policy in `escalation`, or in that of the owning team",
                ),
                _ => (
                    format!("no escalation policy can be reached from {kind} `{}`", entity.id),
                    "name a policy in `escalation`, or in that of its first service or of the owning team",
                ),
            };
            findings.push(Diagnostic::new(&RULE, entity.place(), message).help(help).about(handbook.subject(id)));
        }
    }
    findings
}

fn needs_policy(entity: &Entity) -> bool {
    match &entity.detail {
        Detail::Service(service) => service.tier.is_some_and(|tier| tier <= LEAST_CRITICAL),
        _ => true,
    }
}

fn own(entity: &Entity) -> Option<&Reference> {
    match &entity.detail {
        Detail::Service(service) => service.escalation.as_ref(),
        Detail::Responsibility(responsibility) => responsibility.escalation.as_ref(),
        _ => None,
    }
}

/// Whether a reference leads nowhere, as another finding says already.
fn is_told(reference: Option<&Reference>) -> bool {
    reference.is_some_and(|reference| reference.target.is_none())
}
