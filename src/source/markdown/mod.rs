//! Markdown: what is in a text (headings, links), and the text as HTML once its links are resolved.

pub mod code;
pub mod diagram;
pub mod figure;
pub mod highlight;
pub mod html;
pub mod mistake;
pub mod notes;
pub mod outline;
pub mod sanitise;
pub mod tabs;
pub mod text;

use pulldown_cmark::Options;

/// CommonMark and GFM: the same options for outline and HTML, since the two walk the same events.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
        | Options::ENABLE_HEADING_ATTRIBUTES
}
