//! `runbook/no-escalation`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "runbook/no-escalation",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A runbook from which no escalation policy can be reached: it names none, and neither its first service nor its owning \
            team has one.",
    matters: "Sooner or later a step does not work. A runbook that does not say who helps then leaves its reader alone with it.",
    example: "```yaml\ntitle: Fail over the card database\nservices: [cards]   # a service without a policy\n```",
    instead: "```yaml\ntitle: Fail over the card database\nservices: [cards]\nescalation: payments\n```",
    source: "AWS Well-Architected, OPS07-BP03 *Use runbooks to perform procedures*: a runbook says how to escalate when a problem occurs.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Runbook) {
        let Some(runbook) = entity.runbook() else { continue };
        // An unknown policy or owner is told by refs/unknown.
        let told = entity.ownership.excused || runbook.escalation.is_some();
        if entity.policy.is_some() || entity.broken || told {
            continue;
        }
        let message = format!("runbook `{}` does not say who helps: it has no escalation policy", entity.id);
        findings.push(
            Diagnostic::new(&RULE, entity.place(), message)
                .help("name a policy in `escalation`, or in that of its first service or of the owning team")
                .about(handbook.subject(id)),
        );
    }
    findings
}
