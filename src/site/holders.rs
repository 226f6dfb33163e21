//! Who holds what, for pages that ask what happens when somebody is away: people, teams, roles and policies by number.
//!
//! It says what is so today. What would be so is worked out in the browser, by the rules of `model::ownership` and of
//! `escalation/unreachable`; `tests/theme/away.test.mjs` holds the two against each other.

use std::collections::{BTreeSet, HashMap};

use serde::{Serialize, Serializer};

use crate::model::escalation::Step;
use crate::model::kind::Kind;
use crate::model::ownership::Holders;
use crate::model::person::Presence;
use crate::model::reference::EntityId;
use crate::model::route;
use crate::site::desk::Desk;

/// The address of the script that carries the data.
pub const ROUTE: &str = "health/holders.js";

/// Everything that can be left with nobody, and who must go for that.
///
/// Only what is held today, by people who are all known, is listed: nothing else can be left with nobody by an absence.
#[derive(Debug, Default, Serialize)]
pub struct Held {
    pub people: Vec<Person>,
    /// Teams and roles. A number of a party below the number of people is that person's, else the rest is the number here.
    pub groups: Vec<Group>,
    pub services: Vec<Thing>,
    pub responsibilities: Vec<Thing>,
    pub policies: Vec<Policy>,
}

/// Somebody who has not left.
#[derive(Debug)]
pub struct Person {
    pub title: String,
    pub route: String,
    pub away: bool,
    /// Whether there is any way to reach them.
    pub reached: bool,
    /// Who stands in for them, in an absence of today or one to come.
    pub cover: Option<usize>,
    /// How many pages of other kinds rest on them.
    pub more: usize,
}

/// A team or a role.
#[derive(Debug)]
pub struct Group {
    pub title: String,
    pub route: String,
    pub people: Vec<usize>,
    pub reached: bool,
    /// Whether all its people are known.
    pub known: bool,
    pub more: usize,
}

/// A service or a responsibility, and the party that owns it.
#[derive(Debug)]
pub struct Thing {
    pub title: String,
    pub route: String,
    pub owner: usize,
}

/// An escalation policy. A step whose parties cannot all be judged is none, and one that notifies nobody is empty.
#[derive(Debug)]
pub struct Policy {
    pub title: String,
    pub route: String,
    pub owner: Option<usize>,
    pub steps: Vec<Option<Vec<usize>>>,
}

// As lists rather than maps: names of fields would be the larger part of the file.
impl Serialize for Person {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let flags = u8::from(self.away) | u8::from(self.reached) << 1;
        (&self.title, &self.route, flags, self.cover, self.more).serialize(serializer)
    }
}

impl Serialize for Group {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let flags = u8::from(self.known) | u8::from(self.reached) << 1;
        (&self.title, &self.route, flags, &self.people, self.more).serialize(serializer)
    }
}

impl Serialize for Thing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.title, &self.route, self.owner).serialize(serializer)
    }
}

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.title, &self.route, self.owner, &self.steps).serialize(serializer)
    }
}

/// Kinds that are listed by name; of others only the number is told.
const LISTED: [Kind; 3] = [Kind::Service, Kind::Responsibility, Kind::Escalation];

/// Gathers who holds what.
pub fn of_desk(desk: &Desk) -> Held {
    let handbook = desk.handbook;
    let holders = handbook.all_holders();
    // People in the order of their names, as a reader looks for them.
    let mut people: Vec<EntityId> = handbook.of_kind(Kind::Person).map(|(id, _)| id).collect();
    people.retain(|id| presence(desk, *id) != Presence::Left);
    people.sort_by_cached_key(|id| (handbook.get(*id).title.to_lowercase(), *id));
    let mut parties: HashMap<EntityId, usize> = people.iter().enumerate().map(|(at, id)| (*id, at)).collect();

    let held = |id: EntityId| holders.get(&id).is_some_and(|party| party.known && !party.active.is_empty());
    let owner = |id: EntityId| handbook.get(id).ownership.owner.filter(|owner| held(*owner));
    let steps = |id: EntityId| {
        let policy = handbook.get(id).escalation();
        policy.map(|policy| policy.steps.iter().map(|step| judged(desk, step)).collect::<Vec<_>>()).unwrap_or_default()
    };
    let policies: Vec<_> = handbook.of_kind(Kind::Escalation).map(|(id, _)| (id, owner(id), steps(id))).collect();
    let policies =
        policies.into_iter().filter(|(_, owner, steps)| owner.is_some() || steps.iter().any(Option::is_some));
    let policies: Vec<_> = policies.collect();

    let things = [Kind::Service, Kind::Responsibility].into_iter().flat_map(|kind| handbook.of_kind(kind));
    let named = things.filter_map(|(id, _)| owner(id)).chain(policies.iter().filter_map(|(_, owner, _)| *owner));
    // Of other pages only the number is told, so a party counts that owns nothing else.
    let owning = desk.owned.keys().copied().filter(|id| held(*id) && more(desk, *id) > 0);
    let notified = policies.iter().flat_map(|(.., steps)| steps.iter().flatten().flatten().copied());
    let groups: BTreeSet<EntityId> =
        named.chain(notified).chain(owning).filter(|id| handbook.get(*id).kind != Kind::Person).collect();
    parties.extend(groups.iter().enumerate().map(|(at, id)| (*id, people.len() + at)));
    let number = |id: &EntityId| parties.get(id).copied();

    let thing = |(id, entity): (EntityId, &crate::model::entity::Entity)| {
        Some(Thing { title: entity.title.clone(), route: address(desk, id), owner: number(&owner(id)?)? })
    };
    Held {
        people: people
            .iter()
            .map(|id| Person {
                title: handbook.get(*id).title.clone(),
                route: address(desk, *id),
                away: presence(desk, *id) == Presence::Away,
                reached: reached(desk, *id),
                cover: cover(desk, *id).as_ref().and_then(number),
                more: more(desk, *id),
            })
            .collect(),
        groups: groups
            .iter()
            .map(|id| {
                let none = Holders::default();
                let holders = holders.get(id).unwrap_or(&none);
                Group {
                    title: handbook.get(*id).title.clone(),
                    route: address(desk, *id),
                    people: holders.current.iter().filter_map(number).collect(),
                    reached: reached(desk, *id),
                    known: holders.known,
                    more: more(desk, *id),
                }
            })
            .collect(),
        services: handbook.of_kind(Kind::Service).filter_map(thing).collect(),
        responsibilities: handbook.of_kind(Kind::Responsibility).filter_map(thing).collect(),
        policies: policies
            .iter()
            .map(|(id, owner, steps)| Policy {
                title: handbook.get(*id).title.clone(),
                route: address(desk, *id),
                owner: owner.as_ref().and_then(number),
                // Who has left is no number: a step with only such people is empty.
                steps: steps
                    .iter()
                    .map(|step| step.as_ref().map(|parties| parties.iter().filter_map(number).collect()))
                    .collect(),
            })
            .collect(),
    }
}

fn address(desk: &Desk, id: EntityId) -> String {
    route::relative("", &desk.handbook.get(id).route)
}

fn presence(desk: &Desk, id: EntityId) -> Presence {
    desk.handbook.get(id).person().map_or(Presence::Left, |person| person.presence(desk.handbook.today))
}

/// What is written in a file that cannot be read may hold a contact.
fn reached(desk: &Desk, id: EntityId) -> bool {
    let entity = desk.handbook.get(id);
    entity.broken || !entity.contacts.is_empty()
}

/// Who stands in for a person; what an absence that is over says is no promise for another.
fn cover(desk: &Desk, id: EntityId) -> Option<EntityId> {
    let person = desk.handbook.get(id).person()?;
    let over = person.away.as_ref()?.until.is_some_and(|until| until < desk.handbook.today);
    person.cover().filter(|_| !over)?.target.filter(|cover| *cover != id)
}

/// The parties that a step notifies; none where one of them may be anybody.
fn judged(desk: &Desk, step: &Step) -> Option<Vec<EntityId>> {
    let party = |id: EntityId| {
        let entity = desk.handbook.get(id);
        let cover = entity.person().and_then(|person| person.cover());
        (!entity.broken && cover.is_none_or(|cover| cover.target.is_some())).then_some(id)
    };
    step.notify.iter().map(|reference| reference.target.and_then(party)).collect()
}

/// How many pages have a party as their owner and are not listed by name.
fn more(desk: &Desk, id: EntityId) -> usize {
    let owned = desk.owned.get(&id).into_iter().flatten().map(|id| desk.handbook.get(*id));
    owned.filter(|entity| !LISTED.contains(&entity.kind) && !entity.is_closed()).count()
}
