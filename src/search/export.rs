//! The index as files that a page can load by script elements, over HTTP or from disk. `docs/search-format.md` describes them.

use std::collections::BTreeMap;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use jiff::civil::date;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use crate::search::index::{self, BOOSTS, Section};
use crate::search::query::{ARTICLES, ENDINGS, QUESTIONS};
use crate::search::rank::Names;
use crate::search::shards::{self, front_code, number};
use crate::search::spelling;
use crate::search::words;
use crate::site::documents::{Card, Document, Documents};
use crate::text::fingerprint;

/// The format's version; a reader refuses another.
pub const FORMAT: u32 = 1;

/// Pages whose titles stand in one file.
const TITLES: usize = 8;

/// Numbered files that share the second half of their names.
const GROUP: usize = 8;

/// The folder of the index, from the site's root, and the file that names all others.
const FOLDER: &str = crate::site::frame::INDEX;
const ROOT: &str = "index";

/// Files of a published index: address and bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What a page shows once its title is there.
#[derive(Serialize)]
struct Detail<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<&'d Card>,
    sections: &'d [Section],
}

/// Indexes documents and writes the index as files.
///
/// # Errors
/// When tantivy cannot build or read its index in memory.
pub fn export(documents: &Documents) -> tantivy::Result<Files> {
    let built = index::build(documents, tantivy::directory::RamDirectory::create(), |page, sections| {
        (None, detail(page, sections))
    })?;
    let details = built.kept;
    let segment = index::segment(&built.index)?;
    let names = Names(documents.pages.iter().map(|page| page.rank).zip(built.weak).collect());
    let encoded = shards::encode(&segment, &built.forms, &names)?;
    let spelling = spelling::list(&segment, &built.forms)?;
    let mut files = Files::new();

    let shards: Vec<_> = encoded.shards.par_iter().map(|(_, bytes)| packed(bytes)).collect();
    let shard_prints = put_numbered(&mut files, "t", shards);
    let long: Vec<_> =
        encoded.long.into_par_iter().map(|(name, bytes)| (format!("p/{name}"), packed(&bytes))).collect();
    long.into_iter().for_each(|(name, data)| put(&mut files, &name, &data));
    let names: Vec<&str> = details.iter().map(|(name, _)| name.as_str()).collect();
    let titles: Vec<Value> =
        documents.pages.chunks(TITLES).zip(names.chunks(TITLES)).map(|(pages, names)| titles(pages, names)).collect();
    let title_prints = put_numbered(&mut files, "m", titles);
    files.extend(details.into_iter().map(|(name, bytes)| (address(&format!("d/{name}")), bytes)));
    let norms = put_named(&mut files, "norms", packed(&encoded.norms));
    let spelling = put_named(&mut files, "spelling", packed(&word_list(&spelling)));
    let facets = put_named(&mut files, "facets", facets(documents));
    let columns = put_named(&mut files, "columns", packed(&columns(documents)));

    let firsts: Vec<&str> = encoded.shards.iter().map(|(first, _)| first.as_str()).collect();
    // The longest that fits is meant, so it stands first.
    let mut questions = QUESTIONS.to_vec();
    questions.sort_by_key(|phrase| std::cmp::Reverse(phrase.split(' ').count()));
    let root = json!({
        "format": FORMAT,
        "pages": documents.pages.len(),
        "today": days(documents.today),
        "tokens": encoded.tokens,
        "boosts": BOOSTS,
        "firsts": firsts.join(" "),
        "shards": shard_prints,
        "size": TITLES,
        "titles": title_prints,
        "norms": norms,
        "spelling": spelling,
        "facets": facets,
        "columns": columns,
        "team": documents.teams.first().map(|team| &team.id),
        "questions": questions,
        "endings": ENDINGS,
        "articles": ARTICLES,
        "synonyms": synonyms(documents),
        "kinds": documents.kinds.iter().map(|(name, _)| name).collect::<Vec<_>>(),
    });
    put(&mut files, ROOT, &root);
    Ok(files)
}

fn address(name: &str) -> String {
    format!("{FOLDER}/{name}.js")
}

/// A file as a call with its name and its data. JSON is a part of JavaScript, and `<` is written so that no tag can be read in it.
fn script(name: &str, data: &Value) -> Vec<u8> {
    call(name, &data.to_string())
}

fn call(name: &str, data: &str) -> Vec<u8> {
    format!("onus(\"{name}\",{})\n", data.replace('<', "\\u003c")).into_bytes()
}

fn put(files: &mut Files, name: &str, data: &Value) {
    files.insert(address(name), script(name, data));
}

/// Adds a file named by its content, and returns its name.
fn put_named(files: &mut Files, name: &str, data: Value) -> String {
    let name = format!("{name}-{}", &fingerprint::of(data.to_string().as_bytes())[..6]);
    put(files, &name, &data);
    name
}

/// Adds files named by their number and the content of the eight files they are among, and returns the second halves of
/// their names, six digits each: one half for each file would be the larger part of the root.
fn put_numbered(files: &mut Files, folder: &str, all: Vec<Value>) -> String {
    let mut prints = String::new();
    for (group, all) in all.chunks(GROUP).enumerate() {
        let texts: Vec<String> = all.iter().map(Value::to_string).collect();
        let print = &fingerprint::of_all(texts.iter().map(String::as_bytes))[..6];
        for (at, data) in all.iter().enumerate() {
            put(files, &format!("{folder}/{}-{print}", group * GROUP + at), data);
        }
        prints.push_str(print);
    }
    prints
}

/// Bytes as text: raw deflate, then base64.
fn packed(bytes: &[u8]) -> Value {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::new(6));
    // Writing into memory cannot fail.
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default();
    Value::String(STANDARD.encode(packed))
}

/// A page's card and text as a file: its name and bytes.
fn detail(page: &Document, sections: &[Section]) -> (String, Vec<u8>) {
    let detail = Detail { card: page.card.as_ref(), sections };
    // The name stands before what it is made of: its place is kept, and filled in afterwards.
    let begin = b"onus(\"d/____________\",";
    let texts: usize = sections.iter().map(|section| section.1.len() + section.2.len() + 48).sum();
    let mut bytes = Vec::with_capacity(texts * 17 / 16 + 1024);
    bytes.extend_from_slice(begin);
    // Writing into memory cannot fail.
    let _ = serde_json::to_writer(&mut bytes, &detail);
    if bytes.contains(&b'<') {
        let json = String::from_utf8_lossy(&bytes[begin.len()..]).replace('<', "\\u003c");
        bytes.truncate(begin.len());
        bytes.extend(json.into_bytes());
    }
    let name = fingerprint::of(&bytes[begin.len()..])[..12].to_string();
    bytes[8..20].copy_from_slice(name.as_bytes());
    bytes.extend_from_slice(b")\n");
    bytes.shrink_to_fit();
    (name, bytes)
}

/// What a result shows at once, in columns.
fn titles(pages: &[Document], names: &[&str]) -> Value {
    let routes = pages.iter().map(|page| page.route.strip_suffix(".html").unwrap_or(&page.route));
    json!({
        "t": pages.iter().map(|page| page.title.as_str()).collect::<Vec<_>>(),
        "r": routes.collect::<Vec<_>>(),
        "o": pages.iter().map(|page| page.owner.as_deref().unwrap_or_default()).collect::<Vec<_>>(),
        "k": pages.iter().map(|page| page.kind).collect::<Vec<_>>(),
        "u": pages.iter().map(|page| u8::from(page.unowned)).collect::<Vec<_>>(),
        "d": pages.iter().map(|page| page.due.map_or(0, days)).collect::<Vec<_>>(),
        "f": names.concat(),
    })
}

/// Days since 1 January 1970; none before.
pub fn days(day: jiff::civil::Date) -> u32 {
    let span = day.since((jiff::Unit::Day, date(1970, 1, 1)));
    span.ok().and_then(|span| u32::try_from(span.get_days()).ok()).unwrap_or(0)
}

/// What can be filtered by: kinds with how many pages each has, teams with the number of the team above, and states.
fn facets(documents: &Documents) -> Value {
    let kinds = documents.kinds.iter().map(|(name, title)| {
        let count = documents.pages.iter().filter(|page| page.kind == *name).count();
        json!({ "name": name, "title": title, "count": count })
    });
    let teams = documents.teams.iter().map(|team| {
        let above = team.parent.as_ref().and_then(|parent| documents.team(parent));
        json!({ "id": team.id, "title": team.title, "above": above.map_or(0, |at| at + 1) })
    });
    json!({
        "kinds": kinds.collect::<Vec<_>>(),
        "teams": teams.collect::<Vec<_>>(),
        "states": [{ "name": "stale", "title": "Review overdue" }, { "name": "unowned", "title": "Unowned" }],
    })
}

/// What the filters ask of each page: its kind, its team, and when it is due and whether it is owned.
fn columns(documents: &Documents) -> Vec<u8> {
    let mut columns = Vec::new();
    for page in &documents.pages {
        let kind = documents.kinds.iter().position(|(name, _)| *name == page.kind);
        number(kind.unwrap_or(0) as u64, &mut columns);
    }
    for page in &documents.pages {
        let team = page.team.as_ref().and_then(|team| documents.team(team));
        number(team.map_or(0, |at| at + 1) as u64, &mut columns);
    }
    for page in &documents.pages {
        number(u64::from(page.due.map_or(0, days)) << 1 | u64::from(page.unowned), &mut columns);
    }
    columns
}

/// Sets of synonyms as lists of words; a synonym of several words is one list.
fn synonyms(documents: &Documents) -> Vec<Vec<String>> {
    let sets = documents.synonyms.iter();
    sets.map(|set| set.iter().map(|synonym| words::parts(synonym).join(" ")).collect()).collect()
}

/// Words in order, each as what it shares with the one before, and its number.
fn word_list(words: &[(String, u8)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut last = "";
    for (word, with) in words {
        front_code(last, word, &mut bytes);
        bytes.push(*with);
        last = word;
    }
    bytes
}
