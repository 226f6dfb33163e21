//! Prose as plain text, section by section: what search looks in and quotes from.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::outline::Outline;

/// The text below a heading, up to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// The number of its heading in the outline; none before the first.
    pub heading: Option<usize>,
    /// Without markup; one space between blocks, cells and lines.
    pub text: String,
}

/// Reads a text's sections, in order. The first has no heading; all others have one.
pub fn sections(text: &str, outline: &Outline) -> Vec<Section> {
    let mut sections = vec![Section { heading: None, text: String::with_capacity(text.len()) }];
    let mut headings = 0..outline.headings.len();
    let mut in_heading = false;
    for event in Parser::new_ext(text, super::options()) {
        let out = &mut sections.last_mut().expect("there is a first section").text;
        match event {
            Event::Start(Tag::Heading { .. }) => in_heading = true,
            Event::End(TagEnd::Heading(_)) => {
                in_heading = false;
                sections.push(Section { heading: headings.next(), text: String::new() });
            }
            _ if in_heading => {}
            Event::Text(words) | Event::Code(words) | Event::InlineMath(words) | Event::DisplayMath(words) => {
                push(&words, out);
            }
            Event::Html(html) => strip(&html, out),
            Event::SoftBreak | Event::HardBreak | Event::Rule => gap(out),
            Event::End(end) if !is_inline(end) => gap(out),
            Event::Start(Tag::List(_) | Tag::Item) => gap(out),
            _ => {}
        }
    }
    for section in &mut sections {
        section.text.truncate(section.text.trim_end().len());
    }
    sections
}

fn is_inline(end: TagEnd) -> bool {
    matches!(end, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

/// Appends words with every run of white space as one space.
fn push(words: &str, out: &mut String) {
    let mut pieces = words.split_whitespace();
    if words.starts_with(char::is_whitespace) {
        gap(out);
    }
    if let Some(first) = pieces.next() {
        out.push_str(first);
    }
    for piece in pieces {
        out.push(' ');
        out.push_str(piece);
    }
    if words.ends_with(char::is_whitespace) {
        gap(out);
    }
}

fn gap(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// Appends the text of raw HTML. It is shown as text and never as HTML, so a tag that is missed does no harm.
fn strip(html: &str, out: &mut String) {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        push(&rest[..at], out);
        gap(out);
        let tag = &rest[at..];
        let end =
            if tag.starts_with("<!--") { tag.find("-->").map(|end| end + 3) } else { tag.find('>').map(|end| end + 1) };
        rest = &tag[end.unwrap_or(tag.len())..];
    }
    push(rest, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::markdown::outline;

    #[test]
    fn sections_are_plain_text_below_their_headings() {
        let text = "Intro *one*\ntwo.\n\n## Setup `x`\n\n- a\n- b\n\n<div>raw <b>html</b><!-- no --></div>\n\n| c | d |\n|---|---|\n| 1 | 2 |\n";
        let sections = sections(text, &outline::read(text));
        let texts: Vec<&str> = sections.iter().map(|section| section.text.as_str()).collect();
        assert_eq!(texts, ["Intro one two.", "a b raw html c d 1 2"]);
        assert_eq!(sections[1].heading, Some(0));
    }
}
