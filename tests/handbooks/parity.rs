//! The reader in the browser and `onus search` answer alike.

use std::fs;
use std::path::Path;
use std::process::Command;

use onus::pipeline::{self, Observer, Request, Stage};
use onus::search::store::{self, Store};
use onus::search::{export, query};
use onus::site::documents;
use serde_json::json;

/// Queries that are asked at least.
const LEAST: usize = 500;

/// Of how many queries one is asked.
const SHARE: usize = 3;

struct Silent;

impl Observer for Silent {
    fn begins(&self, _: Stage) {}
}

#[test]
fn the_reader_answers_as_the_command_line_does() {
    let mut asked = 0;
    for handbook in super::handbooks() {
        let queries = queries(&handbook);
        asked += queries.len();
        let request = Request { today: super::TODAY.parse().expect("a day"), levels: Vec::new(), record: false };
        let checked = pipeline::check(&handbook, &request, &Silent).expect("the handbook is read");
        let documents = documents::of(&checked.handbook, &checked.report);
        let (index, beside) =
            store::build(&documents, tantivy::directory::RamDirectory::create()).expect("the index is built");
        let store = Store::new(index, beside).expect("the index is read");
        let answers: Vec<_> = queries
            .iter()
            .map(|query| {
                let answer = store.search(query, &[], 10).expect("the query is answered");
                let hits: Vec<_> = answer.hits.iter().map(|hit| json!([hit.route, hit.score])).collect();
                json!({ "query": query, "total": answer.total, "card": answer.card, "corrected": answer.corrected, "hits": hits })
            })
            .collect();
        let out = tempfile::tempdir().expect("a temporary folder");
        for (route, bytes) in export::export(&documents).expect("the index is published") {
            let path = out.path().join(route);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
            fs::write(path, bytes).expect("a file is written");
        }
        let file = out.path().join("answers.json");
        fs::write(&file, serde_json::to_vec(&answers).expect("JSON")).expect("a file is written");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/search/parity.mjs");
        let output =
            Command::new("node").arg(script).arg(out.path().join("search")).arg(&file).output().expect("node runs");
        let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}:\n{told}", handbook.display());
    }
    assert!(asked >= LEAST, "only {asked} queries");
}

/// Every third of the handbook's queries, and each of these of them with an error, cut off, as a question, as a phrase and with a filter.
fn queries(handbook: &Path) -> Vec<String> {
    let text = fs::read_to_string(handbook.join("queries.tsv")).expect("queries.tsv is read");
    let plain: Vec<&str> = text.lines().skip(1).step_by(SHARE).filter_map(|line| line.split('\t').next()).collect();
    let mut queries: Vec<String> = plain.iter().map(|query| query.to_string()).collect();
    for (at, query) in plain.iter().enumerate() {
        let letters: Vec<char> = query.chars().collect();
        let half = letters.len() / 2;
        match at % 6 {
            0 if letters.len() > 5 => {
                let mut wrong = letters.clone();
                wrong.swap(half, half - 1);
                queries.push(wrong.into_iter().collect());
            }
            1 => queries.push(letters[..letters.len() - half.min(3)].iter().collect()),
            2 => queries.push(format!("who owns {query}?")),
            3 => queries.push(format!("\"{query}\"")),
            4 => queries.push(format!("{query} kind:page")),
            _ => queries.push(format!("{query} is:stale")),
        }
    }
    queries.retain(|text| !query::read(text, |_| false).words.is_empty());
    queries
}
