//! `alert/duplicate`.

use crate::diagnostic::rule::{Rule, Severity};
use crate::diagnostic::{Diagnostic, Place};
use crate::model::Handbook;
use crate::model::alert::AlertRule;
use crate::model::kind::Kind;
use crate::text::list;

pub static RULE: Rule = Rule {
    name: "alert/duplicate",
    level: Severity::Info,
    worse: Severity::Info,
    finds: "Rules of one alert name that differ in service, severity or runbook. Prometheus allows them; in the handbook they are one \
            alert with several variants.",
    matters: "Whoever is called says the name of the alert. Where that means several things, the other person opens the wrong runbook.",
    example: "```yaml\n- alert: DiskFull\n  labels: { severity: critical, service: cards }\n- alert: DiskFull\n  \
              labels: { severity: warning, service: till }\n```",
    instead: "```yaml\n- alert: CardsDiskFull\n  labels: { severity: critical, service: cards }\n- alert: TillDiskFull\n  \
              labels: { severity: warning, service: till }\n```\n\nVariants that only differ in severity are often meant: switch the rule off \
              in `[rules]`, or waive the finding.",
    source: "Prometheus tells alerts of one name apart by their labels, \
             <https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/>. That a name stands for one thing is onus's own \
             reading.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Alert) {
        let Some((first, others)) = entity.alert().and_then(|alert| alert.rules.split_first()) else { continue };
        let mut differing = others.iter().filter(|other| !differences(first, other).is_empty()).peekable();
        let Some(other) = differing.peek().copied() else { continue };
        let mut what: Vec<&str> = differing.flat_map(|other| differences(first, other)).collect();
        what.sort_by_key(|field| FIELDS.iter().position(|(name, _)| name == field));
        what.dedup();
        let message = format!("the rules of alert `{}` differ in {}", entity.title, list::joined(&what, "and"));
        findings.push(
            Diagnostic::new(&RULE, place(other), message)
                .label(place(first), "differs from this one")
                .help("give each rule a name of its own, or make them agree")
                .about(handbook.subject(id)),
        );
    }
    findings
}

/// What a rule says in one respect; none where it says nothing.
type Field = fn(&AlertRule) -> Option<String>;

const FIELDS: [(&str, Field); 3] = [("service", service), ("severity", severity), ("runbook", runbook)];

fn differences(one: &AlertRule, other: &AlertRule) -> Vec<&'static str> {
    FIELDS.iter().filter(|(_, of)| of(one) != of(other)).map(|(name, _)| *name).collect()
}

fn service(rule: &AlertRule) -> Option<String> {
    let service = rule.service.as_ref()?;
    Some(service.target.map_or_else(|| service.text.to_lowercase(), |id| format!("#{}", id.0)))
}

fn severity(rule: &AlertRule) -> Option<String> {
    rule.severity.as_ref().map(|severity| severity.to_lowercase())
}

/// Two addresses of one runbook are the same.
fn runbook(rule: &AlertRule) -> Option<String> {
    let runbook = rule.runbook.as_ref()?;
    Some(runbook.entity().map_or_else(|| runbook.text.clone(), |id| format!("#{}", id.0)))
}

fn place(rule: &AlertRule) -> Place {
    Place { file: rule.file, span: rule.span }
}
