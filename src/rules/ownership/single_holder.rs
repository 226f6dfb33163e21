//! `ownership/single-holder`. What has no owner, or holders who are not all known, is left to the rules that say so.

use std::collections::{BTreeSet, HashMap};

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::entity::Entity;
use crate::model::kind::Kind;
use crate::model::ownership::Holders;
use crate::model::reference::EntityId;

pub static RULE: Rule = Rule {
    name: "ownership/single-holder",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A service of tier 0 to 2 whose owner is held by exactly one person who is there, or a responsibility for such a \
            service whose owner and `responsible` come down to one person. Nothing is found where members are not known.",
    matters: "One illness or one notice, and what the business rests on is in nobody's hands. What only one person knows is \
              written down by no one.",
    example: "```yaml\n# services/cards.md\ntier: 1\nowner: person:ana-ruiz\n```",
    instead: "```yaml\n# services/cards.md\ntier: 1\nowner: team:payments   # members: [ana-ruiz, ben-okoro]\n```",
    source: "The *truck factor*: the number of people whose loss stops the work (Avelino and others, *A Novel Approach for \
             Estimating Truck Factors*, ICPC 2016). The tiers are onus' own choice.",
};

/// The least critical tier that must not rest on one person.
const LAST_TIER: u8 = 2;

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let holders = handbook.all_holders();
    let mut findings = Vec::new();
    for kind in [Kind::Service, Kind::Responsibility] {
        for (id, entity) in handbook.of_kind(kind) {
            let Some(tier) = entity.tier.filter(|tier| *tier <= LAST_TIER) else { continue };
            let Some(person) = only_holder(entity, &holders) else { continue };
            let person = handbook.get(person);
            let what = if kind == Kind::Service { "tier" } else { "for tier" };
            let message = format!("{kind} `{}`, {what} {tier}, rests on person `{}` alone", entity.id, person.id);
            findings.push(
                Diagnostic::new(&RULE, entity.owner_place(), message)
                    .label(person.place(), "this person")
                    .help("bring in a second person: another member or holder, or a team as the owner")
                    .about(handbook.subject(id)),
            );
        }
    }
    findings
}

/// The one person on whom an entity rests; none where there are more, or may be.
fn only_holder(entity: &Entity, holders: &HashMap<EntityId, Holders>) -> Option<EntityId> {
    let mut people = BTreeSet::new();
    let responsible = entity.responsibility().into_iter().flat_map(|detail| &detail.responsible);
    for party in std::iter::once(entity.ownership.owner).chain(responsible.map(|party| party.target)) {
        let holders = holders.get(&party?).filter(|holders| holders.known)?;
        people.extend(&holders.active);
    }
    people.pop_first().filter(|_| people.is_empty())
}
