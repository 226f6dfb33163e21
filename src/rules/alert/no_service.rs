//! `alert/no-service`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::alert::{Alert, AlertOrigin};
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "alert/no-service",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "An alert that names no service: neither its entry nor a label of its rules does, no service lists it, and its runbooks are \
            for none. A label that Prometheus fills in when the alert fires counts.",
    matters: "Whoever is woken asks first: is this mine? An alert that does not answer is forwarded until somebody gives in.",
    example: "```yaml\n- alert: CardsDown\n  expr: up{job=\"cards\"} == 0\n```",
    instead: "```yaml\n- alert: CardsDown\n  expr: up{job=\"cards\"} == 0\n  labels: { service: cards }\n```\n\n\
              `[alerts] service_label` of site.toml says which labels count.",
    source: "AWS Well-Architected, OPS10-BP02 *Have a process per alert*: a specifically identified owner for every alert. Prometheus, \
             *Alerting* (best practices): alerts make it easy to see which component is at fault, \
             <https://prometheus.io/docs/practices/alerting/>.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let label = handbook.config.alerts.service_label.first().map_or("service", String::as_str);
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Alert) {
        let Some(alert) = entity.alert().filter(|alert| alert.origin != AlertOrigin::Mentioned) else { continue };
        if entity.broken || names_service(alert) || may_inherit(handbook, alert) {
            continue;
        }
        let help = if alert.rules.is_empty() {
            "name the service in `service`".to_string()
        } else {
            format!("add the label `{label}` to the rule, or name the service in its runbook's `services`")
        };
        let message = format!("alert `{}` does not say which service it is about", alert.name);
        findings.push(Diagnostic::new(&RULE, entity.place(), message).help(help).about(handbook.subject(id)));
    }
    findings
}

/// Whether any service is named, even one that is not there: refs/unknown tells that.
fn names_service(alert: &Alert) -> bool {
    !alert.services.is_empty() || alert.service.is_some() || alert.rules.iter().any(|rule| rule.says_service)
}

/// Whether a runbook of the alert names services that lead nowhere, or cannot be read.
fn may_inherit(handbook: &Handbook, alert: &Alert) -> bool {
    alert.runbooks.iter().map(|id| handbook.get(*id)).any(|entity| {
        entity.broken || entity.runbook().is_some_and(|runbook| runbook.services.iter().any(|s| s.target.is_none()))
    })
}
