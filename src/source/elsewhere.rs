//! Finds documents that stay outside the content folder, where patterns of site.toml say. Reading them is the loader's job.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::text::Spanned;
use crate::text::pattern::Pattern;

/// What patterns lead to.
#[derive(Debug, Default)]
pub struct Elsewhere {
    /// Files by their path from the handbook's folder, with `/`: each once, and none that stands in the content folder.
    pub files: BTreeMap<String, PathBuf>,
    /// Symbolic links that match and leave the folder their pattern names, or lead to no file.
    pub astray: BTreeSet<String>,
    /// Patterns that match nothing, by their number.
    pub unmatched: Vec<usize>,
}

/// Looks for files that match. `root` is the handbook's folder, and `content` its content folder without links.
///
/// Hidden files are left out, and symbolic links to folders are not followed. What cannot be listed is passed over.
pub fn find(root: &Path, content: &Path, patterns: &[Spanned<Pattern>]) -> Elsewhere {
    let mut found = Elsewhere::default();
    let mut known = BTreeSet::new();
    for (number, Spanned { value: pattern, .. }) in patterns.iter().enumerate() {
        let mut matched = false;
        // The author may have named a link: what it leads to is meant.
        let folder = root.join(pattern.folder()).canonicalize().ok();
        for entry in folder.iter().flat_map(|folder| entries(folder, pattern)) {
            let Some(folder) = folder.as_deref().filter(|_| is_document(&entry)) else { continue };
            let below = with_slashes(folder, entry.path());
            if !pattern.matches(&below) {
                continue;
            }
            matched = true;
            let path = if pattern.folder().is_empty() { below } else { format!("{}/{below}", pattern.folder()) };
            let real = entry.path().canonicalize().ok().filter(|real| real.is_file());
            match real {
                Some(real) if real.starts_with(content) => {}
                Some(real) if real.starts_with(folder) => {
                    if known.insert(real.clone()) {
                        found.files.insert(path, real);
                    }
                }
                _ => {
                    found.astray.insert(path);
                }
            }
        }
        if !matched {
            found.unmatched.push(number);
        }
    }
    found
}

/// What stands below the folder of a pattern, as far down as it may match.
fn entries(folder: &Path, pattern: &Pattern) -> impl Iterator<Item = DirEntry> {
    let hidden = pattern.takes_hidden();
    let walk = WalkDir::new(folder).min_depth(1).max_depth(pattern.depth()).sort_by_file_name().into_iter();
    walk.filter_entry(move |entry| hidden || entry.depth() == 0 || !is_hidden(entry)).filter_map(Result::ok)
}

fn is_document(entry: &DirEntry) -> bool {
    entry.file_type().is_file() || entry.file_type().is_symlink()
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

/// A path below a folder, with `/`.
pub fn with_slashes(folder: &Path, path: &Path) -> String {
    let path = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.join("/")
}
