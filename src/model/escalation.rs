//! Escalation policies: who is told, in which order, and how long each has.

use std::collections::BTreeSet;

use crate::model::kind::{Kind, PARTIES};
use crate::model::reference::{self, EntityId, Reference};
use crate::source::record::{Ignored, Record};
use crate::text::{Span, Spanned};

/// A policy. Its `owner` is the single thread owner: one person or role.
#[derive(Debug, Clone)]
pub struct Escalation {
    pub when: Option<String>,
    pub services: Vec<Reference>,
    pub steps: Vec<Step>,
    /// How often the steps are gone through again, or how long; as written.
    pub repeat: Option<String>,
}

/// One step of a policy.
#[derive(Debug, Clone)]
pub struct Step {
    pub span: Span,
    pub notify: Vec<Reference>,
    /// Minutes before the next step is notified; 1 to 1440.
    pub within: Option<Spanned<u32>>,
    /// What those notified may decide.
    pub may: Option<String>,
    /// How they are notified.
    pub via: Option<String>,
}

/// Whom a step notifies: what its reference leads to, else the name that leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notified<'s> {
    Known(EntityId),
    Unknown(&'s str),
}

impl Step {
    /// Everybody the step notifies, each once.
    pub fn notified(&self) -> BTreeSet<Notified<'_>> {
        let party = |reference: &'_ Reference| reference.target.map(Notified::Known);
        self.notify.iter().map(|reference| party(reference).unwrap_or(Notified::Unknown(&reference.text))).collect()
    }

    /// Where the names of those it notifies stand; the step itself where there are none.
    pub fn notify_span(&self) -> Span {
        match (self.notify.first(), self.notify.last()) {
            (Some(first), Some(last)) => Span { start: first.span.start, end: last.span.end.max(first.span.end) },
            _ => self.span,
        }
    }
}

impl Escalation {
    pub(super) fn read(record: &mut Record) -> Self {
        let when = record.text("when").map(|text| text.value);
        let services = reference::many(record, "services", &[Kind::Service]);
        let mut steps = Vec::new();
        for mut item in record.records("steps") {
            let within = item.duration("within").and_then(|duration| {
                let minutes =
                    jiff::civil::Date::constant(2000, 1, 1).at(0, 0, 0, 0).checked_add(duration.value).ok().map(
                        |end| (end - jiff::civil::Date::constant(2000, 1, 1).at(0, 0, 0, 0)).total(jiff::Unit::Minute),
                    );
                match minutes {
                    Some(Ok(minutes)) if (1.0..=1440.0).contains(&minutes) => {
                        Some(Spanned::new(minutes as u32, duration.span))
                    }
                    _ => {
                        let message = "`within` is from one minute to one day";
                        item.invalid(duration.span, message, "write the minutes before the next step, such as `15m`");
                        None
                    }
                }
            });
            steps.push(Step {
                span: item.span(),
                notify: reference::many(&mut item, "notify", PARTIES),
                within,
                may: item.text("may").map(|text| text.value),
                via: item.text("via").map(|text| text.value),
            });
            record.absorb(item.finish(&Ignored::default()));
        }
        let repeat = record.text("repeat").map(|text| text.value);
        Self { when, services, steps, repeat }
    }

    /// Its own words, which search finds it by.
    pub(super) fn texts(&self) -> Vec<&str> {
        let may = self.steps.iter().filter_map(|step| step.may.as_deref());
        self.when.as_deref().into_iter().chain(may).collect()
    }

    pub(super) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        self.services.iter_mut().for_each(&mut *visit);
        self.steps.iter_mut().flat_map(|step| &mut step.notify).for_each(visit);
    }

    /// Minutes after the start at which step `number` (from 0) is notified: the sum of what the steps before it have.
    pub fn starts_at(&self, number: usize) -> u32 {
        self.steps.iter().take(number).filter_map(|step| step.within.as_ref()).map(|within| within.value).sum()
    }
}
