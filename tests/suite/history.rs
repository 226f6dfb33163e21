//! What builds found before: `onus build --record`, and what a page makes of it.

use std::fs;

use crate::fixture::{Folder, TODAY};
use crate::html::{Element, Page};

/// Two gaps that stay, in one file: a link to nothing, and a review that is late by more days each day.
const PAGE: &str = "---\ntitle: Guide\nreview_every: 30d\nreviews: [{on: 2026-08-01, by: p, how: read, note: n}]\n---\n\n[x](lost.md)\n";

fn folder() -> Folder {
    Folder::new().file("content/guides/x.md", PAGE).file("content/people/p.md", "# P\n")
}

fn record(folder: &Folder, day: &str) {
    folder.onus("build --record --fail-on never --today").arg(day).success();
}

fn history(folder: &Folder) -> String {
    fs::read_to_string(folder.path("history.jsonl")).expect("a history")
}

fn health(folder: &Folder) -> Page {
    Page::of(&folder.page("health/index.html"))
}

#[test]
fn a_history_is_begun_where_it_is_asked_for_and_read_by_every_build() {
    let folder = folder();
    folder.build();
    assert!(!folder.path("history.jsonl").exists());
    assert!(!folder.page("guides/x.html").contains("muted\">since"), "nothing is known of the past");
    let ran = folder.onus("build --record --fail-on never --today 2026-10-01").success();
    assert!(ran.stdout.contains("recorded 2026-10-01 in history.jsonl"), "{}", ran.stdout);
    let before = history(&folder);
    folder.build();
    assert_eq!(history(&folder), before, "only --record writes");
    let said = folder.page("guides/x.html").matches("since <time datetime=\"2026-10-01\">").count();
    assert_eq!(said, 2, "both gaps stand since the day that was recorded");
}

#[test]
fn a_gap_keeps_its_age_when_its_line_moves_and_its_file_is_edited() {
    let folder = folder();
    record(&folder, "2026-10-01");
    folder.put("content/guides/x.md", PAGE.replace("\n[x]", "\n# New\n\nMore.\n\nSee [also](gone.md) and [x]"));
    let history = {
        record(&folder, TODAY);
        history(&folder)
    };
    let since = |name: &str| history.lines().find(|line| line.contains(name)).expect("a line").to_string();
    assert!(since("lost.md").starts_with("{\"since\":\"2026-10-01\""), "{history}");
    assert!(since("review/overdue").starts_with("{\"since\":\"2026-10-01\""), "{history}");
    assert!(since("gone.md").starts_with("{\"since\":\"2026-11-22\""), "{history}");
    folder.remove("content/guides/x.md");
    record(&folder, "2026-11-23");
    assert!(!fs::read_to_string(folder.path("history.jsonl")).expect("a history").contains("lost.md"));
}

#[test]
fn a_day_that_is_recorded_twice_stands_once_and_writes_nothing_new() {
    let folder = folder();
    record(&folder, "2026-10-01");
    record(&folder, TODAY);
    let once = history(&folder);
    let ran = folder.onus("build --record --fail-on never --today").arg(TODAY).success();
    assert_eq!(history(&folder), once);
    assert!(!ran.stdout.contains("recorded"), "{}", ran.stdout);
    folder.put("content/guides/x.md", PAGE.replace("[x](lost.md)", ""));
    record(&folder, TODAY);
    let days: Vec<String> =
        history(&folder).lines().filter(|line| line.contains("\"day\"")).map(String::from).collect();
    assert_eq!(days.len(), 2, "{days:?}");
    assert!(once.contains("\"errors\":1") && days[1].contains("\"errors\":0"), "{days:?}");
}

#[test]
fn a_conflict_is_a_finding_at_its_line_and_the_file_stays() {
    let folder = folder();
    record(&folder, "2026-10-01");
    let conflict = history(&folder).replacen('\n', "\n<<<<<<< HEAD\n=======\n>>>>>>> main\n", 1);
    folder.put("history.jsonl", &conflict);
    folder.check().finds("source/invalid-history", "history.jsonl:2:1 a merge conflict stands in `history.jsonl`");
    folder
        .onus("build --record --fail-on never --today")
        .arg(TODAY)
        .stderr_holds("nothing is recorded, since a merge conflict stands in `history.jsonl`")
        .success();
    assert_eq!(history(&folder), conflict);
    assert!(folder.page("guides/x.html").contains("since <time datetime=\"2026-10-01\">"), "what is readable counts");
}

#[test]
fn what_is_no_history_is_neither_read_nor_replaced() {
    for (text, wrong) in [
        (&b"{\"role\":\"user\"}\n"[..], "does not begin as a history does"),
        (&b"\xff\xfe"[..], "is not UTF-8 text"),
        (&b"{\"onus\":\"history\",\"version\":9}\n"[..], "has version 9"),
    ] {
        let folder = folder().file("history.jsonl", text);
        let ran = folder.onus("build --record --format json --fail-on never --today").arg(TODAY).success();
        ran.finds("source/invalid-history", wrong);
        assert_eq!(ran.stdout, "", "in JSON, standard output holds JSON or nothing");
        assert_eq!(fs::read(folder.path("history.jsonl")).expect("the file"), text);
    }
    let folder = folder().file("secret.txt", "secret").link("history.jsonl", "secret.txt");
    let ran = folder.onus("build --record --fail-on never --today").arg(TODAY).success();
    assert!(ran.stderr.contains("`history.jsonl` is not a file"), "{}", ran.stderr);
    assert!(fs::symlink_metadata(folder.path("history.jsonl")).expect("a link").is_symlink());
}

#[test]
fn an_earlier_day_is_not_recorded_after_a_later_one() {
    let folder = folder();
    record(&folder, TODAY);
    let before = history(&folder);
    folder.onus("build --record --fail-on never --today 2026-10-01").stderr_holds("2026-10-01 lies before").success();
    assert_eq!(history(&folder), before);
}

#[test]
fn recording_changes_no_page_and_leaves_nothing_beside_the_file() {
    let folder = folder();
    record(&folder, "2026-10-01");
    let names = folder.names("");
    folder.build();
    let site = folder.tree("public");
    record(&folder, TODAY);
    assert!(folder.tree("public") == site);
    assert_eq!(folder.names(""), names);
}

/// The text of the elements after one that `begins` names, up to one that `ends` names.
fn between<'p>(page: &'p Page, begins: impl Fn(&Element) -> bool, ends: &str) -> Vec<&'p Element> {
    let start = page.elements.iter().position(begins).expect("the part of the page is there");
    page.elements[start..].iter().take_while(|element| element.name != ends).collect()
}

#[test]
fn the_lines_of_the_trend_are_those_of_its_table() {
    let folder = Folder::new().file("content/people/p.md", "# P\n");
    for (day, links) in [("2026-10-01", 2), ("2026-10-11", 4), ("2026-10-21", 1)] {
        folder.put("content/guides/x.md", (0..links).map(|n| format!("[x](lost{n}.md)\n")).collect::<String>());
        record(&folder, day);
    }
    let page = health(&folder);
    let lines: Vec<&str> = page.named("polyline").filter_map(|line| line.get("points")).collect();
    assert_eq!(lines.len(), 3);
    // Of the errors, 4 stand at the top.
    assert_eq!(lines[0], "0,50 50,0 100,75");
    let rows = between(&page, |element| element.get("class") == Some("table-scroll days"), "section");
    let cells: Vec<&str> = rows
        .iter()
        .filter(|element| element.name == "td" || element.name == "time")
        .map(|element| element.text.as_str())
        .collect();
    let errors: Vec<(&str, &str)> = cells.chunks(5).map(|row| (row[0], row[1])).collect();
    assert_eq!(errors, [("2026-10-21", "1"), ("2026-10-11", "4"), ("2026-10-01", "2")]);
}

#[test]
fn the_bars_of_the_calendar_are_as_long_as_its_counts() {
    let folder = Folder::example();
    folder.build();
    let page = health(&folder);
    let rows = between(&page, |element| element.get("data-bars").is_some(), "details");
    let counts: Vec<f64> = rows
        .iter()
        .filter(|element| element.get("data-overdue").or(element.get("data-ahead")).is_some())
        .map(|element| element.text.parse().expect("a number"))
        .collect();
    let widths: Vec<f64> = rows
        .iter()
        .filter_map(|element| element.get("width").filter(|_| element.name == "rect"))
        .map(|width| width.trim_end_matches('%').parse().expect("a share"))
        .collect();
    let most = counts.iter().copied().fold(0.0, f64::max);
    assert!(counts.len() > 3 && most > 0.0, "{counts:?}");
    assert_eq!(widths.len(), counts.len());
    for (count, width) in counts.iter().zip(&widths) {
        assert!((width - count / most * 100.0).abs() < 0.01, "{counts:?} {widths:?}");
    }
}

#[test]
fn the_example_has_a_trend_and_ages() {
    let folder = Folder::example();
    let ran = folder.build();
    ran.finds_no("source/invalid-history");
    let page = health(&folder);
    assert!(page.anchors().contains("_trend"));
    assert!(folder.page("runbooks/search/stale-index.html").contains("since <time datetime="));
}

#[test]
fn coverage_tells_policies_of_one_step_from_none_at_all() {
    let folder = Folder::new()
        .file("content/people/p.md", "---\ntitle: P\ncontacts: {phone: \"+44 20 7946 0102\"}\n---\n")
        .file("content/people/q.md", "---\ntitle: Q\ncontacts: {phone: \"+44 20 7946 0103\"}\n---\n")
        .file("content/people/gone.md", "---\ntitle: Gone\nstatus: left\n---\n")
        .file("content/escalations/two.md", "---\nowner: p\nsteps: [{notify: [p], within: 5m}, {notify: [q]}]\n---\n")
        .file("content/escalations/lost.md", "---\nowner: p\nsteps: [{notify: [p], within: 5m}, {notify: [gone]}]\n---\n")
        .file("content/services/all.yaml", "- {id: a, title: A, tier: 1, escalation: two}\n- {id: b, title: B, tier: 1, escalation: lost}\n- {id: c, title: C, tier: 1}\n- {id: d, title: D, tier: 3, escalation: two}\n");
    folder.build();
    let page = health(&folder);
    let rows = between(&page, |element| element.get("id") == Some("_coverage"), "details");
    let cells: Vec<&str> = rows
        .iter()
        .filter(|element| element.get("class") == Some("num"))
        .map(|element| element.text.as_str())
        .collect();
    assert_eq!(&cells[4..], ["33 %", "1 of 3", "1", "1", "100 %", "1 of 1", "0", "0"]);
}
