//! A rule's fixture: a small handbook in one text file beside the rule, and what the rule finds in it as a snapshot.
//!
//! `src/rules/GROUP/RULE.txt` holds files, each after a line `=== path`. The day is 22 November 2026. Fixtures also hold
//! neighbours of the case that must not be found.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::levels::Levels;
use crate::diagnostic::report::Report;
use crate::diagnostic::rule::Rule;
use crate::diagnostic::{Diagnostic, human};
use crate::model::Handbook;
use crate::model::link::{Input, link};
use crate::rules;
use crate::source::load::{Form, Source, Sources};
use crate::source::parse;
use crate::text::files::File;
use crate::{config, history};

/// The day on which all fixtures are read.
pub const TODAY: Date = Date::constant(2026, 11, 22);

/// Builds a handbook from a fixture's text.
pub fn handbook(text: &str) -> (Handbook, Sources, Vec<Diagnostic>) {
    let mut files: Vec<(&str, &str)> = Vec::new();
    for part in text.split("=== ").skip(1) {
        files.push(part.split_once('\n').expect("a path stands before the text of a file"));
    }
    files.sort();
    let settings = files.iter().find(|(path, _)| *path == "site.toml").map_or("title = \"t\"\n", |(_, text)| *text);
    let config = Arc::new(config::parse(settings).expect("the settings of a fixture are valid"));
    let mut sources = Sources::default();
    sources.files.add(File::new("site.toml", settings));
    for (path, text) in files.iter().filter(|(path, _)| !["site.toml", history::FILE].contains(path)) {
        let below = path.strip_prefix("content/").expect("files stand in content/");
        let form = if below.ends_with(".md") { Form::Markdown } else { Form::Yaml };
        let file = sources.files.add(File::new(*path, *text));
        sources.texts.push(Source { file, path: below.into(), form });
    }
    let (mut parsed, mut findings) = (Vec::new(), Vec::new());
    for source in &sources.texts {
        let (file, told) = parse::parse(source, &sources.files);
        parsed.push(file);
        findings.extend(told);
    }
    let input = Input { parsed, assets: Vec::new(), folders: folders(&sources.texts) };
    let kept = files.iter().find(|(path, _)| *path == history::FILE).map(|(_, text)| Ok((*text).to_string()));
    history::parse(kept, &mut sources.files, &mut findings);
    let (handbook, told) = link(input, &config, TODAY);
    findings.extend(told);
    (handbook, sources, findings)
}

/// The folders that hold files, as the walk over a handbook finds them.
fn folders(texts: &[Source]) -> Vec<Arc<str>> {
    let above = |path: &Arc<str>| path.rmatch_indices('/').map(|(at, _)| path[..at].into()).collect::<Vec<Arc<str>>>();
    texts.iter().flat_map(|source| above(&source.path)).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Compares what a rule finds in its fixture with the snapshot.
pub fn assert_snapshot(rule: &'static Rule) {
    let (group, name) = rule.name.split_once('/').expect("a rule's name has a group");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules").join(group);
    let path = folder.join(format!("{name}.txt"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        // What cannot be written as text (bad bytes, a file of 8 MiB, what is not there on disk) is tested in `tests/suite`.
        assert!(
            ["source/not-utf8", "source/too-large", "source/active-file", "source/unmatched-pattern"]
                .contains(&rule.name),
            "{} has no fixture",
            rule.name
        );
        return;
    };
    let (handbook, sources, mut findings) = handbook(&text);
    findings.extend(rules::run(&handbook));
    handbook.attribute(&mut findings);
    rules::waiver::apply(&handbook, &mut findings);
    findings.retain(|finding| finding.rule.name == rule.name);
    let report = Report::new(findings, &Levels::default(), &sources.files);
    assert!(!report.findings.is_empty(), "{} finds nothing in its own fixture", rule.name);
    let shown = human::write(&report, &sources.files, human::Options { limit: None, width: 120 });
    let refs: Vec<String> = report
        .findings
        .iter()
        .map(|finding| finding.subject.as_ref().map_or("-".to_string(), |subject| subject.reference.clone()))
        .collect();
    let plain = anstream::adapter::strip_str(&shown).to_string();
    insta::with_settings!({snapshot_path => &folder, prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(name, format!("{plain}refs: {}\n", refs.join(", ")));
    });
}
