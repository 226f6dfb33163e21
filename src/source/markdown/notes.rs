//! Footnotes: numbered in the order in which they are referred to, set at the end, with a way back to each reference.

use std::collections::HashMap;

use pulldown_cmark::{CowStr, Event};

/// Ways back that one note shows; more than a reader would look through.
const WAYS_BACK: usize = 50;

/// The footnotes of a text while it is written.
#[derive(Default)]
pub struct Notes<'t> {
    /// Before the numbers, so that a section shown on another page has ids of its own.
    prefix: &'static str,
    numbers: HashMap<CowStr<'t>, usize>,
    /// By number, less one.
    notes: Vec<Note<'t>>,
    /// Definitions being read, the innermost last.
    open: Vec<(CowStr<'t>, Vec<Event<'t>>)>,
}

#[derive(Default)]
struct Note<'t> {
    references: usize,
    /// None before it is defined.
    content: Option<Vec<Event<'t>>>,
}

impl<'t> Notes<'t> {
    /// `part` says that only a section of the text is shown.
    pub fn new(part: bool) -> Self {
        Self { prefix: if part { "p" } else { "" }, ..Self::default() }
    }

    /// A reference as a link to its note.
    pub fn reference(&mut self, name: CowStr<'t>) -> String {
        let number = self.number(name);
        let note = &mut self.notes[number - 1];
        note.references += 1;
        let id = self.id(number, self.notes[number - 1].references);
        let prefix = self.prefix;
        format!(
            "<sup class=\"note-ref\"><a id=\"{id}\" href=\"#_fn-{prefix}{number}\" aria-label=\"Footnote {number}\">{number}</a></sup>"
        )
    }

    fn number(&mut self, name: CowStr<'t>) -> usize {
        let next = self.notes.len() + 1;
        let number = *self.numbers.entry(name).or_insert(next);
        if number == next {
            self.notes.push(Note::default());
        }
        number
    }

    fn id(&self, number: usize, reference: usize) -> String {
        let nth = if reference > 1 { format!("-{reference}") } else { String::new() };
        format!("_fnref-{}{number}{nth}", self.prefix)
    }

    /// Begins to hold back what is written, until the definition ends.
    pub fn define(&mut self, name: CowStr<'t>) {
        self.open.push((name, Vec::new()));
    }

    /// Ends the innermost definition.
    pub fn defined(&mut self) {
        if let Some((name, content)) = self.open.pop() {
            let number = self.number(name);
            self.notes[number - 1].content.get_or_insert(content);
        }
    }

    /// Where to hold an event back, while a definition is read.
    pub fn held(&mut self) -> Option<&mut Vec<Event<'t>>> {
        self.open.last_mut().map(|(_, content)| content)
    }

    /// The list of notes; nothing where there is none to show. Of a part, only what the part refers to.
    pub fn finish(&mut self) -> Vec<Event<'t>> {
        while !self.open.is_empty() {
            self.defined();
        }
        let notes = std::mem::take(&mut self.notes);
        let part = !self.prefix.is_empty();
        let mut out = Vec::new();
        for (at, note) in notes.into_iter().enumerate() {
            let number = at + 1;
            let Some(content) = note.content else { continue };
            if part && note.references == 0 {
                continue;
            }
            if out.is_empty() {
                out.push(html("<section class=\"notes\" aria-label=\"Footnotes\">\n<ol>\n".to_string()));
            }
            // The numbers of notes that are left out are not given to others.
            out.push(html(format!("<li id=\"_fn-{}{number}\" value=\"{number}\">\n", self.prefix)));
            out.extend(content);
            out.push(html(self.ways_back(number, note.references) + "</li>\n"));
        }
        if !out.is_empty() {
            out.push(html("</ol>\n</section>\n".to_string()));
        }
        out
    }

    fn ways_back(&self, number: usize, references: usize) -> String {
        let mut out = String::new();
        for nth in 1..=references.min(WAYS_BACK) {
            let (id, which) = (self.id(number, nth), if references > 1 { format!(" {nth}") } else { String::new() });
            out.push_str(&format!("<a class=\"note-back\" href=\"#{id}\" aria-label=\"Back to reference{which} of footnote {number}\">↩{}</a>\n", which.trim()));
        }
        if out.is_empty() { out } else { format!("<p>{out}</p>") }
    }
}

fn html<'t>(text: String) -> Event<'t> {
    Event::Html(CowStr::from(text))
}
