//! What is served at a moment: the files of one build, or the first of them while the others are made, and what a page is told about it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

use crate::diagnostic::report::Finding;
use crate::diagnostic::rule::Severity;
use crate::pipeline::{Checked, Indexed};
use crate::render::Content;
use crate::site::desk::NOT_FOUND;
use crate::site::frame::INDEX;
use crate::text::fingerprint;

/// Findings that a page shows at most.
const SHOWN: usize = 30;

/// Pages that are taken to be looked at.
const LOOKED_AT: usize = 8;

/// What is in a path of an editor's address that has to be written otherwise.
const PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'&').add(b'+').add(b'<').add(b'>').add(b'?');

/// One state of the site.
#[derive(Clone, Default)]
pub struct Served {
    /// Pages, the theme's files and copied ones.
    pub files: Arc<BTreeMap<String, Content>>,
    /// Of a newer state of which nothing else is made yet: the pages that were looked at, and the theme's files.
    pub first: Option<Arc<BTreeMap<String, Content>>>,
    /// The search index, from its first build on. It follows the pages.
    pub index: Option<Indexed>,
    /// The index before: a page that searches may ask for a file that it names. All but the first are named by their content.
    pub index_before: Option<Indexed>,
    /// Whether the index is that of these pages.
    pub indexed: bool,
    /// Names the copied files, which pages show but do not hold.
    pub copies: String,
    pub troubles: Arc<Troubles>,
}

/// Pages that somebody looks at: those that were asked for last.
#[derive(Default)]
pub struct Seen(Mutex<VecDeque<String>>);

impl Seen {
    /// A page was asked for.
    pub fn add(&self, route: &str) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.retain(|known| known != route);
        pages.push_front(route.to_string());
        pages.truncate(LOOKED_AT);
    }

    /// The addresses of those pages.
    pub fn pages(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// What is wrong with the handbook as it stands.
#[derive(Default, Serialize)]
pub struct Troubles {
    /// Why the site could not be built at all; the last good one is served.
    pub stopped: Option<String>,
    /// The first errors.
    pub findings: Vec<Shown>,
    /// How many more errors there are.
    pub more: usize,
}

/// A finding as a page shows it.
#[derive(Serialize)]
pub struct Shown {
    rule: &'static str,
    path: String,
    line: u32,
    column: u32,
    message: String,
    help: Option<String>,
    /// The line it stands in.
    snippet: String,
    /// Opens the place in the editor.
    href: Option<String>,
}

/// What a page is told: it compares this with what it was made from.
#[derive(Serialize)]
pub struct News<'s> {
    page: Version,
    /// Style sheets, by address.
    styles: Vec<&'s str>,
    index: String,
    indexed: bool,
    troubles: &'s Troubles,
}

/// What a page was made from.
#[derive(Serialize, PartialEq, Eq, Debug)]
pub struct Version {
    /// Everything.
    pub whole: String,
    /// Everything but its style sheets.
    pub rest: String,
}

impl Served {
    /// The same site with some pages exchanged, which the index does not know yet.
    pub fn with(&self, pages: Vec<(String, Content)>) -> Self {
        let mut files = BTreeMap::clone(&self.files);
        files.extend(pages);
        Self { files: Arc::new(files), indexed: false, ..self.clone() }
    }

    /// The files of the newest state, as far as they are made.
    fn newest(&self) -> &BTreeMap<String, Content> {
        self.first.as_ref().unwrap_or(&self.files)
    }

    /// Whether it is known by now what stands at an address: while only some pages of a state are made, others have to be waited for.
    pub fn knows(&self, route: &str) -> bool {
        self.first.as_ref().is_none_or(|first| first.contains_key(route)) || self.indexed(route).is_some()
    }

    /// The file at an address of the site.
    pub fn file(&self, route: &str) -> Option<Content> {
        self.newest().get(route).cloned().or_else(|| self.indexed(route))
    }

    fn indexed(&self, route: &str) -> Option<Content> {
        let indexes = self.index.iter().chain(&self.index_before);
        indexes.filter_map(|index| index.get(route)).next().map(|bytes| Content::Bytes(bytes.clone()))
    }

    /// The address of the file that a path shows: folders show their `index.html`.
    pub fn route(path: &str) -> String {
        if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_string() }
    }

    /// What the page at a path is told now.
    pub fn news(&self, path: &str) -> News<'_> {
        let route = Self::route(path);
        let page = self.newest().get(&route).or_else(|| self.newest().get(NOT_FOUND));
        let page = match page {
            Some(Content::Bytes(bytes)) => self.version(bytes),
            _ => Version { whole: String::new(), rest: String::new() },
        };
        let styles = self.styles().map(|(route, _)| route).collect();
        News { page, styles, index: self.index_name(), indexed: self.indexed, troubles: &self.troubles }
    }

    /// Names the index.
    pub fn index_name(&self) -> String {
        let root = self.index.as_ref().and_then(|index| index.get(&format!("{INDEX}/index.js")));
        root.map_or(String::new(), |bytes| fingerprint::of(bytes))
    }

    /// Names what a page is made from.
    pub fn version(&self, page: &[u8]) -> Version {
        let whole = fingerprint::of_all([page, self.copies.as_bytes()].into_iter());
        let mut text = String::from_utf8_lossy(page).into_owned();
        for (route, plain) in self.styles() {
            text = text.replace(route, &plain);
        }
        Version { whole, rest: fingerprint::of_all([text.as_bytes(), self.copies.as_bytes()].into_iter()) }
    }

    /// The theme's style sheets: the address, and the address without the fingerprint in it.
    fn styles(&self) -> impl Iterator<Item = (&str, String)> {
        let theme = self.newest().range("assets/".to_string()..).take_while(|(route, _)| route.starts_with("assets/"));
        theme.filter_map(|(route, _)| {
            let (stem, _) = route.strip_prefix("assets/")?.strip_suffix(".css")?.rsplit_once('.')?;
            Some((route.as_str(), format!("assets/{stem}.css")))
        })
    }
}

impl Troubles {
    /// The errors of a checked handbook.
    pub fn of(checked: &Checked, root: &str) -> Self {
        let errors = || checked.report.findings.iter().filter(|found| found.level == Severity::Error && !found.waived);
        let editor = checked.handbook.config.serve.editor.as_deref();
        let shown = errors().take(SHOWN).map(|finding| {
            let text = &checked.files.get(finding.spot.file).text;
            let line = text.lines().nth(finding.spot.start.line as usize - 1).unwrap_or_default();
            Shown {
                rule: finding.rule.name,
                path: finding.spot.path.to_string(),
                line: finding.spot.start.line,
                column: finding.spot.start.column,
                message: finding.message.clone(),
                help: finding.help.clone(),
                snippet: line.chars().take(200).collect(),
                href: editor.map(|editor| place(editor, root, finding)),
            }
        });
        Self { stopped: None, findings: shown.collect(), more: errors().count().saturating_sub(SHOWN) }
    }
}

/// The address of a finding's place in the editor.
fn place(editor: &str, root: &str, finding: &Finding) -> String {
    let (mut root, mut below) = (root, &*finding.spot.path);
    // The root is without links, so that going up from it takes a name away.
    while let Some(rest) = below.strip_prefix("../") {
        root = root.rsplit_once('/').map_or("", |(above, _)| above);
        below = rest;
    }
    let path = format!("{root}/{below}");
    editor
        .replace("{line}", &finding.spot.start.line.to_string())
        .replace("{column}", &finding.spot.start.column.to_string())
        .replace("{path}", &utf8_percent_encode(&path, PATH).to_string())
}
