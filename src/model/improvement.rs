//! Improvements: what somebody found could be better.

use jiff::civil::Date;

use crate::model::kind::Kind;
use crate::model::reference::{self, Reference};
use crate::model::review;
use crate::source::record::Record;
use crate::text::Spanned;

/// An improvement.
#[derive(Debug, Clone)]
pub struct Improvement {
    pub raised_on: Option<Spanned<Date>>,
    pub by: Option<Reference>,
    /// How often the trouble comes up, as written.
    pub frequency: Option<String>,
    pub due: Option<Spanned<Date>>,
    pub status: ImprovementStatus,
}

/// How far an improvement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ImprovementStatus {
    #[default]
    Open,
    Planned,
    Done,
    Dropped,
}

impl ImprovementStatus {
    const WORDS: [(&'static str, Self); 4] =
        [("open", Self::Open), ("planned", Self::Planned), ("done", Self::Done), ("dropped", Self::Dropped)];

    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

impl Improvement {
    pub(super) fn read(record: &mut Record, today: Date) -> Self {
        Self {
            raised_on: review::past_date(record, "raised_on", today),
            by: reference::one(record, "by", &[Kind::Person]),
            frequency: record.text("frequency").map(|text| text.value),
            due: record.date("due"),
            status: record.choice("status", &ImprovementStatus::WORDS).map(|word| word.value).unwrap_or_default(),
        }
    }

    pub(super) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        self.by.iter_mut().for_each(visit);
    }
}
