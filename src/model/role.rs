//! Roles: duties that people take on, in a team or beside it.

use crate::model::kind::Kind;
use crate::model::reference::{self, EntityId, Reference};
use crate::source::record::Record;

/// A role. Its holders are those named here and the team members who have it.
#[derive(Debug, Clone)]
pub struct Role {
    pub duties: Vec<String>,
    pub holders: Vec<Reference>,
    /// Everyone who holds it today, set when linked.
    pub held_by: Vec<EntityId>,
    /// Whether nobody else can hold it: no holder is unknown, no team unreadable. Set when linked.
    pub all_known: bool,
}

impl Role {
    pub(super) fn read(record: &mut Record) -> Self {
        Self {
            duties: record.texts("duties").into_iter().map(|text| text.value).collect(),
            holders: reference::many(record, "holders", &[Kind::Person]),
            held_by: Vec::new(),
            all_known: false,
        }
    }

    /// Its own words, which search finds it by.
    pub(super) fn texts(&self) -> Vec<&str> {
        self.duties.iter().map(String::as_str).collect()
    }

    pub(super) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        self.holders.iter_mut().for_each(visit);
    }
}
