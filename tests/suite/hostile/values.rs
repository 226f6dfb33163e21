//! Bytes and values that are not what they should be.

use crate::fixture::Folder;
use crate::hostile::{build, build_whole, prose};

#[test]
fn bytes_that_are_no_text_are_told() {
    let folder = prose(b"# T\n\nbad \xff\xfe byte\n")
        .file("content/services/latin.yaml", b"title: Gr\xfc\xdfe\n")
        .file("content/teams/utf16.md", b"\xff\xfe#\0 \0x\0")
        .file("content/teams/fine.md", "# Fine\n");
    build(&folder)
        .finds("source/not-utf8", "content/guides/x.md")
        .finds("source/not-utf8", "content/services/latin.yaml")
        .finds("source/not-utf8", "content/teams/utf16.md");
    assert!(folder.path("public/teams/fine.html").exists());
}

#[test]
fn control_characters_are_shown_or_told() {
    let folder =
        prose("---\ntitle: \"a\\0b\\x1bc\"\ntags: [\"\\u202e\"]\n---\nx \0 \u{1b}[31m y\u{7f}\n\n# \0\n\n[\0](\0)\n")
            .file("content/guides/y.md", "---\ntitle: a\0b\n---\nx\n")
            .file("content/services/z.yaml", "title: \"\\e]0;owned\\a\"\nowner: \"\\e[2J\"\n");
    build_whole(&folder);
    let shown = folder.onus("check --today 2026-11-22 --limit 0").exits(1);
    assert!(!shown.stdout.chars().any(|c| c.is_control() && c != '\n'), "{:?}", shown.stdout);
    let short = folder.onus("check --today 2026-11-22 --format short").exits(1);
    assert!(!short.stdout.chars().any(|c| c.is_control() && c != '\n'), "{:?}", short.stdout);
    let list = folder.onus("list").success();
    assert!(!list.stdout.chars().any(|c| c.is_control() && c != '\n'), "{:?}", list.stdout);
}

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    let text = "---\ntitle: Till\nowner: nobody-there\n---\nOne\ntwo\n\n```sh\nls\n```\n";
    let page = |text: String| {
        let folder = Folder::new().file("content/services/till.md", &text);
        let ran = build(&folder);
        (folder.page("services/till.html"), ran.of_rule("refs/unknown"))
    };
    let plain = page(text.to_string());
    assert!(plain.1[0].starts_with("content/services/till.md:3:8 "), "{:?}", plain.1);
    assert_eq!(page(text.replace('\n', "\r\n")), plain);
    assert_eq!(page(format!("\u{feff}{text}")), plain);
    assert_eq!(page(format!("\u{feff}{}", text.replace('\n', "\r\n"))), plain);
}

#[test]
fn teams_that_are_their_own_ancestors_are_told() {
    let mut folder = Folder::new().file("content/teams/self.md", "---\nparent: self\n---\n");
    for n in 0..300 {
        folder = folder.file(&format!("content/teams/t{n}.md"), format!("---\nparent: t{}\n---\n", (n + 1) % 300));
    }
    let folder = folder
        .file("content/people/a.md", "---\nbackup: b\naway: {cover: b}\n---\n")
        .file("content/people/b.md", "---\nbackup: a\naway: {cover: a}\n---\n")
        .file("content/services/a.md", "---\ndepends_on: [b]\nowner: role:r\n---\n")
        .file("content/services/b.md", "---\ndepends_on: [a]\nowner: person:a\n---\n")
        .file("content/roles/r.md", "---\nholders: [a]\nowner: role:r\n---\n")
        .file("content/escalations/e.md", "---\nowner: role:r\nsteps: [{notify: [a, b, role:r]}]\n---\n");
    assert_eq!(build_whole(&folder).of_rule("refs/cycle").len(), 2);
}

#[test]
fn numbers_dates_and_durations_out_of_range_are_told() {
    let folder = Folder::new()
        .file("content/services/tier.yaml", "title: a\ntier: 99999999999999999999999\nweight: 1e999\n")
        .file("content/services/weight.yaml", "title: b\nweight: -9223372036854775808\ntier: -1\n")
        .file("content/services/nan.yaml", "title: c\ntier: .nan\nweight: .inf\nreviewed: -.inf\n")
        .file("content/services/year.yaml", "title: d\nreviews: [{on: 9999-12-31}, {on: 99999-01-01}, {on: 0000-00-00}]\n")
        .file("content/services/old.yaml", "title: e\nreviewed: 0000-01-01\nreview_every: 100y\n")
        .file("content/services/every.yaml", "title: f\nreview_every: 99999999999y\nreviewed: 2026-01-01\n")
        .file("content/services/long.yaml", format!("title: g\nreview_every: {}d\n", "9".repeat(400)))
        .file("content/services/hex.yaml", "title: 0x1F\ntier: 0x1\nweight: 0o17\n")
        .file("content/escalations/e.yaml", "title: e\nsteps: [{notify: [x], within: 100y}, {notify: [x], within: 1e9m}, {within: 0m}]\nrepeat: 99999999999\n")
        .file("content/people/p.yaml", "title: p\naway: {from: 9999-12-31, until: 0001-01-01}\n")
        .file("content/teams/t.yaml", "title: t\nmembers: [{person: p, since: 9999-12-31, until: 9999-12-31}]\n")
        .file("content/learnings/l.yaml", "title: l\non: 9999-12-31\n");
    let ran = build_whole(&folder);
    for place in [
        "tier.yaml:2",
        "tier.yaml:3",
        "weight.yaml:2",
        "weight.yaml:3",
        "nan.yaml:2",
        "nan.yaml:3",
        "nan.yaml:4",
        "every.yaml:2",
        "long.yaml:2",
        "year.yaml:2:34",
        "year.yaml:2:53",
        "hex.yaml:2",
    ] {
        ran.finds("source/invalid-value", &format!("content/services/{place}"));
    }
    for place in ["escalations/e.yaml:2:31", "people/p.yaml:2", "learnings/l.yaml:2"] {
        ran.finds("source/invalid-value", &format!("content/{place}"));
    }
    ran.finds("review/future", "content/services/year.yaml:2");
}

#[test]
fn any_day_is_a_day_to_build_on() {
    let folder = Folder::example();
    for day in ["0000-01-01", "0001-01-01", "9999-12-31"] {
        folder.onus("build --fail-on never --today").arg(day).success();
    }
    for day in ["10000-01-01", "2026-02-30", "-0001-01-01", "", "today", "2026-11-22x"] {
        folder.onus("check --today").arg(day).exits(2);
    }
}
