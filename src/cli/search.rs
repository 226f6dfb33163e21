//! `onus search`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::ValueEnum;
use etcetera::BaseStrategy;
use jiff::civil::Date;
use tantivy::Index;
use tantivy::directory::{MmapDirectory, RamDirectory};
use tempfile::TempDir;

use crate::cli::progress::Progress;
use crate::cli::{Exit, Usage, parse_day, root, today};
use crate::diagnostic::human::plain;
use crate::model::kind::Kind;
use crate::pipeline::{self, Request};
use crate::search::store::{self, Answer, Beside, Store};
use crate::site::documents::{self, Documents};

/// The file beside tantivy's that says what tantivy has no place for.
const BESIDE: &str = "onus.json";

/// How the names of folders begin in which an index is being made.
const NEW: &str = ".new-";

#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// Words, names, "exact words", kind:runbook, team:payments, is:stale, is:unowned, or a question
    #[arg(required = true, value_name = "QUERY")]
    query: Vec<String>,
    /// Show only pages of this kind; can be given more than once
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Pages shown at most
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
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
    let request = Request { today: today(arguments.today)?, levels: Vec::new() };
    let store = open(&root, &request, arguments.cache.as_deref())?;
    let question = arguments.query.join(" ");
    let answer = store.search(&question, &arguments.kind, arguments.limit)?;
    match arguments.format {
        AnswerFormat::Json => anstream::println!("{}", serde_json::to_string(&answer)?),
        AnswerFormat::Human => print(&question, &answer),
    }
    Ok(if answer.hits.is_empty() { Exit::Findings } else { Exit::Clean })
}

/// Opens the index of a handbook as it is now: the one that is kept, else a new one, which is kept where that is possible.
fn open(root: &Path, request: &Request, cache: Option<&Path>) -> anyhow::Result<Store> {
    let state = pipeline::state(root, request)?;
    // Each handbook has a folder, and each state of it a folder in that.
    let place = fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
    let place = crate::text::fingerprint::of(place.to_string_lossy().as_bytes());
    let users = || etcetera::choose_base_strategy().ok().map(|base| base.cache_dir().join("onus"));
    let own = cache.map(Path::to_path_buf).or_else(users).map(|folder| folder.join(place));
    if let Some(store) = own.as_deref().and_then(|own| reopen(&own.join(&state)).ok()) {
        return Ok(store);
    }
    let checked = pipeline::check(root, request, &Progress::start())?;
    let documents = documents::of(&checked.handbook, &checked.report);
    match own.as_deref().and_then(new_folder) {
        Some((own, new)) => keep(&documents, own, new, &state),
        None => {
            let (index, beside) = store::build(&documents, RamDirectory::create())?;
            Ok(Store::new(index, beside)?)
        }
    }
}

/// A folder for a new index beside those that are kept; none where nothing can be written.
fn new_folder(own: &Path) -> Option<(&Path, TempDir)> {
    fs::create_dir_all(own).ok()?;
    Some((own, tempfile::Builder::new().prefix(NEW).tempdir_in(own).ok()?))
}

/// Indexes into a folder, and puts that in the place of earlier states.
fn keep(documents: &Documents, own: &Path, new: TempDir, state: &str) -> anyhow::Result<Store> {
    let (_, beside) = store::build(documents, MmapDirectory::open(new.path())?)?;
    fs::write(new.path().join(BESIDE), serde_json::to_vec(&beside)?).context("cannot keep the search index")?;
    forget(own);
    let kept = own.join(state);
    if fs::rename(new.path(), &kept).is_ok() {
        return reopen(&kept);
    }
    // Another process may have been faster; what it kept is the same.
    reopen(new.path())
}

fn reopen(folder: &Path) -> anyhow::Result<Store> {
    let beside: Beside = serde_json::from_slice(&fs::read(folder.join(BESIDE))?)?;
    Ok(Store::new(Index::open(MmapDirectory::open(folder)?)?, beside)?)
}

/// Removes the indexes of earlier states, and one of this state that could not be read.
fn forget(own: &Path) {
    for entry in fs::read_dir(own).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(NEW) {
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
