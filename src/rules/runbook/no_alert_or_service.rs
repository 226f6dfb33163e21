//! `runbook/no-alert-or-service`.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::kind::Kind;
use crate::model::reference::EntityId;

pub static RULE: Rule = Rule {
    name: "runbook/no-alert-or-service",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A runbook that names neither alerts nor services, and to which no alert leads.",
    matters: "Nobody arrives at it: the alert does not link to it, and the page of the service does not list it. Those who know that \
              it exists are not those who need it.",
    example: "```yaml\ntitle: Fail over the card database\nowner: team:payments\n```",
    instead: "```yaml\ntitle: Fail over the card database\nowner: team:payments\nservices: [cards]\nalerts: [CardsDatabaseDown]\n```",
    source: "AWS Well-Architected, OPS10-BP02 *Have a process per alert* and OPS07-BP03 *Use runbooks to perform procedures*.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let alerts = handbook.of_kind(Kind::Alert).filter_map(|(_, entity)| entity.alert());
    let arrived_at: HashSet<EntityId> = alerts.flat_map(|alert| alert.runbooks.iter().copied()).collect();
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Runbook) {
        let Some(runbook) = entity.runbook().filter(|_| !entity.broken) else { continue };
        if !runbook.services.is_empty() || !runbook.alerts.is_empty() || arrived_at.contains(&id) {
            continue;
        }
        let message = format!("runbook `{}` is for no alert and no service", entity.id);
        findings.push(
            Diagnostic::new(&RULE, entity.place(), message)
                .help("name what it is for in `alerts` or `services`, or link to it from a rule's `runbook_url`")
                .about(handbook.subject(id)),
        );
    }
    findings
}
