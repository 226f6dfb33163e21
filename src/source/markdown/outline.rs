//! What a text holds: headings with their ids, links and images, ids in raw HTML, and its first words.

use std::collections::HashMap;
use std::sync::Arc;

use pulldown_cmark::{Event, HeadingLevel, LinkType, Parser, Tag, TagEnd};

use super::code::{self, Lines};
use super::diagram;
use super::mistake::{self, Mistake, What};
use super::tabs::{self, Mark, Tabs};
use super::text::{Collector, Section};
use crate::text::{Span, slug};

/// Characters of a first paragraph that are kept as a page's description.
const OPENING: usize = 200;

/// Diagrams of one text that are drawn.
const DIAGRAMS: usize = 50;

/// A heading. Its id is `{#id}` where given, else made from its text; ids are unique in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    pub text: String,
    pub id: String,
    pub span: Span,
}

/// A link or an image, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub target: String,
    pub image: bool,
    pub span: Span,
}

/// What is in a text; spans are bytes of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    pub headings: Vec<Heading>,
    pub links: Vec<Link>,
    /// Values of `id` and `name` attributes in raw HTML, which links may name as well.
    pub html_ids: Vec<String>,
    pub raw_html: bool,
    /// Languages of its code blocks, each once.
    pub languages: Vec<String>,
    /// Whether the first block is a heading of level 1, which the page shows as its title.
    pub opens_with_title: bool,
    /// The first paragraph's first words, as plain text.
    pub opening: String,
    /// All of it as plain text, by heading.
    pub sections: Vec<Section>,
    /// Whether it has tabs, for which a page loads a script.
    pub tabs: bool,
    /// Its Mermaid blocks as SVG, in order; none for one that is shown as text.
    pub diagrams: Vec<Option<Arc<str>>>,
    /// In the order of the text.
    pub mistakes: Vec<Mistake>,
}

/// Reads a text's outline.
pub fn read(text: &str) -> Outline {
    let mut outline = Outline::default();
    let mut ids = Ids::default();
    let mut heading: Option<Heading> = None;
    let mut paragraph = false;
    let mut blocks = 0usize;
    let mut plain = Collector::new(text.len());
    let mut tabs = Tabs::default();
    let mut marked: Option<Marked> = None;
    let mut drawing: Option<(String, Span)> = None;
    for (event, range) in Parser::new_ext(text, super::options()).into_offset_iter() {
        plain.take(&event);
        let span = Span::new(range.start, range.end);
        match &event {
            Event::Start(tag) => tabs.enter(tag),
            Event::End(end) => outline.never_ended(tabs.leave(*end)),
            _ => {}
        }
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                outline.never_ended(tabs.heading(level as u8).0);
                if blocks == 0 && level == HeadingLevel::H1 {
                    outline.opens_with_title = true;
                }
                blocks += 1;
                let id = id.map(|id| id.to_string()).unwrap_or_default();
                heading = Some(Heading { level: level as u8, text: String::new(), id, span: first_line(text, span) });
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some(mut done) = heading.take() {
                    done.text = done.text.trim().to_string();
                    let wish = if done.id.is_empty() { slug::heading(&done.text) } else { done.id };
                    done.id = ids.unique(wish);
                    outline.headings.push(done);
                }
            }
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                // The address in `<a@example.org>` comes without its scheme.
                let scheme = if link_type == LinkType::Email { "mailto:" } else { "" };
                outline.links.push(Link { target: format!("{scheme}{dest_url}"), image: false, span });
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                outline.links.push(Link { target: dest_url.to_string(), image: true, span });
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                blocks += 1;
                let info = code::info(&kind);
                if !info.language.is_empty() && !outline.languages.iter().any(|known| known == info.language) {
                    outline.languages.push(info.language.to_string());
                }
                let span = first_line(text, span);
                drawing = (info.language == diagram::LANGUAGE).then(|| (String::new(), span));
                marked = info.marks.map(|marks| Marked { marks: marks.to_string(), span, lines: 0, ended: true });
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some(marked) = marked.take() {
                    outline.mistakes.extend(marked.mistake());
                }
                if let Some((source, span)) = drawing.take() {
                    outline.draw(&source, span);
                }
            }
            Event::Start(Tag::Paragraph) => {
                blocks += 1;
                paragraph = outline.opening.is_empty();
            }
            Event::End(TagEnd::Paragraph) => paragraph = false,
            Event::Start(_) => blocks += 1,
            Event::Text(words) if marked.is_some() || drawing.is_some() => {
                marked.iter_mut().for_each(|marked| marked.count(&words));
                drawing.iter_mut().for_each(|(source, _)| source.push_str(&words));
            }
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = &mut heading {
                    heading.text.push_str(&words);
                }
                if paragraph && outline.opening.len() < OPENING {
                    outline.opening.push_str(&words);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut heading {
                    heading.text.push(' ');
                }
                if paragraph {
                    outline.opening.push(' ');
                }
            }
            Event::Html(html) if tabs::mark(&html) == Some(Mark::Start) => {
                outline.tabs = true;
                tabs.start(first_line(text, span));
            }
            Event::Html(html) if tabs::mark(&html) == Some(Mark::End) => {
                let what = match tabs.end() {
                    Some(group) if group.named() => continue,
                    Some(_) => What::TabsWithoutHeading,
                    None => What::TabsNeverBegin,
                };
                outline.mistakes.push(Mistake { what, span: first_line(text, span) });
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                outline.raw_html = true;
                collect_ids(&html, &mut outline.html_ids);
            }
            _ => {}
        }
    }
    outline.never_ended(tabs.finish());
    outline.mistakes.sort_by_key(|mistake| mistake.span.start);
    outline.mistakes.truncate(mistake::MOST);
    cut(&mut outline.opening);
    outline.sections = plain.finish();
    outline
}

impl Outline {
    fn draw(&mut self, source: &str, span: Span) {
        let drawn = if self.diagrams.len() < DIAGRAMS {
            diagram::draw(source)
        } else {
            Err(format!("it is one of more than {DIAGRAMS} in one text"))
        };
        self.diagrams.push(match drawn {
            Ok(svg) => Some(svg.into()),
            Err(why) => {
                self.mistakes.push(Mistake { what: What::Undrawn(why), span });
                None
            }
        });
    }

    fn never_ended(&mut self, groups: Vec<tabs::Group>) {
        self.mistakes.extend(groups.into_iter().map(|group| Mistake { what: What::TabsNeverEnd, span: group.start }));
    }
}

/// A code block some of whose lines are to be marked.
struct Marked {
    marks: String,
    span: Span,
    lines: usize,
    /// Whether the last line read has its end.
    ended: bool,
}

impl Marked {
    fn count(&mut self, words: &str) {
        self.lines += words.matches('\n').count();
        if let Some(last) = words.chars().next_back() {
            self.ended = last == '\n';
        }
    }

    fn mistake(self) -> Option<Mistake> {
        let lines = self.lines + usize::from(!self.ended);
        let part = Lines::read(&self.marks, lines).err()?.to_string();
        Some(Mistake { what: What::NoSuchLine { part, lines }, span: self.span })
    }
}

/// The span of a heading's line: in the parser's own span the line break belongs to it.
fn first_line(text: &str, span: Span) -> Span {
    let inside = &text[span.range()];
    Span::new(span.start as usize, span.start as usize + inside.lines().next().map_or(0, |line| line.trim_end().len()))
}

fn cut(opening: &mut String) {
    if opening.chars().count() > OPENING {
        let end = opening.char_indices().nth(OPENING).map_or(opening.len(), |(at, _)| at);
        let end = opening[..end].rfind(' ').unwrap_or(end);
        opening.truncate(end);
        opening.push('…');
    }
}

/// Ids given so far; a second `setup` becomes `setup-1`, as on GitHub.
#[derive(Default)]
struct Ids {
    taken: HashMap<String, usize>,
}

impl Ids {
    fn unique(&mut self, wish: String) -> String {
        let mut id = wish.clone();
        while self.taken.contains_key(&id) {
            let next = self.taken.entry(wish.clone()).or_insert(0);
            *next += 1;
            id = format!("{wish}-{next}");
        }
        self.taken.insert(id.clone(), 0);
        id
    }
}

/// Collects `id="…"` and `name="…"` from a piece of HTML. Only targets of links come from here, so a loose reading does.
fn collect_ids(html: &str, ids: &mut Vec<String>) {
    for name in ["id", "name"] {
        for (at, _) in html.match_indices(name) {
            let before = html[..at].chars().next_back();
            if !before.is_some_and(|c| c.is_whitespace()) {
                continue;
            }
            let rest = html[at + name.len()..].trim_start();
            let Some(value) = rest.strip_prefix('=').map(str::trim_start) else { continue };
            let value = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split(quote).next(),
                _ => value.split(|c: char| c.is_whitespace() || c == '>').next(),
            };
            ids.extend(value.filter(|value| !value.is_empty()).map(str::to_string));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_get_unique_ids_and_keep_given_ones() {
        let outline = read("# Top\n\n## Set up\n\n## Set up\n\n## Other {#own}\n");
        let ids: Vec<&str> = outline.headings.iter().map(|heading| heading.id.as_str()).collect();
        assert_eq!(ids, ["top", "set-up", "set-up-1", "own"]);
        assert!(outline.opens_with_title);
    }

    #[test]
    fn links_of_every_form_are_seen_and_code_is_not() {
        let text = "[a](x.md) ![i](p.png) [ref][r] <https://e.example> <a@e.example> `[no](n.md)`\n\n[r]: y.md\n";
        let targets: Vec<String> = read(text).links.into_iter().map(|link| link.target).collect();
        assert_eq!(targets, ["x.md", "p.png", "y.md", "https://e.example", "mailto:a@e.example"]);
    }

    #[test]
    fn ids_of_raw_html_can_be_linked_to() {
        let outline = read("<a name=\"old\"></a> <div id=here>\n");
        assert_eq!(outline.html_ids, ["old", "here"]);
    }
}
