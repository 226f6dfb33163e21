//! A responsibility's page: who answers, who does it, who is asked and told, what it covers and what not.

use serde::Serialize;

use crate::model::reference::EntityId;
use crate::model::responsibility::{GoalReference, Transfer};
use crate::site::desk::day;
use crate::site::frame;
use crate::site::seat::Seat;
use crate::site::service::fact;
use crate::site::view::*;
use crate::site::{Content, Made};

#[derive(Serialize)]
struct ResponsibilityView {
    raci: Vec<RaciRow>,
    scope_in: Vec<String>,
    scope_out: Vec<String>,
    transfer: Option<TransferView>,
}

#[derive(Serialize)]
struct RaciRow {
    letter: &'static str,
    name: &'static str,
    refs: Vec<Ref>,
}

#[derive(Serialize)]
struct TransferView {
    state: State,
    title: &'static str,
    text: &'static str,
    to: Ref,
    on: String,
}

pub(super) fn content(seat: &Seat, id: EntityId, view: &mut EntityView) -> Made {
    let entity = seat.entity(id);
    let detail = entity.responsibility().expect("a responsibility's entity has its fields");
    for (name, references) in [("Services", &detail.services), ("Runbooks", &detail.runbooks), ("Pages", &detail.pages)]
    {
        if !references.is_empty() {
            view.facts.push(fact(name, seat.all_written(references)));
        }
    }
    if !detail.supports.is_empty() {
        let goals = detail.supports.iter().map(|supported| goal(seat, supported));
        view.facts.push(fact("Supports", goals.collect()));
    }
    let accountable = entity.ownership.owner.map(|owner| seat.reference(owner));
    let responsibility = ResponsibilityView {
        raci: vec![
            RaciRow { letter: "A", name: "Accountable", refs: accountable.into_iter().collect() },
            RaciRow { letter: "R", name: "Responsible", refs: seat.all_written(&detail.responsible) },
            RaciRow { letter: "C", name: "Consulted", refs: seat.all_written(&detail.consulted) },
            RaciRow { letter: "I", name: "Informed", refs: seat.all_written(&detail.informed) },
        ],
        scope_in: detail.scope_in.iter().map(|item| item.value.clone()).collect(),
        scope_out: detail.scope_out.iter().map(|item| item.value.clone()).collect(),
        transfer: detail.transfer.as_ref().and_then(|transfer| transfer_view(seat, transfer)),
    };
    ("responsibility", "Responsibility", Content::of_entity(responsibility), frame::toc(entity), None)
}

/// A goal that is supported.
pub(super) fn goal(seat: &Seat, supported: &GoalReference) -> Ref {
    let Some((team, at)) = supported.target else {
        return Ref {
            title: supported.text.clone(),
            href: None,
            kind: "goal",
            state: State::Broken,
            note: Some("unknown".to_string()),
        };
    };
    let found = seat.entity(team).team().and_then(|team| team.goals.get(at));
    let anchor = found.map_or(String::new(), |goal| format!("#_goal-{}", goal.id));
    Ref {
        title: found.map_or(supported.text.clone(), |goal| goal.text.clone()),
        href: Some(seat.href(&format!("{}{anchor}", seat.entity(team).route))),
        kind: "goal",
        state: State::Fine,
        note: None,
    }
}

fn transfer_view(seat: &Seat, transfer: &Transfer) -> Option<TransferView> {
    let on = transfer.on.as_ref()?.value;
    let to = seat.written(transfer.to.as_ref()?);
    let accepted = transfer.accepted_on.is_some() || transfer.accepted_by.is_some();
    let (state, title, text) = match (accepted, on < seat.desk.handbook.today) {
        (true, true) => (State::Fine, "hand-over accepted", "Went to"),
        (true, false) => (State::Fine, "hand-over accepted", "Goes to"),
        (false, true) => (State::Broken, "hand-over not accepted", "Was to go to"),
        (false, false) => (State::Due, "hand-over planned", "Goes to"),
    };
    Some(TransferView { state, title, text, to, on: day(on) })
}
