//! `ownership/unknown-members`. Teams that own nothing need not say who is in them.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;

pub static RULE: Rule = Rule {
    name: "ownership/unknown-members",
    level: Severity::Info,
    worse: Severity::Info,
    finds: "A team that owns something and has no field `members`. It is told once, on the team; what the team owns counts as \
            held.",
    matters: "A team's name outlives the team. Without its members nobody can tell whether work rests on six people, on one, or \
              on none.",
    example: "```yaml\n# teams/payments.md\ntitle: Payments\n```",
    instead: "```yaml\n# teams/payments.md\ntitle: Payments\nmembers: [ana-ruiz, { person: ben-okoro, role: on-call }]\n```",
    source: "AWS Well-Architected, OPS02-BP01 *Resources have identified owners*, which asks for the owner's name, contact, \
             organisation and team.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let owners: BTreeSet<_> = handbook.holdings().map(|(_, _, owner)| owner).collect();
    let mut findings = Vec::new();
    for id in owners {
        let entity = handbook.get(id);
        if entity.team().is_none_or(|team| team.members.is_some()) || entity.broken {
            continue;
        }
        let message = format!("team `{}` owns things and does not say who is in it", entity.id);
        findings.push(
            Diagnostic::new(&RULE, entity.place(), message)
                .help("list the people in `members`; `members: []` says that there is nobody")
                .about(handbook.subject(id)),
        );
    }
    findings
}
