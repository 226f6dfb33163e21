//! What builds found before: `onus build --record`, and what a page makes of it.

use std::fs;

use crate::fixture::{Folder, TODAY};

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
