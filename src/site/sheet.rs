//! Tables of the handbook for spreadsheets, as plain rows. How they become bytes is elsewhere.

use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::site::desk::{Desk, day, targets};
use crate::site::matrix::{self, LETTERS};

/// A table: its address from the site's root, and its rows, the headings first.
pub struct Sheet {
    pub route: &'static str,
    pub rows: Vec<Vec<String>>,
}

/// Every table of the handbook.
pub(super) fn all(desk: &Desk) -> Vec<Sheet> {
    let matrix = (desk.handbook.count(Kind::Responsibility) > 0).then(|| matrix_sheet(desk));
    matrix.into_iter().collect()
}

/// The responsibility matrix: who by name, then a column of letters for each team that the page has a column for.
fn matrix_sheet(desk: &Desk) -> Sheet {
    let handbook = desk.handbook;
    let involved = matrix::involved(handbook);
    let mut columns = matrix::columns(handbook, &involved);
    if matrix::is_too_wide(&involved, &columns) {
        columns.clear();
    }
    let titles = |ids: &mut dyn Iterator<Item = EntityId>| -> String {
        ids.map(|id| handbook.get(id).title.as_str()).collect::<Vec<_>>().join("; ")
    };
    let mut head: Vec<String> = vec!["Responsibility".to_string(), "Id".to_string()];
    head.extend(LETTERS.iter().map(|(_, word)| word[..1].to_uppercase() + &word[1..]));
    head.extend(["Services", "Supports", "State", "Review due", "File"].map(str::to_string));
    head.extend(columns.iter().map(|team| handbook.get(*team).title.clone()));
    let mut rows = vec![head];
    for row in &involved {
        let standing = desk.standing(row.id);
        let goals = row.detail.supports.iter().map(|goal| match goal.target {
            Some((team, at)) => {
                let goal = handbook.get(team).team().and_then(|team| team.goals.get(at));
                goal.map_or_else(String::new, |goal| goal.text.clone())
            }
            None => goal.text.clone(),
        });
        let mut cells = vec![row.entity.title.clone(), row.entity.id.clone()];
        cells.extend((0..LETTERS.len()).map(|at| titles(&mut row.parties(at))));
        cells.push(titles(&mut targets(&row.detail.services).into_iter()));
        cells.push(goals.collect::<Vec<_>>().join("; "));
        cells.push(standing.note.clone().unwrap_or_else(|| standing.state.name().to_string()));
        cells.push(row.entity.review.due.map(day).unwrap_or_default());
        cells.push(format!("content/{}", row.entity.path));
        cells.extend(columns.iter().map(|team| row.letters(*team)));
        rows.push(cells);
    }
    Sheet { route: matrix::SHEET, rows }
}
