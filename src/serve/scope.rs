//! What of the disk makes a handbook's site: its own folders, and those that patterns of site.toml name. Watching them is another's.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::text::pattern::Pattern;
use crate::{config, history};

/// What of a handbook's own folder makes the site.
pub const FOLDERS: [&str; 2] = ["content", "themes"];

/// Files in it that do.
pub const BESIDE: [&str; 2] = [config::FILE, history::FILE];

/// Tells a folder apart from another that has its name later.
pub type Identity = (u64, u64);

/// The files that matter.
#[derive(Debug, Default)]
pub struct Scope {
    /// Without links.
    root: PathBuf,
    /// Its folders that are there, without links.
    pub own: Vec<PathBuf>,
    outside: Vec<Outside>,
    /// The folders that are watched.
    pub folders: BTreeMap<PathBuf, Identity>,
}

/// A pattern, and the folder it names.
#[derive(Debug)]
struct Outside {
    /// Without links, as far as it is there.
    folder: PathBuf,
    pattern: Pattern,
}

impl Scope {
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), ..Self::default() }
    }

    /// Sees which folders are there, and reads from site.toml which documents stay outside. A broken one says nothing: what it
    /// said before is taken.
    pub fn update(&mut self) {
        self.own = FOLDERS.iter().filter_map(|name| self.root.join(name).canonicalize().ok()).collect();
        let Ok(config) = config::read(&self.root) else { return };
        let outside = |pattern: Pattern| Outside { folder: real(&self.root, pattern.folder()), pattern };
        self.outside = config.sources.prometheus.into_iter().map(|pattern| outside(pattern.value)).collect();
    }

    /// Visits each folder in which something that matters may come and go, before it is looked into: what comes later is an event.
    ///
    /// # Errors
    /// Those of `visit`.
    pub fn visit<E>(&self, visit: &mut impl FnMut(&Path) -> Result<(), E>) -> Result<(), E> {
        // The handbook's own folder, for files beside content and for folders that come and go.
        visit(&self.root)?;
        for folder in &self.own {
            below(folder, usize::MAX, false, &|_| false, visit)?;
        }
        for Outside { folder, pattern } in &self.outside {
            let there = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(folder);
            let depth = if there == folder { pattern.depth() } else { 1 };
            let visited = |folder: &Path| self.own.iter().any(|own| folder.starts_with(own));
            below(there, depth, pattern.takes_hidden(), &visited, visit)?;
        }
        Ok(())
    }

    /// Whether a change of what stands at a path may be one of the folders that are to be watched.
    pub fn may_move(&self, path: &Path) -> bool {
        path == self.root.join(config::FILE) || self.folders.contains_key(path) || path.is_dir()
    }

    /// Whether a change of what stands, or stood, at a path may change the site.
    pub fn holds(&self, path: &Path) -> bool {
        self.is_own(path) || self.outside.iter().any(|outside| self.is_outside(path, outside))
    }

    fn is_own(&self, path: &Path) -> bool {
        let named = |name: &str| path == self.root.join(name);
        let below = |folder: &PathBuf| path.strip_prefix(folder).is_ok_and(|below| !names(below).any(is_hidden));
        path == self.root || BESIDE.into_iter().chain(FOLDERS).any(named) || self.own.iter().any(below)
    }

    fn is_outside(&self, path: &Path, Outside { folder, pattern }: &Outside) -> bool {
        let Ok(below) = path.strip_prefix(folder) else { return folder.starts_with(path) };
        if !pattern.takes_hidden() && names(below).any(is_hidden) {
            return false;
        }
        // A folder that goes takes its files with it.
        path == folder
            || pattern.matches(&names(below).collect::<Vec<_>>().join("/"))
            || self.folders.contains_key(path)
            || path.is_dir()
    }
}

fn names(path: &Path) -> impl Iterator<Item = Cow<'_, str>> {
    path.components().map(|part| part.as_os_str().to_string_lossy())
}

fn is_hidden(name: impl AsRef<str>) -> bool {
    name.as_ref().starts_with('.')
}

/// The folder that a pattern names, without links as far as it is there.
fn real(root: &Path, folder: &str) -> PathBuf {
    let mut real = root.to_path_buf();
    for part in folder.split('/').filter(|part| !part.is_empty()) {
        if part == ".." {
            real.pop();
        } else {
            real.push(part);
        }
        real = real.canonicalize().unwrap_or(real);
    }
    real
}

/// Visits a folder and those below it, each before it is looked into.
fn below<E>(
    folder: &Path,
    depth: usize,
    hidden: bool,
    visited: &dyn Fn(&Path) -> bool,
    visit: &mut impl FnMut(&Path) -> Result<(), E>,
) -> Result<(), E> {
    let mut left = vec![(folder.to_path_buf(), depth)];
    while let Some((folder, depth)) = left.pop() {
        if visited(&folder) {
            continue;
        }
        visit(&folder)?;
        if depth > 1 {
            left.extend(folders_in(&folder, hidden).map(|folder| (folder, depth - 1)));
        }
    }
    Ok(())
}

fn folders_in(folder: &Path, hidden: bool) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let wanted = move |entry: &fs::DirEntry| {
        let shown = hidden || !is_hidden(entry.file_name().to_string_lossy());
        shown && entry.file_type().is_ok_and(|kind| kind.is_dir())
    };
    entries.filter(wanted).map(|entry| entry.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_site_is_made_from_matters() {
        let pattern = |text| Pattern::parse(text).expect("a pattern");
        let outside = [("/ops", pattern("../ops/**/*.yaml")), ("/h/rules", pattern("rules/a.yaml"))];
        let outside = outside.map(|(folder, pattern)| Outside { folder: folder.into(), pattern });
        let folders = [(PathBuf::from("/ops/gone"), (0, 0))];
        let own = vec!["/h/content".into(), "/h/themes".into()];
        let scope = Scope { root: "/h".into(), own, outside: outside.into(), folders: folders.into() };
        for (path, is) in [
            ("/h/site.toml", true),
            ("/h/history.jsonl", true),
            ("/h/content/a.md", true),
            ("/h/themes/own/assets/a.css", true),
            ("/h/content", true),
            ("/h/public/index.html", false),
            ("/h/.git/index", false),
            ("/h/content/.a.md.swp", false),
            ("/ops", true),
            ("/ops/a/b.yaml", true),
            ("/ops/a/b.yaml.swp", false),
            ("/ops/.a/b.yaml", false),
            ("/ops/gone", true),
            ("/h/rules", true),
            ("/h/rules/a.yaml", true),
            ("/h/rules/b.yaml", false),
            ("/elsewhere/b.yaml", false),
        ] {
            assert_eq!(scope.holds(Path::new(path)), is, "{path}");
        }
    }
}
