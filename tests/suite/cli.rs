//! The command line: exit codes, what goes to which stream, and what each argument does.

use std::collections::BTreeSet;

use crate::fixture::{Folder, TODAY};
use crate::html;

/// Nothing to find.
fn clean() -> Folder {
    Folder::new()
        .file("site.toml", "title = \"x\"\n[ownership]\narbiter = \"team:t\"\n")
        .file("content/teams/t.md", TEAM)
}

const TEAM: &str = "---\ntitle: T\nmembers: [p]\ncontacts: {slack: \"#t\"}\nreviews: [{on: 2026-11-01, by: p, how: read, note: fine}]\n---\n";

/// One error, one warning and one note, each of another rule.
fn mixed() -> Folder {
    clean()
        .file("site.toml", "title = \"x\"\n")
        .file("content/guides/x.md", "# X\n\n[lost](lost.md)\n")
        .file("content/people/p.md", "---\ntitle: P\nreviewed: 2026-11-01\n---\n")
}

fn noted() -> Folder {
    clean().file("content/people/p.md", "---\ntitle: P\n---\n")
}

/// What `folder` has of each level.
fn levels(folder: &Folder) -> BTreeSet<String> {
    let findings = folder.check().findings();
    findings.iter().map(|finding| finding["level"].as_str().unwrap_or_default().to_string()).collect()
}

#[test]
fn the_fixtures_hold_the_levels_they_are_for() {
    assert_eq!(levels(&noted()), BTreeSet::from(["info".to_string()]));
    assert_eq!(levels(&mixed()), ["error", "info", "warn"].map(String::from).into());
}

#[test]
fn exit_codes_follow_fail_on() {
    let warned = noted().file("site.toml", "title = \"x\"\n");
    for (folder, [error, warn, never]) in [(noted(), [0, 0, 0]), (warned, [0, 1, 0]), (mixed(), [1, 1, 0])] {
        for command in ["build", "check"] {
            let run = |args: &str| folder.onus(&format!("{command} --today {TODAY} {args}"));
            run("").exits(error);
            run("--fail-on error").exits(error);
            run("--fail-on warn").exits(warn);
            run("--fail-on never").exits(never);
        }
        // The site is written whatever is found.
        assert!(folder.path("public/index.html").exists());
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let folder = mixed();
    for args in [
        "",
        "bild",
        "build --fail-on info",
        "check --format xml",
        "check --limit many",
        "check --today tomorrow",
        "check --nonsense",
        "check extra",
        "list nonsense",
        "explain no/rule",
        "theme",
        "theme eject ../x",
        "theme eject ..",
        "check --root nowhere",
        "check --root content",
        "list --owner nobody",
    ] {
        folder.onus(args).stdout("").exits(2);
    }
    assert_eq!(folder.names(""), ["content", "site.toml"]);
    for args in ["--help", "--version", "help build", "build --help"] {
        folder.onus(args).stderr("").success();
    }
}

#[test]
fn a_site_that_cannot_be_written_is_exit_code_3() {
    let folder = noted().file("file", "x");
    folder.onus("build --out file/below/public").stderr_holds("error: cannot write").exits(3);
}

#[test]
fn findings_go_to_standard_error_of_a_build_and_standard_output_of_a_check() {
    let folder = mixed();
    let told = "error[links/broken]";
    folder
        .onus("build --today")
        .arg(TODAY)
        .stderr_holds(told)
        .stdout_lacks(told)
        .stdout_holds("changed, 0 removed, in ")
        .stderr_holds("1 error, 1 warning, 1 note\n")
        .exits(1);
    folder
        .onus("check --today")
        .arg(TODAY)
        .stdout_holds(told)
        .stdout_holds("1 error, 1 warning, 1 note\n")
        .stderr("")
        .exits(1);
    assert!(!folder.path("public/guides/lost.html").exists());
}

#[test]
fn a_check_writes_nothing() {
    let folder = mixed();
    let before = folder.tree("");
    folder.check();
    assert!(folder.tree("") == before);
}

#[test]
fn human_findings_show_the_line_and_the_way_out() {
    let folder = mixed();
    folder
        .onus("check --allow ownership --today")
        .arg(TODAY)
        .stdout(
            "error[links/broken]: there is no file `guides/lost.md` in the content folder\n --> content/guides/x.md:3:1\n  |\n\
             3 | [lost](lost.md)\n  | ^^^^^^^^^^^^^^^\n  |\nhelp: mend the path, add the file, or take the link out\n\n\
             1 error, 0 warnings, 0 notes\n",
        )
        .exits(1);
}

#[test]
fn short_findings_are_a_line_each() {
    let ran = mixed().onus("check --format short --allow ownership --today").arg(TODAY).exits(1);
    assert_eq!(
        ran.stdout,
        "content/guides/x.md:3:1: error[links/broken]: there is no file `guides/lost.md` in the content folder\n\
         1 error, 0 warnings, 0 notes\n"
    );
}

#[test]
fn json_findings_have_the_fields_that_are_promised_and_nothing_else_is_printed() {
    let folder = mixed()
        .file("content/services/s.md", "---\ntitle: S\nowner: null\nwaivers: [{rule: ownership/unowned, reason: r, by: p, until: 2026-12-01}]\n---\n")
        .file("content/teams/bad.md", b"\xff")
        .file("content/teams/T.md", TEAM);
    let ran = folder.onus("check --format json --today").arg(TODAY).stderr_holds("(1 waived)").exits(1);
    assert_eq!(ran.stdout.lines().count(), ran.findings().len());
    let fields = BTreeSet::from([
        "rule",
        "level",
        "ref",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "message",
        "help",
        "labels",
        "url",
        "waived",
    ]);
    for finding in ran.findings() {
        let object = finding.as_object().expect("an object");
        assert_eq!(object.keys().map(String::as_str).collect::<BTreeSet<_>>(), fields, "{finding}");
        assert!(["error", "warn", "info"].contains(&finding["level"].as_str().expect("a level")));
        assert!(finding["line"].as_u64() >= Some(1) && finding["column"].as_u64() >= Some(1), "{finding}");
        assert!(
            (finding["line"].as_u64(), finding["column"].as_u64())
                <= (finding["end_line"].as_u64(), finding["end_column"].as_u64())
                || finding["line"].as_u64() < finding["end_line"].as_u64()
        );
        assert!(finding["waived"].is_boolean() && finding["message"].is_string());
        let labels = finding["labels"].as_array().expect("a list");
        for label in labels {
            let keys: Vec<&str> = label.as_object().expect("an object").keys().map(String::as_str).collect();
            assert_eq!(keys.into_iter().collect::<BTreeSet<_>>(), ["file", "line", "column", "message"].into());
        }
    }
    let of = |rule: &str| ran.findings().into_iter().find(|finding| finding["rule"] == rule).expect(rule);
    assert_eq!(of("ownership/unowned")["waived"], true);
    assert_eq!(of("ownership/unowned")["ref"], "service:s");
    assert_eq!(of("ownership/unowned")["url"], "services/s.html");
    assert_eq!(
        (&of("source/not-utf8")["ref"], &of("source/not-utf8")["url"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );
    assert_eq!(of("links/broken")["ref"], "page:guides/x");
    assert_eq!(of("source/duplicate-id")["labels"].as_array().map(Vec::len), Some(1));
    let keys: Vec<(String, u64, String)> = ran
        .findings()
        .iter()
        .map(|f| (f["file"].to_string(), f["line"].as_u64().unwrap_or(0), f["rule"].to_string()))
        .collect();
    assert!(keys.is_sorted_by_key(|(file, line, _)| (file.clone(), *line)), "{keys:?}");
}

#[test]
fn levels_are_set_for_rules_and_groups() {
    let folder = mixed();
    let level = |args: &str, rule: &str| {
        let ran = folder.onus(&format!("check --fail-on never --format json --today {TODAY} {args}")).success();
        let found = ran.findings().into_iter().find(|finding| finding["rule"] == rule);
        found.map(|finding| finding["level"].as_str().unwrap_or_default().to_string())
    };
    let is = |text: &str| Some(text.to_string());
    assert_eq!(level("", "links/broken"), is("error"));
    assert_eq!(level("--warn links/broken", "links/broken"), is("warn"));
    assert_eq!(level("--warn links", "links/broken"), is("warn"));
    assert_eq!(level("--warn links/*", "links/broken"), is("warn"));
    assert_eq!(level("--allow links/broken", "links/broken"), None);
    assert_eq!(level("--deny ownership", "ownership/no-arbiter"), is("error"));
    // The rule beats its group, and the sterner of two arguments for one rule counts.
    assert_eq!(level("--allow links --warn links/broken", "links/broken"), is("warn"));
    assert_eq!(level("--deny links/broken --allow links/broken", "links/broken"), is("error"));
    // A rule can be set apart from its group, whatever the order and the source.
    assert_eq!(level("--allow links/broken --deny links/*", "links/broken"), None);
    assert_eq!(level("--deny links/* --warn links/broken", "links/broken"), is("warn"));
    folder.onus("check --allow links --today").arg(TODAY).success();
    folder.onus("check --deny ownership/no-arbiter --allow links --today").arg(TODAY).exits(1);
    folder.put("site.toml", "title = \"x\"\n[rules]\n\"links/*\" = \"off\"\n\"ownership/no-arbiter\" = \"error\"\n");
    assert_eq!(level("", "links/broken"), None);
    assert_eq!(level("", "ownership/no-arbiter"), is("error"));
    assert_eq!(level("--warn ownership/no-arbiter", "ownership/no-arbiter"), is("warn"));
}

#[test]
fn an_unknown_rule_is_told_with_the_one_that_was_meant() {
    let folder = mixed();
    for argument in ["--deny", "--warn", "--allow"] {
        folder
            .onus(&format!("check {argument} ownership/unownd"))
            .stderr("error: unknown rule `ownership/unownd`; did you mean `ownership/unowned`?\n")
            .stdout("")
            .exits(2);
    }
    folder.onus("build --deny nothing-like-it").stderr("error: unknown rule `nothing-like-it`\n").exits(2);
    folder.put("site.toml", "title = \"x\"\n[rules]\n\"review/overdu\" = \"warn\"\n");
    folder.onus("check").stderr_holds("unknown rule `review/overdu`; did you mean `review/overdue`?").exits(2);
}

#[test]
fn today_is_given_or_comes_from_source_date_epoch() {
    let folder = clean()
        .file("content/people/p.md", "---\ntitle: P\nreviews: [{on: 2026-11-10, by: t, how: read, note: n}]\n---\n");
    let found = |args: &str, epoch: Option<&str>| {
        let mut run = folder.onus(&format!("check --fail-on never --format json {args}"));
        if let Some(epoch) = epoch {
            run = run.env("SOURCE_DATE_EPOCH", epoch);
        }
        run.success().of_rule("review/future").len()
    };
    assert_eq!(found("--today 2026-11-10", None), 0);
    assert_eq!(found("--today 2026-11-09", None), 1);
    // 2026-11-09 23:59:59 and a second later, in UTC.
    assert_eq!(found("", Some("1794268799")), 1);
    assert_eq!(found("", Some("1794268800")), 0);
    assert_eq!(found("--today 2026-11-10", Some("0")), 0);
    for epoch in ["", "soon", "-99999999999999", "99999999999999999999", "1.5"] {
        folder.onus("check").env("SOURCE_DATE_EPOCH", epoch).stderr_holds("SOURCE_DATE_EPOCH").exits(2);
    }
    folder.onus("build --today 2026-11-10").exits(0);
    assert!(folder.page("index.html").contains("<time datetime=\"2026-11-10\">"));
}

#[test]
fn the_limit_shortens_the_list_and_not_the_count() {
    let links: String = (0..150).map(|n| format!("[x](lost-{n}.md)\n")).collect();
    let folder = clean().file("content/guides/x.md", links);
    let shown = |args: &str| {
        let ran = folder.onus(&format!("check --allow ownership --allow refs --allow review --today {TODAY} {args}"));
        let ran = ran.stdout_holds("150 errors, 0 warnings, 0 notes\n").exits(1);
        ran.stdout.matches("error[links/broken]").count()
    };
    assert_eq!((shown(""), shown("--limit 3"), shown("--limit 0"), shown("--limit 1000")), (100, 3, 150, 150));
    assert_eq!(shown("--format short"), 150);
    folder.onus("check --limit 3").stdout_holds("not shown; by rule, all of them").exits(1);
}

#[test]
fn the_handbook_is_the_nearest_folder_above_with_a_site_toml() {
    let folder = noted().folder("content/guides/deep");
    folder.onus("list team").within("content/guides/deep").stdout("team:t  -  T\n").success();
    let elsewhere = Folder::empty();
    elsewhere.onus("list").stderr_holds("no `site.toml` in").exits(2);
    elsewhere.onus("list team --root").arg(folder.path("")).stdout("team:t  -  T\n").success();
    elsewhere.onus("build --today").arg(TODAY).arg("--root").arg(folder.path("")).success();
    assert!(folder.path("public/index.html").exists());
    assert_eq!(elsewhere.names(""), Vec::<String>::new());
    // A folder that is named is meant.
    folder.onus("list --root content").stderr_holds("no `site.toml` in `content`").exits(2);
}

#[test]
fn explain_prints_a_rules_page_and_lists_them() {
    let folder = Folder::empty();
    folder
        .onus("explain ownership/unowned")
        .stdout_holds("# ownership/unowned\n")
        .stdout_holds("## What it finds\n")
        .stdout_holds("## Why it matters\n")
        .stdout_holds("## Instead\n")
        .stderr("")
        .success();
    folder
        .onus("explain")
        .stdout_holds("error  ownership/unowned\n")
        .stdout_holds("info   review/due-soon\n")
        .success();
    folder.onus("explain waiver").stdout_holds("waiver/expired").stdout_lacks("ownership").success();
    folder.onus("explain ownership/unownd").stderr_holds("did you mean `ownership/unowned`?").exits(2);
}

#[test]
fn list_tells_every_entity_and_who_owns_it() {
    let folder = clean()
        .file("content/people/p.md", "---\ntitle: P\nreviewed: 2026-11-01\n---\n")
        .file(
            "content/services/shop/s.md",
            "---\ntitle: S\nowner: t\ntags: [a, b]\nreviewed: 2026-11-01\nreview_every: 30d\n---\n",
        )
        .file("content/services/lost.md", "---\ntitle: Lost\n---\n");
    folder.onus("list service").stdout("service:lost  -  Lost\nservice:shop/s  team:t  S\n").success();
    folder.onus("list services").stdout("service:lost  -  Lost\nservice:shop/s  team:t  S\n").success();
    folder.onus("list --owner t").stdout("service:shop/s  team:t  S\n").success();
    folder.onus("list --owner team:t --format json").stdout(
        "{\"ref\":\"service:shop/s\",\"title\":\"S\",\"url\":\"services/shop/s.html\",\"file\":\"content/services/shop/s.md\",\
         \"owner\":\"team:t\",\"held_by\":[\"person:p\"],\"tags\":[\"a\",\"b\"],\"review_due\":\"2026-12-01\"}\n",
    ).success();
    folder.onus("list servce").stderr("error: unknown kind `servce`; did you mean `service`?\n").exits(2);
    folder.onus("list --owner service:lost").stderr_holds("unknown team, person or role").exits(2);
    assert_eq!(folder.onus("list").success().stdout.lines().count(), 4);
}

#[test]
fn a_mistake_in_site_toml_is_told_with_its_place() {
    for (text, told) in [
        ("title = \"x\"\n\n[review]\nrunbok = \"90d\"\n", "site.toml:4:1: unknown field `runbok`"),
        ("title = \"x\"\n[review]\nteam = \"soon\"\n", "site.toml:3:8: `soon` is not a duration"),
        ("title = \"é\" x\n", "site.toml:1:13: "),
        ("title = \"x\"\ntitle = \"y\"\n", "site.toml:2:1: duplicate key"),
        ("title = 3\n", "site.toml:1:9: "),
        ("theme = \"default\"\n", "missing field `title`"),
        ("title = \"x\"\n[rules]\n\"ownership/unowned\" = \"fatal\"\n", "site.toml:3:23: "),
        ("title = \"x\"\nbase_url = \"handbook.example\"\n", "site.toml:2:12: `base_url`"),
        ("title = \"x\"\ntheme = \"../x\"\n", "`theme` is the name of a folder"),
        ("title = \"x\"\ntheme = \"nowhere\"\n", "there is no theme `nowhere`"),
    ] {
        clean().file("site.toml", text).onus("build").stderr_holds(told).stdout("").exits(2);
    }
    clean()
        .file("site.toml", b"title = \"\xff\"\n")
        .onus("check")
        .stderr_holds("site.toml")
        .stderr_holds("UTF-8")
        .exits(2);
}

#[test]
fn an_ejected_theme_gives_the_same_site() {
    let folder = noted();
    folder.build();
    let before = folder.tree("public");
    folder.onus("theme eject own").stdout_holds("files written to").success();
    assert!(
        folder.path("themes/own/templates/base.html").exists() && folder.path("themes/own/assets/onus.css").exists()
    );
    folder.put("site.toml", "title = \"x\"\ntheme = \"own\"\n[ownership]\narbiter = \"team:t\"\n");
    folder.build();
    assert!(folder.tree("public") == before);
    // What is there stays as it is.
    folder.put("themes/own/assets/onus.css", "p {}\n");
    folder.onus("theme eject own").stdout_holds("0 files written").success();
    assert_eq!(folder.tree("themes/own/assets")["onus.css"], b"p {}\n");
    folder.build();
    assert!(folder.tree("public").values().any(|bytes| bytes == b"p {}\n"));
}

#[test]
fn a_theme_overrides_one_template_by_extending_it() {
    let folder = noted()
        .file("site.toml", "title = \"x\"\ntheme = \"own\"\n")
        .file("themes/own/templates/team.html", "{% extends \"default/team.html\" %}{% block content %}<p id=\"own\">Ours: {{ page.title }}</p>{{ super() }}{% endblock %}")
        .file("themes/own/assets/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
        .file("themes/own/.hidden", "x");
    folder.build();
    let page = folder.page("teams/t.html");
    assert!(page.contains("<p id=\"own\">Ours: T</p>") && page.contains("<h2 id=\"_members\">"), "{page}");
    assert!(!folder.page("people/p.html").contains("Ours"));
    assert!(folder.tree("public/assets").keys().any(|name| name.starts_with("logo.") && name.ends_with(".svg")));
    html::assert_whole(&folder.path("public"), &folder.pages());
}

#[test]
fn a_broken_template_is_told_with_its_place_and_page() {
    let folder = noted().file("site.toml", "title = \"x\"\ntheme = \"own\"\n").folder("themes/own/templates");
    folder.build();
    let before = folder.tree("public");
    let broken = |text: &str| {
        folder.put("themes/own/templates/team.html", text);
        folder.onus("build --today").arg(TODAY).stdout("").stderr_holds("team.html")
    };
    // Wrong as a template: the file and its line.
    broken("<p>\n{% if %}\n").stderr_holds("2:").exits(2);
    broken("{% extends \"default/team.html\" %}\n{% block content %}\n").exits(2);
    broken("{% extends \"nowhere.html\" %}\n").stderr_holds("nowhere.html").exits(2);
    broken("{% extends \"team.html\" %}\n").exits(2);
    // Wrong for a page: the page too, and what the template was given.
    broken("<p>\n{{ page.title | nonsense }}\n").exits(2);
    broken("<p>\n{{ entity.nothing.at.all }}\n")
        .stderr_holds("teams/t.html")
        .stderr_holds("2:")
        .stderr_holds("the view it was given")
        .exits(2);
    assert!(folder.tree("public") == before);
}

#[test]
fn timings_name_every_stage() {
    let ran = noted().onus("build --timings --today").arg(TODAY).success();
    for stage in ["load", "parse", "link", "check", "plan", "render", "write"] {
        assert!(ran.stdout.lines().any(|line| line.ends_with(&format!(" ms  {stage}"))), "{}", ran.stdout);
    }
}

#[test]
fn a_check_finds_what_is_wrong_with_the_theme() {
    let folder = noted().file("site.toml", "title = \"x\"\ntheme = \"hose\"\n").folder("themes/house/templates");
    folder.onus("check").stderr_holds("site.toml:2:10").stderr_holds("did you mean `house`?").exits(2);
    folder.put("site.toml", "title = \"x\"\ntheme = \"house\"\n");
    folder.onus("check --fail-on never").success();
    folder.put("themes/house/templates/team.html", "{% if %}");
    folder.onus("check").stderr_holds("team.html").exits(2);
}

#[test]
fn a_build_in_json_keeps_standard_output_free() {
    let folder = noted();
    let ran = folder.onus("build --format json --today").arg(TODAY).stdout("").success();
    assert!(ran.stderr.lines().all(|line| line.starts_with('{')), "{}", ran.stderr);
}

#[test]
fn a_mistyped_arbiter_is_told_in_site_toml_with_the_one_that_was_meant() {
    let folder = noted().file("content/teams/platform.yaml", "name: Platform\n");
    folder.put("site.toml", "title = \"x\"\n[ownership]\narbiter = \"team:platfrom\"\n");
    let ran = folder.check();
    ran.finds("refs/unknown", "site.toml:3:11 unknown arbiter `team:platfrom`");
    assert_eq!(
        ran.findings().iter().find(|f| f["rule"] == "refs/unknown").expect("it is told")["help"],
        "did you mean `team:platform`?"
    );
}
