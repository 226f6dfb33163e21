//! Documents that stay outside the content folder: which are read, and what is told of them.

use crate::fixture::{Folder, Ran, TODAY};

const RULES: &str = "groups:\n  - name: g\n    rules:\n      - alert: TillDown\n        expr: up == 0\n        labels: {service: till}\n        annotations: {summary: No till answers}\n";

/// A handbook in a folder beside others, with patterns of rule files.
fn beside(patterns: &str) -> Folder {
    let edit = "edit_url = \"https://git.any.example/edit/{path}\"";
    let site = format!("title = \"Handbook\"\n{edit}\n[sources]\nprometheus = [{patterns}]\n");
    Folder::empty()
        .file("handbook/site.toml", site)
        .file("handbook/content/services/till.md", "---\nowner: team:shop\n---\n# Till\n")
        .file("handbook/content/teams/shop.md", "# Shop\n")
}

fn build(folder: &Folder) -> Ran {
    folder.onus("build --root handbook --out public --fail-on never --format json --today").arg(TODAY).success()
}

/// How often the card of `TillDown` shows an expression.
fn shown(folder: &Folder, expression: &str) -> usize {
    folder.page("alerts/tilldown.html").matches(expression).count()
}

#[test]
fn rules_elsewhere_join_those_of_the_content_folder() {
    let folder = beside("\"../monitoring/**/*.yaml\"")
        .file("monitoring/shop/till.yaml", RULES)
        .file("monitoring/own.yaml", RULES.replace("TillDown", "TillSlow"))
        .file("handbook/content/alerts/till.md", "---\ntitle: TillDown\nseverity: page\n---\n");
    build(&folder).finds_no("source/unmatched-pattern").finds_no("refs/unknown");
    let card = folder.page("alerts/till.html");
    assert!(card.contains("No till answers") && card.contains("../monitoring/shop/till.yaml"), "{card}");
    assert!(folder.page("services/till.html").contains("alerts/tillslow.html"), "the service names its alert");
    let slow = folder.page("alerts/tillslow.html");
    assert!(!slow.contains("git.any.example"), "what stands elsewhere is not edited here: {slow}");
    let ran = folder.onus("list alert --root handbook --format json --today").arg(TODAY).success();
    assert!(ran.stdout.contains("\"file\":\"../monitoring/own.yaml\""), "{}", ran.stdout);
}

#[test]
fn findings_point_into_files_elsewhere() {
    let folder = beside("\"../m/*.yaml\"")
        .file("m/templated.yaml", "groups:\n{{- range .Values.alerts }}\n- x\n{{- end }}\n")
        .file("m/latin.yaml", b"groups: [] # caf\xe9\n")
        .file("m/large.yaml", vec![b'#'; 9 * 1024 * 1024])
        .file("m/nobody.yaml", RULES.replace("service: till", "service: tlil"));
    build(&folder)
        .finds("source/invalid-yaml", "../m/templated.yaml:")
        .finds("source/not-utf8", "../m/latin.yaml:1:1 `latin.yaml` is not UTF-8")
        .finds("source/too-large", "../m/large.yaml")
        .finds("refs/unknown", "../m/nobody.yaml:6:27");
}

#[test]
fn a_pattern_that_matches_nothing_is_told_where_it_stands() {
    let folder = beside("\"../m/*.yaml\", \"../nowhere/**/*.yaml\", \"rules.yaml\"").file("m/a.yaml", RULES);
    let told = build(&folder).of_rule("source/unmatched-pattern");
    let expected = ["4:30 `../nowhere/**/*.yaml` matches no file", "4:54 `rules.yaml` matches no file"];
    assert_eq!(told, expected.map(|told| format!("site.toml:{told}")));
}

#[test]
fn a_file_is_read_once() {
    let rules = |metric: &str| RULES.replace("up == 0", &format!("{metric} == 0"));
    let folder =
        beside("\"../m/*.yaml\", \"../m/a.*\", \"../handbook/rules/*.yaml\", \"rules/b.yaml\", \"content/**/*.yaml\"")
            .file("m/a.yaml", rules("a"))
            .link("m/same.yaml", "a.yaml")
            .file("handbook/rules/b.yaml", rules("b"))
            .file("handbook/content/alerts/c.yaml", rules("c"));
    let ran = build(&folder);
    ran.finds_no("source/unmatched-pattern").finds_no("source/duplicate-id");
    assert_eq!(["a == 0", "b == 0", "c == 0"].map(|rule| shown(&folder, rule)), [1, 1, 1]);
}

#[test]
fn hidden_files_are_left_out_unless_they_are_named() {
    let rules = |name: &str| RULES.replace("TillDown", name);
    let folder = beside("\"../m/**/*.yaml\", \"../.ops/*.yaml\", \"../n/.rules.yaml\"")
        .file("m/.a.yaml", rules("One"))
        .file("m/.b/a.yaml", rules("Two"))
        .file("m/c.yaml", rules("Three"))
        .file(".ops/a.yaml", rules("Four"))
        .file("n/.rules.yaml", rules("Five"));
    build(&folder);
    let is_there = ["one", "two", "three", "four", "five"]
        .map(|name| folder.path("public/alerts").join(format!("{name}.html")).exists());
    assert_eq!(is_there, [false, false, true, true, true]);
}

#[cfg(unix)]
#[test]
fn links_lead_no_further_than_the_folder_that_is_named() {
    let folder = beside("\"../m/**/*.yaml\"")
        .file("secret/a.yaml", RULES.replace("No till answers", "hunter2"))
        .file("m/real/a.yaml", RULES)
        .link("m/inside.yaml", "real/a.yaml")
        .link("m/out.yaml", "../secret/a.yaml")
        .link("m/lost.yaml", "nowhere")
        .link("m/folder", "../secret");
    let told = build(&folder).of_rule("links/escapes");
    let files: Vec<&str> = told.iter().filter_map(|told| told.split(':').next()).collect();
    assert_eq!(files, ["../m/lost.yaml", "../m/out.yaml"]);
    for (path, bytes) in folder.tree("public") {
        assert!(!String::from_utf8_lossy(&bytes).contains("hunter2"), "{path}");
    }
    // Whoever names a link means what it leads to.
    let folder = beside("\"../link/*.yaml\"").file("m/a.yaml", RULES).link("link", "m");
    build(&folder).finds_no("source/unmatched-pattern");
    assert!(folder.page("alerts/tilldown.html").contains("../link/a.yaml"), "the path is as it was named");
}

#[test]
fn documents_of_others_are_passed_over() {
    let folder = beside("\"../m/*\"")
        .file("m/alertmanager.yml", "route: {receiver: shop}\nreceivers: [{name: shop}]\n")
        .file("m/targets.yaml", "- targets: [till:9100]\n- just words\n")
        .file("m/words.yaml", "just words\n")
        .file("m/tests.yaml", "rule_files: [till.yaml]\ntests: []\n")
        .file("m/deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: till}\n")
        .file("m/till.yaml", RULES);
    let ran = build(&folder);
    let elsewhere: Vec<_> = ran
        .findings()
        .into_iter()
        .filter(|found| found["file"].as_str().is_some_and(|file| file.starts_with("../m")))
        .collect();
    // The one rule has no runbook.
    assert!(elsewhere.iter().all(|found| found["rule"] == "alert/no-runbook"), "{elsewhere:?}");
    let alerts = folder.names("public/alerts");
    assert_eq!(alerts, ["index.html", "tilldown.html"]);
}
