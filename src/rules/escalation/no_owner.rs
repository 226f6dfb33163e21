//! `escalation/no-owner`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "escalation/no-owner",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "An escalation policy without a single thread owner: `owner` is absent, `null`, or a team. It takes one person or one role.",
    matters: "The owner of a policy follows an incident from its first call to its end. Where that is a team, everyone in it may \
              think that someone else has the thread, and it is dropped at the first hand-over.",
    example: "```yaml\ntitle: Payments at night\nowner: team:payments\n```",
    instead: "```yaml\ntitle: Payments at night\nowner: role:incident-manager\n```",
    source: "PagerDuty Incident Response, *Different roles for incidents*, <https://response.pagerduty.com/before/different_roles/>: \
             one Incident Commander keeps an incident moving towards its resolution. AWS Well-Architected, OPS02-BP02 *Processes and procedures have \
             identified owners*.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Escalation) {
        if entity.ownership.excused {
            continue;
        }
        let message = match handbook.owner(entity) {
            None => format!("policy `{}` has no single thread owner", entity.id),
            Some(team) if team.kind == Kind::Team => {
                format!("policy `{}` is owned by team `{}`, not by one person or role", entity.id, team.id)
            }
            Some(_) => continue,
        };
        let place = entity.at(entity.ownership.span.unwrap_or(entity.span));
        findings.push(
            Diagnostic::new(&RULE, place, message)
                .help("name one person or role in `owner`, who follows the incident to its end")
                .about(handbook.subject(id)),
        );
    }
    findings
}
