//! `escalation/dead-end`.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "escalation/dead-end",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "An escalation policy with fewer than two distinct steps. Two steps are distinct where they do not notify the same \
            parties; a step that notifies nobody does not count.",
    matters: "When the first step does not answer, the policy has nothing more to say. Paging the same people again is a repetition, \
              not an escalation.",
    example: "```yaml\nsteps:\n  - { notify: [role:payments-on-call], within: 10m }\n```",
    instead: "```yaml\nsteps:\n  - { notify: [role:payments-on-call], within: 10m }\n  - { notify: [person:ana-ruiz], within: 15m }\n```",
    source: "Google, *Site Reliability Engineering*, chapter 11 *Being On-Call*: a secondary rotation is there for the pages that the \
             primary misses. AWS Well-Architected, OPS10-BP04 *Define escalation paths*.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Escalation) {
        let Some(policy) = entity.escalation().filter(|_| !entity.broken) else { continue };
        let steps: Vec<_> = policy.steps.iter().filter(|step| !step.notify.is_empty()).collect();
        let distinct: BTreeSet<_> = steps.iter().map(|step| step.notified()).collect();
        if distinct.len() > 1 {
            continue;
        }
        let about = |span, message: String| {
            Diagnostic::new(&RULE, entity.at(span), message)
                .help("add a step that notifies somebody else, who may decide more")
                .about(handbook.subject(id))
        };
        findings.push(match steps.as_slice() {
            [] => about(entity.span, format!("policy `{}` has no step that notifies anybody", entity.id)),
            [only] => about(only.notify_span(), format!("policy `{}` ends after its first step", entity.id)),
            [first, .., last] => {
                let message = format!("all steps of policy `{}` notify the same", entity.id);
                about(last.notify_span(), message).label(entity.at(first.notify_span()), "notified here already")
            }
        });
    }
    findings
}
