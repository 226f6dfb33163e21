//! A theme's templates and files: the built-in ones, overridden file by file from `themes/NAME`.
//!
//! What a page shows is not its business, and it renders nothing.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use walkdir::WalkDir;

use crate::text::{fingerprint, likeness};

#[derive(RustEmbed)]
#[folder = "themes/default"]
struct BuiltIn;

include!(concat!(env!("OUT_DIR"), "/scripts.rs"));

/// The folder of the site that a theme's files are published in.
const PUBLISHED: &str = "assets";

/// Why there is no theme.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// The name, and what may have been meant.
    #[error("there is no theme `{0}`{1}")]
    Unknown(String, String),
    #[error("cannot read `{path}`")]
    Read { path: PathBuf, source: io::Error },
    #[error("`{0}` is not UTF-8 text")]
    NotText(PathBuf),
    #[error("cannot write `{path}`")]
    Write { path: PathBuf, source: io::Error },
}

/// A theme.
#[derive(Debug, Clone, Default)]
pub struct Theme {
    /// Template names and their text. A built-in template that is overridden stays there as `default/NAME`, so that the
    /// one that overrides it can extend it.
    pub templates: BTreeMap<String, String>,
    /// Addresses of the theme's files, by their name in `assets/`.
    routes: BTreeMap<String, String>,
    /// The files, by address.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Theme {
    /// Addresses of the theme's files from the site's root, by their name in `assets/`.
    pub fn routes(&self) -> &BTreeMap<String, String> {
        &self.routes
    }

    /// The address of one of the theme's files, from the site's root.
    pub fn route(&self, name: &str) -> String {
        self.routes.get(name).cloned().unwrap_or_else(|| format!("{PUBLISHED}/{name}"))
    }
}

/// Loads the theme that site.toml names.
///
/// # Errors
/// When another theme than `default` is named and has no folder, or a file of it cannot be read.
pub fn load(root: &Path, name: &str) -> Result<Theme, ThemeError> {
    let mut theme = Theme::default();
    let mut assets: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for path in BuiltIn::iter() {
        let Some(file) = BuiltIn::get(&path) else { continue };
        if let Some(name) = path.strip_prefix("templates/") {
            let text =
                String::from_utf8(file.data.into_owned()).map_err(|_| ThemeError::NotText(path.to_string().into()))?;
            theme.templates.insert(name.to_string(), text);
        } else if let Some(name) = path.strip_prefix("assets/") {
            assets.insert(name.to_string(), file.data.into_owned());
        }
    }
    let folder = root.join("themes").join(name);
    if folder.is_dir() {
        for (name, path) in files(&folder.join("templates"))? {
            let text = String::from_utf8(read(&path)?).map_err(|_| ThemeError::NotText(path))?;
            if let Some(replaced) = theme.templates.insert(name.clone(), text)
                // Its components may be defined only once.
                && name != "parts.html"
            {
                theme.templates.insert(format!("default/{name}"), replaced);
            }
        }
        for (name, path) in files(&folder.join("assets"))? {
            assets.insert(name, read(&path)?);
        }
    } else if name != "default" {
        let entries = fs::read_dir(root.join("themes")).into_iter().flatten().flatten();
        let mut known: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        known.push("default".to_string());
        known.sort();
        let near = likeness::nearest(name, known.iter().map(String::as_str));
        let help = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        return Err(ThemeError::Unknown(name.to_string(), help));
    }
    for (name, bytes) in assets {
        let bytes = small(&name).filter(|_| is_built_in(&name, &bytes)).map_or(bytes, Vec::from);
        let print = fingerprint::of(&bytes);
        let published = match name.rsplit_once('.') {
            Some((stem, ending)) => format!("{PUBLISHED}/{stem}.{}.{ending}", &print[..10]),
            None => format!("{PUBLISHED}/{name}.{}", &print[..10]),
        };
        theme.routes.insert(name, published.clone());
        theme.files.insert(published, bytes);
    }
    Ok(theme)
}

/// A script of the built-in theme as it is published.
fn small(name: &str) -> Option<&'static [u8]> {
    SCRIPTS.iter().find(|(script, _)| *script == name).map(|(_, text)| text.as_bytes())
}

/// Whether a file is that of the built-in theme: an ejected theme gives the same site.
fn is_built_in(name: &str, bytes: &[u8]) -> bool {
    BuiltIn::get(&format!("assets/{name}")).is_some_and(|file| *file.data == *bytes)
}

/// Writes the built-in theme to a folder, to start a theme from. Files that are there already are left as they are.
///
/// Gives the number of files written.
///
/// # Errors
/// When a file cannot be written.
pub fn eject(folder: &Path) -> Result<usize, ThemeError> {
    let mut written = 0;
    for name in BuiltIn::iter() {
        let path = folder.join(&*name);
        let Some(file) = BuiltIn::get(&name).filter(|_| !path.exists()) else { continue };
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(&path, &file.data)
        };
        write().map_err(|source| ThemeError::Write { path: path.clone(), source })?;
        written += 1;
    }
    Ok(written)
}

fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>, ThemeError> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in WalkDir::new(folder).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|error| ThemeError::Read {
            path: error.path().unwrap_or(folder).to_path_buf(),
            source: error.into(),
        })?;
        if entry.file_type().is_file() && !entry.file_name().to_string_lossy().starts_with('.') {
            let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            let parts: Vec<_> =
                below.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
            files.push((parts.join("/"), entry.into_path()));
        }
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>, ThemeError> {
    fs::read(path).map_err(|source| ThemeError::Read { path: path.to_path_buf(), source })
}
