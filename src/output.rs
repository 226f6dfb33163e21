//! From bytes to a published folder: the old site or the new one, never a mix. It does not know what a page is.
//!
//! A new folder is made beside the published one: what did not change is linked or copied over from it, as are files that
//! onus did not write; then the two folders change names in one step. Where the published folder cannot be renamed (it is a
//! mount point), it is brought up to date in place, changed files first, removed ones last.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::render::{Content, Output};

/// The file in a published folder that lists what onus wrote: a path a line, after a line that says so.
pub const MANIFEST: &str = ".onus-manifest";
const MANIFEST_HEAD: &str = "onus 1";

/// Why a site was not published. What was published before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    #[error("`{0}` is not empty and was not written by onus; empty it, or choose another folder with `--out`")]
    NotOurs(PathBuf),
    #[error("`{0}` holds the handbook itself; choose another folder with `--out`")]
    Handbook(PathBuf),
    #[error("cannot write `{path}`")]
    Write { path: PathBuf, source: io::Error },
}

/// What a write did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new or whose bytes changed.
    pub changed: usize,
    pub removed: usize,
    pub total: usize,
}

/// Checks that a folder may be published to: it is empty or absent, or onus wrote it; and it is not the handbook.
///
/// # Errors
/// When it is not.
pub fn check(dir: &Path, root: &Path) -> Result<(), OutputError> {
    let (real, root) = (real(dir), real(root));
    let sources = ["content", "themes"].map(|folder| root.join(folder));
    if root.starts_with(&real) || sources.iter().any(|source| real.starts_with(source)) {
        return Err(OutputError::Handbook(dir.to_path_buf()));
    }
    let Ok(mut entries) = fs::read_dir(&real) else {
        // A file, or a link that leads nowhere, is not a folder to publish to either.
        return if fs::symlink_metadata(&real).is_ok() { Err(OutputError::NotOurs(dir.to_path_buf())) } else { Ok(()) };
    };
    match manifest(&real) {
        Some(_) => Ok(()),
        None if entries.next().is_none() => Ok(()),
        None => Err(OutputError::NotOurs(dir.to_path_buf())),
    }
}

/// The path without links and `..`, as far as it is there; what is not there yet is taken by its name.
fn real(path: &Path) -> PathBuf {
    let mut real = PathBuf::new();
    for part in std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()).components() {
        match part {
            Component::ParentDir => {
                real.pop();
            }
            part => real.push(part),
        }
        real = real.canonicalize().unwrap_or(real);
    }
    real
}

/// Publishes to a folder, which [`check`] has passed.
///
/// # Errors
/// When something cannot be written. The published folder is as it was then.
pub fn write(dir: &Path, output: &Output) -> Result<Written, OutputError> {
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |source: io::Error| OutputError::Write { path, source }
    };
    // A link to a folder stays a link: what it leads to is published to.
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.components().collect());
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed(parent))?;
    let name = dir.file_name().map_or_else(|| OsString::from("public"), ToOwned::to_owned);
    let mut prefix = OsString::from(".onus-");
    prefix.push(&name);
    prefix.push("-");
    // One build at a time may publish beside this folder; the lock goes with the process, however that ends.
    let lock = fs::File::open(parent).ok();
    if lock.as_ref().is_some_and(|lock| lock.lock().is_ok()) {
        remove_leftovers(parent, &prefix);
    }
    let old: BTreeSet<String> = manifest(&dir).unwrap_or_default();
    let stage = tempfile::Builder::new().prefix(&prefix).rand_bytes(8).tempdir_in(parent).map_err(failed(parent))?;
    open_to_readers(stage.path()).map_err(failed(stage.path()))?;
    let written = fill(stage.path(), &dir, &old, output)?;
    if written.changed == 0 && written.removed == 0 && dir.is_dir() && old.len() == output.files.len() {
        return Ok(written);
    }
    keep_foreign(stage.path(), &dir, &old, output)?;
    publish(stage, &dir, &old, output)?;
    Ok(written)
}

/// The paths a published folder's manifest lists; none where there is no manifest.
fn manifest(dir: &Path) -> Option<BTreeSet<String>> {
    let text = fs::read_to_string(dir.join(MANIFEST)).ok()?;
    let mut lines = text.lines();
    (lines.next()? == MANIFEST_HEAD).then(|| lines.map(|line| line.replace("%0A", "\n").replace("%25", "%")).collect())
}

/// Folders that an interrupted build left beside the published one.
fn remove_leftovers(parent: &Path, prefix: &OsString) {
    let prefix = prefix.to_string_lossy().into_owned();
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) && entry.file_type().is_ok_and(|kind| kind.is_dir())
        {
            // What cannot be removed now can be the next time.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// A temporary folder is private; a published one is read by a web server.
#[cfg(unix)]
fn open_to_readers(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn open_to_readers(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Writes the new site into `stage`; files whose bytes are published already are linked from there.
fn fill(stage: &Path, dir: &Path, old: &BTreeSet<String>, output: &Output) -> Result<Written, OutputError> {
    let folders: BTreeSet<&str> =
        output.files.keys().filter_map(|path| path.rsplit_once('/')).map(|(folder, _)| folder).collect();
    for folder in folders {
        let path = stage.join(folder);
        fs::create_dir_all(&path).map_err(|source| OutputError::Write { path, source })?;
    }
    let files: Vec<(&String, &Content)> = output.files.iter().collect();
    let changed: Result<Vec<bool>, OutputError> = files
        .par_iter()
        .with_min_len(64)
        .map(|(path, content)| {
            let (new, published) = (stage.join(path), dir.join(path));
            let same = old.contains(*path) && is_same(&published, content);
            let put = || match content {
                _ if same => fs::hard_link(&published, &new).or_else(|_| fs::copy(&published, &new).map(|_| ())),
                Content::Bytes(bytes) => fs::write(&new, &**bytes),
                Content::Copy(from) => copy(from, &new),
            };
            put().map_err(|source| OutputError::Write { path: published.clone(), source })?;
            Ok(!same)
        })
        .collect();
    let mut list = String::from(MANIFEST_HEAD);
    for path in output.files.keys() {
        list.push('\n');
        // A file's name may hold a line break.
        list.push_str(&path.replace('%', "%25").replace('\n', "%0A"));
    }
    list.push('\n');
    let path = stage.join(MANIFEST);
    fs::write(&path, list).map_err(|source| OutputError::Write { path, source })?;
    Ok(Written {
        changed: changed?.into_iter().filter(|changed| *changed).count(),
        removed: old.iter().filter(|path| !output.files.contains_key(*path)).count(),
        total: output.files.len(),
    })
}

/// Copies bytes, without the source's permissions and times.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = fs::File::open(from)?;
    let mut target = fs::File::create(to)?;
    io::copy(&mut source, &mut target).map(|_| ())
}

fn is_same(published: &Path, content: &Content) -> bool {
    let length = |path: &Path| fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file).map(|file| file.len());
    let Some(old) = length(published) else { return false };
    match content {
        Content::Bytes(bytes) => old == bytes.len() as u64 && fs::read(published).is_ok_and(|old| old == **bytes),
        Content::Copy(from) => {
            fs::metadata(from).is_ok_and(|from| from.len() == old)
                && matches!((fs::read(published), fs::read(from)), (Ok(old), Ok(new)) if old == new)
        }
    }
}

/// Brings files that onus did not write along, unless the new site has their place.
fn keep_foreign(stage: &Path, dir: &Path, old: &BTreeSet<String>, output: &Output) -> Result<(), OutputError> {
    if !dir.is_dir() {
        return Ok(());
    }
    for entry in WalkDir::new(dir).min_depth(1).sort_by_file_name() {
        let broken = |error: walkdir::Error| {
            let path = error.path().unwrap_or(dir).to_path_buf();
            OutputError::Write { path, source: error.into() }
        };
        let entry = entry.map_err(broken)?;
        let below = entry.path().strip_prefix(dir).unwrap_or(entry.path());
        let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        let name = parts.join("/");
        let target = stage.join(below);
        if entry.file_type().is_dir() {
            // Folders of the site hold files: an empty one is somebody else's, and may matter to them (`.git/refs`).
            if fs::read_dir(entry.path()).is_ok_and(|mut entries| entries.next().is_none()) {
                fs::create_dir_all(&target)
                    .map_err(|source| OutputError::Write { path: entry.path().to_path_buf(), source })?;
            }
            continue;
        }
        if name == MANIFEST || old.contains(&name) || output.files.contains_key(&name) {
            continue;
        }
        let bring = || {
            fs::create_dir_all(target.parent().unwrap_or(stage))?;
            if entry.path_is_symlink() {
                return copy_link(entry.path(), &target);
            }
            fs::hard_link(entry.path(), &target).or_else(|_| fs::copy(entry.path(), &target).map(|_| ()))
        };
        bring().map_err(|source| OutputError::Write { path: entry.path().to_path_buf(), source })?;
    }
    Ok(())
}

#[cfg(unix)]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(from)?, to)
}

#[cfg(not(unix))]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to).map(|_| ())
}

/// Puts the new folder in the old one's place.
fn publish(stage: TempDir, dir: &Path, old: &BTreeSet<String>, output: &Output) -> Result<(), OutputError> {
    let failed = |source: io::Error| OutputError::Write { path: dir.to_path_buf(), source };
    if !dir.exists() {
        let path = stage.keep();
        return fs::rename(path, dir).map_err(failed);
    }
    match exchange(stage.path(), dir) {
        // The temporary folder now holds the old site, and goes.
        Ok(()) => Ok(()),
        Err(_) => in_place(stage.path(), dir, old, output).map_err(failed),
    }
}

/// Exchanges two folders in one step.
#[cfg(target_os = "linux")]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).map_err(io::Error::from)
}

/// Exchanges two folders in the fewest steps there are.
#[cfg(not(target_os = "linux"))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    let aside = a.with_extension("old");
    fs::rename(b, &aside)?;
    if let Err(error) = fs::rename(a, b) {
        fs::rename(&aside, b)?;
        return Err(error);
    }
    fs::rename(&aside, a)
}

/// Brings a folder that cannot be exchanged up to date: new and changed files, then the manifest, then what goes.
fn in_place(stage: &Path, dir: &Path, old: &BTreeSet<String>, output: &Output) -> io::Result<()> {
    for path in output.files.keys() {
        let target = dir.join(path);
        fs::create_dir_all(target.parent().unwrap_or(dir))?;
        fs::rename(stage.join(path), &target).or_else(|_| copy(&stage.join(path), &target))?;
    }
    copy(&stage.join(MANIFEST), &dir.join(MANIFEST))?;
    for path in old.iter().filter(|path| !output.files.contains_key(*path)) {
        match fs::remove_file(dir.join(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
