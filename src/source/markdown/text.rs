//! Prose as plain text, section by section: what search looks in and quotes from.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::figure;

/// The text below a heading, up to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// The number of its heading in the outline; none before the first.
    pub heading: Option<usize>,
    /// Without markup; one space between blocks, cells and lines.
    pub text: String,
}

/// Takes a text's events in their order, and makes sections of them.
pub struct Collector {
    /// The first has no heading; all others have one.
    sections: Vec<Section>,
    in_heading: bool,
    after_image: bool,
}

impl Collector {
    /// For a text of some length in bytes.
    pub fn new(length: usize) -> Self {
        Self {
            sections: vec![Section { heading: None, text: String::with_capacity(length) }],
            in_heading: false,
            after_image: false,
        }
    }

    pub fn take(&mut self, event: &Event) {
        let out = &mut self.sections.last_mut().expect("there is a first section").text;
        let after_image = std::mem::replace(&mut self.after_image, matches!(event, Event::End(TagEnd::Image)));
        match event {
            Event::Start(Tag::Heading { .. }) => self.in_heading = true,
            Event::End(TagEnd::Heading(_)) => {
                self.in_heading = false;
                let heading = Some(self.sections.len() - 1);
                self.sections.push(Section { heading, text: String::new() });
            }
            _ if self.in_heading => {}
            // The size of an image is no text.
            Event::Text(words) if after_image => push(figure::wish(words).map_or(&**words, |(_, rest)| rest), out),
            Event::Text(words) | Event::Code(words) | Event::InlineMath(words) | Event::DisplayMath(words) => {
                push(words, out);
            }
            Event::Html(html) => strip(html, out),
            Event::SoftBreak | Event::HardBreak | Event::Rule => gap(out),
            Event::End(end) if !is_inline(*end) => gap(out),
            Event::Start(Tag::List(_) | Tag::Item) => gap(out),
            _ => {}
        }
    }

    pub fn finish(mut self) -> Vec<Section> {
        for section in &mut self.sections {
            section.text.truncate(section.text.trim_end().len());
            section.text.shrink_to_fit();
        }
        self.sections
    }
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
    use crate::source::markdown::outline;

    #[test]
    fn sections_are_plain_text_below_their_headings() {
        let text = "Intro *one*\ntwo.\n\n## Setup `x`\n\n- a\n- b\n\n<div>raw <b>html</b><!-- no --></div>\n\n| c | d |\n|---|---|\n| 1 | 2 |\n";
        let sections = outline::read(text).sections;
        let texts: Vec<&str> = sections.iter().map(|section| section.text.as_str()).collect();
        assert_eq!(texts, ["Intro one two.", "a b raw html c d 1 2"]);
        assert_eq!(sections[1].heading, Some(0));
    }
}
