//! Runbooks: what to do when something is wrong, and who may do it.

use crate::model::kind::{Kind, PARTIES};
use crate::model::reference::{self, Reference};
use crate::source::record::Record;
use crate::text::{Span, Spanned};

/// A runbook. Its steps are its prose.
#[derive(Debug, Clone)]
pub struct Runbook {
    pub services: Vec<Reference>,
    pub alerts: Vec<Reference>,
    pub severity: Option<String>,
    pub risk: Option<Risk>,
    pub door: Option<Door>,
    /// Where it says that it can do lasting harm: `risk: high`, else `door: one-way`.
    pub hazard: Option<Span>,
    pub may_run: Vec<Reference>,
    pub escalation: Option<Reference>,
}

/// How much harm a runbook can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    Low,
    Medium,
    High,
}

impl Risk {
    const WORDS: [(&'static str, Self); 3] = [("low", Self::Low), ("medium", Self::Medium), ("high", Self::High)];

    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

/// Whether an action can be taken back (AWS Well-Architected, OPS03-BP02).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    OneWay,
    TwoWay,
}

impl Door {
    const WORDS: [(&'static str, Self); 2] = [("one-way", Self::OneWay), ("two-way", Self::TwoWay)];

    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }

    pub(super) fn read(record: &mut Record) -> Option<Self> {
        Self::read_at(record).map(|word| word.value)
    }

    fn read_at(record: &mut Record) -> Option<Spanned<Self>> {
        record.choice("door", &Self::WORDS)
    }
}

impl Runbook {
    pub(super) fn read(record: &mut Record) -> Self {
        let risk = record.choice("risk", &Risk::WORDS);
        let door = Door::read_at(record);
        let high = risk.as_ref().filter(|risk| risk.value == Risk::High).map(|risk| risk.span);
        let one_way = door.as_ref().filter(|door| door.value == Door::OneWay).map(|door| door.span);
        Self {
            services: reference::many(record, "services", &[Kind::Service]),
            alerts: reference::many(record, "alerts", &[Kind::Alert]),
            severity: record.text("severity").map(|text| text.value),
            risk: risk.map(|word| word.value),
            door: door.map(|word| word.value),
            hazard: high.or(one_way),
            may_run: reference::many(record, "may_run", PARTIES),
            escalation: reference::one(record, "escalation", &[Kind::Escalation]),
        }
    }

    pub(super) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        let lists = self.services.iter_mut().chain(&mut self.alerts).chain(&mut self.may_run);
        lists.chain(&mut self.escalation).for_each(visit);
    }
}
