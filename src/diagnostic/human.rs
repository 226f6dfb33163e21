//! Findings for people, in rustc's manner: snippet, caret at the very value, second label at the other place, help.
//!
//! Colours are written always; the terminal stream drops them where they are not wanted.

use std::collections::BTreeMap;
use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::diagnostic::report::{Counts, Finding, Report, Spot};
use crate::diagnostic::rule::Severity;
use crate::text::files::Files;

/// How findings are shown.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many findings to show at most, the gravest first; the count always names all.
    pub limit: Option<usize>,
    /// Columns of the terminal; 140 where it is not known.
    pub width: usize,
}

/// Lines of context that a file may be from its start before only its neighbourhood is handed to the renderer.
const CONTEXT: usize = 2;

/// Writes findings grouped by level, errors last so that they stand next to the count at the end of a terminal.
pub fn write(report: &Report, files: &Files, options: Options) -> String {
    let open: Vec<&Finding> = report.findings.iter().filter(|finding| !finding.waived).collect();
    let mut shown: Vec<&Finding> = open.clone();
    shown.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    shown.truncate(options.limit.unwrap_or(usize::MAX));
    shown.reverse();
    shown.sort_by(|a, b| {
        let key = |f: &Finding| (f.level, f.rule.name, f.spot.clone());
        key(a).cmp(&key(b))
    });
    let renderer = Renderer::styled().term_width(options.width);
    let mut out = String::new();
    for finding in &shown {
        let groups = group(finding, files);
        out.push_str(&renderer.render(&groups));
        out.push_str("\n\n");
    }
    if shown.len() < open.len() {
        let _ = writeln!(out, "{} more not shown; by rule, all of them:", open.len() - shown.len());
        let mut rules: BTreeMap<&str, (Severity, usize)> = BTreeMap::new();
        for finding in &open {
            let row = rules.entry(finding.rule.name).or_insert((finding.level, 0));
            *row = (row.0.max(finding.level), row.1 + 1);
        }
        for (rule, (level, count)) in rules {
            let _ = writeln!(out, "  {count:>6}  {:<5}  {rule}", level.name());
        }
        out.push('\n');
    }
    out
}

/// The closing line: `3 errors, 12 warnings, 1 note (2 waived)`.
pub fn summary(counts: &Counts) -> String {
    let number = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    let mut line = format!(
        "{}, {}, {}",
        number(counts.error, "error"),
        number(counts.warn, "warning"),
        number(counts.info, "note")
    );
    if counts.waived > 0 {
        let _ = write!(line, " ({} waived)", counts.waived);
    }
    line
}

/// Makes text safe to print: control characters, which could drive a terminal, become visible, and so do those that turn the
/// direction of what stands after them.
pub fn plain(text: &str) -> String {
    let turns = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || turns(c) { '\u{fffd}' } else { c }).collect()
}

fn group<'a>(finding: &'a Finding, files: &'a Files) -> Vec<Group<'a>> {
    let level = match finding.level {
        Severity::Error => Level::ERROR,
        Severity::Warn => Level::WARNING,
        _ => Level::NOTE,
    };
    let mut places: BTreeMap<&str, Vec<(&Spot, AnnotationKind, &str)>> = BTreeMap::new();
    let mut order = vec![&*finding.spot.path];
    places.entry(&finding.spot.path).or_default().push((&finding.spot, AnnotationKind::Primary, ""));
    for (spot, message) in &finding.labels {
        if !order.contains(&&*spot.path) {
            order.push(&spot.path);
        }
        places.entry(&spot.path).or_default().push((spot, AnnotationKind::Context, message));
    }
    let mut main = Group::with_title(level.primary_title(plain(&finding.message)).id(finding.rule.name));
    for path in order {
        main = main.element(snippet(path, &places[path], files));
    }
    let mut groups = vec![main];
    if let Some(help) = &finding.help {
        groups.push(Group::with_title(Level::HELP.secondary_title(plain(help))));
    }
    groups
}

/// Cuts the file to the lines around its places: the renderer's cost grows with the text it is handed.
fn snippet<'a>(
    path: &'a str,
    places: &[(&'a Spot, AnnotationKind, &'a str)],
    files: &'a Files,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = &files.get(places[0].0.file).text;
    let first = places.iter().map(|(spot, ..)| spot.span.start as usize).min().unwrap_or(0);
    let last = places.iter().map(|(spot, ..)| spot.span.end as usize).max().unwrap_or(0);
    let mut start = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let mut line = places.iter().map(|(spot, ..)| spot.start.line).min().unwrap_or(1) as usize;
    for _ in 0..CONTEXT {
        if start > 0 {
            start = text[..start - 1].rfind('\n').map_or(0, |at| at + 1);
            line -= 1;
        }
    }
    let mut end = last;
    for _ in 0..=CONTEXT {
        end = text[end..].find('\n').map_or(text.len(), |at| (end + at + 1).min(text.len()));
    }
    let annotations = places.iter().map(|(spot, kind, message)| {
        let from = spot.span.start as usize;
        // A caret below several lines says less than one below the first.
        let to = text[from..spot.span.end as usize].find('\n').map_or(spot.span.end as usize, |at| from + at);
        let annotation = kind.span(from - start..to - start);
        if message.is_empty() { annotation } else { annotation.label(plain(message)) }
    });
    Snippet::source(&text[start..end]).line_start(line).path(plain(path)).annotations(annotations)
}
