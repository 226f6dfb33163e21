//! tree-sitter's parsers, for the languages that runbooks are full of.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicUsize;

use rayon::prelude::*;
use tree_sitter_highlight::{HighlightConfiguration, HighlightEvent, Highlighter};
use tree_sitter_language::LanguageFn;

use super::Painter;

/// Capture names and the class they get; of several that match, the longest counts. Names that are left out
/// (punctuation, plain variables) are shown plain: a page in which everything is coloured says nothing.
const CAPTURES: [(&str, &str); 19] = [
    ("comment", "hl-comment"),
    ("string", "hl-string"),
    ("string.special.key", "hl-property"),
    ("escape", "hl-string"),
    ("number", "hl-number"),
    ("float", "hl-number"),
    ("boolean", "hl-constant"),
    ("constant", "hl-constant"),
    ("keyword", "hl-keyword"),
    ("conditional", "hl-keyword"),
    ("storageclass", "hl-keyword"),
    ("operator", "hl-operator"),
    ("function", "hl-function"),
    ("constructor", "hl-type"),
    ("type", "hl-type"),
    ("property", "hl-property"),
    ("field", "hl-property"),
    ("attribute", "hl-property"),
    ("label", "hl-property"),
];

/// How far a line of YAML may be indented, in spaces and dashes: the parser's own stack of indents holds some 250 levels
/// and is not safe beyond, and a level takes at least half a column.
const DEEPEST_INDENT: usize = 100;

/// The parsers, each with its query.
pub(super) struct Trees {
    languages: Vec<(&'static str, HighlightConfiguration)>,
}

/// A language's name, its grammar and its query.
type Row = (&'static str, LanguageFn, &'static str);

const LANGUAGES: [Row; 7] = [
    ("bash", tree_sitter_bash::LANGUAGE, tree_sitter_bash::HIGHLIGHT_QUERY),
    ("yaml", tree_sitter_yaml::LANGUAGE, tree_sitter_yaml::HIGHLIGHTS_QUERY),
    ("json", tree_sitter_json::LANGUAGE, tree_sitter_json::HIGHLIGHTS_QUERY),
    ("sql", tree_sitter_sequel::LANGUAGE, tree_sitter_sequel::HIGHLIGHTS_QUERY),
    ("toml", tree_sitter_toml_ng::LANGUAGE, tree_sitter_toml_ng::HIGHLIGHTS_QUERY),
    ("python", tree_sitter_python::LANGUAGE, tree_sitter_python::HIGHLIGHTS_QUERY),
    ("go", tree_sitter_go::LANGUAGE, tree_sitter_go::HIGHLIGHTS_QUERY),
];

impl Trees {
    /// Loads the wanted ones only: a query takes ten to forty milliseconds to prepare.
    pub(super) fn new(wanted: &BTreeSet<String>) -> Self {
        let names: Vec<&str> = CAPTURES.iter().map(|(name, _)| *name).collect();
        let load = |(name, language, query): &Row| {
            let mut configuration = HighlightConfiguration::new((*language).into(), *name, query, "", "")
                .expect("the query of a grammar's own crate fits the grammar");
            configuration.configure(&names);
            (*name, configuration)
        };
        Self { languages: LANGUAGES.par_iter().filter(|(name, ..)| wanted.contains(*name)).map(load).collect() }
    }

    /// Writes code in classes; false where the language is not among these, or the parser gives up.
    pub(super) fn paint(&self, painter: &mut Painter, code: &str, language: &str) -> bool {
        self.try_paint(painter, code, language).is_some()
    }

    fn try_paint(&self, painter: &mut Painter, code: &str, language: &str) -> Option<()> {
        let (_, configuration) = self.languages.iter().find(|(name, _)| *name == language)?;
        if language == "yaml" && code.lines().any(is_deep) {
            return None;
        }
        let mut highlighter = Highlighter::new();
        let never: Option<&AtomicUsize> = None;
        let events = highlighter.highlight(configuration, code.as_bytes(), None, never, |_| None).ok()?;
        let mut stack: Vec<&'static str> = Vec::new();
        for event in events {
            match event.ok()? {
                HighlightEvent::Source { start, end } => painter.put(code.get(start..end)?, stack.last().copied()),
                HighlightEvent::HighlightStart(capture) => stack.push(CAPTURES.get(capture.0)?.1),
                HighlightEvent::HighlightEnd => {
                    stack.pop();
                }
            }
        }
        Some(())
    }
}

fn is_deep(line: &str) -> bool {
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'-' | b'?' | b':')).count() > DEEPEST_INDENT
}
