//! How the findings of a run are written.

use crate::cli::{Checking, Format};
use crate::diagnostic::report::Report;
use crate::diagnostic::{human, json, short};
use crate::pipeline::Checked;
use crate::text::files::Files;

/// Columns of output that goes to no terminal.
const WIDTH: usize = 140;

/// The findings in the form asked for.
pub fn write(checked: &Checked, checking: &Checking) -> String {
    match checking.format {
        Format::Human => human(&checked.report, &checked.files, checking.asked.limit),
        Format::Short => short::write(&checked.report),
        Format::Json => json::write(&checked.report),
    }
}

/// Findings for people; a limit of 0 shows all.
pub fn human(report: &Report, files: &Files, limit: usize) -> String {
    let limit = (limit > 0).then_some(limit);
    human::write(report, files, human::Options { limit, width: clap_width() })
}

fn clap_width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.filter(|columns| (40..=400).contains(columns)).unwrap_or(WIDTH)
}

/// The last line: how many findings at each level.
pub fn summary(checked: &Checked) -> String {
    human::summary(&checked.report.counts)
}
