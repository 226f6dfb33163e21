//! What changed in the handbook, as the handbook itself records it: reviews, accepted hand-overs, drills and learnings.
//!
//! Nothing is read from git or from file times: a changed file is not a checked one.

use std::cmp::Reverse;

use jiff::civil::Date;

use crate::model::entity::Detail;
use crate::model::reference::{EntityId, Reference};
use crate::site::desk::Desk;
use crate::site::seat::{Seat, how_text};

/// Something that happened to an entity on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    pub on: Date,
    pub id: EntityId,
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// By its number in the entity's ledger.
    Reviewed(usize),
    HandedOver,
    Drilled,
    Learned,
}

/// The latest changes, the newest first, none of them after today.
pub fn latest(desk: &Desk, count: usize) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for (id, entity) in desk.handbook.iter() {
        let mut add = |on: Option<Date>, what| changes.extend(on.map(|on| Change { on, id, what }));
        for (n, review) in entity.reviews.iter().enumerate() {
            add(Some(review.on.value), What::Reviewed(n));
        }
        match &entity.detail {
            Detail::Responsibility(detail) => {
                let transfer = detail.transfer.as_ref();
                add(transfer.and_then(|transfer| transfer.done_on()), What::HandedOver);
            }
            Detail::Drill(drill) => add(drill.on.as_ref().map(|on| on.value), What::Drilled),
            Detail::Learning(learning) => add(learning.on.as_ref().map(|on| on.value), What::Learned),
            _ => {}
        }
    }
    changes.retain(|change| change.on <= desk.handbook.today);
    let newest_first = |change: &Change| (Reverse(change.on), change.id, Reverse(change.what));
    if changes.len() > count {
        changes.select_nth_unstable_by_key(count, newest_first);
        changes.truncate(count);
    }
    changes.sort_unstable_by_key(newest_first);
    changes
}

impl Change {
    /// What happened, in a few words: "used in an incident by Ana Ruiz".
    pub fn text(&self, seat: &Seat) -> String {
        let entity = seat.entity(self.id);
        let name =
            |party: &Reference| party.target.map_or_else(|| party.text.clone(), |id| seat.entity(id).title.clone());
        match (self.what, &entity.detail) {
            (What::Reviewed(n), _) => {
                let review = &entity.reviews[n];
                let by = review.by.as_ref().map_or(String::new(), |by| format!(" by {}", name(by)));
                format!("{}{by}", review.how.map_or("reviewed", how_text))
            }
            (What::HandedOver, Detail::Responsibility(detail)) => {
                let to = detail.transfer.as_ref().and_then(|transfer| transfer.to.as_ref());
                to.map_or("handed over".to_string(), |to| format!("handed over to {}", name(to)))
            }
            (What::Drilled, Detail::Drill(drill)) => {
                drill.outcome.map_or("drill".to_string(), |outcome| format!("drill {}", outcome.name()))
            }
            _ => "learning".to_string(),
        }
    }

    /// Who recorded it, where that is said.
    pub fn by(&self, seat: &Seat) -> Option<String> {
        let What::Reviewed(n) = self.what else { return None };
        let by = seat.entity(self.id).reviews[n].by.as_ref()?;
        Some(by.target.map_or_else(|| by.text.clone(), |id| seat.entity(id).title.clone()))
    }

    /// What was written about it.
    pub fn note(&self, seat: &Seat) -> Option<String> {
        let entity = seat.entity(self.id);
        match self.what {
            What::Reviewed(n) => entity.reviews[n].note.clone(),
            _ => entity.summary.clone(),
        }
    }

    /// Names the change among all of the handbook, so that it is the same one in another build.
    pub fn key(&self, seat: &Seat) -> String {
        let reference = seat.entity(self.id).reference();
        let word = match self.what {
            What::Reviewed(n) => {
                // Several reviews of one day are told apart by their order.
                let earlier = seat.entity(self.id).reviews[..n].iter().filter(|review| review.on.value == self.on);
                return format!("{reference}/review/{}", earlier.count() + 1);
            }
            What::HandedOver => "hand-over",
            What::Drilled => "drill",
            What::Learned => "learning",
        };
        format!("{reference}/{word}")
    }
}
