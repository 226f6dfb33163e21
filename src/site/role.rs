//! A role's page: its duties, who holds it, and what comes with it.

use serde::Serialize;

use crate::model::person::Presence;
use crate::model::reference::EntityId;
use crate::site::frame;
use crate::site::ladder::away_text;
use crate::site::person::{StepView, holds, steps};
use crate::site::seat::Seat;
use crate::site::view::*;
use crate::site::{Content, Made};

/// Holders that the page lists.
const HOLDERS: usize = 200;

#[derive(Serialize)]
struct RoleView {
    duties: Option<Vec<String>>,
    holders: Vec<Holder>,
    holders_more: usize,
    holds: Vec<Group>,
    steps: Vec<StepView>,
}

#[derive(Serialize)]
struct Holder {
    r#ref: Ref,
    via: Option<Ref>,
    contacts: Vec<Contact>,
    away: Option<String>,
    cover: Option<Ref>,
}

pub(super) fn content(seat: &Seat, id: EntityId, view: &mut EntityView) -> Made {
    let entity = seat.entity(id);
    let role = entity.role().expect("a role's entity has a role's fields");
    let decisions = seat.desk.decisions_of.get(&id).map(Vec::as_slice).unwrap_or_default();
    view.may = decisions.iter().filter_map(|decision| seat.may(*decision)).collect();
    let role_view = RoleView {
        duties: (!role.duties.is_empty()).then(|| role.duties.clone()),
        holders: role.held_by.iter().take(HOLDERS).map(|person| holder(seat, id, *person)).collect(),
        holders_more: role.held_by.len().saturating_sub(HOLDERS),
        holds: holds(seat, &[id]),
        steps: steps(seat, &[id]),
    };
    ("role", "Role", Content::of_entity(role_view), frame::toc(entity), None)
}

fn holder(seat: &Seat, role: EntityId, id: EntityId) -> Holder {
    let person = seat.entity(id).person();
    let away = person.filter(|person| person.presence(seat.desk.handbook.today) == Presence::Away);
    let in_role = |team: &&EntityId| {
        let members = seat.entity(**team).team().and_then(|team| team.members.as_ref()).into_iter().flatten();
        let mut members = members.filter(|member| member.person.target == Some(id));
        members.any(|member| member.roles.iter().any(|held| held.target == Some(role)))
    };
    let team = seat.desk.teams_of.get(&id).into_iter().flatten().find(in_role);
    Holder {
        r#ref: Ref { note: None, ..seat.reference(id) },
        via: team.map(|team| Ref { state: State::Fine, note: None, ..seat.reference(*team) }),
        contacts: seat.contacts(seat.entity(id)),
        away: away.map(away_text),
        cover: away.and_then(|person| person.cover()).map(|cover| seat.written(cover)),
    }
}
