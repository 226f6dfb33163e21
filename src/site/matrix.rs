//! The responsibility matrix: rows responsibilities, columns teams, cells R A C I, each with where it is written. What a
//! spreadsheet gets of it is in `sheet`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use crate::model::Handbook;
use crate::model::entity::Entity;
use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::model::responsibility::{GoalReference, Responsibility};
use crate::site::desk::{day, targets};
use crate::site::frame::Frames;
use crate::site::responsibility::goal;
use crate::site::seat::Seat;
use crate::site::view::*;
use crate::text::Span;
use crate::text::files::{FileId, Lines};

/// Cells of a matrix that a page holds at most: with more, a row lists its parties in one column instead, since the cells
/// grow with responsibilities times teams.
const CELLS: usize = 40_000;

/// The address of the matrix as a spreadsheet.
pub const SHEET: &str = "responsibilities/matrix.csv";

/// The letters in the order in which they count, with their words.
pub const LETTERS: [(char, &str); 4] =
    [('A', "accountable"), ('R', "responsible"), ('C', "consulted"), ('I', "informed")];

#[derive(Serialize)]
pub(super) struct MatrixView {
    teams: Vec<Ref>,
    rows: Vec<MatrixRow>,
    others: bool,
    /// What the column of parties without a column of their own is called.
    others_title: &'static str,
    /// Teams and services that rows can be narrowed to, in the order of their titles.
    by_team: Vec<Choice>,
    by_service: Vec<Choice>,
    /// Goals that rows support.
    goals: Vec<Link>,
    /// Where the matrix is as a spreadsheet.
    sheet: String,
    /// Where a file is edited, with `{path}` in it.
    edit: Option<String>,
    empty: &'static str,
}

#[derive(Serialize)]
struct MatrixRow {
    r#ref: Ref,
    owner: Option<Ref>,
    /// The day from which it is overdue, unless it stands worse already.
    ages: Option<String>,
    cells: Vec<Option<Letters>>,
    others: Vec<Others>,
    /// Ids, with a space between them.
    teams: String,
    services: String,
    /// Numbers of goals, with a space between them.
    goals: String,
    /// The file, below `content/`.
    file: String,
}

/// What a party is to a responsibility.
#[derive(Serialize)]
struct Letters {
    letters: String,
    /// The same in words.
    words: String,
    /// The lines of the file that say so.
    lines: String,
}

/// Parties without a column that are the same to a responsibility.
#[derive(Serialize)]
struct Others {
    #[serde(flatten)]
    letters: Letters,
    refs: Vec<Ref>,
}

/// The parts that a party has in a responsibility, as places in `LETTERS`, and where each is written.
type Parts = BTreeMap<usize, Vec<Span>>;

/// A responsibility with everybody who has a part in it.
pub(super) struct Involved<'h> {
    pub id: EntityId,
    pub entity: &'h Entity,
    pub detail: &'h Responsibility,
    parties: BTreeMap<EntityId, Parts>,
}

impl Involved<'_> {
    /// What a party is to it, as letters; empty for nothing.
    pub fn letters(&self, party: EntityId) -> String {
        self.parties.get(&party).map_or_else(String::new, letters)
    }

    /// Those who are what the letter at a place of `LETTERS` says.
    pub fn parties(&self, at: usize) -> impl Iterator<Item = EntityId> + '_ {
        self.parties.iter().filter(move |(_, parts)| parts.contains_key(&at)).map(|(party, _)| *party)
    }
}

fn letters(parts: &Parts) -> String {
    parts.keys().map(|at| LETTERS[*at].0).collect()
}

/// Every responsibility, by id.
pub(super) fn involved(handbook: &Handbook) -> Vec<Involved<'_>> {
    let all = handbook.of_kind(Kind::Responsibility);
    all.filter_map(|(id, entity)| {
        let detail = entity.responsibility()?;
        let mut parties: BTreeMap<EntityId, Parts> = BTreeMap::new();
        if let Some(owner) = entity.ownership.owner {
            parties.entry(owner).or_default().insert(0, entity.ownership.span.into_iter().collect());
        }
        for (at, named) in [(1, &detail.responsible), (2, &detail.consulted), (3, &detail.informed)] {
            for reference in named {
                if let Some(party) = reference.target {
                    parties.entry(party).or_default().entry(at).or_default().push(reference.span);
                }
            }
        }
        Some(Involved { id, entity, detail, parties })
    })
    .collect()
}

/// The teams that take part in any responsibility, by title: each has a column.
pub(super) fn columns(handbook: &Handbook, rows: &[Involved]) -> Vec<EntityId> {
    let parties = rows.iter().flat_map(|row| row.parties.keys().copied());
    let teams: BTreeSet<EntityId> = parties.filter(|id| handbook.get(*id).kind == Kind::Team).collect();
    by_title(handbook, teams)
}

/// Whether there are more cells than a table can do with.
pub(super) fn is_too_wide(rows: &[Involved], columns: &[EntityId]) -> bool {
    rows.len() * columns.len() > CELLS
}

pub(super) fn view(seat: &Seat, frames: &Frames) -> MatrixView {
    let handbook = seat.desk.handbook;
    let all = involved(handbook);
    let teams = columns(handbook, &all);
    let too_wide = is_too_wide(&all, &teams);
    let shown: &[EntityId] = if too_wide { &[] } else { &teams };
    let services: BTreeSet<EntityId> = all.iter().flat_map(|row| targets(&row.detail.services)).collect();
    let mut goals = Goals::default();
    let mut counted: HashMap<FileId, Lines> = HashMap::new();
    let rows: Vec<MatrixRow> = all
        .iter()
        .map(|row| {
            let file = row.entity.file;
            let lines = counted.entry(file).or_insert_with(|| frames.files.get(file).lines());
            matrix_row(seat, row, shown, lines, &mut goals)
        })
        .collect();
    MatrixView {
        teams: shown.iter().map(|team| Ref { state: State::Fine, note: None, ..seat.reference(*team) }).collect(),
        others: rows.iter().any(|row| !row.others.is_empty()),
        rows,
        others_title: if too_wide { "Who" } else { "Others" },
        by_team: teams.iter().map(|id| choice(seat, *id)).collect(),
        by_service: by_title(handbook, services).into_iter().map(|id| choice(seat, id)).collect(),
        goals: goals.links,
        sheet: seat.href(SHEET),
        edit: handbook.config.edit_url.clone(),
        empty: "This handbook names no responsibilities yet.",
    }
}

/// Something that the rows of a table can be narrowed to.
pub(super) fn choice(seat: &Seat, id: EntityId) -> Choice {
    let entity = seat.entity(id);
    Choice { id: entity.id.clone(), title: entity.title.clone(), href: seat.href(&entity.route) }
}

/// Each goal that is supported, once.
#[derive(Default)]
struct Goals {
    numbers: HashMap<(EntityId, usize), usize>,
    links: Vec<Link>,
}

impl Goals {
    fn number(&mut self, seat: &Seat, supported: &GoalReference) -> Option<usize> {
        let known = self.links.len();
        let number = *self.numbers.entry(supported.target?).or_insert(known);
        if number == known {
            let Ref { title, href, .. } = goal(seat, supported);
            self.links.push(Link { title, href, kind: None });
        }
        Some(number)
    }
}

fn matrix_row(seat: &Seat, row: &Involved, columns: &[EntityId], lines: &Lines, goals: &mut Goals) -> MatrixRow {
    let handbook = seat.desk.handbook;
    let is_team = |id: &EntityId| handbook.get(*id).kind == Kind::Team;
    // By what they are, the accountable ones first.
    let mut others: BTreeMap<Vec<usize>, (Vec<EntityId>, Parts)> = BTreeMap::new();
    for (party, parts) in row.parties.iter().filter(|(party, _)| columns.is_empty() || !is_team(party)) {
        let (parties, written) = others.entry(parts.keys().copied().collect()).or_default();
        parties.push(*party);
        for (at, spans) in parts {
            written.entry(*at).or_default().extend(spans);
        }
    }
    let teams = row.parties.keys().filter(|id| is_team(id)).map(|id| handbook.get(*id).id.as_str());
    let services = targets(&row.detail.services);
    let numbers: BTreeSet<usize> = row.detail.supports.iter().filter_map(|goal| goals.number(seat, goal)).collect();
    MatrixRow {
        r#ref: seat.listed(row.id),
        owner: row.entity.ownership.owner.map(|owner| Ref { state: State::Fine, note: None, ..seat.reference(owner) }),
        ages: seat.desk.ages(row.id).map(day),
        cells: columns.iter().map(|team| row.parties.get(team).map(|parts| told(parts, lines))).collect(),
        others: others
            .into_values()
            .map(|(parties, written)| Others {
                letters: told(&written, lines),
                refs: parties.into_iter().map(|party| seat.reference(party)).collect(),
            })
            .collect(),
        // Ids are slugs, which hold no space.
        teams: teams.collect::<Vec<_>>().join(" "),
        services: services.iter().map(|id| handbook.get(*id).id.as_str()).collect::<Vec<_>>().join(" "),
        goals: numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(" "),
        file: row.entity.path.to_string(),
    }
}

fn told(parts: &Parts, lines: &Lines) -> Letters {
    let words: Vec<&str> = parts.keys().map(|at| LETTERS[*at].1).collect();
    let places: BTreeSet<u32> = parts.values().flatten().map(|span| lines.position(span.start).line).collect();
    Letters {
        letters: letters(parts),
        words: words.join(", "),
        lines: places.iter().map(u32::to_string).collect::<Vec<_>>().join(" "),
    }
}

fn by_title(handbook: &Handbook, ids: BTreeSet<EntityId>) -> Vec<EntityId> {
    let mut ids: Vec<EntityId> = ids.into_iter().collect();
    ids.sort_by_cached_key(|id| (handbook.get(*id).title.to_lowercase(), *id));
    ids
}
