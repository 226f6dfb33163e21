//! Code with classes: syntect's grammars, reduced to a dozen classes that a theme can style.

use pulldown_cmark_escape::escape_html_body_text;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxDefinition, SyntaxReference, SyntaxSet, SyntaxSetBuilder};
use syntect::util::LinesWithEndings;

/// Blocks longer than this many bytes are shown plain: grammars are regular expressions, and hostile text makes them slow.
const LONGEST_BLOCK: usize = 64 * 1024;
/// So are blocks with a line longer than this many bytes.
const LONGEST_LINE: usize = 2 * 1024;

/// Every class that highlighting writes.
pub const CLASSES: [&str; 11] = [
    "hl-comment",
    "hl-string",
    "hl-number",
    "hl-constant",
    "hl-keyword",
    "hl-operator",
    "hl-function",
    "hl-type",
    "hl-property",
    "hl-tag",
    "hl-variable",
];

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

/// Names that fences use and grammars do not.
const ALIASES: [(&str, &str); 11] = [
    ("shell", "sh"),
    ("console", "sh"),
    ("shell-session", "sh"),
    ("shellsession", "sh"),
    ("terminal", "sh"),
    ("golang", "go"),
    ("hcl", "tf"),
    ("terraform", "tf"),
    ("metricsql", "promql"),
    ("prometheus", "promql"),
    ("jsonc", "json"),
];

const PROMQL: &str = include_str!("../../../assets/promql.sublime-syntax");

/// The grammars, loaded once.
pub struct Highlighter {
    common: SyntaxSet,
    promql: SyntaxSet,
    scopes: Vec<(Scope, &'static str)>,
}

impl Default for Highlighter {
    fn default() -> Self {
        Self::new()
    }
}

impl Highlighter {
    pub fn new() -> Self {
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

    fn grammar(&self, language: &str) -> Option<(&SyntaxSet, &SyntaxReference)> {
        let language = language.to_ascii_lowercase();
        let language = ALIASES.iter().find(|(name, _)| *name == language).map_or(language.as_str(), |(_, known)| known);
        if language.is_empty() || matches!(language, "text" | "txt" | "plain" | "plaintext") {
            return None;
        }
        if language == "promql" {
            return self.promql.find_syntax_by_token(language).map(|syntax| (&self.promql, syntax));
        }
        self.common.find_syntax_by_token(language).map(|syntax| (&self.common, syntax))
    }

    /// Writes code as HTML: escaped, with `<span class="hl-…">` where the language has a grammar.
    pub fn write(&self, out: &mut String, code: &str, language: &str) {
        let grammar = self
            .grammar(language)
            .filter(|_| code.len() <= LONGEST_BLOCK && code.lines().all(|line| line.len() <= LONGEST_LINE));
        let Some((set, syntax)) = grammar else {
            escape(out, code);
            return;
        };
        let start = out.len();
        if self.paint(out, code, set, syntax).is_none() {
            // A grammar that fails on this text must not cost the reader the text.
            out.truncate(start);
            escape(out, code);
        }
    }

    fn paint(&self, out: &mut String, code: &str, set: &SyntaxSet, syntax: &SyntaxReference) -> Option<()> {
        let mut state = ParseState::new(syntax);
        let mut stack = ScopeStack::new();
        let mut known: Vec<(Scope, Option<&'static str>)> = Vec::new();
        let mut open: Option<&'static str> = None;
        for line in LinesWithEndings::from(code) {
            let operations = state.parse_line(line, set).ok()?;
            let mut from = 0;
            for (at, operation) in operations {
                if at > from {
                    self.put(out, &line[from..at], &stack, &mut known, &mut open);
                    from = at;
                }
                stack.apply(&operation).ok()?;
            }
            self.put(out, &line[from..], &stack, &mut known, &mut open);
        }
        if open.is_some() {
            out.push_str("</span>");
        }
        Some(())
    }

    fn put(
        &self,
        out: &mut String,
        text: &str,
        stack: &ScopeStack,
        known: &mut Vec<(Scope, Option<&'static str>)>,
        open: &mut Option<&'static str>,
    ) {
        if text.is_empty() {
            return;
        }
        let class = stack.as_slice().iter().rev().find_map(|scope| {
            if let Some((_, class)) = known.iter().find(|(seen, _)| seen == scope) {
                return *class;
            }
            let class = self.scopes.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, class)| *class);
            known.push((*scope, class));
            class
        });
        // White space looks the same in any class: a run goes on through it.
        let class = if text.chars().all(char::is_whitespace) { *open } else { class };
        if class != *open {
            if open.is_some() {
                out.push_str("</span>");
            }
            if let Some(class) = class {
                out.push_str("<span class=\"");
                out.push_str(class);
                out.push_str("\">");
            }
            *open = class;
        }
        escape(out, text);
    }
}

fn escape(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = escape_html_body_text(out, text);
}
