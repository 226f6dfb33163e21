//! The history on disk: read whole, and written whole or not at all.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::history::{FILE, Kept, LONGEST, lines};

/// A history that was not written; the one before is as it was.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{path}`")]
pub struct HistoryError {
    path: PathBuf,
    source: io::Error,
}

/// What became of a day that was to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    Written,
    /// The file says all that already.
    Same,
    /// The file is as it was, for this reason.
    Left(String),
}

/// The text of the file, or why it has none that could be read, in words that follow the file's name; none where there is no file.
///
/// A link is not followed: what it leads to may be no part of the handbook.
pub fn read(root: &Path) -> Option<Result<String, String>> {
    let path = root.join(FILE);
    let kind = match fs::symlink_metadata(&path) {
        Ok(file) => file.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => return Some(Err(format!("cannot be read: {error}"))),
    };
    if !kind.is_file() {
        return Some(Err("is not a file".to_string()));
    }
    let mut bytes = Vec::new();
    let read = fs::File::open(&path).and_then(|file| file.take(LONGEST as u64 + 1).read_to_end(&mut bytes));
    Some(match read {
        Err(error) => Err(format!("cannot be read: {error}")),
        Ok(_) if bytes.len() > LONGEST => Err(format!("is larger than {} MiB", LONGEST / 1024 / 1024)),
        Ok(_) => String::from_utf8(bytes).map_err(|_| "is not UTF-8 text".to_string()),
    })
}

/// Records a history, unless the file must stay as it is.
///
/// # Errors
/// When it cannot be written.
pub fn record(root: &Path, kept: &Kept) -> Result<Recorded, HistoryError> {
    let history = match (&kept.history, &kept.obstacle) {
        (_, Some(why)) => return Ok(Recorded::Left(why.clone())),
        (None, None) => return Ok(Recorded::Same),
        (Some(history), None) => history,
    };
    let text = lines::write(history);
    if text.len() > LONGEST {
        return Ok(Recorded::Left(format!("it would be larger than {} MiB", LONGEST / 1024 / 1024)));
    }
    if read(root) == Some(Ok(text.clone())) {
        return Ok(Recorded::Same);
    }
    let path = root.join(FILE);
    replace(root, &path, &text).map_err(|source| HistoryError { path, source })?;
    Ok(Recorded::Written)
}

fn replace(root: &Path, path: &Path, text: &str) -> io::Result<()> {
    let mut file = open_beside(root)?;
    if let Ok(old) = fs::metadata(path) {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// A file that others may read, as the process's mask allows.
#[cfg(unix)]
fn open_beside(root: &Path) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::Permissions::from_mode(0o666);
    tempfile::Builder::new().prefix(".onus-history-").permissions(mode).tempfile_in(root)
}

#[cfg(not(unix))]
fn open_beside(root: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(".onus-history-").tempfile_in(root)
}
