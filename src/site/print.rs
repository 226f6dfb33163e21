//! The page for the wall and the grab bag: ladders, contacts and runbook addresses of the services that matter most, so that
//! they are at hand when nothing else is.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::alert::RunbookTarget;
use crate::model::entity::Detail;
use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::site::desk::{Desk, targets};
use crate::site::frame::{Frames, Heading};
use crate::site::seat::Seat;
use crate::site::view::*;
use crate::site::{Content, Draft};

/// The address of the page.
pub const ROUTE: &str = "print.html";

/// The highest tier that counts as critical.
const CRITICAL: u8 = 1;
/// Sheets where no service has a tier, and alerts of a sheet.
const SHEETS: usize = 40;
const ALERTS: usize = 60;

#[derive(Serialize)]
struct PrintView {
    /// Where the addresses on the sheets begin.
    site: Option<String>,
    critical: bool,
    sheets: Vec<Sheet>,
    arbiter: Option<Ref>,
    arbiter_contacts: Vec<Contact>,
    teams: Vec<Ref>,
}

/// A ladder with what it is for.
#[derive(Serialize)]
struct Sheet {
    id: String,
    policy: Option<Ref>,
    when: Option<String>,
    ladder: Option<Ladder>,
    services: Vec<Service>,
    runbooks: Vec<OnPaper>,
}

#[derive(Serialize)]
struct Service {
    r#ref: Ref,
    tier: Option<u8>,
    owner: Option<Ref>,
    contacts: Vec<Contact>,
}

/// What to type when an alert fires: the address of its runbook, else of its own page.
#[derive(Serialize)]
pub struct OnPaper {
    alert: Option<Ref>,
    runbook: Option<Ref>,
    address: String,
}

pub(super) fn draft(desk: &Desk, frames: &Frames) -> Draft {
    let seat = Seat { desk, route: ROUTE };
    let handbook = desk.handbook;
    let critical = |id: &EntityId| seat.entity(*id).tier.is_some_and(|tier| tier <= CRITICAL);
    let mut services: Vec<EntityId> = handbook.of_kind(Kind::Service).map(|(id, _)| id).filter(critical).collect();
    let is_critical = !services.is_empty();
    if !is_critical {
        services = handbook.of_kind(Kind::Service).map(|(id, _)| id).collect();
    }
    services.sort_by_cached_key(|id| (seat.entity(*id).tier, seat.entity(*id).title.to_lowercase(), *id));
    let mut by_policy: BTreeMap<Option<EntityId>, Vec<EntityId>> = BTreeMap::new();
    for id in &services {
        by_policy.entry(seat.entity(*id).policy).or_default().push(*id);
    }
    if !is_critical {
        // Without tiers nothing says what matters most: every ladder is printed, and no service without one.
        by_policy.remove(&None);
        for (id, _) in handbook.of_kind(Kind::Escalation) {
            by_policy.entry(Some(id)).or_default();
        }
    }
    let mut sheets: Vec<_> = by_policy.into_iter().collect();
    // The ladder of the most critical service comes first, services without one last.
    let place = |(policy, services): &(Option<EntityId>, Vec<EntityId>)| {
        let tier = services.first().and_then(|id| seat.entity(*id).tier).unwrap_or(u8::MAX);
        (policy.is_none(), tier, policy.map(|id| seat.entity(id).title.to_lowercase()), *policy)
    };
    sheets.sort_by_cached_key(place);
    if !is_critical {
        sheets.truncate(SHEETS);
    }
    let mut teams: Vec<EntityId> = handbook.of_kind(Kind::Team).map(|(id, _)| id).collect();
    teams.sort_by_cached_key(|id| (seat.entity(*id).title.to_lowercase(), *id));
    let view = PrintView {
        site: handbook.config.base_url.clone(),
        critical: is_critical,
        sheets: sheets.into_iter().map(|(policy, services)| sheet(&seat, policy, &services)).collect(),
        arbiter: handbook.arbiter.map(|id| seat.reference(id)),
        arbiter_contacts: handbook.arbiter.map(|id| seat.reach(id)).unwrap_or_default(),
        teams: teams.into_iter().map(|id| seat.reference(id)).collect(),
    };
    let heading = Heading {
        title: "On paper".to_string(),
        lead: Some("For the wall and the grab bag: whom to call, and where to read what to do.".to_string()),
        kind: "print",
        kind_title: "On paper",
        template: "print",
        breadcrumbs: frames.crumbs(&seat, Some("")),
        ..Heading::default()
    };
    let mut page = frames.page(ROUTE, heading);
    page.report = None;
    Draft::new(page, Content::of_index("print", view))
}

fn sheet(seat: &Seat, policy: Option<EntityId>, services: &[EntityId]) -> Sheet {
    let target = policy.map(|id| seat.entity(id));
    let mut alerts = BTreeSet::new();
    let mut runbooks = BTreeSet::new();
    for id in services {
        alerts.extend(seat.desk.alerts_of.get(id).into_iter().flatten());
        alerts.extend(seat.entity(*id).service().map(|service| targets(&service.alerts)).unwrap_or_default());
        runbooks.extend(seat.desk.handbook.runbooks(*id));
    }
    Sheet {
        id: target.map_or("none".to_string(), |policy| policy.id.clone()),
        policy: policy.map(|id| seat.reference(id)),
        when: target.and_then(|policy| policy.escalation()).and_then(|detail| detail.when.clone()),
        ladder: target.and_then(|policy| seat.ladder(policy)),
        services: services.iter().map(|id| service(seat, *id)).collect(),
        runbooks: on_paper(seat, alerts, runbooks, ALERTS),
    }
}

fn service(seat: &Seat, id: EntityId) -> Service {
    let entity = seat.entity(id);
    Service {
        r#ref: seat.reference(id),
        tier: entity.tier,
        owner: entity.ownership.owner.map(|owner| seat.reference(owner)),
        contacts: entity.ownership.owner.map(|owner| seat.reach(owner)).unwrap_or_default(),
    }
}

/// Alerts with their runbooks, then the runbooks to which no alert of these leads, at most `count` in all.
pub fn on_paper(
    seat: &Seat,
    alerts: impl IntoIterator<Item = EntityId>,
    mut runbooks: BTreeSet<EntityId>,
    count: usize,
) -> Vec<OnPaper> {
    let mut rows: Vec<OnPaper> = Vec::new();
    let calm = |id: EntityId| Ref { state: State::Fine, note: None, ..seat.reference(id) };
    for id in alerts {
        let Detail::Alert(alert) = &seat.entity(id).detail else { continue };
        let runbook = alert.runbooks.first().copied();
        runbooks.retain(|id| !alert.runbooks.contains(id));
        let external = alert.runbook_links().find(|link| link.target == RunbookTarget::External);
        let address = match (runbook, external) {
            (Some(runbook), _) => seat.entity(runbook).route.clone(),
            (None, Some(link)) => link.text.trim_start_matches("https://").to_string(),
            (None, None) => seat.entity(id).route.clone(),
        };
        if rows.len() < count {
            rows.push(OnPaper { alert: Some(calm(id)), runbook: runbook.map(calm), address });
        }
    }
    for id in runbooks.into_iter().take(count.saturating_sub(rows.len())) {
        rows.push(OnPaper { alert: None, runbook: Some(calm(id)), address: seat.entity(id).route.clone() });
    }
    rows
}
