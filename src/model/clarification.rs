//! Clarifications: "who owns this?", followed to its end.

use jiff::civil::Date;

use crate::model::kind::Kind;
use crate::model::reference::{self, Reference};
use crate::model::review;
use crate::source::record::Record;
use crate::text::Spanned;

/// Every kind: a clarification may be about anything.
const ANY: &[Kind] = &[
    Kind::Team,
    Kind::Person,
    Kind::Role,
    Kind::Service,
    Kind::Responsibility,
    Kind::Runbook,
    Kind::Alert,
    Kind::Escalation,
    Kind::Decision,
    Kind::Drill,
    Kind::Learning,
    Kind::Improvement,
    Kind::Clarification,
    Kind::Page,
];

/// A clarification. Its `owner` tracks it to its end.
#[derive(Debug, Clone)]
pub struct Clarification {
    pub raised_on: Option<Spanned<Date>>,
    pub by: Option<Reference>,
    /// A reference, or words.
    pub about: Vec<Reference>,
    pub due: Option<Spanned<Date>>,
    pub status: ClarificationStatus,
    pub resolved_on: Option<Spanned<Date>>,
    pub outcome: Option<Reference>,
}

/// Whether it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClarificationStatus {
    #[default]
    Open,
    Resolved,
}

impl ClarificationStatus {
    const WORDS: [(&'static str, Self); 2] = [("open", Self::Open), ("resolved", Self::Resolved)];

    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

impl Clarification {
    pub(super) fn read(record: &mut Record, today: Date) -> Self {
        let mut about = reference::many(record, "about", ANY);
        about.iter_mut().for_each(|reference| reference.or_text = true);
        Self {
            raised_on: review::past_date(record, "raised_on", today),
            by: reference::one(record, "by", &[Kind::Person]),
            about,
            due: record.date("due"),
            status: record.choice("status", &ClarificationStatus::WORDS).map(|word| word.value).unwrap_or_default(),
            resolved_on: review::past_date(record, "resolved_on", today),
            outcome: reference::one(record, "outcome", ANY),
        }
    }

    pub(super) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        self.by.iter_mut().chain(&mut self.about).chain(&mut self.outcome).for_each(visit);
    }
}
