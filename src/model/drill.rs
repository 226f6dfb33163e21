//! Drills: a runbook or a decision tried on purpose.

use jiff::civil::Date;

use crate::model::kind::Kind;
use crate::model::reference::{self, Reference};
use crate::model::review;
use crate::source::record::Record;
use crate::text::Spanned;

/// A drill.
#[derive(Debug, Clone)]
pub struct Drill {
    pub on: Option<Spanned<Date>>,
    pub runbooks: Vec<Reference>,
    pub decisions: Vec<Reference>,
    pub people: Vec<Reference>,
    pub outcome: Option<DrillOutcome>,
}

/// How a drill went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DrillOutcome {
    Passed,
    Failed,
    Partial,
}

impl DrillOutcome {
    const WORDS: [(&'static str, Self); 3] =
        [("passed", Self::Passed), ("failed", Self::Failed), ("partial", Self::Partial)];

    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

impl Drill {
    pub(super) fn read(record: &mut Record, today: Date) -> Self {
        Self {
            on: review::past_date(record, "on", today),
            runbooks: reference::many(record, "runbooks", &[Kind::Runbook]),
            decisions: reference::many(record, "decisions", &[Kind::Decision]),
            people: reference::many(record, "people", &[Kind::Person]),
            outcome: record.choice("outcome", &DrillOutcome::WORDS).map(|word| word.value),
        }
    }

    pub(super) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        self.runbooks.iter_mut().chain(&mut self.decisions).chain(&mut self.people).for_each(visit);
    }
}
