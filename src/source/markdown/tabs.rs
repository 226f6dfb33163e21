//! Tabs, as docsify writes them: headings between `<!-- tabs:start -->` and `<!-- tabs:end -->`. A reader of the plain text
//! sees headings with what stands below them, and so does a page without scripts.
//!
//! Both the outline and the page follow a text with [`Tabs`], so that what is told and what is shown agree.

use pulldown_cmark::{Tag, TagEnd};

use crate::text::Span;

/// A comment that begins or ends tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Start,
    End,
}

/// Reads a line of raw HTML.
pub fn mark(html: &str) -> Option<Mark> {
    match html.trim().strip_prefix("<!--")?.strip_suffix("-->")?.trim() {
        "tabs:start" => Some(Mark::Start),
        "tabs:end" => Some(Mark::End),
        _ => None,
    }
}

/// Where a text is in its tabs.
#[derive(Default)]
pub struct Tabs {
    /// How many blocks are open that can hold tabs.
    depth: u32,
    /// The innermost last.
    open: Vec<Group>,
}

/// Tabs that have begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    pub start: Span,
    /// The level of the headings that name its tabs, once there was one.
    level: Option<u8>,
    depth: u32,
}

impl Group {
    /// Whether a tab is open.
    pub fn named(&self) -> bool {
        self.level.is_some()
    }
}

/// What a heading does.
#[derive(Debug, PartialEq, Eq)]
pub enum Heading {
    /// It is a heading like any other.
    Plain,
    /// It names the first tab, or the next.
    First,
    Next,
}

impl Tabs {
    pub fn enter(&mut self, tag: &Tag) {
        if matches!(tag, Tag::Item | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_)) {
            self.depth += 1;
        }
    }

    /// Leaves a block, and gives the tabs that were never closed in it, the innermost first.
    pub fn leave(&mut self, end: TagEnd) -> Vec<Group> {
        if !matches!(end, TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition) {
            return Vec::new();
        }
        self.depth = self.depth.saturating_sub(1);
        self.close(|group, depth| group.depth > depth)
    }

    /// Closes what is open at the end of the text.
    pub fn finish(&mut self) -> Vec<Group> {
        self.close(|_, _| true)
    }

    fn close(&mut self, is: impl Fn(&Group, u32) -> bool) -> Vec<Group> {
        let depth = self.depth;
        let mut closed = Vec::new();
        while let Some(group) = self.open.pop_if(|group| is(group, depth)) {
            closed.push(group);
        }
        closed
    }

    pub fn start(&mut self, start: Span) {
        self.open.push(Group { start, level: None, depth: self.depth });
    }

    /// Ends the innermost tabs, where they began in the same block.
    pub fn end(&mut self) -> Option<Group> {
        let depth = self.depth;
        self.open.pop_if(|group| group.depth == depth)
    }

    /// Takes a heading. One above the level of the tabs ends them: gives those, the innermost first, and what the heading does.
    pub fn heading(&mut self, level: u8) -> (Vec<Group>, Heading) {
        if self.open.is_empty() {
            return (Vec::new(), Heading::Plain);
        }
        let closed = self.close(|group, depth| group.depth == depth && group.level.is_some_and(|own| level < own));
        let depth = self.depth;
        let heading = match self.open.last_mut().filter(|group| group.depth == depth) {
            Some(group) if group.level.is_none() => {
                group.level = Some(level);
                Heading::First
            }
            Some(group) if group.level == Some(level) => Heading::Next,
            _ => Heading::Plain,
        };
        (closed, heading)
    }
}
