//! "Can I?": all decisions as answers, what a reader can ask them by, and the same by role, service and door.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::model::runbook::Door;
use crate::site::decision::Answer;
use crate::site::desk::targets;
use crate::site::matrix::choice;
use crate::site::seat::{Seat, hats};
use crate::site::view::*;

#[derive(Serialize)]
pub(super) struct DecisionsView {
    rows: Vec<DecisionRow>,
    /// Who a reader may be, under a heading for each kind.
    by_role: Vec<Choices>,
    by_service: Vec<ServiceChoice>,
    groups: Vec<GroupOfGroups>,
    /// How to reach who decides when nobody owns a thing.
    arbiter_contacts: Vec<Contact>,
    empty: &'static str,
}

#[derive(Serialize)]
struct DecisionRow {
    r#ref: Ref,
    #[serde(flatten)]
    answer: Answer,
    /// Title, aliases and tags: words to find it by that the answer itself may not say.
    words: String,
    /// Those who may, as `by_role` names them, with a space between them.
    roles: String,
    /// Ids of the services it is for; empty for all.
    on: String,
}

#[derive(Serialize)]
struct Choices {
    title: &'static str,
    choices: Vec<RoleChoice>,
}

#[derive(Serialize)]
struct RoleChoice {
    #[serde(flatten)]
    choice: Choice,
    /// All that this reader is, the choice itself among it: a person's roles and teams.
    hats: String,
}

#[derive(Serialize)]
struct ServiceChoice {
    #[serde(flatten)]
    choice: Choice,
    owner: Option<Ref>,
    policy: Option<Ref>,
}

#[derive(Serialize)]
struct GroupOfGroups {
    id: &'static str,
    title: &'static str,
    groups: Vec<Group>,
}

pub(super) fn view(seat: &Seat) -> DecisionsView {
    let handbook = seat.desk.handbook;
    let all: Vec<EntityId> = handbook.of_kind(Kind::Decision).map(|(id, _)| id).collect();
    let rows: Vec<DecisionRow> = all.iter().filter_map(|id| row(seat, *id)).collect();
    let (by_role, by_service) = if rows.is_empty() { (Vec::new(), Vec::new()) } else { (roles(seat), services(seat)) };
    DecisionsView {
        rows,
        by_role,
        by_service,
        groups: groups(seat, &all),
        arbiter_contacts: handbook.arbiter.map(|id| seat.reach(id)).unwrap_or_default(),
        empty: "This handbook delegates no decision yet: ask the owner.",
    }
}

fn row(seat: &Seat, id: EntityId) -> Option<DecisionRow> {
    let entity = seat.entity(id);
    let decision = entity.decision()?;
    let aliases = entity.aliases.iter().map(|alias| alias.value.as_str());
    let words = std::iter::once(entity.title.as_str()).chain(aliases).chain(entity.tags.iter().map(String::as_str));
    let services = targets(&decision.services);
    Some(DecisionRow {
        r#ref: seat.reference(id),
        answer: Answer::of(seat, id)?,
        words: words.collect::<Vec<_>>().join(" "),
        roles: names(seat, &targets(&decision.who)),
        on: services.iter().map(|id| seat.entity(*id).id.as_str()).collect::<Vec<_>>().join(" "),
    })
}

/// A role by its id, others with their kind, since a reader mostly asks as a role.
fn name(seat: &Seat, id: EntityId) -> String {
    let entity = seat.entity(id);
    if entity.kind == Kind::Role { entity.id.clone() } else { entity.reference() }
}

fn names(seat: &Seat, ids: &[EntityId]) -> String {
    ids.iter().map(|id| name(seat, *id)).collect::<Vec<_>>().join(" ")
}

/// Every role, and the teams and people that any decision names.
fn roles(seat: &Seat) -> Vec<Choices> {
    let handbook = seat.desk.handbook;
    let kinds = [(Kind::Role, "Roles"), (Kind::Team, "Teams"), (Kind::Person, "People")];
    let listed = kinds.map(|(kind, title)| {
        let ids = handbook.of_kind(kind).map(|(id, _)| id);
        let mut ids: Vec<EntityId> =
            ids.filter(|id| kind == Kind::Role || seat.desk.decisions_of.contains_key(id)).collect();
        ids.sort_by_cached_key(|id| (handbook.get(*id).title.to_lowercase(), *id));
        let made = ids.into_iter().map(|id| RoleChoice {
            choice: Choice { id: name(seat, id), ..choice(seat, id) },
            hats: names(seat, &hats(seat.desk, id)),
        });
        Choices { title, choices: made.collect() }
    });
    listed.into_iter().filter(|listed| !listed.choices.is_empty()).collect()
}

/// Every service, with whom to ask about it.
fn services(seat: &Seat) -> Vec<ServiceChoice> {
    let handbook = seat.desk.handbook;
    let mut ids: Vec<EntityId> = handbook.of_kind(Kind::Service).map(|(id, _)| id).collect();
    ids.sort_by_cached_key(|id| (handbook.get(*id).title.to_lowercase(), *id));
    let made = ids.into_iter().map(|id| {
        let entity = handbook.get(id);
        ServiceChoice {
            choice: choice(seat, id),
            owner: entity.ownership.owner.map(|owner| seat.reference(owner)),
            policy: entity.policy.map(|policy| seat.reference(policy)),
        }
    });
    made.collect()
}

fn groups(seat: &Seat, all: &[EntityId]) -> Vec<GroupOfGroups> {
    let handbook = seat.desk.handbook;
    let decision = |id: &EntityId| handbook.get(*id).decision().expect("only decisions are listed");
    let by = |of: &dyn Fn(&EntityId) -> Vec<EntityId>| {
        let mut groups: BTreeMap<(String, EntityId), Vec<EntityId>> = BTreeMap::new();
        for id in all {
            for key in of(id) {
                groups.entry((handbook.get(key).title.clone(), key)).or_default().push(*id);
            }
        }
        let group = |((title, _), ids): ((String, EntityId), Vec<EntityId>)| seat.group(&title, ids);
        groups.into_iter().filter_map(group).collect::<Vec<_>>()
    };
    let doors =
        [(Some(Door::TwoWay), "Two-way: can be taken back"), (Some(Door::OneWay), "One-way: cannot be taken back")];
    let doors = doors.into_iter().chain([(None, "Not said")]);
    let by_door = doors.filter_map(|(door, title)| {
        seat.group(title, all.iter().copied().filter(|id| decision(id).door == door).collect::<Vec<_>>())
    });
    let groups = [
        GroupOfGroups { id: "by-role", title: "By who may", groups: by(&|id| targets(&decision(id).who)) },
        GroupOfGroups { id: "by-service", title: "By service", groups: by(&|id| targets(&decision(id).services)) },
        GroupOfGroups { id: "by-door", title: "By door", groups: by_door.collect() },
    ];
    groups.into_iter().filter(|group| !group.groups.is_empty()).collect()
}
