//! Services: workloads, and any other resource that somebody answers for.

use crate::model::kind::Kind;
use crate::model::reference::{self, Reference};
use crate::source::record::Record;

const PERSON_OR_ROLE: &[Kind] = &[Kind::Person, Kind::Role];

/// A service.
#[derive(Debug, Clone)]
pub struct Service {
    /// 0 to 4, lower is more critical.
    pub tier: Option<u8>,
    pub lifecycle: Option<String>,
    pub workload_owner: Option<Reference>,
    pub escalation_manager: Option<Reference>,
    pub depends_on: Vec<Reference>,
    /// Globs of the paths in repositories that belong to it.
    pub paths: Vec<String>,
    pub escalation: Option<Reference>,
    pub alerts: Vec<Reference>,
}

impl Service {
    pub(super) fn read(record: &mut Record) -> Self {
        Self {
            tier: record.number("tier", 0, 4).map(|tier| tier.value as u8),
            lifecycle: record.text("lifecycle").map(|text| text.value),
            workload_owner: reference::one(record, "workload_owner", PERSON_OR_ROLE),
            escalation_manager: reference::one(record, "escalation_manager", PERSON_OR_ROLE),
            depends_on: reference::many(record, "depends_on", &[Kind::Service]),
            paths: record.texts("paths").into_iter().map(|text| text.value).collect(),
            escalation: reference::one(record, "escalation", &[Kind::Escalation]),
            alerts: reference::many(record, "alerts", &[Kind::Alert]),
        }
    }

    /// Its own words, which search finds it by.
    pub(super) fn texts(&self) -> Vec<&str> {
        self.paths.iter().map(String::as_str).collect()
    }

    pub(super) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        let one = self.workload_owner.iter_mut().chain(&mut self.escalation_manager).chain(&mut self.escalation);
        one.chain(&mut self.depends_on).chain(&mut self.alerts).for_each(visit);
    }
}
