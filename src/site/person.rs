//! A person's page: what they hold, which steps call them, who stands in.

use serde::Serialize;

use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::site::desk::day;
use crate::site::frame;
use crate::site::ladder::minutes;
use crate::site::seat::{Seat, hats};
use crate::site::view::*;
use crate::site::{Content, Made};

#[derive(Serialize)]
struct PersonView {
    handle: Option<String>,
    timezone: Option<String>,
    away: Option<AwayView>,
    backup: Option<Ref>,
    teams: Vec<TeamSeat>,
    holds: Vec<Group>,
    steps: Vec<StepView>,
}

#[derive(Serialize)]
struct AwayView {
    from: Option<String>,
    until: Option<String>,
    cover: Option<Ref>,
}

#[derive(Serialize)]
struct TeamSeat {
    r#ref: Ref,
    roles: Vec<Ref>,
    since: Option<String>,
    until: Option<String>,
}

/// A step of a policy that calls somebody.
#[derive(Serialize)]
pub(super) struct StepView {
    r#ref: Ref,
    step: usize,
    at: String,
    via: Option<String>,
}

pub(super) fn content(seat: &Seat, id: EntityId, _view: &mut EntityView) -> Made {
    let entity = seat.entity(id);
    let person = entity.person().expect("a person's entity has a person's fields");
    let hats = hats(seat.desk, id);
    let view = PersonView {
        handle: person.handle.clone(),
        timezone: person.timezone.clone(),
        away: person.away.as_ref().map(|away| AwayView {
            from: away.from.map(day),
            until: away.until.map(day),
            cover: away.cover.as_ref().map(|cover| seat.written(cover)),
        }),
        backup: person.backup.as_ref().map(|backup| seat.written(backup)),
        teams: teams(seat, id),
        holds: holds(
            seat,
            &hats.iter().copied().filter(|hat| seat.entity(*hat).kind != Kind::Team).collect::<Vec<_>>(),
        ),
        steps: steps(seat, &hats),
    };
    ("person", "Person", Content::of_entity(view), frame::toc(entity), None)
}

fn teams(seat: &Seat, id: EntityId) -> Vec<TeamSeat> {
    let mut seats = Vec::new();
    for (team, entity) in seat.desk.handbook.referrers(id, "members") {
        let members = entity.team().and_then(|team| team.members.as_ref()).into_iter().flatten();
        let mut mine = members.filter(|member| member.person.target == Some(id)).peekable();
        let (since, until) = mine.peek().map_or((None, None), |member| (member.since, member.until));
        seats.push(TeamSeat {
            r#ref: Ref { state: State::Fine, note: None, ..seat.reference(team) },
            roles: mine.flat_map(|member| seat.all_written(&member.roles)).collect(),
            since: since.map(day),
            until: until.map(day),
        });
    }
    seats
}

/// What some parties own, by kind; what comes by another party than the first says so.
pub(super) fn holds(seat: &Seat, parties: &[EntityId]) -> Vec<Group> {
    let mut groups = Vec::new();
    for kind in Kind::all() {
        let owned = |party: &EntityId| seat.desk.owned.get(party).cloned().unwrap_or_default();
        let all: Vec<(EntityId, EntityId)> = parties
            .iter()
            .flat_map(|party| owned(party).into_iter().map(move |id| (*party, id)))
            .filter(|(_, id)| seat.entity(*id).kind == kind)
            .collect();
        if let Some(mut group) = seat.group(kind.plural(), all.iter().map(|(_, id)| *id)) {
            for (row, (party, _)) in group.rows.iter_mut().zip(&all) {
                row.owner = None;
                row.via = (parties.first() != Some(party)).then(|| format!("as {}", seat.entity(*party).title));
            }
            groups.push(group);
        }
    }
    groups
}

/// The steps of policies that call any of some parties.
pub(super) fn steps(seat: &Seat, parties: &[EntityId]) -> Vec<StepView> {
    let mut steps = Vec::new();
    for party in parties {
        for (policy, entity) in seat.desk.handbook.referrers(*party, "notify") {
            let detail = entity.escalation().into_iter().flat_map(|policy| policy.steps.iter().enumerate());
            for (n, step) in detail.filter(|(_, step)| step.notify.iter().any(|who| who.target == Some(*party))) {
                let at = entity.escalation().map_or(0, |policy| policy.starts_at(n));
                let via = (parties.first() != Some(party)).then(|| format!("as {}", seat.entity(*party).title));
                steps.push(StepView {
                    r#ref: seat.reference(policy),
                    step: n + 1,
                    at: if n == 0 { "at once".to_string() } else { format!("t+{}", minutes(at)) },
                    via: via.or_else(|| step.via.clone()),
                });
            }
        }
    }
    steps
}
