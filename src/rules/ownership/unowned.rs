//! `ownership/unowned`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::alert::AlertOrigin;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "ownership/unowned",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A responsibility, service, runbook, alert or escalation policy without an accountable owner: `owner` is absent or \
            `null`, and none is inherited. A runbook takes its first service's owner; an alert its service's, else its runbook's. \
            An alert that is only mentioned counts with the runbook that mentions it.",
    matters: "When it breaks, everyone assumes that somebody else has it. Work without an owner is done late, twice, or never.",
    example: "```yaml\ntitle: Card payments\ntier: 1\n```",
    instead: "```yaml\ntitle: Card payments\ntier: 1\nowner: team:payments\n```\n\nWhile the arbiter decides, record that the gap is known: \
              a `waivers` entry with reason, person and date, and a clarification that somebody follows to its end.",
    source: "AWS Well-Architected, OPS02-BP01 *Resources have identified owners* and OPS02-BP04.",
};

const OWNED: [Kind; 5] = [Kind::Responsibility, Kind::Service, Kind::Runbook, Kind::Alert, Kind::Escalation];

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for kind in OWNED {
        for (id, entity) in handbook.of_kind(kind) {
            let mentioned = entity.alert().is_some_and(|alert| alert.origin == AlertOrigin::Mentioned);
            if entity.ownership.owner.is_some() || entity.ownership.excused || mentioned {
                continue;
            }
            let place = entity.at(entity.ownership.span.unwrap_or(entity.span));
            let help = match kind {
                Kind::Runbook => "name a team, person or role in `owner`, or the service it is for in `services`",
                Kind::Alert => "add the label `team` or `service` to the rule, or name the owner of its runbook",
                _ => "name a team, person or role in `owner`",
            };
            let message = format!("{kind} `{}` has no owner", entity.id);
            findings.push(Diagnostic::new(&RULE, place, message).help(help).about(handbook.subject(id)));
        }
    }
    findings
}
