//! Findings as data: what was found, where, and the way out. Finding them is other modules' work.
//!
//! Wording: a message is a lowercase phrase with names in backticks and no full stop; help says what to do.

pub mod human;
pub mod json;
pub mod levels;
pub mod report;
pub mod rule;
pub mod short;

use crate::diagnostic::rule::Rule;
use crate::text::Span;
use crate::text::files::FileId;

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub file: FileId,
    pub span: Span,
}

/// Another place that a finding is about, and what is there.
#[derive(Debug, Clone)]
pub struct Label {
    pub place: Place,
    pub message: String,
}

/// The entity a finding is about: its reference (`kind:id`), its page and who answers for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subject {
    /// `kind:id`.
    pub reference: String,
    /// The page, from the site's root.
    pub url: String,
    /// The title a person knows it by.
    pub title: String,
    /// `kind:id` of the owner, as resolved; none when it has none.
    pub owner: Option<String>,
}

/// How grave a finding is within its rule: some rules have a worse case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gravity {
    #[default]
    Usual,
    /// The rule's `worse` level applies instead of its `level`.
    Worse,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    pub rule: &'static Rule,
    pub place: Place,
    pub message: String,
    pub help: Option<String>,
    pub labels: Vec<Label>,
    pub subject: Option<Subject>,
    pub gravity: Gravity,
    /// Set where a waiver that is in force names this rule on this entity.
    pub waived: bool,
}

impl Diagnostic {
    pub fn new(rule: &'static Rule, place: Place, message: impl Into<String>) -> Self {
        Self {
            rule,
            place,
            message: message.into(),
            help: None,
            labels: Vec::new(),
            subject: None,
            gravity: Gravity::Usual,
            waived: false,
        }
    }

    /// Adds the way out.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the other place.
    pub fn label(mut self, place: Place, message: impl Into<String>) -> Self {
        self.labels.push(Label { place, message: message.into() });
        self
    }

    /// Says which entity it is about.
    pub fn about(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }

    /// Marks the rule's worse case.
    pub fn worse(mut self) -> Self {
        self.gravity = Gravity::Worse;
        self
    }
}
