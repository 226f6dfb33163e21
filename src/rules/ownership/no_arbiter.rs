//! `ownership/no-arbiter`. An arbiter that does not exist is told by `refs/unknown`.

use crate::diagnostic::rule::{Rule, Severity};
use crate::diagnostic::{Diagnostic, Place};
use crate::model::Handbook;
use crate::text::Span;
use crate::text::files::FileId;

pub static RULE: Rule = Rule {
    name: "ownership/no-arbiter",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A handbook whose site.toml names nobody who decides when a thing has no owner, or two.",
    matters: "A gap that nobody has to close stays open: everyone who could take the work has a reason to wait.",
    example: "```toml\ntitle = \"Handbook\"\n```",
    instead: "```toml\ntitle = \"Handbook\"\n\n[ownership]\narbiter = \"team:platform\"\n```",
    source: "AWS Well-Architected, OPS02-BP04 *Mechanisms exist to manage responsibilities and ownership*.",
};

const TABLE: &str = "[ownership]";

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    if handbook.config.ownership.arbiter.is_some() {
        return Vec::new();
    }
    // site.toml is file 0.
    let place = Place { file: FileId(0), span: table(&handbook.config.text) };
    vec![
        Diagnostic::new(&RULE, place, "nobody is named who decides when a thing has no owner")
            .help("name a team, person or role as `arbiter` under `[ownership]`"),
    ]
}

/// The line of the table the setting belongs in, else the first line.
fn table(text: &str) -> Span {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end().starts_with(TABLE) {
            return Span::new(start, start + TABLE.len());
        }
        start += line.len();
    }
    Span::new(0, text.lines().next().unwrap_or_default().len())
}
