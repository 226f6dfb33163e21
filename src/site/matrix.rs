//! The responsibility matrix: rows responsibilities, columns teams, cells R A C I.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::site::desk::targets;
use crate::site::seat::Seat;
use crate::site::view::*;

/// Cells of a matrix that a page holds at most: with more, a row lists its parties in one column instead, since the cells
/// grow with responsibilities times teams.
const CELLS: usize = 40_000;

#[derive(Serialize)]
pub(super) struct MatrixView {
    teams: Vec<Ref>,
    rows: Vec<MatrixRow>,
    others: bool,
    /// What the column of parties without a column of their own is called.
    others_title: &'static str,
    empty: &'static str,
}

#[derive(Serialize)]
struct MatrixRow {
    r#ref: Ref,
    owner: Option<Ref>,
    cells: Vec<Option<String>>,
    others: Vec<Other>,
}

#[derive(Serialize)]
struct Other {
    letter: String,
    r#ref: Ref,
}

/// Only teams that take part in a responsibility get a column.
pub(super) fn view(seat: &Seat) -> MatrixView {
    let handbook = seat.desk.handbook;
    let mut rows: Vec<(EntityId, BTreeMap<EntityId, String>)> = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Responsibility) {
        let Some(detail) = entity.responsibility() else { continue };
        let mut letters: BTreeMap<EntityId, String> = BTreeMap::new();
        let accountable: Vec<EntityId> = entity.ownership.owner.into_iter().collect();
        let parts = [('A', accountable), ('R', targets(&detail.responsible)), ('C', targets(&detail.consulted))];
        for (letter, parties) in parts.into_iter().chain([('I', targets(&detail.informed))]) {
            for party in parties {
                let cell = letters.entry(party).or_default();
                if !cell.contains(letter) {
                    cell.push(letter);
                }
            }
        }
        rows.push((id, letters));
    }
    let is_team = |id: &EntityId| handbook.get(*id).kind == Kind::Team;
    let mut teams: Vec<EntityId> =
        rows.iter().flat_map(|(_, letters)| letters.keys().copied()).filter(is_team).collect();
    teams.sort();
    teams.dedup();
    let too_wide = teams.len() * rows.len() > CELLS;
    if too_wide {
        teams.clear();
    }
    teams.sort_by_key(|id| (handbook.get(*id).title.to_lowercase(), *id));
    let mut any_others = false;
    let rows = rows
        .into_iter()
        .map(|(id, letters)| {
            let others: Vec<Other> = letters
                .iter()
                .filter(|(party, _)| too_wide || !is_team(party))
                .map(|(party, letter)| Other { letter: letter.clone(), r#ref: seat.reference(*party) })
                .collect();
            any_others |= !others.is_empty();
            MatrixRow {
                r#ref: seat.listed(id),
                owner: seat.row(id).owner,
                cells: teams.iter().map(|team| letters.get(team).cloned()).collect(),
                others,
            }
        })
        .collect();
    MatrixView {
        teams: teams.iter().map(|team| Ref { state: State::Fine, note: None, ..seat.reference(*team) }).collect(),
        rows,
        others: any_others,
        others_title: if too_wide { "Who" } else { "Others" },
        empty: "This handbook names no responsibilities yet.",
    }
}
