//! Code with classes that a theme can style: a dozen, whatever the language.
//!
//! The languages that runbooks are full of are parsed by tree-sitter, which takes a third of the time; PromQL and all
//! others by syntect's grammars.

mod grammar;
mod tree;

use std::collections::BTreeSet;

use pulldown_cmark_escape::escape_html_body_text;

/// Blocks longer than this many bytes are shown plain: a parser must not be the way to stop a build.
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

/// Names that fences use and languages do not.
const ALIASES: [(&str, &str); 16] = [
    ("shell", "bash"),
    ("sh", "bash"),
    ("zsh", "bash"),
    ("console", "bash"),
    ("shell-session", "bash"),
    ("shellsession", "bash"),
    ("terminal", "bash"),
    ("yml", "yaml"),
    ("py", "python"),
    ("golang", "go"),
    ("hcl", "tf"),
    ("terraform", "tf"),
    ("metricsql", "promql"),
    ("prometheus", "promql"),
    ("jsonc", "json"),
    ("postgresql", "sql"),
];

/// The languages, loaded once.
pub struct Highlighter {
    trees: tree::Trees,
    grammars: grammar::Grammars,
}

impl Highlighter {
    /// Loads what some languages need. Code in another one is highlighted as well as it can be without.
    pub fn new<'l>(languages: impl IntoIterator<Item = &'l str>) -> Self {
        let languages: BTreeSet<String> = languages.into_iter().map(canonical).collect();
        Self { trees: tree::Trees::new(&languages), grammars: grammar::Grammars::new() }
    }

    /// Writes code as HTML: escaped, with `<span class="hl-…">` where the language is known.
    pub fn write(&self, out: &mut String, code: &str, language: &str) {
        let language = &*canonical(language);
        let plain = matches!(language, "" | "text" | "txt" | "plain" | "plaintext")
            || code.len() > LONGEST_BLOCK
            || code.lines().any(|line| line.len() > LONGEST_LINE);
        let start = out.len();
        let mut painter = Painter { out, open: None };
        let painted = !plain
            && (self.trees.paint(&mut painter, code, language)
                || painter.restart(start) && self.grammars.paint(&mut painter, code, language));
        // A language that fails on this text must not cost the reader the text.
        if !painted && painter.restart(start) {
            painter.put(code, None);
        }
        painter.close();
    }
}

/// The one name of a language.
fn canonical(language: &str) -> String {
    let language = language.to_ascii_lowercase();
    ALIASES.iter().find(|(name, _)| *name == language).map_or(language, |(_, known)| (*known).to_string())
}

/// Writes runs of text in classes.
struct Painter<'o> {
    out: &'o mut String,
    open: Option<&'static str>,
}

impl Painter<'_> {
    /// Drops what was written since `start`; always true.
    fn restart(&mut self, start: usize) -> bool {
        self.out.truncate(start);
        self.open = None;
        true
    }

    fn put(&mut self, text: &str, class: Option<&'static str>) {
        if text.is_empty() {
            return;
        }
        // White space looks the same in any class: a run goes on through it.
        let class = if text.chars().all(char::is_whitespace) { self.open } else { class };
        if class != self.open {
            self.close();
            if let Some(class) = class {
                self.out.push_str("<span class=\"");
                self.out.push_str(class);
                self.out.push_str("\">");
            }
            self.open = class;
        }
        // Writing to a string cannot fail.
        let _ = escape_html_body_text(&mut *self.out, text);
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.out.push_str("</span>");
        }
    }
}
