//! The incident card: what the person on call needs in the first two minutes.

use serde::Serialize;

use crate::model::reference::EntityId;
use crate::site::frame;
use crate::site::runbook::{first_section, is_long};
use crate::site::seat::{Seat, links};
use crate::site::view::*;
use crate::site::words::fill;
use crate::site::{Content, Made};
use crate::source::load::{from_root, is_outside};

#[derive(Serialize)]
struct AlertView {
    severities: Vec<String>,
    services: Vec<Ref>,
    tier: Option<u8>,
    runbook: Option<Ref>,
    first: Option<FirstView>,
    /// Whether that takes up more than half a telephone's screen.
    first_long: bool,
    variants: Vec<Variant>,
}

/// Filled in when rendered.
#[derive(Serialize)]
struct FirstView {
    title: Option<String>,
    html: String,
}

#[derive(Serialize)]
struct Variant {
    severity: Option<String>,
    service: Option<Ref>,
    summary: Option<String>,
    expr: Option<String>,
    wait: Option<String>,
    place: String,
    href: Option<String>,
}

pub(super) fn content(seat: &Seat, id: EntityId, view: &mut EntityView) -> Made {
    let entity = seat.entity(id);
    let alert = entity.alert().expect("an alert's entity has an alert's fields");
    view.may = seat.decisions_for(&alert.services, entity);
    for service in &alert.services {
        view.links.extend(links(seat.entity(*service)));
    }
    view.links.sort_by_key(|link| match link.kind.as_deref() {
        Some("dashboard") => 0,
        Some("logs") => 1,
        _ => 2,
    });
    let runbook = alert.runbooks.first();
    let first = runbook.and_then(|runbook| first_section(seat.desk, *runbook, seat.route));
    let edit = seat.desk.handbook.config.edit_url.as_ref();
    let variants = alert.rules.iter().map(|rule| Variant {
        severity: rule.severity.clone(),
        service: rule.service.as_ref().map(|service| seat.written(service)),
        summary: rule.summary.clone(),
        expr: rule.expression.clone(),
        wait: rule.hold.clone(),
        place: from_root(&rule.path),
        href: edit.filter(|_| !is_outside(&rule.path)).map(|edit| fill(edit, &[("path", &*rule.path)])),
    });
    let dead = alert.runbook_links().find(|link| link.entity().is_none());
    let alert_view = AlertView {
        severities: alert.severities().into_iter().map(str::to_string).collect(),
        services: alert.services.iter().map(|service| seat.reference(*service)).collect(),
        tier: entity.tier,
        runbook: runbook.map(|id| seat.reference(*id)).or_else(|| dead.map(|link| seat.runbook(link))),
        first: first.as_ref().map(|(title, _)| FirstView { title: title.clone(), html: String::new() }),
        first_long: first.as_ref().is_some_and(|(_, prose)| is_long(prose)),
        variants: variants.collect(),
    };
    ("alert", "Alert", Content::of_entity(alert_view), frame::toc(entity), first)
}
