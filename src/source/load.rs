//! Walks a handbook's content folder and reads its files, and the documents that stay outside it. It does not know kinds.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use walkdir::WalkDir;

use crate::diagnostic::{Diagnostic, Place};
use crate::source::elsewhere::{self, Elsewhere, with_slashes};
use crate::source::image::{self, Size};
use crate::source::rules::{ACTIVE_FILE, ESCAPES, NOT_UTF8, TOO_LARGE, UNMATCHED_PATTERN};
use crate::text::files::{File, FileId, Files};
use crate::text::fingerprint::{self, Print};
use crate::text::pattern::Pattern;
use crate::text::{Span, Spanned};

/// Longest Markdown or YAML file that is read, in bytes: 8 MiB, a hundred times the longest page people write.
pub const LONGEST_TEXT: u64 = 8 * 1024 * 1024;

/// Endings of files that could run as the site's own pages; they are never copied into it.
const ACTIVE: [&str; 13] =
    ["html", "htm", "xhtml", "xht", "shtml", "mht", "mhtml", "js", "mjs", "xml", "xsl", "xslt", "svgz"];

/// A folder that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("there is no `content` folder in `{0}`")]
    NoContent(PathBuf),
    #[error("cannot read `{path}`")]
    Read { path: PathBuf, source: io::Error },
}

/// How a file is treated: by its ending, or by the pattern that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Markdown,
    Yaml,
    /// YAML outside the content folder, of which Prometheus rules are read and nothing else.
    Rules,
}

/// A text file of the handbook.
#[derive(Debug, Clone)]
pub struct Source {
    pub file: FileId,
    /// From the content folder, with `/`; it begins with `../` where the file stands outside.
    pub path: Arc<str>,
    pub form: Form,
}

/// The path from the handbook's folder of what has this path from its content folder.
pub fn from_root(path: &str) -> String {
    path.strip_prefix("../").map_or_else(|| format!("content/{path}"), str::to_string)
}

/// Whether a path from the content folder leads out of it.
pub fn is_outside(path: &str) -> bool {
    path.starts_with("../")
}

/// A file that is copied as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// For findings; its text is not read.
    pub file: FileId,
    /// From the content folder, with `/`.
    pub path: Arc<str>,
    pub from: PathBuf,
    /// How large it is shown, where it is an image.
    pub size: Option<Size>,
}

/// Everything read from disk, sorted by path.
#[derive(Debug, Default)]
pub struct Sources {
    pub files: Files,
    pub texts: Vec<Source>,
    pub assets: Vec<Asset>,
    /// Folders below content, with `/`.
    pub folders: Vec<Arc<str>>,
    pub findings: Vec<Diagnostic>,
}

/// What was read before: a file that is as it was is not read again, and its text stands in memory once.
#[derive(Debug, Default)]
pub struct Memo {
    /// Whether anything is kept.
    pub keep: bool,
    /// The time by the clock. Without it, every file is read.
    pub now: Option<SystemTime>,
    texts: HashMap<String, Known>,
    copied: HashMap<PathBuf, (Stamp, Print)>,
}

#[derive(Debug, Clone)]
struct Known {
    /// None where the file could change again without another stamp.
    stamp: Option<Stamp>,
    text: Arc<str>,
    print: Print,
}

/// What the disk says of a file besides its bytes: length, times of change, and the number that a new file of the name would
/// not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    length: u64,
    modified: SystemTime,
    node: (u64, i64, i64),
}

/// A file that changed no longer ago may change again within one tick of the disk's clock.
const SETTLED: Duration = Duration::from_secs(2);

impl Stamp {
    #[cfg(unix)]
    fn of(file: &fs::Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let node = (file.ino(), file.ctime(), file.ctime_nsec());
        Some(Self { length: file.len(), modified: file.modified().ok()?, node })
    }

    #[cfg(not(unix))]
    fn of(file: &fs::Metadata) -> Option<Self> {
        Some(Self { length: file.len(), modified: file.modified().ok()?, node: (0, 0, 0) })
    }

    /// Whether it has stood for long enough to be told apart from the next one.
    fn settled(&self, now: SystemTime) -> bool {
        let changed = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(self.node.1.max(0) as u64));
        let last = changed.map_or(self.modified, |changed| changed.max(self.modified));
        now.duration_since(last).is_ok_and(|age| age > SETTLED)
    }
}

impl Memo {
    /// Names the text of a file of the last run that was kept.
    pub fn print(&self, path: &str) -> Option<Print> {
        self.texts.get(path).map(|known| known.print)
    }

    /// The stamp of a file, where it can be relied on.
    fn stamp(&self, path: &Path) -> Option<Stamp> {
        let now = self.now?;
        fs::metadata(path).ok().and_then(|file| Stamp::of(&file)).filter(|stamp| stamp.settled(now))
    }

    /// Reads one file again that was read before: its text of then, and of now. None where it is no plain file with a text, or is
    /// being written.
    pub fn reread(&mut self, from: &Path, path: &str) -> Option<(Arc<str>, Arc<str>)> {
        let known = self.texts.get_mut(path)?;
        let stamp = || fs::symlink_metadata(from).ok().filter(fs::Metadata::is_file).and_then(|file| Stamp::of(&file));
        let before = stamp()?;
        let text = String::from_utf8(read_at_most(from, LONGEST_TEXT).ok()??).ok()?;
        if stamp() != Some(before) {
            return None;
        }
        let old = known.text.clone();
        if *old != *text {
            *known = Known { stamp: None, print: fingerprint::print(text.as_bytes()), text: text.into() };
        }
        Some((old, known.text.clone()))
    }

    /// Names the bytes of the files that are copied as they are. What cannot be read has no name.
    pub fn copied(&mut self, assets: &[Asset]) -> Vec<Option<Print>> {
        let named: Vec<_> = assets
            .par_iter()
            .map(|asset| {
                let stamp = self.stamp(&asset.from);
                match self.copied.get(&asset.from) {
                    Some((known, print)) if Some(*known) == stamp => (stamp, Some(*print)),
                    _ => (stamp, fs::read(&asset.from).ok().map(|bytes| fingerprint::print(&bytes))),
                }
            })
            .collect();
        let known = assets.iter().zip(&named);
        self.copied =
            known.filter_map(|(asset, (stamp, print))| Some((asset.from.clone(), ((*stamp)?, (*print)?)))).collect();
        named.into_iter().map(|(_, print)| print).collect()
    }
}

/// What the disk says of every file that a site is made from, `beside` the folders: equal before and after a reading, nothing
/// changed in between.
pub fn stamps(root: &Path, beside: &[&str], patterns: &[Spanned<Pattern>]) -> Vec<(PathBuf, Option<Stamp>)> {
    let folders = ["content", "themes"].into_iter().flat_map(|folder| {
        let walk = WalkDir::new(root.join(folder)).sort_by_file_name().into_iter();
        walk.filter_entry(|entry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.'))
    });
    let files =
        folders.filter_map(Result::ok).filter(|entry| !entry.file_type().is_dir()).map(walkdir::DirEntry::into_path);
    let outside = elsewhere::find(root, &root.join("content"), patterns).files.into_values();
    let files: Vec<PathBuf> = files.chain(beside.iter().map(|name| root.join(name))).chain(outside).collect();
    files
        .into_par_iter()
        .map(|path| {
            let stamp = fs::metadata(&path).ok().and_then(|file| Stamp::of(&file));
            (path, stamp)
        })
        .collect()
}

/// Reads `root/content`, and the rule files that `patterns` lead to. `config` is site.toml's text, so that findings can point
/// into it; it becomes file 0.
///
/// Hidden files are left out. Symbolic links are followed to files inside the content folder, or the folder that a pattern names, only.
///
/// # Errors
/// When there is no content folder, or it cannot be listed. A single file that cannot be read is a finding.
pub fn load(root: &Path, config: &str, patterns: &[Spanned<Pattern>], memo: &mut Memo) -> Result<Sources, LoadError> {
    let content = root.join("content");
    if !content.is_dir() {
        return Err(LoadError::NoContent(root.to_path_buf()));
    }
    let home = content.canonicalize().map_err(|source| LoadError::Read { path: content.clone(), source })?;
    let mut sources = Sources::default();
    sources.files.add(File::new("site.toml", config));
    let walk = WalkDir::new(&home).min_depth(1).sort_by_file_name().into_iter();
    let mut found: Vec<Found> = Vec::new();
    for entry in walk.filter_entry(|entry| !entry.file_name().to_string_lossy().starts_with('.')) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(&home).to_path_buf();
                let path = with_slashes(&home, &path);
                sources.reject(&path, &NOT_UTF8, "cannot be read", "check the permissions of the file");
                continue;
            }
        };
        let path = with_slashes(&home, entry.path());
        if entry.file_type().is_dir() {
            sources.folders.push(path.into());
        } else if entry.file_type().is_symlink() {
            match entry.path().canonicalize() {
                Ok(target) if target.starts_with(&home) && target.is_file() => {
                    found.push(Found { path, from: target, form: None })
                }
                Ok(target) if target.starts_with(&home) => sources.reject(
                    &path,
                    &ESCAPES,
                    "is a symbolic link to a folder, which is not followed",
                    "link to files, or move the folder here",
                ),
                _ => sources.reject(
                    &path,
                    &ESCAPES,
                    "is a symbolic link that leaves the content folder or leads nowhere",
                    "copy the file into the content folder",
                ),
            }
        } else if entry.file_type().is_file() {
            found.push(Found { path, from: entry.path().to_path_buf(), form: None });
        }
    }
    let outside = elsewhere::find(root, &home, patterns);
    sources.tell(&outside, patterns);
    found.extend(outside.files.into_iter().map(|(path, from)| Found {
        path: format!("../{path}"),
        from,
        form: Some(Form::Rules),
    }));
    let read: Vec<Outcome> = found.into_par_iter().map(|found| read(found, memo)).collect();
    memo.texts.clear();
    for file in read {
        match file {
            Outcome::Text { path, form, known } => {
                let id = sources.files.add(File::new(from_root(&path), known.text.clone()));
                if memo.keep {
                    memo.texts.insert(path.clone(), known);
                }
                sources.texts.push(Source { file: id, path: path.into(), form });
            }
            Outcome::Asset { path, from, size } => {
                let file = sources.files.add(File::new(from_root(&path), ""));
                sources.assets.push(Asset { file, path: path.into(), from, size });
            }
            Outcome::Bad { path, rule, message, help } => sources.reject(&path, rule, &message, help),
        }
    }
    Ok(sources)
}

struct Found {
    path: String,
    from: PathBuf,
    /// None where the ending says it.
    form: Option<Form>,
}

enum Outcome {
    Text { path: String, form: Form, known: Known },
    Asset { path: String, from: PathBuf, size: Option<Size> },
    Bad { path: String, rule: &'static crate::diagnostic::rule::Rule, message: String, help: &'static str },
}

fn read(found: Found, memo: &Memo) -> Outcome {
    let Found { path, from, form } = found;
    let ending = path.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase());
    let form = match (form, ending.as_str()) {
        (Some(form), _) => form,
        (None, "md" | "markdown") => Form::Markdown,
        (None, "yaml" | "yml") => Form::Yaml,
        (None, ending) if ACTIVE.contains(&ending) => {
            let message = "is a file that a browser would run, and is not published";
            return active(path, message, "write it as Markdown, or publish it elsewhere and link to it");
        }
        (None, "svg") => match harmless(&from) {
            Some(text) => return Outcome::Asset { path, from, size: image::of_svg(&text) },
            None => {
                let message = "is an image that holds a script or other active parts, and is not published";
                return active(path, message, "take the script out of the image, or use a PNG");
            }
        },
        (None, ending) => {
            let size = image::of_file(&from, ending);
            return Outcome::Asset { path, from, size };
        }
    };
    let before = memo.texts.get(&path);
    // Taken before the file is read: a change in between gives another stamp the next time.
    let stamp = memo.stamp(&from);
    if let Some(known) = before.filter(|known| stamp.is_some() && known.stamp == stamp) {
        return Outcome::Text { path, form, known: known.clone() };
    }
    let bytes = match read_at_most(&from, LONGEST_TEXT) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let message = format!("is larger than {} MiB, the most that is read", LONGEST_TEXT / 1024 / 1024);
            return Outcome::Bad { path, rule: &TOO_LARGE, message, help: "split the file" };
        }
        Err(error) => {
            let message = format!("cannot be read: {error}");
            return Outcome::Bad { path, rule: &NOT_UTF8, message, help: "check the permissions of the file" };
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => {
            let known = match before.filter(|known| *known.text == *text) {
                Some(known) => Known { stamp, ..known.clone() },
                None => Known { stamp, print: fingerprint::print(text.as_bytes()), text: text.into() },
            };
            Outcome::Text { path, form, known }
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            let message = format!("is not UTF-8 text: a bad byte stands in line {line}");
            Outcome::Bad { path, rule: &NOT_UTF8, message, help: "save the file as UTF-8" }
        }
    }
}

fn active(path: String, message: &str, help: &'static str) -> Outcome {
    Outcome::Bad { path, rule: &ACTIVE_FILE, message: message.to_string(), help }
}

/// The text of an SVG image that can only be looked at. Images that are too large to tell count as others.
fn harmless(path: &Path) -> Option<String> {
    let bytes = read_at_most(path, LONGEST_TEXT).ok()??;
    let written = String::from_utf8_lossy(&bytes).into_owned();
    let text = written.to_lowercase();
    let handler = |at: usize| {
        let name = text[at..].strip_prefix("on").filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
        let after = name.map(|name| name.trim_start_matches(|c: char| c.is_ascii_alphanumeric()));
        after.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let marks = ["<script", "javascript:", "<foreignobject", "<!entity", "data:text/html"];
    let active = marks.iter().any(|mark| text.contains(mark))
        || text.char_indices().any(|(at, c)| (c.is_whitespace() || c == '/' || c == '"') && handler(at + c.len_utf8()))
        // Bytes in another encoding could spell what is looked for in a way that is not seen here.
        || bytes.contains(&0);
    (!active).then_some(written)
}

/// Reads a file, unless it holds more than `most` bytes; a file that grows while it is read is cut off all the same.
fn read_at_most(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let file = fs::File::open(path)?;
    let length = file.metadata()?.len();
    if length > most {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(length as usize + 1);
    file.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

impl Sources {
    /// Tells patterns that match nothing, and links that cannot be followed.
    fn tell(&mut self, outside: &Elsewhere, patterns: &[Spanned<Pattern>]) {
        for Spanned { value: pattern, span } in outside.unmatched.iter().map(|number| &patterns[*number]) {
            // site.toml is file 0.
            let place = Place { file: FileId(0), span: *span };
            let message = format!("`{}` matches no file", pattern.as_str());
            let help = "correct the pattern, which starts from the folder of site.toml, or take it out";
            self.findings.push(Diagnostic::new(&UNMATCHED_PATTERN, place, message).help(help));
        }
        for path in &outside.astray {
            let message = "is a symbolic link that leaves the folder which the pattern names, or leads to no file";
            self.reject(&format!("../{path}"), &ESCAPES, message, "name the file itself in `[sources]` of site.toml");
        }
    }

    fn reject(&mut self, path: &str, rule: &'static crate::diagnostic::rule::Rule, message: &str, help: &str) {
        let file = self.files.add(File::new(from_root(path), ""));
        let place = Place { file, span: Span::default() };
        let name = path.rsplit('/').next().unwrap_or(path);
        self.findings.push(Diagnostic::new(rule, place, format!("`{name}` {message}")).help(help));
    }
}
