//! Prometheus rule files, plain (`groups:`) and as a PrometheusRule resource, read as alerts.
//!
//! Format: <https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/> and
//! <https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule>.
//! Only what the handbook needs is read; what else a rule says is Prometheus's business, so nothing here is an unknown field.

use crate::config;
use crate::diagnostic::{Diagnostic, Place};
use crate::model::alert::{AlertRule, RunbookLink};
use crate::model::kind::Kind;
use crate::model::reference::Reference;
use crate::source::load::Source;
use crate::source::rules::INVALID_VALUE;
use crate::source::yaml::{Node, Value};
use crate::text::Spanned;

/// What a YAML document of the alerts folder is.
#[derive(Debug)]
pub enum Document {
    /// A rule file, with its alerting rules.
    Rules(Vec<AlertRule>, Vec<Diagnostic>),
    /// promtool's tests of rules, or another resource: nothing for the handbook.
    Foreign,
    /// An entry for an alert, as authors write it.
    Entry,
}

/// Tells what a document is, and reads its rules.
pub fn read(node: &Node, source: &Source, settings: &config::Alerts) -> Document {
    if let Some(kind) = node.get("kind").and_then(Node::text)
        && node.get("apiVersion").is_some()
    {
        return match kind {
            "PrometheusRule" => groups(node.get("spec").and_then(|spec| spec.get("groups")), source, settings),
            "List" | "PrometheusRuleList" => {
                let (mut rules, mut findings) = (Vec::new(), Vec::new());
                for item in node.get("items").map(items).unwrap_or_default() {
                    if let Document::Rules(more, told) = read(item, source, settings) {
                        rules.extend(more);
                        findings.extend(told);
                    }
                }
                Document::Rules(rules, findings)
            }
            _ => Document::Foreign,
        };
    }
    if node.get("rule_files").is_some() || node.get("tests").is_some() {
        return Document::Foreign;
    }
    match node.get("groups") {
        Some(list) => groups(Some(list), source, settings),
        None => Document::Entry,
    }
}

fn items(node: &Node) -> Vec<&Node> {
    if let Value::List(items) = &node.value { items.iter().collect() } else { Vec::new() }
}

fn groups(node: Option<&Node>, source: &Source, settings: &config::Alerts) -> Document {
    let (mut rules, mut findings) = (Vec::new(), Vec::new());
    for group in node.map(items).unwrap_or_default() {
        let name = group.get("name").and_then(Node::text).map(str::to_string);
        for rule in group.get("rules").map(items).unwrap_or_default() {
            let Some(alert) = rule.get("alert") else { continue };
            match alert.text().map(str::trim).filter(|name| !name.is_empty()) {
                Some(text) => {
                    rules.push(alerting_rule(rule, Spanned::new(text, alert.span), name.clone(), source, settings))
                }
                None => findings.push(
                    Diagnostic::new(
                        &INVALID_VALUE,
                        Place { file: source.file, span: alert.span },
                        "an alerting rule without a name",
                    )
                    .help("write the name of the alert in `alert`"),
                ),
            }
        }
    }
    Document::Rules(rules, findings)
}

fn alerting_rule(
    rule: &Node,
    name: Spanned<&str>,
    group: Option<String>,
    source: &Source,
    settings: &config::Alerts,
) -> AlertRule {
    let first = |under: &str, names: &[String]| {
        let map = rule.get(under)?;
        names.iter().find_map(|name| {
            let node = map.get(name)?;
            let text = node.text()?.trim();
            (!text.is_empty()).then(|| Spanned::new(text.to_string(), node.span))
        })
    };
    let reference = |found: Option<Spanned<String>>, field, expects| {
        found.filter(|text| !is_template(&text.value)).map(|text| Reference::new(text.value, text.span, field, expects))
    };
    let annotation = |name: &str| first("annotations", &[name.to_string()]).map(|text| text.value);
    AlertRule {
        file: source.file,
        path: source.path.clone(),
        span: name.span,
        name: name.value.to_string(),
        group,
        severity: first("labels", &settings.severity_label).map(|text| text.value),
        service: reference(first("labels", &settings.service_label), "service", &[Kind::Service]),
        says_service: first("labels", &settings.service_label).is_some(),
        team: reference(first("labels", &settings.team_label), "team", &[Kind::Team]),
        runbook: first("annotations", &settings.runbook_annotation).map(RunbookLink::new),
        summary: first("annotations", &settings.summary_annotation).map(|text| text.value),
        description: annotation("description"),
        expression: rule.get("expr").and_then(Node::text).map(|text| text.trim().to_string()),
        hold: rule.get("for").and_then(Node::text).map(str::to_string),
    }
}

/// Whether Prometheus fills the text in when the alert fires.
pub fn is_template(text: &str) -> bool {
    text.contains("{{")
}
