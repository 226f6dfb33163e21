//! Prose as HTML: links rewritten, headings with permalinks, code highlighted, raw HTML sanitised.

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, HeadingLevel, OffsetIter, Parser, Tag, TagEnd, html};
use pulldown_cmark_escape::{escape_html, escape_html_body_text};

use super::highlight::Highlighter;
use super::outline::Outline;
use super::sanitise::Sanitiser;
use crate::text::Span;

/// Where the link of an outline leads, seen from the page that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A relative or external address.
    Href(String),
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
        queue: std::collections::VecDeque::new(),
        tools,
    };
    let mut out = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut out, writer);
    match &tools.sanitiser {
        Some(sanitiser) if outline.raw_html => sanitiser.clean(&out),
        _ => out,
    }
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
    queue: std::collections::VecDeque<Event<'t>>,
    tools: &'p Tools,
}

impl<'t> Iterator for Writer<'t, '_> {
    type Item = Event<'t>;

    fn next(&mut self) -> Option<Event<'t>> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(event);
            }
            let (event, range) = self.events.next()?;
            if range.start < self.section.start as usize || range.start >= self.section.end as usize {
                self.pass_over(&event);
                continue;
            }
            if self.dropping && self.heading == 0 {
                self.pass_over(&event);
                continue;
            }
            return Some(self.rewrite(event));
        }
    }
}

impl<'t> Writer<'t, '_> {
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
            _ => {}
        }
    }

    fn rewrite(&mut self, event: Event<'t>) -> Event<'t> {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
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
                Some(Target::Href(href)) => {
                    self.open_links.push("</a>");
                    html_event(opening_tag("a", href, &title))
                }
                _ => {
                    self.open_links.push("</span>");
                    html_event("<span class=\"dead-link\" title=\"This link leads nowhere\">".to_string())
                }
            },
            Event::End(TagEnd::Link) => html_event(self.open_links.pop().unwrap_or_default().to_string()),
            Event::Start(Tag::Image { title, .. }) => {
                let target = self.targets.next();
                let alt = self.alternative();
                html_event(image(target, &alt, &title))
            }
            Event::Start(Tag::CodeBlock(kind)) => html_event(self.code(&kind)),
            Event::Start(Tag::Table(columns)) => {
                self.queue.push_back(Event::Start(Tag::Table(vec![Alignment::None; columns.len()])));
                self.columns = columns;
                html_event(
                    "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">".to_string(),
                )
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
                self.queue.push_back(html_event("</div>\n".to_string()));
                Event::End(TagEnd::Table)
            }
            // A box that says nothing is no use to those who do not see it.
            Event::TaskListMarker(done) => html_event(format!(
                "<input type=\"checkbox\" disabled{} aria-label=\"Done\"> ",
                if done { " checked" } else { "" }
            )),
            Event::Html(raw) | Event::InlineHtml(raw) if self.tools.sanitiser.is_none() => Event::Text(raw),
            other => other,
        }
    }

    /// Reads up to the end of an image and gives its alternative text.
    fn alternative(&mut self) -> String {
        let mut alt = String::new();
        let mut depth = 1usize;
        while depth > 0 {
            match self.events.next().map(|(event, _)| event) {
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
        let language = super::language(kind);
        let mut text = String::new();
        for (event, _) in self.events.by_ref() {
            match event {
                Event::Text(more) => text.push_str(&more),
                Event::End(TagEnd::CodeBlock) => break,
                _ => {}
            }
        }
        let mut out = String::with_capacity(text.len() * 3);
        out.push_str("<pre class=\"code\"");
        if !language.is_empty() {
            out.push_str(" data-lang=\"");
            escape(&mut out, language);
            out.push('"');
        }
        out.push_str("><code>");
        self.tools.highlighter.write(&mut out, &text, language);
        out.push_str("</code></pre>\n");
        out
    }
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

fn image(target: Option<&Target>, alt: &str, title: &str) -> String {
    let mut out = String::new();
    match target {
        Some(Target::Href(src)) => {
            out.push_str("<img src=\"");
            escape(&mut out, src);
            out.push_str("\" alt=\"");
            escape(&mut out, alt);
            out.push_str("\" loading=\"lazy\"");
            if !title.is_empty() {
                out.push_str(" title=\"");
                escape(&mut out, title);
                out.push('"');
            }
            out.push('>');
        }
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
