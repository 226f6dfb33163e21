//! "Can I?": all decisions, by role, by service and by door.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::model::runbook::Door;
use crate::site::desk::targets;
use crate::site::seat::Seat;
use crate::site::view::*;

#[derive(Serialize)]
pub(super) struct DecisionsView {
    rows: Vec<May>,
    groups: Vec<GroupOfGroups>,
    empty: &'static str,
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
    let decision = |id: &EntityId| handbook.get(*id).decision().expect("only decisions are listed");
    let by = |of: &dyn Fn(&EntityId) -> Vec<EntityId>| {
        let mut groups: BTreeMap<(String, EntityId), Vec<EntityId>> = BTreeMap::new();
        for id in &all {
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
    let groups = vec![
        GroupOfGroups { id: "by-role", title: "By who may", groups: by(&|id| targets(&decision(id).who)) },
        GroupOfGroups { id: "by-service", title: "By service", groups: by(&|id| targets(&decision(id).services)) },
        GroupOfGroups { id: "by-door", title: "By door", groups: by_door.collect() },
    ];
    DecisionsView {
        rows: all.iter().filter_map(|id| seat.may(*id)).collect(),
        groups: groups.into_iter().filter(|group| !group.groups.is_empty()).collect(),
        empty: "This handbook delegates no decision yet: ask the owner.",
    }
}
