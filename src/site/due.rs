//! Reviews that fall due, as counts that can go on with the reader's clock: a page says how many are overdue on the day of the build,
//! and on which days more will be.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::model::reference::EntityId;
use crate::site::desk::Desk;

/// How many are overdue, and when more will be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub count: usize,
    /// Days on which reviews fall due that are not overdue yet, sorted: `2026-11-30 2026-12-04=2`.
    pub then: String,
}

impl Tally {
    /// Counts due days; none where there are none.
    pub fn of(today: Date, days: impl IntoIterator<Item = Date>) -> Option<Self> {
        let days: Vec<Date> = days.into_iter().collect();
        let ahead = || days.iter().copied().filter(|due| *due >= today);
        let count = days.len() - ahead().count();
        (!days.is_empty()).then(|| Self { count, then: then(ahead()) })
    }
}

/// Days as the page's script reads them, each with how often it stands here, if more than once.
pub fn then(days: impl IntoIterator<Item = Date>) -> String {
    let mut counted: BTreeMap<Date, usize> = BTreeMap::new();
    days.into_iter().for_each(|day| *counted.entry(day).or_default() += 1);
    let word = |(day, count): (Date, usize)| if count == 1 { day.to_string() } else { format!("{day}={count}") };
    counted.into_iter().map(word).collect::<Vec<_>>().join(" ")
}

/// The tally of some things.
pub fn tally<'d>(desk: &Desk, ids: impl IntoIterator<Item = &'d EntityId>) -> Option<Tally> {
    Tally::of(desk.handbook.today, ids.into_iter().filter_map(|id| desk.handbook.get(*id).review.due))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_overdue_is_counted_and_what_will_be_is_named_by_its_day() {
        let days = ["2026-12-04", "2026-11-21", "2026-11-22", "2026-12-04"].map(|day| day.parse().expect("a date"));
        let tally = Tally::of(Date::constant(2026, 11, 22), days).expect("days");
        assert_eq!((tally.count, tally.then.as_str()), (1, "2026-11-22 2026-12-04=2"));
        assert_eq!(Tally::of(Date::constant(2026, 11, 22), []), None);
    }
}
