//! `escalation/loop`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::escalation::Escalation;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "escalation/loop",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "An escalation policy that comes back to itself: a later step notifies only parties that an earlier step notified, with a \
            step that brings in others between the two. `repeat` goes through all steps again on purpose, and is no loop.",
    matters: "Those people did not answer the first time. The policy looks longer than it is, and time passes before somebody new hears \
              of the incident.",
    example: "```yaml\nsteps:\n  - { notify: [role:on-call], within: 5m }\n  - { notify: [person:ana-ruiz], within: 10m }\n  \
              - { notify: [role:on-call], within: 10m }\n```",
    instead: "```yaml\nsteps:\n  - { notify: [role:on-call], within: 5m }\n  - { notify: [person:ana-ruiz], within: 10m }\n  \
              - { notify: [role:incident-manager], within: 10m }\nrepeat: 2\n```",
    source: "AWS Well-Architected, OPS10-BP04 *Define escalation paths*. That a way up does not lead down again is onus's own reading.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Escalation) {
        let Some(policy) = entity.escalation() else { continue };
        let Some((from, to)) = first_return(policy) else { continue };
        let message = format!("step {} of policy `{}` goes back to step {}", from + 1, entity.id, to + 1);
        findings.push(
            Diagnostic::new(&RULE, entity.at(policy.steps[from].notify_span()), message)
                .label(entity.at(policy.steps[to].notify_span()), "notified here already")
                .help("notify somebody new, or write `repeat` to go through all steps again")
                .about(handbook.subject(id)),
        );
    }
    findings
}

/// The first step that goes back, and the step it goes back to; both from 0.
fn first_return(policy: &Escalation) -> Option<(usize, usize)> {
    let steps: Vec<_> = policy.steps.iter().map(|step| step.notified()).collect();
    (2..steps.len()).filter(|at| !steps[*at].is_empty()).find_map(|at| {
        let goes_back = |to: &usize| {
            let earlier = &steps[*to];
            steps[at].is_subset(earlier) && steps[to + 1..at].iter().any(|between| !between.is_subset(earlier))
        };
        (0..at - 1).find(goes_back).map(|to| (at, to))
    })
}
