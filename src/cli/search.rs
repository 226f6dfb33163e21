//! `onus search`.

use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use etcetera::BaseStrategy;
use jiff::civil::Date;
use tantivy::Index;
use tantivy::directory::MmapDirectory;

use crate::cli::progress::Progress;
use crate::cli::{Exit, Usage, parse_day, root, today};
use crate::diagnostic::human::plain;
use crate::model::kind::Kind;
use crate::pipeline::{self, Request};
use crate::search::store::{self, Answer, Beside, Store};
use crate::site::documents::{self, Documents};
use crate::text::fingerprint;

/// The file beside tantivy's that says what tantivy has no place for.
const BESIDE: &str = "onus.json";

/// The file with the fingerprint of all others.
const SEAL: &str = "seal";

/// How the name of an index begins that is being made, and the age from which nobody is making it any more.
const NEW: &str = ".new-";
const STALLED: Duration = Duration::from_secs(60 * 60);

#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// Words, names, "exact words", kind:runbook, team:payments, is:stale, is:unowned, or a question
    #[arg(required = true, value_name = "QUERY")]
    query: Vec<String>,
    /// Show only pages of this kind; can be given more than once
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Pages shown at most
    #[arg(long, value_name = "N", default_value = "10")]
    limit: NonZeroUsize,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: AnswerFormat,
    /// The day that decides what is stale, YYYY-MM-DD; else SOURCE_DATE_EPOCH, else the clock
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    today: Option<Date>,
    /// Where the index is kept; else a folder of its own in the user's cache folder
    #[arg(long, value_name = "DIR", env = "ONUS_CACHE")]
    cache: Option<PathBuf>,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum AnswerFormat {
    /// Titles, addresses and excerpts
    Human,
    /// One JSON object
    Json,
}

pub fn run(given: Option<PathBuf>, arguments: Arguments) -> anyhow::Result<Exit> {
    let kinds: Vec<&str> = Kind::all().map(Kind::name).collect();
    if let Some(kind) = arguments.kind.iter().find(|kind| !kinds.contains(&kind.as_str())) {
        return Err(Usage(format!("there is no kind `{kind}`; kinds are {}", kinds.join(", "))).into());
    }
    let root = root(given)?;
    let request = Request { today: today(arguments.today)?, levels: Vec::new(), record: false };
    let store = open(&root, &request, arguments.cache.as_deref())?;
    let question = arguments.query.join(" ");
    let answer = store.search(&question, &arguments.kind, arguments.limit.get())?;
    match arguments.format {
        AnswerFormat::Json => anstream::println!("{}", serde_json::to_string(&answer)?),
        AnswerFormat::Human => print(&question, &answer),
    }
    Ok(if answer.hits.is_empty() { Exit::Findings } else { Exit::Clean })
}

/// Opens the index of a handbook as it is now: the one that is kept, else a new one, which is kept where that is possible.
fn open(root: &Path, request: &Request, cache: Option<&Path>) -> anyhow::Result<Store> {
    let folder = match cache {
        Some(folder) => Some(folder.to_path_buf()),
        None => etcetera::choose_base_strategy().ok().map(|base| base.cache_dir().join("onus")),
    };
    // Each handbook has a folder, and each state of it a folder in that.
    let place = fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
    let own = folder.map(|folder| folder.join(fingerprint::of(place.to_string_lossy().as_bytes())));
    let state = pipeline::state(root, request)?;
    if let Some(store) = own.as_ref().and_then(|own| reopen(&own.join(&state)).ok()) {
        return Ok(store);
    }
    let checked = pipeline::check(root, request, &Progress::start())?;
    let documents = documents::of(&checked.handbook, &checked.report);
    if let Some(store) = own.and_then(|own| keep(&own, &state, &documents).ok()) {
        return Ok(store);
    }
    // Whoever cannot keep an index is answered all the same.
    let (index, beside) = store::build(&documents, tantivy::directory::RamDirectory::create())?;
    Ok(Store::new(index, beside)?)
}

/// Indexes documents into a handbook's folder, in the place of its earlier states.
fn keep(own: &Path, state: &str, documents: &Documents) -> anyhow::Result<Store> {
    fs::create_dir_all(own)?;
    let made = tempfile::Builder::new().prefix(NEW).tempdir_in(own)?;
    let (_, beside) = store::build(documents, MmapDirectory::open(made.path())?)?;
    fs::write(made.path().join(BESIDE), serde_json::to_vec(&beside)?)?;
    fs::write(made.path().join(SEAL), seal(made.path())?)?;
    forget(own, state);
    let kept = own.join(state);
    if fs::rename(made.path(), &kept).is_err() {
        // Another process was faster, and what it kept is the same; or there is something that cannot be read.
        if let Ok(store) = reopen(&kept) {
            return Ok(store);
        }
        fs::remove_dir_all(&kept).or_else(|_| fs::remove_file(&kept))?;
        fs::rename(made.path(), &kept)?;
    }
    reopen(&kept)
}

fn reopen(folder: &Path) -> anyhow::Result<Store> {
    // tantivy takes its files on trust, and a disk that was full or without power leaves others.
    anyhow::ensure!(fs::read_to_string(folder.join(SEAL))? == seal(folder)?, "a file is damaged");
    let beside: Beside = serde_json::from_slice(&fs::read(folder.join(BESIDE))?)?;
    Ok(Store::new(Index::open(MmapDirectory::open(folder)?)?, beside)?)
}

/// The fingerprint of a kept index.
fn seal(folder: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        // tantivy's lock files are empty and come and go.
        if name != SEAL && !name.to_string_lossy().ends_with(".lock") {
            files.push(name);
        }
    }
    files.sort();
    let mut parts = Vec::with_capacity(files.len() * 2);
    for name in files {
        parts.push(name.to_string_lossy().as_bytes().to_vec());
        parts.push(fs::read(folder.join(&name))?);
    }
    Ok(fingerprint::of_all(parts.iter().map(Vec::as_slice)))
}

/// Removes the indexes of earlier states, and what a run that was stopped left half made.
fn forget(own: &Path, state: &str) {
    for entry in fs::read_dir(own).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let made = || entry.metadata().and_then(|data| data.modified()).ok().and_then(|made| made.elapsed().ok());
        let young = || made().is_none_or(|age| age < STALLED);
        if name != *state && !(name.to_string_lossy().starts_with(NEW) && young()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn print(question: &str, answer: &Answer) {
    if let Some(problem) = &answer.problem {
        anstream::eprintln!("{}", plain(problem));
    }
    for (from, to) in &answer.corrected {
        anstream::eprintln!("no page holds `{}`; showing results for `{}`", plain(from), plain(to));
    }
    if answer.hits.is_empty() {
        anstream::eprintln!("nothing found for `{}`", plain(question));
        return;
    }
    for hit in &answer.hits {
        let owner = hit.owner.as_ref().map_or(String::new(), |owner| format!(", {owner}"));
        let state = match (hit.unowned, hit.stale) {
            (true, true) => ", unowned, review overdue",
            (true, false) => ", unowned",
            (false, true) => ", review overdue",
            (false, false) => "",
        };
        anstream::println!("\u{1b}[1m{}\u{1b}[0m ({}{}{state})", plain(&hit.title), hit.kind, plain(&owner));
        let anchor = if hit.anchor.is_empty() { String::new() } else { format!("#{}", hit.anchor) };
        anstream::println!("  {}", plain(&format!("{}{anchor}", hit.route)));
        if !hit.excerpt.is_empty() {
            anstream::println!("  {}", plain(&hit.excerpt));
        }
    }
    let more = answer.total - answer.hits.len();
    if more > 0 {
        anstream::println!("and {more} more");
    }
}
