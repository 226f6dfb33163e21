//! syntect's grammars, for the languages that tree-sitter does not parse here, and our own for PromQL.

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxDefinition, SyntaxReference, SyntaxSet, SyntaxSetBuilder};
use syntect::util::LinesWithEndings;

use super::Painter;

/// Scopes and the class they get; of a stack's scopes the innermost that has a row counts, and of the rows the first.
const SCOPES: [(&str, &str); 22] = [
    ("comment", "hl-comment"),
    ("meta.mapping.key", "hl-property"),
    ("entity.name.tag.yaml", "hl-property"),
    ("support.type.property-name", "hl-property"),
    ("entity.name.table", "hl-property"),
    ("meta.object-literal.key", "hl-property"),
    ("string", "hl-string"),
    ("constant.character.escape", "hl-string"),
    ("constant.numeric", "hl-number"),
    ("constant", "hl-constant"),
    ("keyword.operator", "hl-operator"),
    ("keyword", "hl-keyword"),
    ("storage.type.function", "hl-keyword"),
    ("storage", "hl-keyword"),
    ("entity.name.function", "hl-function"),
    ("support.function", "hl-function"),
    ("variable.function", "hl-function"),
    ("entity.name.tag", "hl-tag"),
    ("entity.name", "hl-type"),
    ("support.type", "hl-type"),
    ("support.class", "hl-type"),
    ("variable", "hl-variable"),
];

const PROMQL: &str = include_str!("../../../../assets/promql.sublime-syntax");

/// The grammars.
pub(super) struct Grammars {
    common: SyntaxSet,
    promql: SyntaxSet,
    scopes: Vec<(Scope, &'static str)>,
}

impl Grammars {
    pub(super) fn new() -> Self {
        let mut promql = SyntaxSetBuilder::new();
        promql.add(
            SyntaxDefinition::load_from_str(PROMQL, true, Some("promql"))
                .expect("the built-in PromQL grammar is valid"),
        );
        let scopes = SCOPES
            .iter()
            .map(|(scope, class)| (Scope::new(scope).expect("the scopes of the table are valid"), *class))
            .collect();
        Self { common: two_face::syntax::extra_newlines(), promql: promql.build(), scopes }
    }

    fn find(&self, language: &str) -> Option<(&SyntaxSet, &SyntaxReference)> {
        let set = if language == "promql" { &self.promql } else { &self.common };
        set.find_syntax_by_token(language).map(|syntax| (set, syntax))
    }

    /// Writes code in classes; false where the language is not known, or its grammar fails.
    pub(super) fn paint(&self, painter: &mut Painter, code: &str, language: &str) -> bool {
        self.try_paint(painter, code, language).is_some()
    }

    fn try_paint(&self, painter: &mut Painter, code: &str, language: &str) -> Option<()> {
        let (set, syntax) = self.find(language)?;
        let mut state = ParseState::new(syntax);
        let mut stack = ScopeStack::new();
        let mut known: Vec<(Scope, Option<&'static str>)> = Vec::new();
        for line in LinesWithEndings::from(code) {
            let operations = state.parse_line(line, set).ok()?;
            let mut from = 0;
            for (at, operation) in operations {
                if at > from {
                    painter.put(&line[from..at], self.class(&stack, &mut known));
                    from = at;
                }
                stack.apply(&operation).ok()?;
            }
            painter.put(&line[from..], self.class(&stack, &mut known));
        }
        Some(())
    }

    fn class(&self, stack: &ScopeStack, known: &mut Vec<(Scope, Option<&'static str>)>) -> Option<&'static str> {
        stack.as_slice().iter().rev().find_map(|scope| {
            if let Some((_, class)) = known.iter().find(|(seen, _)| seen == scope) {
                return *class;
            }
            let class = self.scopes.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, class)| *class);
            known.push((*scope, class));
            class
        })
    }
}
