//! Decisions: what may be done without asking, by whom and within which limits (AWS Well-Architected, OPS03-BP02).

use crate::model::kind::{Kind, PARTIES};
use crate::model::reference::{self, Reference};
use crate::model::runbook::Door;
use crate::source::record::Record;

/// A standing authority.
#[derive(Debug, Clone)]
pub struct Decision {
    pub action: Option<String>,
    pub who: Vec<Reference>,
    pub services: Vec<Reference>,
    pub door: Option<Door>,
    /// The condition under which it holds.
    pub when: Option<String>,
    pub limits: Vec<String>,
    pub safety: Vec<String>,
    /// Where it is recorded.
    pub audit: Option<String>,
    /// The technical permission it takes.
    pub permission: Option<String>,
    /// Whom to ask where it does not hold.
    pub otherwise: Option<Reference>,
    /// Where to try it safely.
    pub practice: Option<String>,
}

impl Decision {
    pub(super) fn read(record: &mut Record) -> Self {
        let text = |record: &mut Record, field| record.text(field).map(|text| text.value);
        let texts = |record: &mut Record, field| record.texts(field).into_iter().map(|text| text.value).collect();
        Self {
            action: text(record, "action"),
            who: reference::many(record, "who", PARTIES),
            services: reference::many(record, "services", &[Kind::Service]),
            door: Door::read(record),
            when: text(record, "when"),
            limits: texts(record, "limits"),
            safety: texts(record, "safety"),
            audit: text(record, "audit"),
            permission: text(record, "permission"),
            otherwise: reference::one(record, "otherwise", &[Kind::Escalation]),
            practice: text(record, "practice"),
        }
    }

    /// Its own words, which search finds it by.
    pub(super) fn texts(&self) -> Vec<&str> {
        let single = [&self.action, &self.when, &self.audit, &self.permission, &self.practice];
        let lists = self.limits.iter().chain(&self.safety);
        single.into_iter().flatten().chain(lists).map(String::as_str).collect()
    }

    pub(super) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        self.who.iter_mut().chain(&mut self.services).chain(&mut self.otherwise).for_each(visit);
    }
}
