//! How the number of gaps has gone, from the days that the history holds.

use std::collections::BTreeMap;

use jiff::civil::{Date, ISOWeekDate};
use serde::Serialize;

use crate::history::{Day, History};
use crate::site::chart::Line;
use crate::site::desk::day;

/// Points that are drawn and listed at most; a longer time is told by weeks, then by months.
const POINTS: usize = 31;

#[derive(Serialize)]
pub(super) struct Trend {
    /// The first day that is shown.
    since: String,
    /// What a row stands for: `day`, `week` or `month`, of which it is the last day recorded.
    step: &'static str,
    lines: Vec<Level>,
    /// The newest first.
    rows: Vec<Point>,
}

#[derive(Serialize)]
struct Level {
    level: &'static str,
    /// In words, as the counts at the top have it: `errors`.
    name: &'static str,
    then: usize,
    now: usize,
    /// `3 fewer than`, `1 more than` or `as many as` at the beginning.
    change: String,
    most: usize,
    line: Line,
}

#[derive(Serialize)]
struct Point {
    on: String,
    errors: usize,
    warnings: usize,
    notes: usize,
    waived: usize,
}

/// The trend; none before there are two days.
pub(super) fn trend(history: &History) -> Option<Trend> {
    if history.days.len() < 2 {
        return None;
    }
    let (step, days) = shown(history);
    let level = |level, name, count: fn(&Day) -> usize| {
        let values: Vec<(Date, usize)> = days.iter().map(|(on, day)| (*on, count(day))).collect();
        let value = |at: Option<&(Date, usize)>| at.map_or(0, |(_, value)| *value);
        let (then, now) = (value(values.first()), value(values.last()));
        let most = values.iter().map(|(_, value)| *value).max().unwrap_or(0);
        let change = match now.abs_diff(then) {
            0 => "as many as".to_string(),
            by if now < then => format!("{by} fewer than"),
            by => format!("{by} more than"),
        };
        Level { level, name, then, now, change, most, line: Line::new(&values, most) }
    };
    let point = |(on, counts): &(Date, Day)| Point {
        on: day(*on),
        errors: counts.errors,
        warnings: counts.warnings,
        notes: counts.notes,
        waived: counts.waived,
    };
    Some(Trend {
        since: days.first().map(|(on, _)| day(*on)).unwrap_or_default(),
        step,
        lines: vec![
            level("error", "errors", |day| day.errors),
            level("warn", "warnings", |day| day.warnings),
            level("info", "notes", |day| day.notes),
        ],
        rows: days.iter().rev().map(point).collect(),
    })
}

/// The days to show, earliest first: all of them, else the last of each week, else the last of each of the latest months.
fn shown(history: &History) -> (&'static str, Vec<(Date, Day)>) {
    let all: Vec<(Date, Day)> = history.days.iter().map(|(on, day)| (*on, *day)).collect();
    if all.len() <= POINTS {
        return ("day", all);
    }
    let week = |on: Date| {
        let week: ISOWeekDate = on.iso_week_date();
        (i32::from(week.year()), i32::from(week.week()))
    };
    let weeks = last_of_each(&all, week);
    if weeks.len() <= POINTS {
        return ("week", weeks);
    }
    let months = last_of_each(&all, |on| (i32::from(on.year()), i32::from(on.month())));
    ("month", months[months.len().saturating_sub(POINTS)..].to_vec())
}

fn last_of_each(days: &[(Date, Day)], of: impl Fn(Date) -> (i32, i32)) -> Vec<(Date, Day)> {
    let last: BTreeMap<(i32, i32), (Date, Day)> = days.iter().map(|(on, day)| (of(*on), (*on, *day))).collect();
    last.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(days: usize) -> History {
        let mut history = History::default();
        let mut on = Date::constant(2025, 12, 1);
        for n in 0..days {
            history.days.insert(on, Day { errors: n, ..Day::default() });
            on = on.tomorrow().expect("a day");
        }
        history
    }

    #[test]
    fn a_long_time_is_told_by_the_last_day_of_each_week_or_month() {
        for (days, step, points) in [(31, "day", 31), (32, "week", 5), (217, "week", 31), (218, "month", 8)] {
            let trend = trend(&history(days)).expect("a trend");
            assert_eq!((trend.step, trend.rows.len()), (step, points), "{days} days");
            assert_eq!(trend.rows[0].errors, days - 1, "the newest day is always shown");
        }
    }

    #[test]
    fn the_change_is_said_in_words() {
        let trend = trend(&history(3)).expect("a trend");
        let said: Vec<&str> = trend.lines.iter().map(|line| line.change.as_str()).collect();
        assert_eq!(said, ["2 more than", "as many as", "as many as"]);
    }

    #[test]
    fn one_day_is_no_trend() {
        assert!(trend(&history(1)).is_none());
    }
}
