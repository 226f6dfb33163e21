//! Who answers for what: the rules by which an owner is found, and by whom it is held today.
//!
//! A team is held by its active members (or by members unknown), a role by its active holders, a person by itself unless it
//! left; someone away counts only with cover.

use std::collections::HashMap;

use crate::diagnostic::Place;
use crate::model::Handbook;
use crate::model::entity::{Detail, Entity};
use crate::model::kind::PARTIES;
use crate::model::person::Presence;
use crate::model::reference::EntityId;
use crate::text::Span;

/// The accountable party of an entity.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ownership {
    pub owner: Option<EntityId>,
    /// The entity whose owner this is, where it is not its own: a runbook's service, an alert's runbook.
    pub via: Option<EntityId>,
    /// Whether a finding elsewhere says already why there is no owner: a reference to nobody, a file that cannot be read.
    pub excused: bool,
    /// Where the owner is written, in the entity's own file.
    pub span: Option<Span>,
}

/// By whom a party is held today.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holders {
    /// People who hold it and have not left, sorted, each once.
    pub current: Vec<EntityId>,
    /// Those of them who are there, or have cover.
    pub active: Vec<EntityId>,
    /// Whether all who hold it are known.
    pub known: bool,
}

impl Holders {
    /// Whether it is certain that nobody who is there holds it.
    pub fn is_nobody(&self) -> bool {
        self.known && self.active.is_empty()
    }
}

impl Entity {
    /// Where its own owner is written: in `owner`, or in the label of a rule. The entity itself where the owner is inherited.
    pub fn owner_place(&self) -> Place {
        if let Some(span) = self.ownership.span {
            return self.at(span);
        }
        let label = self.alert().filter(|_| self.ownership.via.is_none()).and_then(|alert| {
            alert.rules.iter().find_map(|rule| Some(Place { file: rule.file, span: rule.team.as_ref()?.span }))
        });
        label.unwrap_or_else(|| self.place())
    }
}

impl Handbook {
    /// By whom a team, person or role is held. Other kinds are held by nobody.
    pub fn holders(&self, party: EntityId) -> Holders {
        let entity = self.get(party);
        let (mut people, known) = match &entity.detail {
            Detail::Person(_) => (vec![party], true),
            Detail::Role(role) => (role.held_by.clone(), role.all_known),
            Detail::Team(team) => match &team.members {
                None => (Vec::new(), false),
                Some(members) => {
                    let inside = || members.iter().filter(|member| member.is_in(self.today));
                    // Someone the handbook does not know may well be there: a finding says that they are unknown.
                    (inside().filter_map(|m| m.person.target).collect(), inside().all(|m| m.person.target.is_some()))
                }
            },
            _ => (Vec::new(), true),
        };
        people.sort();
        people.dedup();
        let presence =
            |id: &EntityId| self.get(*id).person().map_or(Presence::Left, |person| person.presence(self.today));
        people.retain(|id| presence(id) != Presence::Left);
        let active =
            people.iter().copied().filter(|id| presence(id) == Presence::Active || self.is_covered(*id)).collect();
        // What stands in a file that cannot be read, nobody knows.
        Holders { current: people, active, known: known && !entity.broken }
    }

    /// By whom each team, person and role is held.
    pub fn all_holders(&self) -> HashMap<EntityId, Holders> {
        let parties = PARTIES.iter().flat_map(|kind| self.of_kind(*kind));
        parties.map(|(id, _)| (id, self.holders(id))).collect()
    }

    /// Everything that names its owner itself, with that owner. What only inherits one is left out.
    pub fn holdings(&self) -> impl Iterator<Item = (EntityId, &Entity, EntityId)> {
        let own = self.iter().filter(|(_, entity)| entity.ownership.via.is_none());
        own.filter_map(|(id, entity)| Some((id, entity, entity.ownership.owner?)))
    }

    /// Whether somebody who is there stands in for a person.
    pub fn is_covered(&self, person: EntityId) -> bool {
        let cover = self.get(person).person().and_then(|person| person.cover()).and_then(|cover| cover.target);
        cover.is_some_and(|cover| {
            cover != person
                && self.get(cover).person().is_some_and(|person| person.presence(self.today) == Presence::Active)
        })
    }

    /// The owner of an entity, if it has one.
    pub fn owner(&self, entity: &Entity) -> Option<&Entity> {
        entity.ownership.owner.map(|id| self.get(id))
    }

    /// Whether anything can be done with the contacts of a party: its own, or for a role those of a holder.
    pub fn is_reachable(&self, party: EntityId) -> bool {
        let entity = self.get(party);
        if !entity.contacts.is_empty() {
            return true;
        }
        matches!(entity.detail, Detail::Role(_))
            && self.holders(party).active.iter().any(|person| !self.get(*person).contacts.is_empty())
    }
}
