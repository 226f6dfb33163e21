//! `ownership/empty-team`. A team that does not say who is in it holds what it owns: see `ownership/unknown-members`.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "ownership/empty-team",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A thing owned by a team in which nobody is left: `members: []`, only former members, or all of them away without \
            cover. It is told at each thing that names the team, not again where the owner is inherited.",
    matters: "The name on the page suggests that somebody is there. Whoever asks the team gets no answer, and finds out in the \
              incident.",
    example: "```yaml\n# teams/payments.md\nmembers: []\n\n# services/cards.md\nowner: team:payments\n```",
    instead: "Hand the service to a team that is there, or say who is in this one:\n\n```yaml\n# teams/payments.md\n\
              members: [ana-ruiz, ben-okoro]\n```",
    source: "AWS Well-Architected, OPS02-BP01 *Resources have identified owners* and OPS02-BP03 *Operations activities have \
             identified owners responsible for their performance*.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let empty: HashMap<_, _> = handbook
        .of_kind(Kind::Team)
        .filter_map(|(id, team)| {
            let holders = handbook.holders(id);
            let reason = match &team.team()?.members {
                Some(members) if members.is_empty() => "which has no members",
                _ if holders.current.is_empty() => "which has no current members",
                _ => "whose members are all away without cover",
            };
            holders.is_nobody().then_some((id, reason))
        })
        .collect();
    let mut findings = Vec::new();
    for (id, entity, owner) in handbook.holdings().filter(|(_, entity, _)| !entity.is_closed()) {
        let Some(reason) = empty.get(&owner) else { continue };
        let team = handbook.get(owner);
        let message = format!("{} `{}` is owned by team `{}`, {reason}", entity.kind, entity.id, team.id);
        findings.push(
            Diagnostic::new(&RULE, entity.owner_place(), message)
                .label(team.place(), "this team")
                .help("name an owner that is there, or bring `members` up to date; who is away needs a `cover`")
                .about(handbook.subject(id)),
        );
    }
    findings
}
