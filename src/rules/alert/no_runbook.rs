//! `alert/no-runbook`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::alert::AlertOrigin;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "alert/no-runbook",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "An alert without a runbook: neither its entry nor any of its rules links to one, and no runbook names it. A link to \
            another site counts.",
    matters: "Whoever is woken asks next: what now? Without a runbook everybody works it out anew, at the worst hour.",
    example: "```yaml\n- alert: CardsDown\n  expr: up{job=\"cards\"} == 0\n```",
    instead: "```yaml\n- alert: CardsDown\n  expr: up{job=\"cards\"} == 0\n  annotations: { runbook_url: \"runbook:cards/down\" }\n```\n\n\
              Or name the alert in the runbook: `alerts: [CardsDown]`.",
    source: "AWS Well-Architected, OPS10-BP02 *Have a process per alert*: a runbook or playbook for every alert. Prometheus, *Alerting \
             rules*, names runbook links among what annotations are for, \
             <https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/>.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let annotation = handbook.config.alerts.runbook_annotation.first().map_or("runbook_url", String::as_str);
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Alert) {
        let Some(alert) = entity.alert().filter(|alert| alert.origin != AlertOrigin::Mentioned) else { continue };
        if entity.broken || alert.runbook_links().next().is_some() || !alert.runbooks.is_empty() {
            continue;
        }
        let help = if alert.rules.is_empty() {
            "name one in `runbook`, or name the alert in a runbook's `alerts`".to_string()
        } else {
            format!("add the annotation `{annotation}` to the rule, or name the alert in a runbook's `alerts`")
        };
        let message = format!("alert `{}` has no runbook", alert.name);
        findings.push(Diagnostic::new(&RULE, entity.place(), message).help(help).about(handbook.subject(id)));
    }
    findings
}
