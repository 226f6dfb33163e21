//! `alert/dead-runbook`.

use std::collections::HashSet;

use crate::diagnostic::rule::{Rule, Severity};
use crate::diagnostic::{Diagnostic, Place};
use crate::model::Handbook;
use crate::model::alert::{RunbookLink, RunbookTarget};
use crate::model::entity::Entity;
use crate::model::index::Guesses;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "alert/dead-runbook",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "An alert whose `runbook`, or whose rule's `runbook_url`, is an address inside the handbook that leads nowhere. Addresses \
            below `base_url` or `[alerts] runbook_prefixes`, paths and references are inside; other sites are not judged.",
    matters: "The link stands in every page that goes out. Whoever follows it at night gets an error instead of help.",
    example: "```yaml\nannotations:\n  runbook_url: https://handbook.anycompany.example/runbooks/cards/dwon\n```",
    instead: "```yaml\nannotations:\n  runbook_url: https://handbook.anycompany.example/runbooks/cards/down\n```\n\nWhere a runbook has \
              moved, its `moved_from` keeps the old address alive.",
    source: "AWS Well-Architected, OPS10-BP02 *Have a process per alert*. Prometheus, *Alerting rules*, on runbook links in annotations, \
             <https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/>.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut guesses = Guesses::new(&handbook.entities);
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Alert) {
        for (place, link) in dead_links(entity) {
            let help = match guesses.near(last_segment(&link.text), &[Kind::Runbook]) {
                Some(near) => format!("did you mean `runbook:{near}`?"),
                None => {
                    "write the runbook, mend the address, or name the old one in a runbook's `moved_from`".to_string()
                }
            };
            let message = format!("the runbook of alert `{}` is not there: `{}`", entity.title, link.text);
            findings.push(Diagnostic::new(&RULE, place, message).help(help).about(handbook.subject(id)));
        }
    }
    findings
}

/// The dead addresses of an alert and its rules, each once.
fn dead_links(entity: &Entity) -> Vec<(Place, &RunbookLink)> {
    let Some(alert) = entity.alert() else { return Vec::new() };
    let own = alert.runbook.iter().map(|link| (entity.file, link));
    let of_rules = alert.rules.iter().filter_map(|rule| rule.runbook.as_ref().map(|link| (rule.file, link)));
    let mut seen = HashSet::new();
    own.chain(of_rules)
        .filter(|(_, link)| link.target == RunbookTarget::Dead && seen.insert(link.text.as_str()))
        .map(|(file, link)| (Place { file, span: link.span }, link))
        .collect()
}

/// The part of an address that names the runbook.
fn last_segment(address: &str) -> &str {
    let path = address.split(['#', '?']).next().unwrap_or_default().trim_end_matches('/');
    let name = path.rsplit(['/', ':']).next().unwrap_or_default();
    name.trim_end_matches(".html").trim_end_matches(".md")
}
