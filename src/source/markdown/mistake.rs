//! What is wrong with a text in itself, where it would be shown otherwise than its author meant it.

use crate::diagnostic::rule::Rule;
use crate::source::rules::{BROKEN_TABS, NO_SUCH_LINE, UNDRAWN_DIAGRAM};
use crate::text::Span;

/// Mistakes of one text that are told; more of them say nothing new.
pub const MOST: usize = 50;

/// A mistake, at bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    pub what: What,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A part of a code block's marks that names none of its lines.
    NoSuchLine {
        part: String,
        lines: usize,
    },
    /// `<!-- tabs:start -->` without its end, in its own block.
    TabsNeverEnd,
    /// `<!-- tabs:end -->` without its start, in its own block.
    TabsNeverBegin,
    TabsWithoutHeading,
    /// A Mermaid block that is shown as text, and why.
    Undrawn(String),
}

impl What {
    pub fn rule(&self) -> &'static Rule {
        match self {
            Self::NoSuchLine { .. } => &NO_SUCH_LINE,
            Self::TabsNeverEnd | Self::TabsNeverBegin | Self::TabsWithoutHeading => &BROKEN_TABS,
            Self::Undrawn(_) => &UNDRAWN_DIAGRAM,
        }
    }

    pub fn message(&self) -> String {
        match self {
            Self::NoSuchLine { part, lines: 0 } => format!("`{part}` is marked in a code block without lines"),
            Self::NoSuchLine { part, lines: 1 } => format!("`{part}` is no line of this code block, which has one"),
            Self::NoSuchLine { part, lines } => format!("`{part}` is no line of this code block, which has {lines}"),
            Self::TabsNeverEnd => "tabs begin here and never end".to_string(),
            Self::TabsNeverBegin => "tabs end here that did not begin".to_string(),
            Self::TabsWithoutHeading => "tabs without a heading, which would name them".to_string(),
            Self::Undrawn(why) => format!("this diagram cannot be drawn: {why}"),
        }
    }

    pub fn help(&self) -> &'static str {
        match self {
            Self::NoSuchLine { .. } => "name lines from 1 on, as in `{3,5-7}`",
            Self::TabsNeverEnd => "write `<!-- tabs:end -->` after the last tab, indented as the start is",
            Self::TabsNeverBegin => "write `<!-- tabs:start -->` before the first tab, indented as the end is",
            Self::TabsWithoutHeading => "begin each tab with a heading, all of one level",
            Self::Undrawn(_) => "mend the diagram, or use an image; until then its text is shown",
        }
    }
}
