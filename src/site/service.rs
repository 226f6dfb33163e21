//! A service's page: owner, tier, dependencies both ways, alerts, runbooks, links and ladder.

use serde::Serialize;

use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::site::desk::targets;
use crate::site::frame;
use crate::site::seat::Seat;
use crate::site::view::*;
use crate::site::{Content, Made};

#[derive(Serialize)]
struct ServiceView {
    tier: Option<u8>,
    lifecycle: Option<String>,
    paths: Vec<String>,
    /// What to turn to when it fails.
    incident: Vec<Group>,
    groups: Vec<Group>,
}

pub(super) fn content(seat: &Seat, id: EntityId, view: &mut EntityView) -> Made {
    let handbook = seat.desk.handbook;
    let entity = seat.entity(id);
    let service = entity.service().expect("a service's entity has a service's fields");
    for (name, reference) in
        [("Workload owner", &service.workload_owner), ("Escalation manager", &service.escalation_manager)]
    {
        if let Some(reference) = reference {
            view.facts.push(fact(name, vec![seat.written(reference)]));
        }
    }
    view.may = seat.decisions_for(&[id], entity);
    let named = |field: &str, kind: Kind| -> Vec<EntityId> {
        handbook.referrers(id, field).filter(|(_, entity)| entity.kind == kind).map(|(id, _)| id).collect()
    };
    let mut alerts: Vec<EntityId> = seat.desk.alerts_of.get(&id).cloned().unwrap_or_default();
    alerts.extend(targets(&service.alerts));
    alerts.sort();
    alerts.dedup();
    let incident = [seat.group("Alerts", alerts), seat.group("Runbooks", handbook.runbooks(id))];
    let groups = [
        seat.group("Depends on", targets(&service.depends_on)),
        seat.group("Needed by", named("depends_on", Kind::Service)),
        seat.group("Responsibilities", named("services", Kind::Responsibility)),
        seat.group("Learnings", named("services", Kind::Learning)),
        seat.group("Pages", named("services", Kind::Page)),
    ];
    let service_view = ServiceView {
        tier: service.tier,
        lifecycle: service.lifecycle.clone(),
        paths: service.paths.clone(),
        incident: incident.into_iter().flatten().collect(),
        groups: groups.into_iter().flatten().collect(),
    };
    ("service", "Service", Content::of_entity(service_view), frame::toc(entity), None)
}

/// A fact that is one or more references.
pub(super) fn fact(name: &'static str, refs: Vec<Ref>) -> Fact {
    Fact { name, text: None, refs, time: None, state: None }
}

/// A fact that is words.
pub(super) fn said(name: &'static str, text: impl Into<String>) -> Fact {
    Fact { name, text: Some(text.into()), refs: Vec::new(), time: None, state: None }
}
