//! A reference from one entity to another, as written and as resolved.

use crate::model::kind::Kind;
use crate::source::record::Record;
use crate::source::yaml::{Node, Value};
use crate::text::Span;

/// An entity's number in its handbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub u32);

/// `kind:id`, or `id` where the field implies the kind.
#[derive(Debug, Clone)]
pub struct Reference {
    pub text: String,
    pub span: Span,
    /// The field it stands in, as messages and backlinks name it.
    pub field: &'static str,
    pub expects: &'static [Kind],
    /// Whether free text is as good: then nothing found is no finding.
    pub or_text: bool,
    /// What it leads to; none until linked, and where it leads nowhere.
    pub target: Option<EntityId>,
}

impl Reference {
    pub fn new(text: impl Into<String>, span: Span, field: &'static str, expects: &'static [Kind]) -> Self {
        Self { text: text.into(), span, field, expects, or_text: false, target: None }
    }
}

/// Reads a field that holds one reference.
pub fn one(record: &mut Record, field: &'static str, expects: &'static [Kind]) -> Option<Reference> {
    record.text(field).map(|text| Reference::new(text.value, text.span, field, expects))
}

/// Reads a field that holds a list of references; a single one will do.
pub fn many(record: &mut Record, field: &'static str, expects: &'static [Kind]) -> Vec<Reference> {
    record.texts(field).into_iter().map(|text| Reference::new(text.value, text.span, field, expects)).collect()
}

/// Makes a reference of a value that may be text; anything else gives none.
pub fn of_node(node: &Node, field: &'static str, expects: &'static [Kind]) -> Option<Reference> {
    match &node.value {
        Value::Text(text) | Value::Plain(text) => Some(Reference::new(text.trim(), node.span, field, expects)),
        _ => None,
    }
}
