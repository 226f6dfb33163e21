//! `alert/undefined`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::alert::{Alert, AlertOrigin};
use crate::model::entity::{Detail, Entity};
use crate::model::index::split;
use crate::model::kind::Kind;
use crate::model::reference::Reference;
use crate::text::likeness;

pub static RULE: Rule = Rule {
    name: "alert/undefined",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A runbook or service that names an alert which no rule defines and which has no entry of its own, in a handbook that holds \
            Prometheus rules.",
    matters: "The alert was renamed or removed, and its runbook was not told. Whoever gets the new alert does not find the runbook.",
    example: "```yaml\ntitle: Cards are down\nalerts: [CardDown]   # the rule is called CardsDown\n```",
    instead: "```yaml\ntitle: Cards are down\nalerts: [CardsDown]\n```",
    source: "AWS Well-Architected, OPS07-BP03 *Use runbooks to perform procedures*: runbooks that drift out of sync with changes to \
             the system are an anti-pattern.",
};

/// How many undefined names are offered a "did you mean" in one run: each costs a look at every alert.
const GUESSES: usize = 400;

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let defined: Vec<&str> = alerts(handbook).filter(|alert| !is_mentioned(alert)).map(|alert| &*alert.name).collect();
    if alerts(handbook).all(|alert| alert.rules.is_empty()) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for kind in [Kind::Service, Kind::Runbook] {
        for (id, entity) in handbook.of_kind(kind) {
            for reference in named(entity).iter().filter(|reference| leads_to_mention(handbook, reference)) {
                let name = split(&reference.text).1;
                let near = likeness::nearest(name, defined.iter().copied().filter(|_| findings.len() < GUESSES));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "name an alert that a rule defines, or take this one out".to_string(),
                };
                let message = format!("no rule defines the alert `{name}`");
                findings.push(
                    Diagnostic::new(&RULE, entity.at(reference.span), message).help(help).about(handbook.subject(id)),
                );
            }
        }
    }
    findings
}

fn alerts(handbook: &Handbook) -> impl Iterator<Item = &Alert> {
    handbook.of_kind(Kind::Alert).filter_map(|(_, entity)| entity.alert())
}

fn is_mentioned(alert: &Alert) -> bool {
    alert.origin == AlertOrigin::Mentioned
}

fn named(entity: &Entity) -> &[Reference] {
    match &entity.detail {
        Detail::Service(service) => &service.alerts,
        Detail::Runbook(runbook) => &runbook.alerts,
        _ => &[],
    }
}

fn leads_to_mention(handbook: &Handbook, reference: &Reference) -> bool {
    reference.target.and_then(|id| handbook.get(id).alert()).is_some_and(is_mentioned)
}
