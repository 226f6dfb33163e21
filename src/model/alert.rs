//! Alerts: one entry per name, whatever the number of rules that fire it.

use std::sync::Arc;

use crate::model::kind::Kind;
use crate::model::reference::{self, EntityId, Reference};
use crate::source::record::Record;
use crate::text::files::FileId;
use crate::text::{Span, Spanned};

/// An alert.
#[derive(Debug, Clone)]
pub struct Alert {
    /// As Prometheus writes it.
    pub name: String,
    pub service: Option<Reference>,
    pub severity: Option<String>,
    pub runbook: Option<RunbookLink>,
    pub origin: AlertOrigin,
    /// The rules of this name, its variants, in the order of their files.
    pub rules: Vec<AlertRule>,
    /// Services it is about: its own, its rules', else its runbooks'. Set when linked.
    pub services: Vec<EntityId>,
    /// Runbooks that it leads to, or that name it. Set when linked.
    pub runbooks: Vec<EntityId>,
}

/// How an alert came into the handbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertOrigin {
    /// It has an entry of its own.
    Authored,
    /// Rules define it.
    Rules,
    /// A runbook or a service names it.
    Mentioned,
}

/// One alerting rule of Prometheus.
#[derive(Debug, Clone)]
pub struct AlertRule {
    pub file: FileId,
    /// The file's path from `content/`; see [`crate::source::load::Source::path`].
    pub path: Arc<str>,
    /// Where its name stands.
    pub span: Span,
    pub name: String,
    pub group: Option<String>,
    pub severity: Option<String>,
    pub service: Option<Reference>,
    /// Whether a label names the service, even one that Prometheus fills in when the alert fires.
    pub says_service: bool,
    pub team: Option<Reference>,
    pub runbook: Option<RunbookLink>,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub expression: Option<String>,
    /// How long it must hold before it fires, as written.
    pub hold: Option<String>,
}

/// What stands in `runbook` or `runbook_url`.
#[derive(Debug, Clone)]
pub struct RunbookLink {
    pub text: String,
    pub span: Span,
    pub target: RunbookTarget,
}

/// Where it leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunbookTarget {
    Entity(EntityId),
    /// Another site, or a templated address: shown, never judged.
    External,
    /// Inside the handbook, to nothing.
    Dead,
}

impl RunbookLink {
    pub fn new(text: Spanned<String>) -> Self {
        Self { text: text.value, span: text.span, target: RunbookTarget::Dead }
    }

    pub fn entity(&self) -> Option<EntityId> {
        if let RunbookTarget::Entity(id) = self.target { Some(id) } else { None }
    }
}

impl Alert {
    pub(super) fn read(record: &mut Record, title: &str) -> Self {
        Self {
            name: title.to_string(),
            service: reference::one(record, "service", &[Kind::Service]),
            severity: record.text("severity").map(|text| text.value),
            runbook: record.text("runbook").map(RunbookLink::new),
            origin: AlertOrigin::Authored,
            rules: Vec::new(),
            services: Vec::new(),
            runbooks: Vec::new(),
        }
    }

    /// An alert without an entry of its own.
    pub(super) fn unwritten(name: &str, origin: AlertOrigin) -> Self {
        Self {
            name: name.to_string(),
            service: None,
            severity: None,
            runbook: None,
            origin,
            rules: Vec::new(),
            services: Vec::new(),
            runbooks: Vec::new(),
        }
    }

    /// Its own words, which search finds it by.
    pub(super) fn texts(&self) -> Vec<&str> {
        let mut texts: Vec<&str> = Vec::new();
        for AlertRule { summary, description, expression, .. } in &self.rules {
            texts.extend([summary, description, expression].into_iter().flatten().map(String::as_str));
        }
        // Rules of one name say much the same.
        texts.sort_unstable();
        texts.dedup();
        texts
    }

    pub(super) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        self.service.iter_mut().for_each(visit);
    }

    /// The severities of the alert and its rules, in order, each once.
    pub fn severities(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for severity in self.severity.iter().chain(self.rules.iter().filter_map(|rule| rule.severity.as_ref())) {
            if !all.contains(&severity.as_str()) {
                all.push(severity);
            }
        }
        all
    }

    /// Every runbook address of the alert and its rules.
    pub fn runbook_links(&self) -> impl Iterator<Item = &RunbookLink> {
        self.runbook.iter().chain(self.rules.iter().filter_map(|rule| rule.runbook.as_ref()))
    }
}
