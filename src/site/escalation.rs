//! A policy's page: the ladder, and what it covers.

use serde::Serialize;

use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::site::frame;
use crate::site::seat::Seat;
use crate::site::view::*;
use crate::site::{Content, Made};

#[derive(Serialize)]
struct EscalationView {
    when: Option<String>,
    groups: Vec<Group>,
}

pub(super) fn content(seat: &Seat, id: EntityId, _view: &mut EntityView) -> Made {
    let entity = seat.entity(id);
    let detail = entity.escalation().expect("a policy's entity has a policy's fields");
    let covered = seat.desk.covered.get(&id).map(Vec::as_slice).unwrap_or_default();
    let of = |kind: Kind| covered.iter().copied().filter(move |id| seat.entity(*id).kind == kind);
    let kinds = [Kind::Service, Kind::Responsibility, Kind::Runbook, Kind::Alert, Kind::Team];
    let groups = kinds.into_iter().filter_map(|kind| seat.group(kind.plural(), of(kind))).collect();
    let content = Content::of_entity(EscalationView { when: detail.when.clone(), groups });
    ("escalation", "Escalation policy", content, frame::toc(entity), None)
}
