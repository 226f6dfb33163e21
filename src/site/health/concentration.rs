//! Who carries how much, counted as `ownership/concentration` counts.

use serde::Serialize;

use crate::rules::ownership::concentration::{self, LEAST, Load};
use crate::site::chart::{self, Bar};
use crate::site::seat::Seat;
use crate::site::view::{Ref, State};

/// People that are shown, those who carry most first.
const PEOPLE: usize = 12;

#[derive(Serialize)]
pub(super) struct Concentration {
    /// All escalation steps and holdings.
    total: usize,
    /// Per cent of them above which one person carries too much, if it is at least `least`.
    limit: usize,
    least: usize,
    people: Vec<Person>,
    more: usize,
}

#[derive(Serialize)]
struct Person {
    r#ref: Ref,
    holdings: usize,
    steps: usize,
    carried: usize,
    share: usize,
    /// Whether it is too much.
    over: bool,
    bar: Bar,
}

/// Who carries how much; none where nobody does.
pub(super) fn concentration(seat: &Seat) -> Option<Concentration> {
    let handbook = seat.desk.handbook;
    let (loads, total) = concentration::loads(handbook);
    let limit = usize::from(handbook.config.ownership.concentration);
    let mut people: Vec<_> = loads.into_iter().collect();
    people.sort_by_key(|(id, load)| (std::cmp::Reverse(load.carried()), *id));
    // Bars are as long as the limit or the heaviest load, whichever is more.
    let allowed = (total * limit / 100).max(LEAST - 1);
    let whole = people.first().map(|(_, load)| load.carried())?.max(allowed);
    let more = people.len().saturating_sub(PEOPLE);
    let view = |(id, load): (_, Load)| Person {
        r#ref: Ref { state: State::Fine, note: None, ..seat.reference(id) },
        carried: load.carried(),
        share: chart::per_cent(load.carried(), total),
        over: load.is_too_much(limit, total),
        bar: Bar {
            limit: Some(chart::share(allowed, whole)),
            ..Bar::new(whole, &[("full", load.holdings), ("half", load.steps)])
        },
        holdings: load.holdings,
        steps: load.steps,
    };
    Some(Concentration {
        total,
        limit,
        least: LEAST,
        people: people.into_iter().take(PEOPLE).map(view).collect(),
        more,
    })
}
