//! One JSON object a line; the fields never change meaning.

use serde::Serialize;

use crate::diagnostic::report::{Finding, Report};

#[derive(Serialize)]
struct Line<'a> {
    rule: &'a str,
    level: &'a str,
    r#ref: Option<&'a str>,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    message: &'a str,
    help: Option<&'a str>,
    labels: Vec<LabelLine<'a>>,
    url: Option<&'a str>,
    waived: bool,
}

#[derive(Serialize)]
struct LabelLine<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

/// Writes every finding, waived ones too.
pub fn write(report: &Report) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        out.push_str(&serde_json::to_string(&line(finding)).expect("strings and numbers always serialise"));
        out.push('\n');
    }
    out
}

fn line(finding: &Finding) -> Line<'_> {
    let spot = &finding.spot;
    Line {
        rule: finding.rule.name,
        level: finding.level.name(),
        r#ref: finding.subject.as_ref().map(|subject| subject.reference.as_str()),
        file: &spot.path,
        line: spot.start.line,
        column: spot.start.column,
        end_line: spot.end.line,
        end_column: spot.end.column,
        message: &finding.message,
        help: finding.help.as_deref(),
        labels: finding
            .labels
            .iter()
            .map(|(spot, message)| LabelLine {
                file: &spot.path,
                line: spot.start.line,
                column: spot.start.column,
                message,
            })
            .collect(),
        url: finding.subject.as_ref().map(|subject| subject.url.as_str()),
        waived: finding.waived,
    }
}
