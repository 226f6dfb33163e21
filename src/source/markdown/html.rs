//! Prose as HTML: links rewritten, headings with permalinks, code highlighted, raw HTML sanitised.

use std::collections::VecDeque;
use std::ops::Range;

use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, HeadingLevel, OffsetIter, Parser, Tag, TagEnd, html,
};
use pulldown_cmark_escape::{escape_html, escape_html_body_text};

use super::code::{self, Lines};
use super::diagram;
use super::figure::{self, Wish};
use super::highlight::Highlighter;
use super::notes::Notes;
use super::outline::Outline;
use super::sanitise::Sanitiser;
use super::tabs::{self, Mark, Tabs};
use crate::source::image::Size;
use crate::text::Span;

/// Where the link of an outline leads, seen from the page that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A relative or external address.
    Href(String),
    /// An image of the handbook, and how large it is.
    Image { src: String, size: Option<Size> },
    /// An image on another host, which a page must not load by itself: shown as a link.
    ForeignImage(String),
    /// Nothing: the words are shown without a link.
    Dead,
}

/// Tools shared by all pages.
pub struct Tools {
    pub highlighter: Highlighter,
    /// Without one, raw HTML is shown as text.
    pub sanitiser: Option<Sanitiser>,
}

/// Whether the page shows the first heading as its title already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstHeading {
    Keep,
    Drop,
}

/// Renders a text, or the section of it that stands at a span. `targets` are those of the outline's links, in order.
///
/// Headings are shifted so that the highest left in the text is of level 2, below the page's title.
pub fn render(
    text: &str,
    outline: &Outline,
    targets: &[Target],
    first: FirstHeading,
    section: Option<Span>,
    tools: &Tools,
) -> String {
    let drop_first = first == FirstHeading::Drop && outline.opens_with_title;
    let left = outline.headings.iter().skip(usize::from(drop_first));
    let shift = u8::from(left.map(|heading| heading.level).min() == Some(1));
    let writer = Writer {
        events: Parser::new_ext(text, super::options()).into_offset_iter(),
        section: section.unwrap_or(Span::new(0, text.len())),
        outline,
        targets: targets.iter(),
        heading: 0,
        dropping: drop_first,
        shift,
        columns: Vec::new(),
        cell: 0,
        in_head: false,
        open_links: Vec::new(),
        notes: Notes::new(section.is_some()),
        tabs: Tabs::default(),
        diagram: 0,
        peeked: None,
        queue: VecDeque::new(),
        done: false,
        tools,
    };
    let mut out = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut out, writer);
    let out = match &tools.sanitiser {
        Some(sanitiser) if outline.raw_html => sanitiser.clean(&out),
        _ => out,
    };
    with_drawings(out, outline)
}

/// What stands for the drawing of a number until the text is clean: the sanitiser lets no SVG through.
fn stand_in(number: usize) -> String {
    format!("<figure class=\"diagram\">diagram {number}</figure>")
}

/// Puts the drawings where they stand. What stands in for one is markup that a text cannot write: with its quotation marks
/// it is in no attribute, and a text's own element of that class is not followed by these words by chance; if it is, what is
/// put there is a drawing all the same.
fn with_drawings(html: String, outline: &Outline) -> String {
    let drawn = outline.diagrams.iter().enumerate().filter_map(|(at, svg)| Some((stand_in(at), svg.as_ref()?)));
    let mut rest = html.as_str();
    let mut out = String::new();
    for (stand_in, svg) in drawn {
        let Some(at) = rest.find(&stand_in) else { continue };
        let inside = at + "<figure class=\"diagram\">".len();
        out.push_str(&rest[..inside]);
        out.push_str("<div class=\"diagram-box\" tabindex=\"0\" role=\"group\" aria-label=\"Diagram\">");
        out.push_str(svg);
        out.push_str("</div>");
        rest = &rest[at + stand_in.len() - "</figure>".len()..];
    }
    if out.is_empty() {
        return html;
    }
    out + rest
}

struct Writer<'t, 'p> {
    events: OffsetIter<'t>,
    /// Blocks outside are left out.
    section: Span,
    outline: &'p Outline,
    targets: std::slice::Iter<'p, Target>,
    heading: usize,
    /// In the first heading, which is left out.
    dropping: bool,
    shift: u8,
    /// The columns of the table being read, and the cell it is at.
    columns: Vec<Alignment>,
    cell: usize,
    in_head: bool,
    /// What closes each open link.
    open_links: Vec<&'static str>,
    notes: Notes<'t>,
    tabs: Tabs,
    /// The number of the next diagram.
    diagram: usize,
    /// Read already, and not yet dealt with.
    peeked: Option<(Event<'t>, Range<usize>)>,
    queue: VecDeque<Event<'t>>,
    done: bool,
    tools: &'p Tools,
}

impl<'t> Iterator for Writer<'t, '_> {
    type Item = Event<'t>;

    fn next(&mut self) -> Option<Event<'t>> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(event);
            }
            let Some((event, range)) = self.pull() else {
                if std::mem::replace(&mut self.done, true) {
                    return None;
                }
                let open = self.tabs.finish();
                self.close_tabs(&open);
                self.queue.extend(self.notes.finish());
                continue;
            };
            let shown = range.start >= self.section.start as usize && range.start < self.section.end as usize;
            match event {
                // A part shows the notes it refers to, wherever they are defined.
                Event::Start(Tag::FootnoteDefinition(name)) => {
                    self.tabs.enter(&Tag::FootnoteDefinition(name.clone()));
                    self.notes.define(name);
                }
                Event::End(TagEnd::FootnoteDefinition) => {
                    let open = self.tabs.leave(TagEnd::FootnoteDefinition);
                    self.close_tabs(&open);
                    self.hold();
                    self.notes.defined();
                }
                _ if self.notes.held().is_some() => {
                    let event = self.rewrite(event);
                    self.queue.push_back(event);
                    self.hold();
                }
                _ if !shown || self.dropping && self.heading == 0 => self.pass_over(&event),
                _ => {
                    let event = self.rewrite(event);
                    if self.queue.is_empty() {
                        return Some(event);
                    }
                    self.queue.push_back(event);
                }
            }
        }
    }
}

impl<'t> Writer<'t, '_> {
    fn pull(&mut self) -> Option<(Event<'t>, Range<usize>)> {
        self.peeked.take().or_else(|| self.events.next())
    }

    /// Holds back what is in the queue, for the footnote being read.
    fn hold(&mut self) {
        if let Some(held) = self.notes.held() {
            held.extend(self.queue.drain(..));
        }
    }

    /// Keeps count of links and headings that are not shown.
    fn pass_over(&mut self, event: &Event) {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => {
                self.targets.next();
            }
            Event::End(TagEnd::Heading(_)) => {
                self.heading += 1;
                self.dropping = false;
            }
            Event::Start(Tag::CodeBlock(kind)) if code::info(kind).language == diagram::LANGUAGE => self.diagram += 1,
            _ => {}
        }
    }

    /// Writes an event as it is shown. What has to stand before it is queued, what follows it is read later.
    fn rewrite(&mut self, event: Event<'t>) -> Event<'t> {
        match &event {
            Event::Start(tag) => self.tabs.enter(tag),
            Event::End(end) => {
                let open = self.tabs.leave(*end);
                self.close_tabs(&open);
            }
            _ => {}
        }
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.heading_in_tabs(level);
                let level = shifted(level, self.shift);
                let id = self.outline.headings.get(self.heading).map_or("", |heading| heading.id.as_str());
                let mut open = format!("<{level} id=\"");
                escape(&mut open, id);
                open.push_str("\">");
                html_event(open)
            }
            Event::End(TagEnd::Heading(level)) => {
                let level = shifted(level, self.shift);
                let id = self.outline.headings.get(self.heading).map_or("", |heading| heading.id.as_str());
                self.heading += 1;
                let mut close = String::from(" <a class=\"anchor\" href=\"#");
                escape(&mut close, id);
                close.push_str(&format!("\" aria-label=\"Link to this section\">#</a></{level}>\n"));
                html_event(close)
            }
            Event::Start(Tag::Link { title, .. }) => match self.targets.next() {
                Some(Target::Href(href) | Target::Image { src: href, .. }) => {
                    self.open_links.push("</a>");
                    html_event(opening_tag("a", href, &title))
                }
                _ => {
                    self.open_links.push("</span>");
                    html_event("<span class=\"dead-link\" title=\"This link leads nowhere\">".to_string())
                }
            },
            Event::End(TagEnd::Link) => html_event(self.open_links.pop().unwrap_or_default().to_string()),
            Event::Start(Tag::Paragraph) => self.paragraph(),
            Event::Start(Tag::Image { title, .. }) => html_event(self.image(&title)),
            Event::Start(Tag::CodeBlock(kind)) => html_event(self.code(&kind)),
            Event::Start(Tag::BlockQuote(Some(kind))) => html_event(alert(kind)),
            Event::End(TagEnd::BlockQuote(Some(_))) => html_event("</div>\n".to_string()),
            Event::Start(Tag::Table(columns)) => {
                self.queue.push_back(html_event(
                    "<div class=\"table-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">".to_string(),
                ));
                let plain = vec![Alignment::None; columns.len()];
                self.columns = columns;
                Event::Start(Tag::Table(plain))
            }
            Event::Start(Tag::TableHead) => {
                (self.in_head, self.cell) = (true, 0);
                Event::Start(Tag::TableHead)
            }
            Event::Start(Tag::TableRow) => {
                (self.in_head, self.cell) = (false, 0);
                Event::Start(Tag::TableRow)
            }
            Event::Start(Tag::TableCell) => {
                let alignment = self.columns.get(self.cell).copied().unwrap_or(Alignment::None);
                self.cell += 1;
                html_event(cell(alignment, self.in_head))
            }
            Event::End(TagEnd::Table) => {
                self.queue.push_back(Event::End(TagEnd::Table));
                html_event("</div>\n".to_string())
            }
            Event::FootnoteReference(name) => html_event(self.notes.reference(name)),
            // A box that says nothing is no use to those who do not see it.
            Event::TaskListMarker(done) => html_event(format!(
                "<input type=\"checkbox\" disabled{} aria-label=\"Done\"> ",
                if done { " checked" } else { "" }
            )),
            Event::Html(raw) => match tabs::mark(&raw) {
                Some(Mark::Start) => {
                    self.tabs.start(Span::default());
                    html_event("<div class=\"tabs\">\n".to_string())
                }
                Some(Mark::End) => {
                    let ended = self.tabs.end();
                    self.close_tabs(ended.as_slice());
                    html_event(String::new())
                }
                None if self.tools.sanitiser.is_none() => Event::Text(raw),
                None => Event::Html(raw),
            },
            Event::InlineHtml(raw) if self.tools.sanitiser.is_none() => Event::Text(raw),
            other => other,
        }
    }

    fn heading_in_tabs(&mut self, level: HeadingLevel) {
        let (closed, heading) = self.tabs.heading(level as u8);
        self.close_tabs(&closed);
        let between = match heading {
            tabs::Heading::Plain => return,
            tabs::Heading::First => "<div class=\"tab\">\n",
            tabs::Heading::Next => "</div>\n<div class=\"tab\">\n",
        };
        self.queue.push_back(html_event(between.to_string()));
    }

    fn close_tabs(&mut self, groups: &[tabs::Group]) {
        for group in groups {
            self.queue.push_back(html_event(if group.named() { "</div>\n</div>\n" } else { "</div>\n" }.to_string()));
        }
    }

    /// Begins a paragraph; an image with a title that stands alone in one is a figure, and the title its caption.
    fn paragraph(&mut self) -> Event<'t> {
        let title = match self.pull() {
            Some((Event::Start(Tag::Image { title, .. }), _)) => title,
            other => {
                self.peeked = other;
                return Event::Start(Tag::Paragraph);
            }
        };
        let local = matches!(self.targets.as_slice().first(), Some(Target::Image { .. })) && !title.is_empty();
        let image = self.image(if local { "" } else { &title });
        match self.pull() {
            Some((Event::End(TagEnd::Paragraph), _)) if local => html_event(figure::with_caption(&image, &title)),
            other => {
                self.peeked = other;
                self.queue.push_back(Event::Start(Tag::Paragraph));
                html_event(if local { figure::with_title(&image, &title) } else { image })
            }
        }
    }

    /// Reads up to the end of an image, and what its author says of its size, and writes it.
    fn image(&mut self, title: &str) -> String {
        let target = self.targets.next();
        let alt = self.alternative();
        let mut wished = Wish::default();
        match self.pull() {
            Some((Event::Text(text), range)) => match figure::wish(&text) {
                Some((wish, rest)) => {
                    wished = wish;
                    let rest = rest.to_string();
                    self.peeked = (!rest.is_empty()).then(|| (Event::Text(rest.into()), range));
                }
                None => self.peeked = Some((Event::Text(text), range)),
            },
            other => self.peeked = other,
        }
        image(target, &alt, title, wished)
    }

    /// Reads up to the end of an image and gives its alternative text.
    fn alternative(&mut self) -> String {
        let mut alt = String::new();
        let mut depth = 1usize;
        while depth > 0 {
            match self.pull().map(|(event, _)| event) {
                Some(Event::Start(tag)) => {
                    // A link inside an image's text is text too, but its target is used up.
                    if matches!(tag, Tag::Link { .. } | Tag::Image { .. }) {
                        self.targets.next();
                    }
                    depth += 1;
                }
                Some(Event::End(_)) => depth -= 1,
                Some(Event::Text(text) | Event::Code(text)) => alt.push_str(&text),
                Some(Event::SoftBreak | Event::HardBreak) => alt.push(' '),
                Some(_) => {}
                None => break,
            }
        }
        alt
    }

    fn code(&mut self, kind: &CodeBlockKind) -> String {
        let info = code::info(kind);
        let mut text = String::new();
        for (event, _) in self.events.by_ref() {
            match event {
                Event::Text(more) => text.push_str(&more),
                Event::End(TagEnd::CodeBlock) => break,
                _ => {}
            }
        }
        let mut out = String::with_capacity(text.len() * 3);
        if info.language == diagram::LANGUAGE {
            self.diagram += 1;
            if self.outline.diagrams.get(self.diagram - 1).is_some_and(Option::is_some) {
                out.push_str(&stand_in(self.diagram - 1));
                out.push_str(
                    "\n<details><summary>Diagram as text</summary>\n<pre class=\"code\" data-lang=\"mermaid\"><code>",
                );
                escape_body(&mut out, &text);
                out.push_str("</code></pre></details>\n");
                return out;
            }
        }
        if let Some(title) = info.title {
            out.push_str("<figure class=\"listing\"><figcaption>");
            escape_body(&mut out, title);
            out.push_str("</figcaption>");
        }
        out.push_str("<pre class=\"code\"");
        if !info.language.is_empty() {
            out.push_str(" data-lang=\"");
            escape(&mut out, info.language);
            out.push('"');
        }
        out.push_str("><code>");
        let length = text.lines().count();
        match info.marks.and_then(|marks| Lines::read_fitting(marks, length).over(length)) {
            Some(marked) => {
                let mut plain = String::with_capacity(text.len() * 3);
                self.tools.highlighter.write(&mut plain, &text, info.language);
                out.push_str(&code::mark_lines(&plain, &marked));
            }
            None => self.tools.highlighter.write(&mut out, &text, info.language),
        }
        out.push_str(if info.title.is_some() { "</code></pre></figure>\n" } else { "</code></pre>\n" });
        out
    }
}

/// Opens an alert. Its word stands in the text, for those who do not see how it is drawn.
fn alert(kind: BlockQuoteKind) -> String {
    let (name, word) = match kind {
        BlockQuoteKind::Note => ("note", "Note"),
        BlockQuoteKind::Tip => ("tip", "Tip"),
        BlockQuoteKind::Important => ("important", "Important"),
        BlockQuoteKind::Warning => ("warning", "Warning"),
        BlockQuoteKind::Caution => ("caution", "Caution"),
    };
    format!(
        "<div class=\"markdown-alert markdown-alert-{name}\" role=\"note\">\n<p class=\"markdown-alert-title\">{word}</p>\n"
    )
}

/// Opens a cell. The alignment is a class: a strict content security policy forbids style attributes.
fn cell(alignment: Alignment, in_head: bool) -> String {
    let class = match alignment {
        Alignment::None => "",
        Alignment::Left => " class=\"align-left\"",
        Alignment::Center => " class=\"align-center\"",
        Alignment::Right => " class=\"align-right\"",
    };
    if in_head { format!("<th scope=\"col\"{class}>") } else { format!("<td{class}>") }
}

fn html_event<'t>(html: String) -> Event<'t> {
    Event::InlineHtml(CowStr::from(html))
}

fn shifted(level: HeadingLevel, shift: u8) -> HeadingLevel {
    HeadingLevel::try_from((level as usize + shift as usize).min(6)).unwrap_or(HeadingLevel::H6)
}

fn opening_tag(name: &str, href: &str, title: &str) -> String {
    let mut tag = format!("<{name} href=\"");
    escape(&mut tag, href);
    tag.push('"');
    if !title.is_empty() {
        tag.push_str(" title=\"");
        escape(&mut tag, title);
        tag.push('"');
    }
    tag.push('>');
    tag
}

fn image(target: Option<&Target>, alt: &str, title: &str, wish: Wish) -> String {
    let mut out = String::new();
    match target {
        Some(Target::Image { src, size }) => figure::write(&mut out, src, alt, title, *size, wish),
        Some(Target::Href(src)) => figure::write(&mut out, src, alt, title, None, wish),
        Some(Target::ForeignImage(href)) => {
            out = opening_tag("a", href, title);
            escape_body(&mut out, if alt.is_empty() { "Image" } else { alt });
            out.push_str("</a>");
        }
        Some(Target::Dead) | None => {
            out.push_str("<span class=\"dead-link\" title=\"This image is not there\">");
            escape_body(&mut out, if alt.is_empty() { "Missing image" } else { alt });
            out.push_str("</span>");
        }
    }
    out
}

fn escape(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = escape_html(out, text);
}

fn escape_body(out: &mut String, text: &str) {
    let _ = escape_html_body_text(out, text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::markdown::outline;

    #[derive(PartialEq)]
    enum Raw {
        Sanitise,
        Escape,
    }

    fn page(text: &str, targets: &[Target], raw_html: Raw) -> String {
        let languages = ["yaml", "shell", "sql", "json", "toml", "go", "python"];
        let tools = Tools {
            highlighter: Highlighter::new(languages),
            sanitiser: (raw_html == Raw::Sanitise).then(Sanitiser::new),
        };
        render(text, &outline::read(text), targets, FirstHeading::Drop, None, &tools)
    }

    #[test]
    fn links_and_images_take_their_targets_in_order() {
        let html = page(
            "# [title](t.md)\n\n[a](x.md) ![pic [in](i.md)](p.png) [dead](no.md) ![far](https://far.example/i.png)",
            &[
                Target::Href("t.html".into()),
                Target::Href("x.html".into()),
                Target::Href("p.png".into()),
                Target::Dead,
                Target::Dead,
                Target::ForeignImage("https://far.example/i.png".into()),
            ],
            Raw::Sanitise,
        );
        assert_eq!(
            html,
            "<p><a href=\"x.html\">a</a> <img src=\"p.png\" alt=\"pic in\" loading=\"lazy\"> \
             <span class=\"dead-link\" title=\"This link leads nowhere\">dead</span> \
             <a href=\"https://far.example/i.png\">far</a></p>\n"
        );
    }

    #[test]
    fn headings_start_below_the_title() {
        let html = page("# Title\n\n# Part\n\n## Sub\n", &[], Raw::Sanitise);
        assert!(html.starts_with("<h2 id=\"part\">Part <a class=\"anchor\" href=\"#part\""), "{html}");
        assert!(html.contains("<h3 id=\"sub\">"));
        assert!(!html.contains("Title"));
    }

    #[test]
    fn columns_are_aligned_without_a_style_attribute() {
        let html = page("| a | b |\n|---|--:|\n| 1 | 2 |\n", &[], Raw::Sanitise);
        assert!(html.contains("<th scope=\"col\">a</th><th scope=\"col\" class=\"align-right\">b</th>"), "{html}");
        assert!(html.contains("<td>1</td><td class=\"align-right\">2</td>") && !html.contains("style="), "{html}");
    }

    #[test]
    fn scripts_never_pass_and_harmless_html_does() {
        let text = "<script>alert(1)</script><b onclick=\"x()\">bold</b> <img src=\"https://far.example/x.png\">\n\n```\n<script>\n```";
        let html = page(text, &[], Raw::Sanitise);
        assert!(html.contains("<b>bold</b>"), "{html}");
        assert!(!html.contains("<script") && !html.contains("onclick") && !html.contains("far.example"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
        let escaped = page(text, &[], Raw::Escape);
        assert!(escaped.contains("&lt;b onclick=") && !escaped.contains("<b "), "{escaped}");
    }

    #[test]
    fn code_is_highlighted_with_classes() {
        for (language, code, class) in [
            ("promql", "sum(rate(http_requests_total{code=~\"5..\"}[5m])) > 0.1", "hl-function"),
            ("yaml", "key: \"value\" # why", "hl-comment"),
            ("shell", "echo \"$HOME\"", "hl-string"),
            ("sql", "SELECT 1 FROM t", "hl-keyword"),
            ("json", "{\"a\": 1}", "hl-number"),
            ("toml", "a = \"b\"", "hl-string"),
            ("go", "func main() {}", "hl-keyword"),
            ("python", "def f(): return 1", "hl-keyword"),
        ] {
            let html = page(&format!("```{language}\n{code}\n```\n"), &[], Raw::Sanitise);
            assert!(html.contains(class), "{language}: {html}");
        }
    }
}
