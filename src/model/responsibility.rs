//! Responsibilities: what has to be done, by whom, and who answers for it (RACI).

use jiff::civil::Date;

use crate::model::kind::{Kind, PARTIES};
use crate::model::reference::{self, EntityId, Reference};
use crate::source::record::{Ignored, Record};
use crate::text::{Span, Spanned};

/// A responsibility. Its `owner` is the accountable party.
#[derive(Debug, Clone)]
pub struct Responsibility {
    pub responsible: Vec<Reference>,
    pub consulted: Vec<Reference>,
    pub informed: Vec<Reference>,
    pub scope_in: Vec<Spanned<String>>,
    pub scope_out: Vec<Spanned<String>>,
    pub services: Vec<Reference>,
    pub runbooks: Vec<Reference>,
    pub pages: Vec<Reference>,
    pub supports: Vec<GoalReference>,
    pub escalation: Option<Reference>,
    pub transfer: Option<Transfer>,
}

/// `team/goal`.
#[derive(Debug, Clone)]
pub struct GoalReference {
    pub text: String,
    pub span: Span,
    /// The team and the goal's number in it; none where it leads nowhere.
    pub target: Option<(EntityId, usize)>,
}

/// A hand-over to another owner.
#[derive(Debug, Clone)]
pub struct Transfer {
    pub span: Span,
    pub to: Option<Reference>,
    pub on: Option<Spanned<Date>>,
    pub accepted_by: Option<Reference>,
    pub accepted_on: Option<Spanned<Date>>,
}

impl Transfer {
    /// The day since which the new owner has it; none while nobody has accepted.
    pub fn done_on(&self) -> Option<Date> {
        let day = |day: &Option<Spanned<Date>>| day.as_ref().map(|day| day.value);
        let accepted = self.accepted_by.is_some() || self.accepted_on.is_some();
        day(&self.on).max(day(&self.accepted_on)).filter(|_| accepted)
    }
}

impl Responsibility {
    pub(super) fn read(record: &mut Record) -> Self {
        let (mut scope_in, mut scope_out) = (Vec::new(), Vec::new());
        if let Some(mut scope) = record.record("scope") {
            scope_in = scope.texts("in");
            scope_out = scope.texts("out");
            record.absorb(scope.finish(&Ignored::default()));
        }
        let supports = record.texts("supports").into_iter();
        Self {
            responsible: reference::many(record, "responsible", PARTIES),
            consulted: reference::many(record, "consulted", PARTIES),
            informed: reference::many(record, "informed", PARTIES),
            scope_in,
            scope_out,
            services: reference::many(record, "services", &[Kind::Service]),
            runbooks: reference::many(record, "runbooks", &[Kind::Runbook]),
            pages: reference::many(record, "pages", &[Kind::Page]),
            supports: supports.map(|text| GoalReference { text: text.value, span: text.span, target: None }).collect(),
            escalation: reference::one(record, "escalation", &[Kind::Escalation]),
            transfer: transfer(record),
        }
    }

    /// Its own words, which search finds it by.
    pub(super) fn texts(&self) -> Vec<&str> {
        self.scope_in.iter().chain(&self.scope_out).map(|scope| scope.value.as_str()).collect()
    }

    pub(super) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        let raci = self.responsible.iter_mut().chain(&mut self.consulted).chain(&mut self.informed);
        let things = self.services.iter_mut().chain(&mut self.runbooks).chain(&mut self.pages);
        raci.chain(things).chain(&mut self.escalation).for_each(&mut *visit);
        if let Some(transfer) = &mut self.transfer {
            transfer.to.iter_mut().chain(&mut transfer.accepted_by).for_each(visit);
        }
    }
}

fn transfer(record: &mut Record) -> Option<Transfer> {
    let mut map = record.record("transfer")?;
    let transfer = Transfer {
        span: map.span(),
        to: reference::one(&mut map, "to", PARTIES),
        on: map.date("on"),
        accepted_by: reference::one(&mut map, "accepted_by", PARTIES),
        accepted_on: map.date("accepted_on"),
    };
    record.absorb(map.finish(&Ignored::default()));
    Some(transfer)
}
