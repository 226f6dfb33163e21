//! The history as text: a JSON object a line, sorted, so that versions of it merge line by line. Reading it is forgiving, and
//! tells what had to be forgiven.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Place};
use crate::history::{Day, FILE, Gap, History, INVALID, Kept};
use crate::text::Span;
use crate::text::files::{File, Files};

/// The version of the format.
const VERSION: u32 = 1;

const HELP: &str = "mend the line, or bring back the version of the file that was committed before";

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Head(HeadLine),
    Day(DayLine),
    Gap(GapLine),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadLine {
    onus: String,
    version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DayLine {
    day: Date,
    errors: usize,
    warnings: usize,
    notes: usize,
    waived: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GapLine {
    since: Date,
    rule: String,
    r#ref: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    names: Vec<String>,
}

/// Something that keeps a file from being a history.
struct Fault {
    span: Span,
    message: String,
    help: &'static str,
}

/// Parses the text of the file, as it was read or why it could not be; none where there is no such file. What is wrong with it
/// is one finding, however much it is, and then `files` gets the text.
pub fn parse(read: Option<Result<String, String>>, files: &mut Files, findings: &mut Vec<Diagnostic>) -> Kept {
    let (text, history, fault) = match read {
        None => return Kept::default(),
        Some(Err(why)) => {
            let message = format!("`{FILE}` {why}");
            (String::new(), None, Some(Fault { span: Span::default(), message, help: "put a text file in its place" }))
        }
        Some(Ok(text)) => {
            let (history, fault) = read_lines(&text);
            (text, history, fault)
        }
    };
    let obstacle = fault.map(|fault| {
        let place = Place { file: files.add(File::new(FILE, text)), span: fault.span };
        findings.push(Diagnostic::new(&INVALID, place, fault.message.clone()).help(fault.help));
        fault.message
    });
    Kept { history, obstacle }
}

fn read_lines(text: &str) -> (Option<History>, Option<Fault>) {
    let mut history = History::default();
    let mut faults: Vec<Fault> = Vec::new();
    let mut version = None;
    let mut start = 0;
    for raw in text.split_inclusive('\n') {
        let line = raw.trim();
        let at = start + (raw.len() - raw.trim_start().len());
        start += raw.len();
        if line.is_empty() {
            continue;
        }
        match serde_json::from_str(line.trim_start_matches('\u{feff}')) {
            Ok(Line::Head(head)) if head.onus == "history" => version = version.max(Some(head.version)),
            // The side that was merged in last counts.
            Ok(Line::Day(DayLine { day, errors, warnings, notes, waived })) => {
                history.days.insert(day, Day { errors, warnings, notes, waived });
            }
            Ok(Line::Gap(GapLine { since, rule, r#ref, names })) => {
                let known = history.gaps.entry(Gap { rule, about: r#ref, names }).or_insert(since);
                *known = since.min(*known);
            }
            _ => {
                let span = Span::new(at, at + line.len());
                faults.push(if is_mark(line) {
                    let help = "keep the lines of both sides and take the marks out; `history.jsonl merge=union` in \
                                `.gitattributes` lets git do so";
                    Fault { span, message: format!("a merge conflict stands in `{FILE}`"), help }
                } else {
                    Fault { span, message: format!("`{FILE}` holds a line that is none of a history"), help: HELP }
                });
            }
        }
    }
    let whole = Span::new(0, text.find('\n').unwrap_or(text.len()));
    match version {
        _ if text.trim().is_empty() => (None, None),
        Some(VERSION) => {
            let count = faults.len();
            let mut faults = faults.into_iter();
            let first = faults.next().map(|fault| match count {
                1 => fault,
                _ => Fault { message: format!("{}; {count} lines are wrong", fault.message), ..fault },
            });
            (Some(history), first)
        }
        Some(newer) => {
            let message = format!("`{FILE}` has version {newer}, and this onus reads version {VERSION}");
            (None, Some(Fault { span: whole, message, help: "use a newer onus" }))
        }
        None => {
            let message = format!("`{FILE}` does not begin as a history does");
            (None, Some(Fault { span: whole, message, help: "give it another name, or bring its first line back" }))
        }
    }
}

/// Whether git has written the line to tell two sides apart.
fn is_mark(line: &str) -> bool {
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark))
}

/// Writes a history.
pub fn write(history: &History) -> String {
    let head = Line::Head(HeadLine { onus: "history".to_string(), version: VERSION });
    let days = history.days.iter().map(|(day, Day { errors, warnings, notes, waived })| {
        Line::Day(DayLine { day: *day, errors: *errors, warnings: *warnings, notes: *notes, waived: *waived })
    });
    let gaps = history.gaps.iter().map(|(gap, since)| {
        let Gap { rule, about, names } = gap.clone();
        Line::Gap(GapLine { since: *since, rule, r#ref: about, names })
    });
    let mut text = String::new();
    for line in std::iter::once(head).chain(days).chain(gaps) {
        text.push_str(&serde_json::to_string(&line).expect("strings, dates and numbers always serialise"));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\"onus\":\"history\",\"version\":1}\n\
                        {\"day\":\"2026-11-21\",\"errors\":1,\"warnings\":11,\"notes\":2,\"waived\":1}\n\
                        {\"day\":\"2026-11-22\",\"errors\":0,\"warnings\":10,\"notes\":2,\"waived\":1}\n\
                        {\"since\":\"2026-11-01\",\"rule\":\"alert/no-runbook\",\"ref\":\"alert:a\"}\n\
                        {\"since\":\"2026-11-21\",\"rule\":\"links/broken\",\"ref\":\"page:x\",\"names\":[\"a \\\"b\\\".md\"]}\n";

    fn kept(text: &str) -> (Kept, Vec<Diagnostic>) {
        let mut findings = Vec::new();
        (parse(Some(Ok(text.to_string())), &mut Files::default(), &mut findings), findings)
    }

    #[test]
    fn what_is_written_is_read_again() {
        let (kept, findings) = kept(TEXT);
        assert!(findings.is_empty() && kept.obstacle.is_none());
        assert_eq!(write(&kept.history.expect("a history")), TEXT);
    }

    #[test]
    fn line_ends_of_other_systems_and_empty_lines_do_no_harm() {
        let (kept, findings) = kept(&format!("\u{feff}{}", TEXT.replace('\n', "\r\n\r\n")));
        assert!(findings.is_empty());
        assert_eq!(write(&kept.history.expect("a history")), TEXT);
    }

    #[test]
    fn two_sides_that_git_put_together_are_one_history() {
        let other = "{\"onus\":\"history\",\"version\":1}\n\
                     {\"day\":\"2026-11-22\",\"errors\":0,\"warnings\":9,\"notes\":2,\"waived\":1}\n\
                     {\"since\":\"2026-10-30\",\"rule\":\"alert/no-runbook\",\"ref\":\"alert:a\"}\n";
        let (both, findings) = kept(&format!("{TEXT}{other}"));
        assert!(findings.is_empty());
        let history = both.history.expect("a history");
        assert_eq!(history.days.last_key_value().map(|(_, day)| day.warnings), Some(9));
        assert_eq!(history.gaps.values().map(ToString::to_string).collect::<Vec<_>>(), ["2026-10-30", "2026-11-21"]);
    }

    #[test]
    fn a_conflict_is_told_once_and_both_sides_count() {
        let (conflict, findings) = kept(
            &TEXT.replace("{\"day\":\"2026-11-22\"", "<<<<<<< HEAD\n=======\n>>>>>>> main\n{\"day\":\"2026-11-22\""),
        );
        let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(messages, ["a merge conflict stands in `history.jsonl`; 3 lines are wrong"]);
        assert!(conflict.obstacle.is_some());
        assert_eq!(write(&conflict.history.expect("a history")), TEXT);
    }

    #[test]
    fn what_is_no_history_is_left_alone() {
        for (text, wrong) in [
            ("{\"role\":\"user\"}\n", "does not begin as a history does"),
            ("{\"onus\":\"history\",\"version\":2}\n", "has version 2, and this onus reads version 1"),
            ("\u{0}\u{1}", "does not begin as a history does"),
        ] {
            let (kept, findings) = kept(text);
            assert!(findings[0].message.contains(wrong), "{}", findings[0].message);
            assert!(kept.history.is_none() && kept.obstacle.is_some());
        }
        assert!(kept(" \n").0.obstacle.is_none());
    }
}
