//! A runbook's page: who may run it and how risky it is, its steps, and whom to call when it fails.

use serde::Serialize;

use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::site::desk::{Desk, targets};
use crate::site::frame;
use crate::site::prose::Prose;
use crate::site::seat::Seat;
use crate::site::view::*;
use crate::site::{Content, Made};
use crate::text::Span;

/// A runbook without headings is shown whole on an incident card up to this many bytes.
const SHORT: usize = 2_000;
/// Bytes in a line of a telephone, and lines of a section that an incident card shows of itself.
const LINE: usize = 40;
const LINES: usize = 7;
/// Words that the heading of the step to take first is known by, lower case.
const FIRST: [&str; 5] = ["first safe step", "first step", "do this first", "immediate action", "immediate step"];

#[derive(Serialize)]
struct RunbookView {
    severity: Option<String>,
    risk: Option<&'static str>,
    door: Option<&'static str>,
    may_run: Vec<Ref>,
    services: Vec<Ref>,
    alerts: Vec<Ref>,
    history: Vec<Row>,
}

pub(super) fn content(seat: &Seat, id: EntityId, view: &mut EntityView) -> Made {
    let entity = seat.entity(id);
    let runbook = entity.runbook().expect("a runbook's entity has a runbook's fields");
    view.may = seat.decisions_for(&targets(&runbook.services), entity);
    let mut alerts = seat.all_written(&runbook.alerts);
    let named = targets(&runbook.alerts);
    let leading = seat.desk.handbook.referrers(id, "runbook").filter(|(alert, _)| !named.contains(alert));
    alerts.extend(leading.map(|(alert, _)| seat.reference(alert)));
    let history = seat.desk.handbook.referrers(id, "runbooks");
    let history = history.filter(|(_, entity)| matches!(entity.kind, Kind::Drill | Kind::Learning));
    let runbook_view = RunbookView {
        severity: runbook.severity.clone(),
        risk: runbook.risk.map(|risk| risk.name()),
        door: runbook.door.map(|door| door.name()),
        may_run: seat.all_written(&runbook.may_run),
        services: seat.all_written(&runbook.services),
        alerts,
        history: history.map(|(id, _)| seat.row(id)).collect(),
    };
    ("runbook", "Runbook", Content::of_entity(runbook_view), frame::toc(entity), None)
}

/// The section of a runbook to show on an incident card: the one whose heading says that it comes first, else the first.
pub(super) fn first_section(desk: &Desk, id: EntityId, page: &str) -> Option<(Option<String>, Prose)> {
    let entity = desk.handbook.get(id);
    let body = entity.body.as_ref()?;
    let headings = &body.outline.headings[usize::from(body.outline.opens_with_title)..];
    let text = body.text.as_str();
    let level = headings.iter().map(|heading| heading.level).min();
    let top: Vec<_> = headings.iter().filter(|heading| Some(heading.level) == level).collect();
    let chosen = top
        .iter()
        .position(|heading| FIRST.iter().any(|words| heading.text.to_lowercase().contains(words)))
        .or((!top.is_empty()).then_some(0));
    let (title, section) = match chosen {
        Some(at) => {
            let start = top[at].span.end as usize;
            let end = top.get(at + 1).map_or(text.len(), |next| next.span.start as usize);
            (Some(top[at].text.clone()), Span::new(start, end))
        }
        None if text.len() <= SHORT => (None, Span::new(0, text.len())),
        None => return None,
    };
    if text[section.range()].trim().is_empty() {
        return None;
    }
    let prose = Prose { section: Some(section), ..Prose::seen_from(desk, entity, page) };
    Some((title, prose))
}

/// Whether a section takes up more than some lines of a telephone.
pub(super) fn is_long(prose: &Prose) -> bool {
    let text = prose.text.as_ref().map(|text| text.as_str()).unwrap_or_default();
    let section = prose.section.and_then(|section| text.get(section.range())).unwrap_or(text);
    section.trim().lines().map(|line| 1 + line.len() / LINE).sum::<usize>() > LINES
}
