//! Builds real handbooks, which are not part of the repository, and compares what is found with what is known to be true.
//!
//! Not among the tests that run by default: `ONUS_HANDBOOKS=DIR cargo test --test handbooks`. Each folder of `DIR` is a
//! handbook with an `expected.tsv`: rule, reference and detail a row; for the rules named after `# complete:`, nothing but
//! the rows may be found.

mod parity;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// The day the rows are true of.
const TODAY: &str = "2026-11-22";

type Rows = BTreeMap<String, BTreeMap<String, usize>>;

#[test]
fn every_row_is_found_and_nothing_else_where_the_rows_are_complete() {
    let mut wrong = Vec::new();
    for handbook in handbooks() {
        let (expected, complete) = expected(&handbook);
        let found = found(&handbook);
        for (rule, rows) in &expected {
            let of_rule = found.get(rule).cloned().unwrap_or_default();
            for (reference, count) in rows {
                let got = of_rule.get(reference).copied().unwrap_or_default();
                if got < *count {
                    wrong.push(format!("{}: {rule} {reference}: {got} of {count} found", handbook.display()));
                }
            }
            if complete.contains(rule) {
                for (reference, count) in &of_rule {
                    if *count > rows.get(reference).copied().unwrap_or_default() {
                        wrong.push(format!("{}: {rule} {reference}: found, and not expected", handbook.display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_entity_has_its_page() {
    for handbook in handbooks() {
        let out = tempfile::tempdir().expect("a temporary folder");
        let out = out.path().join("public");
        onus(&handbook, &["build", "--fail-on", "never", "--out"]).arg(&out).assert().success();
        let list = onus(&handbook, &["list", "--format", "json"]).assert().success();
        let list = String::from_utf8_lossy(&list.get_output().stdout).into_owned();
        let mut entities = 0;
        for line in list.lines() {
            let entity: Value = serde_json::from_str(line).expect("a line is a JSON object");
            let url = entity["url"].as_str().expect("an entity has an address");
            assert!(out.join(url).is_file(), "{}: {} has no page at {url}", handbook.display(), entity["ref"]);
            entities += 1;
        }
        let files = markdown_files(&handbook.join("content"));
        assert!(entities >= files, "{}: {entities} entities from {files} Markdown files", handbook.display());
    }
}

fn handbooks() -> Vec<PathBuf> {
    let folder = std::env::var("ONUS_HANDBOOKS").expect("ONUS_HANDBOOKS names the folder of the handbooks");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
    let mut handbooks: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.join("expected.tsv").is_file()).collect();
    handbooks.sort();
    assert!(!handbooks.is_empty(), "no handbook in {}", folder.display());
    handbooks
}

fn onus(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("onus").expect("the binary is built");
    command.args(arguments.iter().take(1)).args(["--root".as_ref(), root.as_os_str()]).args(["--today", TODAY]);
    command.args(&arguments[1..]);
    command
}

fn expected(handbook: &Path) -> (Rows, BTreeSet<String>) {
    let text = fs::read_to_string(handbook.join("expected.tsv")).expect("expected.tsv can be read");
    let (mut rows, mut complete): (Rows, _) = (BTreeMap::new(), BTreeSet::new());
    for line in text.lines().skip(1) {
        if let Some(rules) = line.strip_prefix("# complete:") {
            complete.extend(rules.split(',').map(|rule| rule.trim().to_string()));
        } else if let [rule, reference, ..] = line.split('\t').collect::<Vec<_>>()[..] {
            *rows.entry(rule.to_string()).or_default().entry(reference.to_string()).or_default() += 1;
        }
    }
    (rows, complete)
}

fn found(handbook: &Path) -> Rows {
    let output = onus(handbook, &["check", "--format", "json", "--fail-on", "never"]).assert().success();
    let mut rows: Rows = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.get_output().stdout).lines() {
        let finding: Value = serde_json::from_str(line).expect("a line is a JSON object");
        let rule = finding["rule"].as_str().expect("a finding has a rule").to_string();
        let file = format!("file:{}", finding["file"].as_str().unwrap_or_default());
        // Rows about files that cannot be read name the file.
        let reference = match finding["ref"].as_str() {
            Some(reference) if rule != "source/invalid-yaml" => reference.to_string(),
            _ => file,
        };
        *rows.entry(rule).or_default().entry(reference).or_default() += 1;
    }
    rows
}

fn markdown_files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).expect("a folder can be read").flatten();
    entries
        .map(|entry| {
            let path = entry.path();
            if path.is_dir() {
                markdown_files(&path)
            } else {
                usize::from(path.extension().is_some_and(|ending| ending == "md"))
            }
        })
        .sum()
}
