//! Learnings: what an incident or a drill taught, and which teams took it up.

use jiff::civil::Date;

use crate::model::kind::Kind;
use crate::model::reference::{self, Reference};
use crate::model::review;
use crate::source::record::{Ignored, Record};
use crate::text::Spanned;

/// A learning.
#[derive(Debug, Clone)]
pub struct Learning {
    pub on: Option<Spanned<Date>>,
    pub services: Vec<Reference>,
    pub runbooks: Vec<Reference>,
    pub severity: Option<String>,
    pub adoption: Vec<Adoption>,
}

/// What a team did with it.
#[derive(Debug, Clone)]
pub struct Adoption {
    pub team: Option<Reference>,
    pub status: AdoptionStatus,
    pub note: Option<String>,
}

/// How far the adoption is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AdoptionStatus {
    Adopted,
    Planned,
    Declined,
    #[default]
    Open,
}

impl AdoptionStatus {
    const WORDS: [(&'static str, Self); 4] =
        [("adopted", Self::Adopted), ("planned", Self::Planned), ("declined", Self::Declined), ("open", Self::Open)];

    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

impl Learning {
    pub(super) fn read(record: &mut Record, today: Date) -> Self {
        let mut adoption = Vec::new();
        for mut item in record.records("adoption") {
            adoption.push(Adoption {
                team: reference::one(&mut item, "team", &[Kind::Team]),
                status: item.choice("status", &AdoptionStatus::WORDS).map(|word| word.value).unwrap_or_default(),
                note: item.text("note").map(|text| text.value),
            });
            record.absorb(item.finish(&Ignored::default()));
        }
        Self {
            on: review::past_date(record, "on", today),
            services: reference::many(record, "services", &[Kind::Service]),
            runbooks: reference::many(record, "runbooks", &[Kind::Runbook]),
            severity: record.text("severity").map(|text| text.value),
            adoption,
        }
    }

    /// Its own words, which search finds it by.
    pub(super) fn texts(&self) -> Vec<&str> {
        self.adoption.iter().filter_map(|adoption| adoption.note.as_deref()).collect()
    }

    pub(super) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        self.services.iter_mut().chain(&mut self.runbooks).for_each(&mut *visit);
        self.adoption.iter_mut().filter_map(|adoption| adoption.team.as_mut()).for_each(visit);
    }
}
