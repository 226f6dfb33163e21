//! One finding a line, `path:line:column: level[rule]: message`, for editors and `grep`.

use std::fmt::Write;

use crate::diagnostic::human::plain;
use crate::diagnostic::report::Report;

/// Writes every finding; waived ones are marked.
pub fn write(report: &Report) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        let waived = if finding.waived { " (waived)" } else { "" };
        let spot = &finding.spot;
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{}:{}:{}: {}[{}]: {}{waived}",
            plain(&spot.path),
            spot.start.line,
            spot.start.column,
            finding.level,
            finding.rule.name,
            plain(&finding.message)
        );
    }
    out
}
