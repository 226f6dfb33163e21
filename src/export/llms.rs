//! `llms.txt`: what the handbook is and where to begin, for language models (<https://llmstxt.org>).
//!
//! It is an overview, not the handbook: lists, teams, critical services, prose.

use std::fmt::Write;

use crate::export::{Files, line};
use crate::site::feeds::{CHANGES, Entry, Feeds, REVIEWS};

const ROUTE: &str = "llms.txt";

/// Characters of a description.
const NOTE: usize = 200;

pub fn files(feeds: &Feeds) -> Files {
    let mut out = format!(
        "# {}\n\n> Who owns what, whom to call, and what may be done without asking.\n\n\
         An ownership handbook, built for {}. The page of a thing names who answers for it, how to reach them, who is called next, \
         and when somebody last checked the page: what is overdue says so at its top.",
        text(&feeds.title),
        feeds.today
    );
    if let Some(arbiter) = &feeds.arbiter {
        // Writing to a string cannot fail.
        let _ = write!(out, " {} decides who owns what nobody owns.", text(arbiter));
    }
    out.push('\n');
    for section in &feeds.overview {
        let _ = write!(out, "\n## {}\n\n", section.title);
        section.entries.iter().for_each(|entry| item(&mut out, feeds, entry));
    }
    out.push_str("\n## Optional\n\n");
    let own = |title: &str, route: &str, note: &str| Entry {
        title: title.to_string(),
        route: route.to_string(),
        note: Some(note.to_string()),
    };
    let mut optional = vec![
        own("All pages", "api/pages.json", "JSON: title, address, day of the next review, the owner's channel"),
        own("Reviews", REVIEWS, "iCalendar: every review that falls due"),
        own("Rules", "rules/index.html", "What a build looks for, and why"),
    ];
    if feeds.base.is_some() {
        optional.insert(0, own("What changed", CHANGES, "Atom: reviews, hand-overs, drills and learnings"));
    }
    optional.iter().for_each(|entry| item(&mut out, feeds, entry));
    vec![(ROUTE.to_string(), out.into_bytes())]
}

fn item(out: &mut String, feeds: &Feeds, entry: &Entry) {
    let _ = write!(out, "- [{}]({})", text(&entry.title), feeds.address(&entry.route));
    if let Some(note) = &entry.note {
        let note = match note.char_indices().nth(NOTE) {
            Some((end, _)) => format!("{}…", &note[..end]),
            None => note.clone(),
        };
        let _ = write!(out, ": {}", text(&note));
    }
    out.push('\n');
}

/// Text that is no Markdown.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in line(text.trim()).chars() {
        if matches!(c, '\\' | '[' | ']' | '<' | '>' | '`' | '*' | '_' | '#' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_no_markdown() {
        assert_eq!(text("a](b) <c>\nd"), "a\\](b) \\<c\\> d");
    }
}
