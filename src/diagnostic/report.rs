//! The findings of one run: levelled, placed, sorted and counted. It finds nothing itself.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::levels::Levels;
use crate::diagnostic::rule::{Rule, Severity};
use crate::diagnostic::{Diagnostic, Subject};
use crate::text::Span;
use crate::text::files::{FileId, Files, Lines, Position};

/// A place as people read it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// From the handbook's root, with `/`.
    pub path: Arc<str>,
    pub start: Position,
    pub end: Position,
    pub file: FileId,
    pub span: Span,
}

/// A finding with its level, and its places as lines and columns.
#[derive(Debug, Clone)]
pub struct Finding {
    pub rule: &'static Rule,
    pub level: Severity,
    pub spot: Spot,
    pub message: String,
    pub help: Option<String>,
    pub labels: Vec<(Spot, String)>,
    pub subject: Option<Subject>,
    pub waived: bool,
    /// The day on which a build first found it, where a history is kept.
    pub since: Option<Date>,
}

/// How many findings stand at each level; waived ones are counted apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub error: usize,
    pub warn: usize,
    pub info: usize,
    pub waived: usize,
}

impl Counts {
    pub fn at(&self, level: Severity) -> usize {
        match level {
            Severity::Error => self.error,
            Severity::Warn => self.warn,
            Severity::Info => self.info,
            Severity::Off => 0,
        }
    }

    /// Counts one finding.
    pub fn add(&mut self, finding: &Finding) {
        match finding.level {
            _ if finding.waived => self.waived += 1,
            Severity::Error => self.error += 1,
            Severity::Warn => self.warn += 1,
            Severity::Info => self.info += 1,
            Severity::Off => {}
        }
    }
}

/// All findings of a run that are not switched off, sorted by path, line, column and rule.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub findings: Vec<Finding>,
    pub counts: Counts,
    /// The levels that were in force.
    pub levels: Levels,
}

impl Report {
    /// Levels, places and sorts findings; those whose level is off are dropped.
    pub fn new(findings: Vec<Diagnostic>, levels: &Levels, files: &Files) -> Self {
        let mut counted: HashMap<FileId, Lines> = HashMap::new();
        let mut spot = |file: FileId, span: Span| {
            let source = files.get(file);
            let span = source.clamp(span);
            let lines = counted.entry(file).or_insert_with(|| source.lines());
            Spot {
                path: source.path.clone(),
                start: lines.position(span.start),
                end: lines.position(span.end),
                file,
                span,
            }
        };
        let mut placed: Vec<Finding> = findings
            .into_iter()
            .filter_map(|finding| {
                let level = levels.of(&finding);
                (level > Severity::Off).then(|| Finding {
                    rule: finding.rule,
                    level,
                    spot: spot(finding.place.file, finding.place.span),
                    message: finding.message,
                    help: finding.help,
                    labels: finding
                        .labels
                        .into_iter()
                        .map(|label| (spot(label.place.file, label.place.span), label.message))
                        .collect(),
                    subject: finding.subject,
                    waived: finding.waived,
                    since: None,
                })
            })
            .collect();
        placed.sort_by(|a, b| {
            let key = |f: &Finding| (f.spot.path.clone(), f.spot.start, f.rule.name);
            key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
        });
        placed.dedup_by(|a, b| a.rule.name == b.rule.name && a.spot == b.spot && a.message == b.message);
        let mut counts = Counts::default();
        placed.iter().for_each(|finding| counts.add(finding));
        Self { findings: placed, counts, levels: levels.clone() }
    }

    /// Says whether a finding that nobody waived stands at `level` or above.
    pub fn fails(&self, level: Severity) -> bool {
        self.findings.iter().any(|finding| !finding.waived && finding.level >= level)
    }
}
