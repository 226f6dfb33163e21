//! The reviews that are overdue, and those that fall due month by month.

use jiff::civil::Date;
use serde::Serialize;

use crate::model::reference::EntityId;
use crate::site::chart::Bar;
use crate::site::due;
use crate::site::seat::Seat;
use crate::site::view::{Ref, Row, State};

/// Reviews of one month that the page lists.
const REVIEWS: usize = 25;
/// Months that are shown one by one, the current one included; what is later is one row.
const MONTHS: usize = 13;

#[derive(Serialize)]
pub(super) struct Month {
    /// `overdue`, `2026-11` or `later`.
    id: String,
    title: String,
    count: usize,
    bar: Bar,
    /// The days on which its reviews fall due; of what is overdue, those of all the others.
    then: String,
    more: usize,
    rows: Vec<Row>,
}

pub(super) fn calendar(seat: &Seat) -> Vec<Month> {
    let handbook = seat.desk.handbook;
    let mut due: Vec<(Date, EntityId)> =
        handbook.iter().filter_map(|(id, entity)| Some((entity.review.due?, id))).collect();
    due.sort();
    if due.is_empty() {
        return Vec::new();
    }
    let (overdue, ahead) = due.split_at(due.partition_point(|(on, _)| *on < handbook.today));
    let mut stretches = vec![("overdue".to_string(), "Overdue".to_string(), overdue)];
    let mut rest = ahead;
    let mut month = handbook.today.first_of_month();
    while !rest.is_empty() {
        let next = month.last_of_month().tomorrow().unwrap_or(Date::MAX);
        if stretches.len() > MONTHS || next == Date::MAX {
            stretches.push(("later".to_string(), "Later".to_string(), rest));
            break;
        }
        let (here, later) = rest.split_at(rest.partition_point(|(on, _)| *on < next));
        let name = NAMES[usize::from(month.month().unsigned_abs()).saturating_sub(1)];
        stretches.push((format!("{:04}-{:02}", month.year(), month.month()), format!("{name} {}", month.year()), here));
        (rest, month) = (later, next);
    }
    let most = stretches.iter().map(|(.., reviews)| reviews.len()).max().unwrap_or(0);
    let view = |(id, title, reviews): (String, String, &[(Date, EntityId)])| {
        let late = id == "overdue";
        Month {
            count: reviews.len(),
            bar: Bar::new(most, &[(if late { "late" } else { "full" }, reviews.len())]),
            then: due::then(if late { ahead } else { reviews }.iter().map(|(on, _)| *on)),
            more: reviews.len().saturating_sub(REVIEWS),
            rows: reviews.iter().take(REVIEWS).map(|(_, id)| row(seat, *id, late)).collect(),
            id,
            title,
        }
    };
    stretches.into_iter().map(view).collect()
}

/// A review as a row; that it is overdue is not said once more among those that are.
fn row(seat: &Seat, id: EntityId, late: bool) -> Row {
    let row = Row { summary: None, ..seat.row(id) };
    if late { Row { r#ref: Ref { state: State::Fine, note: None, ..row.r#ref }, ..row } } else { row }
}

const NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
