//! Pages of drills, learnings, improvements and clarifications: facts and prose.

use serde::Serialize;

use crate::model::entity::Detail;
use crate::model::learning::AdoptionStatus;
use crate::model::reference::{EntityId, Reference};
use crate::site::desk::day;
use crate::site::frame;
use crate::site::seat::Seat;
use crate::site::service::{fact, said};
use crate::site::view::*;
use crate::site::{Content, Made};
use crate::text::Spanned;

#[derive(Serialize)]
struct RecordView {
    tables: Vec<Table>,
}

#[derive(Serialize)]
struct Table {
    id: &'static str,
    title: &'static str,
    head: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Serialize, Default)]
struct Cell {
    r#ref: Option<Ref>,
    text: Option<String>,
    state: Option<State>,
}

pub(super) fn content(seat: &Seat, id: EntityId, view: &mut EntityView) -> Made {
    let entity = seat.entity(id);
    let mut tables = Vec::new();
    let facts = &mut view.facts;
    let mut refs = |name: &'static str, references: &[Reference]| {
        if !references.is_empty() {
            facts.push(fact(name, seat.all_written(references)));
        }
    };
    let kind_title = match &entity.detail {
        Detail::Drill(drill) => {
            refs("Runbooks", &drill.runbooks);
            refs("Decisions", &drill.decisions);
            refs("People", &drill.people);
            facts.extend(dated("On", drill.on.as_ref()));
            facts.extend(drill.outcome.map(|outcome| Fact {
                state: Some(match outcome {
                    crate::model::drill::DrillOutcome::Passed => State::Fine,
                    crate::model::drill::DrillOutcome::Partial => State::Due,
                    crate::model::drill::DrillOutcome::Failed => State::Broken,
                }),
                ..said("Outcome", outcome.name())
            }));
            "Drill"
        }
        Detail::Learning(learning) => {
            refs("Services", &learning.services);
            refs("Runbooks", &learning.runbooks);
            facts.extend(dated("On", learning.on.as_ref()));
            facts.extend(learning.severity.clone().map(|severity| said("Severity", severity)));
            let rows = learning.adoption.iter().map(|adoption| {
                let state = match adoption.status {
                    AdoptionStatus::Adopted | AdoptionStatus::Declined => State::Fine,
                    AdoptionStatus::Planned | AdoptionStatus::Open => State::Due,
                };
                vec![
                    Cell { r#ref: adoption.team.as_ref().map(|team| seat.written(team)), ..Cell::default() },
                    Cell { text: Some(adoption.status.name().to_string()), state: Some(state), ..Cell::default() },
                    Cell { text: adoption.note.clone(), ..Cell::default() },
                ]
            });
            let rows: Vec<_> = rows.collect();
            if !rows.is_empty() {
                tables.push(Table { id: "adoption", title: "Adoption", head: vec!["Team", "Status", "Note"], rows });
            }
            "Learning"
        }
        Detail::Improvement(improvement) => {
            refs("Raised by", improvement.by.as_slice());
            facts.extend(dated("Raised on", improvement.raised_on.as_ref()));
            facts.extend(improvement.frequency.clone().map(|frequency| said("How often", frequency)));
            facts.extend(dated("Due", improvement.due.as_ref()));
            facts.push(said("Status", improvement.status.name()));
            "Improvement"
        }
        Detail::Clarification(clarification) => {
            refs("About", &clarification.about);
            refs("Raised by", clarification.by.as_slice());
            refs("Outcome", clarification.outcome.as_slice());
            facts.extend(dated("Raised on", clarification.raised_on.as_ref()));
            facts.extend(dated("Due", clarification.due.as_ref()));
            facts.extend(dated("Resolved on", clarification.resolved_on.as_ref()));
            facts.push(said("Status", clarification.status.name()));
            "Clarification"
        }
        _ => "Record",
    };
    ("record", kind_title, Content::of_entity(RecordView { tables }), frame::toc(entity), None)
}

fn dated(name: &'static str, date: Option<&Spanned<jiff::civil::Date>>) -> Option<Fact> {
    let date = date?;
    Some(Fact { name, text: None, refs: Vec::new(), time: Some(day(date.value)), state: None })
}
