//! Markdown: what is in a text (headings, links), and the text as HTML once its links are resolved.

pub mod highlight;
pub mod html;
pub mod outline;
pub mod sanitise;
pub mod text;

use pulldown_cmark::{CodeBlockKind, Options};

/// CommonMark and GFM: the same options for outline and HTML, since the two walk the same events.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
        | Options::ENABLE_HEADING_ATTRIBUTES
}

/// The language that a code block names.
fn language<'k>(kind: &'k CodeBlockKind) -> &'k str {
    match kind {
        CodeBlockKind::Fenced(info) => info.split([' ', ',', '{']).next().unwrap_or_default().trim(),
        CodeBlockKind::Indented => "",
    }
}
