//! Runs of the pipeline one after the other. What did not change is taken from the run before, and what is gone is forgotten.
//!
//! But for a save of words (`retouch`), nothing is worked out from what changed: each run loads, links, checks and plans the whole
//! handbook, and memos recognise what comes out as before. A single build is the first run of a session.

mod retouch;

pub use retouch::Retouched;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::{self, Config, RawHtml};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::levels::Levels;
use crate::diagnostic::report::Report;
use crate::export as exports;
use crate::history;
use crate::model::Handbook;
use crate::model::entity::Entity;
use crate::model::link::{self, Input};
use crate::model::reference::EntityId;
use crate::pipeline::{Checked, Observer, PipelineError, Request, Stage, Timings, levels};
use crate::render::{self, Content, Output, RenderError};
use crate::rules;
use crate::search::export;
use crate::site::documents::Documents;
use crate::site::frame::ThemeRoutes;
use crate::site::{self, GoesOn, Settings, Site};
use crate::source::load::{self, Source, Sources};
use crate::source::markdown::highlight::Highlighter;
use crate::source::markdown::html::Tools;
use crate::source::markdown::sanitise::Sanitiser;
use crate::source::parse::{self, Document, Parsed};
use crate::text::files::Files;
use crate::text::fingerprint::{self, Hasher, Print};
use crate::theme::Theme;

/// What runs have in common.
#[derive(Default)]
pub struct Session {
    /// Whether another run follows, so that anything is kept.
    keep: bool,
    loaded: load::Memo,
    copied: HashMap<PathBuf, Option<Print>>,
    /// By path.
    parsed: HashMap<Arc<str>, Known>,
    tools: Option<(BTreeSet<String>, RawHtml, Tools)>,
    pages: render::Memo,
    index: Index,
}

/// A file as it was parsed.
struct Known {
    text: Arc<str>,
    documents: Arc<Vec<Document>>,
    findings: Vec<Diagnostic>,
}

/// A handbook as it was read.
pub struct Loaded {
    pub config: Arc<Config>,
    levels: Levels,
    today: Date,
    sources: Sources,
    /// The history's text, or why it cannot be read.
    history: Option<Result<String, String>>,
    record: bool,
    timings: Timings,
}

/// Files of the search index, by address.
pub type Indexed = Arc<BTreeMap<String, Arc<Vec<u8>>>>;

/// The search index of a run, kept for the next.
#[derive(Default)]
pub struct Index {
    keep: bool,
    last: Option<(Print, Indexed)>,
}

impl Index {
    /// Keeps the index for the next run.
    pub fn kept() -> Self {
        Self { keep: true, last: None }
    }

    /// The index of documents; the one before where they are the same.
    ///
    /// # Errors
    /// When the index cannot be built.
    pub fn of(&mut self, documents: &Documents) -> Result<Indexed, PipelineError> {
        let print = if self.keep { documents.print() } else { None };
        if let Some((known, files)) = &self.last
            && Some(*known) == print
        {
            return Ok(files.clone());
        }
        let files = export::export(documents)?.into_iter().map(|(route, bytes)| (route, Arc::new(bytes)));
        let files: Indexed = Arc::new(files.collect());
        self.last = print.map(|print| (print, files.clone()));
        Ok(files)
    }
}

impl Session {
    /// A session of more than one run.
    pub fn kept() -> Self {
        Self { keep: true, pages: render::Memo::kept(), index: Index::kept(), ..Self::default() }
    }

    /// Lets a run rely on what the disk says of files that it read before; `now` is the time by the clock.
    pub fn rely_on_times(&mut self, now: SystemTime) {
        self.loaded.now = Some(now);
    }

    /// Reads the handbook in `root`.
    ///
    /// # Errors
    /// When site.toml or the content folder cannot be read, or a rule that is given a level does not exist.
    pub fn load(&mut self, root: &Path, request: &Request, observer: &dyn Observer) -> Result<Loaded, PipelineError> {
        let config = Arc::new(config::read(root)?);
        let levels = levels(&config, request)?;
        let mut timings = Timings::default();
        let loaded = &mut self.loaded;
        loaded.keep = self.keep;
        let patterns = &config.sources.prometheus;
        let sources = timings.time(Stage::Load, observer, || load::load(root, &config.text, patterns, loaded))?;
        let history = history::read(root);
        Ok(Loaded { config, levels, today: request.today, sources, history, record: request.record, timings })
    }

    /// Names the bytes of a copied file, as [`Session::state`] found them.
    pub fn copied(&self, from: &Path) -> Option<Print> {
        self.copied.get(from).copied().flatten()
    }

    /// Names everything that the site is made from: two runs of the same name give the same site.
    pub fn state(&mut self, loaded: &Loaded, theme: &Theme) -> Print {
        let mut hasher = Hasher::default();
        hasher.part(loaded.today.to_string().as_bytes());
        hasher.part(loaded.config.text.as_bytes());
        for source in &loaded.sources.texts {
            hasher.part(source.path.as_bytes());
            let text = || fingerprint::print(loaded.sources.files.get(source.file).text.as_bytes());
            hasher.named(self.loaded.print(&source.path).unwrap_or_else(text));
        }
        let history = loaded.history.iter().map(|read| read.as_ref().unwrap_or_else(|why| why));
        history.for_each(|text| hasher.part(text.as_bytes()));
        for folder in &loaded.sources.folders {
            hasher.part(folder.as_bytes());
        }
        for finding in &loaded.sources.findings {
            hasher.part(finding.message.as_bytes());
        }
        let assets = &loaded.sources.assets;
        let prints = self.loaded.copied(assets);
        self.copied = assets.iter().map(|asset| asset.from.clone()).zip(prints.iter().copied()).collect();
        for (asset, print) in assets.iter().zip(prints) {
            hasher.part(asset.from.to_string_lossy().as_bytes());
            match print {
                Some(print) => hasher.named(print),
                None => hasher.part(b"unread"),
            }
        }
        for (name, text) in &theme.templates {
            hasher.part(name.as_bytes());
            hasher.part(text.as_bytes());
        }
        // Their addresses name their bytes.
        theme.files.keys().for_each(|route| hasher.part(route.as_bytes()));
        hasher.print()
    }

    /// Parses, links and checks what was read.
    pub fn check(&mut self, loaded: Loaded, observer: &dyn Observer) -> Checked {
        let Loaded { config, levels, today, sources, history, record, mut timings } = loaded;
        let Sources { mut files, texts, assets, folders, mut findings } = sources;
        let parsed = timings.time(Stage::Parse, observer, || self.parse(&texts, &files, &mut findings));
        let (handbook, told) =
            timings.time(Stage::Link, observer, || link::link(Input { parsed, assets, folders }, &config, today));
        findings.extend(told);
        let kept = history::parse(history, &mut files, &mut findings);
        let (report, history) = timings.time(Stage::Check, observer, || {
            findings.extend(rules::run(&handbook));
            handbook.attribute(&mut findings);
            rules::waiver::apply(&handbook, &mut findings);
            let mut report = Report::new(findings, &levels, &files);
            let history = kept.through(today, &mut report, record);
            (report, history)
        });
        Checked { handbook, report, files, history, timings }
    }

    fn parse(&mut self, texts: &[Source], files: &Files, findings: &mut Vec<Diagnostic>) -> Vec<Parsed> {
        let known = &self.parsed;
        let all: Vec<(Parsed, Vec<Diagnostic>)> = texts
            .par_iter()
            .map(|source| match known.get(&source.path) {
                // Texts that did not change are shared with the run before.
                Some(known) if Arc::ptr_eq(&known.text, &files.get(source.file).text) => {
                    let mut findings = known.findings.clone();
                    for finding in &mut findings {
                        // Files may have other numbers in this run, and a file's own findings speak of no other file.
                        finding.place.file = source.file;
                        finding.labels.iter_mut().for_each(|label| label.place.file = source.file);
                    }
                    (Parsed { source: source.clone(), documents: known.documents.clone() }, findings)
                }
                _ => parse::parse(source, files),
            })
            .collect();
        if self.keep {
            let kept = all.iter().map(|(parsed, findings)| {
                let text = files.get(parsed.source.file).text.clone();
                let known = Known { text, documents: parsed.documents.clone(), findings: findings.clone() };
                (parsed.source.path.clone(), known)
            });
            self.parsed = kept.collect();
        }
        let told = |(parsed, told): (Parsed, Vec<Diagnostic>)| {
            findings.extend(told);
            parsed
        };
        all.into_iter().map(told).collect()
    }

    /// Plans and renders the pages of a checked handbook, and gives what search is made from.
    ///
    /// # Errors
    /// When a template is wrong; [`RenderError::Overtaken`] where `goes_on` says no meanwhile.
    pub fn pages(
        &mut self,
        theme: &Theme,
        checked: &mut Checked,
        revision: Option<String>,
        observer: &dyn Observer,
        goes_on: &GoesOn,
    ) -> Result<(Output, Documents), PipelineError> {
        let mut site = self.plan(theme, checked, revision, observer, goes_on).ok_or(RenderError::Overtaken)?;
        let (documents, feeds) = (std::mem::take(&mut site.documents), std::mem::take(&mut site.feeds));
        let tools = tools(&self.tools);
        let pages = &mut self.pages;
        let rendered = || render::render(site, theme, tools, pages, goes_on);
        let mut output = checked.timings.time(Stage::Render, observer, rendered)?;
        add_exports(&mut output, exports::export(&feeds));
        Ok((output, documents))
    }

    /// Plans and renders the pages of entities at some addresses, and no other page, as [`Session::pages`] would. The pages that
    /// introduce a folder are left out.
    ///
    /// # Errors
    /// When a template is wrong.
    pub fn some_pages(
        &mut self,
        theme: &Theme,
        checked: &Checked,
        revision: Option<String>,
        routes: &[String],
    ) -> Result<Vec<(String, Content)>, PipelineError> {
        let handbook = &checked.handbook;
        let is_wanted = |entity: &Entity| entity.folder().is_none() && routes.contains(&entity.route);
        let ids: Vec<EntityId> = handbook.iter().filter(|(_, entity)| is_wanted(entity)).map(|(id, _)| id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let settings = settings(theme, &checked.files, revision);
        let (report, history) = (&checked.report, checked.history.history.as_ref());
        self.make_tools(handbook);
        let pages = site::plan_some(handbook, report, history, &settings, &ids);
        Ok(render::render_some(pages, theme, tools(&self.tools), &mut self.pages)?)
    }

    /// Plans and renders the whole site of a checked handbook, with the search index.
    ///
    /// # Errors
    /// When a template is wrong, or the index cannot be built.
    pub fn render(
        &mut self,
        theme: &Theme,
        checked: &mut Checked,
        revision: Option<String>,
        observer: &dyn Observer,
    ) -> Result<Output, PipelineError> {
        let mut site = self.plan(theme, checked, revision, observer, &|| true).ok_or(RenderError::Overtaken)?;
        observer.begins(Stage::Render);
        let (documents, feeds) = (std::mem::take(&mut site.documents), std::mem::take(&mut site.feeds));
        let timed = |stage| {
            let start = Instant::now();
            move || (stage, start.elapsed())
        };
        let tools = tools(&self.tools);
        let (pages, index) = (&mut self.pages, &mut self.index);
        // The index is built on one core while pages are rendered on the others.
        let (((output, exported), rendered), (index, indexed)) = rayon::join(
            || {
                let done = timed(Stage::Render);
                let rendered = || render::render(site, theme, tools, pages, &|| true);
                (rayon::join(rendered, || exports::export(&feeds)), done())
            },
            || {
                let done = timed(Stage::Search);
                (index.of(&documents), done())
            },
        );
        checked.timings.0.extend([rendered, indexed]);
        let mut output = output?;
        add_exports(&mut output, exported);
        let index = index?;
        output.files.extend(index.iter().map(|(route, bytes)| (route.clone(), Content::Bytes(bytes.clone()))));
        Ok(output)
    }

    fn plan(
        &mut self,
        theme: &Theme,
        checked: &mut Checked,
        revision: Option<String>,
        observer: &dyn Observer,
        goes_on: &GoesOn,
    ) -> Option<Site> {
        let settings = settings(theme, &checked.files, revision);
        let (handbook, report, history) = (&checked.handbook, &checked.report, checked.history.history.as_ref());
        checked
            .timings
            .time(Stage::Plan, observer, || {
                let plan = || site::plan(handbook, report, history, &settings, goes_on);
                rayon::join(plan, || self.make_tools(handbook))
            })
            .0
    }

    /// Makes the tools that pages are rendered with, unless those of the run before will do.
    fn make_tools(&mut self, handbook: &Handbook) {
        let bodies = handbook.entities.iter().filter_map(|entity| entity.body.as_ref());
        let mut languages: BTreeSet<String> = bodies.flat_map(|body| &body.outline.languages).cloned().collect();
        // The rule reference shows YAML in any handbook.
        languages.insert("yaml".to_string());
        let raw = handbook.config.markdown.raw_html;
        if self.tools.as_ref().is_some_and(|(known, html, _)| *known == languages && *html == raw) {
            return;
        }
        let tools = Tools {
            highlighter: Highlighter::new(languages.iter().map(String::as_str)),
            sanitiser: (raw == RawHtml::Sanitise).then(Sanitiser::new),
        };
        self.pages.clear();
        self.tools = Some((languages, raw, tools));
    }
}

fn settings<'f>(theme: &Theme, files: &'f Files, revision: Option<String>) -> Settings<'f> {
    let theme = ThemeRoutes {
        css: theme.route("onus.css"),
        js: theme.route("onus.js"),
        favicon: theme.route("favicon.svg"),
        reader: theme.route("search.js"),
        palette: theme.route("palette.js"),
        files: theme.routes().clone(),
    };
    Settings { theme, files, revision }
}

/// Adds the files beside the pages. A file of the handbook's own at such an address stands, and so does what lies below it.
fn add_exports(output: &mut Output, exported: exports::Files) {
    for (route, bytes) in exported {
        let below = format!("{route}/");
        let is_folder = output.files.range(below.clone()..).next().is_some_and(|(next, _)| next.starts_with(&below));
        let in_file = route.match_indices('/').any(|(at, _)| output.files.contains_key(&route[..at]));
        if !is_folder && !in_file {
            output.files.entry(route).or_insert_with(|| Content::Bytes(Arc::new(bytes)));
        }
    }
}

fn tools(made: &Option<(BTreeSet<String>, RawHtml, Tools)>) -> &Tools {
    let (_, _, tools) = made.as_ref().expect("tools are made when the site is planned");
    tools
}
