//! What builds found before this one: counts by day, and since when each gap stands.
//!
//! `lines` is the file's text, `file` the disk. What a page makes of it is the site's business.

mod file;
mod lines;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

pub use crate::history::file::{HistoryError, Recorded, read, record};
pub use crate::history::lines::parse;

use crate::diagnostic::report::{Finding, Report};
use crate::diagnostic::rule::{Rule, Severity};

/// The file, beside site.toml.
pub const FILE: &str = "history.jsonl";

/// Longest history that is read or written, in bytes: 8 MiB, some 80,000 gaps.
pub const LONGEST: usize = 8 * 1024 * 1024;

/// Days before the newest of which every one is kept; of a month before them, only the last.
const DAILY: i32 = 366;

pub static INVALID: Rule = Rule {
    name: "source/invalid-history",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A `history.jsonl` that is not what `onus build --record` writes: a merge conflict, a line that was changed by hand, a \
            file of something else. Lines that can be read still count; the file is not written over.",
    matters: "Nothing more is recorded until it is mended, so gaps lose the day on which they were found, and the trend has a hole.",
    example: "```\n<<<<<<< HEAD\n{\"day\":\"2026-11-21\",\"errors\":0,\"warnings\":11,\"notes\":2,\"waived\":1}\n=======\n\
              {\"day\":\"2026-11-22\",\"errors\":0,\"warnings\":10,\"notes\":2,\"waived\":1}\n>>>>>>> main\n```",
    instead: "Keep the lines of both sides and take the marks out; lines that stand twice do no harm. With `history.jsonl merge=union` \
              in `.gitattributes`, git does that by itself.",
    source: "JSON Lines, <https://jsonlines.org/>; gitattributes(5), *Built-in merge drivers*.",
};

/// How many findings stood on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Day {
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
    pub waived: usize,
}

/// What a finding is known by from one build to the next: lines may move and counted days go on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    pub rule: String,
    /// `kind:id` of what it is about, else the file's path.
    pub about: String,
    /// The names in its message, but for those of the thing itself.
    pub names: Vec<String>,
}

/// Counts by day, and since when each gap stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    pub days: BTreeMap<Date, Day>,
    pub gaps: BTreeMap<Gap, Date>,
}

/// The history of a handbook as its file has it.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// None where none is kept.
    pub history: Option<History>,
    /// Why the file must stay as it is, in words.
    pub obstacle: Option<String>,
}

impl Gap {
    pub fn of(finding: &Finding) -> Self {
        let subject = finding.subject.as_ref();
        let about = subject.map_or_else(|| finding.spot.path.to_string(), |subject| subject.reference.clone());
        let own: Vec<&str> = match subject {
            Some(subject) => {
                let id = subject.reference.split_once(':').map_or("", |(_, id)| id);
                vec![&subject.reference, &subject.title, id, id.rsplit('/').next().unwrap_or(id)]
            }
            None => Vec::new(),
        };
        let names = finding.message.split('`').skip(1).step_by(2).filter(|name| !own.contains(name));
        Self { rule: finding.rule.name.to_string(), about, names: names.map(str::to_string).collect() }
    }
}

impl History {
    /// The history once this day has been recorded. Findings are told since when they stand.
    ///
    /// What was recorded for the day is replaced, and later days, which a build for this day cannot know, are left out.
    fn through(mut self, today: Date, report: &mut Report) -> Self {
        let mut gaps = BTreeMap::new();
        for finding in &mut report.findings {
            let gap = Gap::of(finding);
            let since = self.gaps.get(&gap).copied().filter(|since| *since <= today).unwrap_or(today);
            finding.since = Some(since);
            gaps.insert(gap, since);
        }
        self.days.retain(|day, _| *day < today);
        let counts = report.counts;
        let day = Day { errors: counts.error, warnings: counts.warn, notes: counts.info, waived: counts.waived };
        self.days.insert(today, day);
        let mut months = BTreeSet::new();
        let mut thinned = BTreeMap::new();
        for (on, day) in self.days.into_iter().rev() {
            let last = months.insert((on.year(), on.month()));
            if last || (today - on).get_days() < DAILY {
                thinned.insert(on, day);
            }
        }
        Self { days: thinned, gaps }
    }
}

impl Kept {
    /// The history with this run's findings, which are told since when they stand; without a history, only where one is begun.
    pub fn through(self, today: Date, report: &mut Report, begun: bool) -> Self {
        let Some(history) = self.history.or_else(|| begun.then(History::default)) else {
            return Self { history: None, ..self };
        };
        let later = history.days.keys().next_back().filter(|last| **last > today).map(|last| {
            format!("{today} lies before {last}, the last day in it; record by the clock, or take the days after {today} out")
        });
        Self { history: Some(history.through(today, report)), obstacle: self.obstacle.or(later) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::levels::Levels;
    use crate::diagnostic::{Diagnostic, Place, Subject};
    use crate::text::Span;
    use crate::text::files::{File, FileId, Files};

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    /// A report of findings about `service:shop/till`, by message, the place of each after those before.
    fn report(messages: &[&str]) -> Report {
        let mut files = Files::default();
        files.add(File::new("content/a.md", "0123456789"));
        let subject = Subject { reference: "service:shop/till".into(), title: "The till".into(), ..Subject::default() };
        let found = messages.iter().enumerate().map(|(at, message)| {
            let place = Place { file: FileId(0), span: Span::new(at, at + 1) };
            Diagnostic::new(&INVALID, place, *message).about(subject.clone())
        });
        Report::new(found.collect(), &Levels::default(), &files)
    }

    fn since(history: &History, today: &str, messages: &[&str]) -> Vec<String> {
        let mut report = report(messages);
        history.clone().through(date(today), &mut report);
        report.findings.iter().map(|finding| finding.since.expect("a day").to_string()).collect()
    }

    fn after(today: &str, messages: &[&str]) -> History {
        History::default().through(date(today), &mut report(messages))
    }

    #[test]
    fn a_gap_keeps_its_day_when_its_line_and_its_numbers_move() {
        let history = after("2026-10-01", &["service `shop/till` is late, 3 days ago", "`x` leads nowhere"]);
        let now = since(&history, "2026-11-22", &["`x` leads nowhere", "service `shop/till` is late, 55 days ago"]);
        assert_eq!(now, ["2026-10-01", "2026-10-01"]);
    }

    #[test]
    fn a_gap_is_known_by_the_names_in_it_but_not_by_its_own() {
        let history = after("2026-10-01", &["`x` leads nowhere", "`The till` rests on `bo`"]);
        assert_eq!(
            since(&history, "2026-11-22", &["`y` leads nowhere", "`till` rests on `bo`"]),
            ["2026-11-22", "2026-10-01"]
        );
    }

    #[test]
    fn a_gap_that_was_mended_and_comes_back_is_new() {
        let history = after("2026-10-01", &["`x`"]).through(date("2026-10-02"), &mut report(&[]));
        assert_eq!(since(&history, "2026-11-22", &["`x`"]), ["2026-11-22"]);
    }

    #[test]
    fn a_day_that_is_recorded_again_is_replaced() {
        let history = after("2026-10-01", &["`x`", "`y`"]).through(date("2026-10-01"), &mut report(&["`x`"]));
        assert_eq!(history.days.len(), 1);
        assert_eq!(history.days[&date("2026-10-01")].warnings, 1);
        assert_eq!(history.gaps.len(), 1);
    }

    #[test]
    fn an_earlier_day_knows_nothing_of_later_ones() {
        let history = after("2026-10-01", &["`x`"]);
        assert_eq!(since(&history, "2026-09-01", &["`x`"]), ["2026-09-01"]);
        let kept = Kept { history: Some(history), obstacle: None };
        let kept = kept.through(date("2026-09-01"), &mut report(&[]), true);
        assert_eq!(kept.history.expect("a history").days.into_keys().collect::<Vec<_>>(), [date("2026-09-01")]);
        assert!(kept.obstacle.is_some());
    }

    #[test]
    fn before_a_year_the_last_day_of_each_month_is_kept() {
        let mut history = History::default();
        let mut on = date("2024-01-01");
        while on < date("2026-11-22") {
            history.days.insert(on, Day::default());
            on = on.tomorrow().expect("a day");
        }
        let days = history.through(date("2026-11-22"), &mut report(&[])).days;
        assert!(days.contains_key(&date("2024-02-29")) && !days.contains_key(&date("2024-02-28")));
        assert!(days.contains_key(&date("2025-11-30")));
        assert!(days.len() <= 366 + 24, "{}", days.len());
    }

    #[test]
    fn without_a_history_nothing_is_dated() {
        let mut report = report(&["`x`"]);
        let kept = Kept::default().through(date("2026-11-22"), &mut report, false);
        assert!(kept.history.is_none());
        assert_eq!(report.findings[0].since, None);
    }
}
