//! `escalation/slow`.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::kind::Kind;
use crate::model::reference::EntityId;

pub static RULE: Rule = Rule {
    name: "escalation/slow",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "An escalation policy that a service of tier 0 or 1 uses, and that waits for more than 15 minutes before its second step.",
    matters: "The first page is missed now and then by anybody. On a critical service every minute until the second one is an outage \
              that nobody works on.",
    example: "```yaml\nsteps:\n  - { notify: [role:payments-on-call], within: 30m }\n  - { notify: [person:ana-ruiz], within: 15m }\n```",
    instead: "```yaml\nsteps:\n  - { notify: [role:payments-on-call], within: 5m }\n  - { notify: [person:ana-ruiz], within: 15m }\n```",
    source: "Google, *Site Reliability Engineering*, chapter 11 *Being On-Call*, takes 5 minutes to respond as typical of user-facing \
             services and 30 minutes of less urgent ones. The limit of 15 minutes is onus's own.",
};

/// Minutes after which the second step is late.
const LIMIT: u32 = 15;
/// The highest tier number that is meant by "tier 1".
const CRITICAL: u8 = 1;

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, services) in users(handbook) {
        let entity = handbook.get(id);
        let Some(policy) = entity.escalation().filter(|policy| policy.steps.len() > 1) else { continue };
        let minutes = policy.starts_at(1);
        let Some(within) = policy.steps[0].within.as_ref().filter(|_| minutes > LIMIT) else { continue };
        let Some((tier, first)) = services.iter().min() else { continue };
        let service = handbook.get(*first);
        let message = format!(
            "policy `{}` waits {minutes} minutes before its second step, and service `{}` is of tier {tier}",
            entity.id, service.id
        );
        let label = match services.len() - 1 {
            0 => "this service uses it".to_string(),
            more => format!("this service uses it, and {more} more of tier 0 or 1"),
        };
        findings.push(
            Diagnostic::new(&RULE, entity.at(within.span), message)
                .label(service.place(), label)
                .help(format!("go to the second step after {LIMIT} minutes at the latest"))
                .about(handbook.subject(id)),
        );
    }
    findings
}

/// The critical services of each policy, with their tiers.
fn users(handbook: &Handbook) -> BTreeMap<EntityId, Vec<(u8, EntityId)>> {
    let mut users: BTreeMap<EntityId, Vec<(u8, EntityId)>> = BTreeMap::new();
    for (id, service) in handbook.of_kind(Kind::Service) {
        if let (Some(policy), Some(tier)) = (service.policy, service.tier.filter(|tier| *tier <= CRITICAL)) {
            users.entry(policy).or_default().push((tier, id));
        }
    }
    users
}
