//! `review/outsider`. Only people are judged: a team or a role that reviews does so on its own account.

use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::entity::Detail;
use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::model::review::reviewer;
use crate::model::team::Team;

pub static RULE: Rule = Rule {
    name: "review/outsider",
    level: Severity::Info,
    worse: Severity::Info,
    finds: "A thing whose last review was made by a person who does not belong to its owner: not a member or the lead of the \
            owning team, not a holder of the owning role, not the owning person. Who was a member on the day of the review \
            belongs to the team. Nothing is found where members are not known.",
    matters: "A fresh pair of eyes is welcome, but it cannot vouch for what the owner will do. Until the owner has looked, the \
              date says less than it seems to.",
    example: "```yaml\nowner: team:payments        # members: [ana-ruiz]\nreviews:\n  - { on: 2026-11-20, by: ben-okoro, how: read }\n```",
    instead: "```yaml\nowner: team:payments\nreviews:\n  - { on: 2026-11-20, by: ben-okoro, how: read }\n  \
              - { on: 2026-11-21, by: ana-ruiz, how: read, note: \"Ben's two corrections taken in\" }\n```",
    source: "AWS Well-Architected, OPS02-BP02 *Processes and procedures have identified owners*, who are responsible for their \
             definition.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.iter() {
        let Some(review) = entity.review.last.map(|last| &entity.reviews[last]) else { continue };
        let (Some(owner), Some(by), Some(person)) = (entity.ownership.owner, &review.by, reviewer(review)) else {
            continue;
        };
        if handbook.get(person).kind != Kind::Person || belongs(handbook, person, owner, review.on.value) {
            continue;
        }
        let owner = handbook.get(owner).reference();
        let message = format!("{} `{}` was last reviewed by somebody outside `{owner}`", entity.kind, entity.id);
        findings.push(
            Diagnostic::new(&RULE, entity.at(by.span), message)
                .help(format!("let `{owner}` review it as well, or own it where it is looked after"))
                .about(handbook.subject(id)),
        );
    }
    findings
}

/// Whether a person belongs to a party, or may do so as far as the handbook knows.
fn belongs(handbook: &Handbook, person: EntityId, party: EntityId, on: Date) -> bool {
    let entity = handbook.get(party);
    match &entity.detail {
        Detail::Person(_) => party == person,
        Detail::Role(role) => role.held_by.contains(&person) || !handbook.holders(party).known,
        Detail::Team(team) => is_member(team, person, handbook.today, on) || !handbook.holders(party).known,
        _ => false,
    }
}

fn is_member(team: &Team, person: EntityId, today: Date, on: Date) -> bool {
    let lead = team.lead.as_ref().and_then(|lead| lead.target);
    let mut members = team.members.iter().flatten().filter(|member| member.person.target == Some(person));
    lead == Some(person) || members.any(|member| member.is_in(today) || member.is_in(on))
}
