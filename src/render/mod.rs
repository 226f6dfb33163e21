//! Pages to bytes, in parallel. It sees views and templates, never the model.

mod sheet;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use tera::{Context, Tera, Value};

use crate::site::holders;
use crate::site::prose::Prose;
use crate::site::view::{Sidebar, SiteView};
use crate::site::{GoesOn, Page, Site};
use crate::source::markdown::html::{self, FirstHeading, Target, Tools};
use crate::text::fingerprint::{Hasher, Print};
use crate::theme::Theme;

/// Why a site could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("a template of the theme is wrong\n{0}")]
    Template(String),
    // The reason comes last: a view is long, and a terminal shows its end.
    #[error(
        "a page cannot be rendered; the view it was given:\n{view}\n\nthe template `{template}` fails on `{page}`\n{message}"
    )]
    Page { template: &'static str, page: String, message: String, view: String },
    #[error("something newer came before all pages were rendered")]
    Overtaken,
}

/// Characters of a view that an error shows.
const SHOWN_VIEW: usize = 4_000;

/// What is published: every address with its content.
#[derive(Debug, Default)]
pub struct Output {
    pub files: BTreeMap<String, Content>,
}

/// The content of a published file.
#[derive(Debug, Clone)]
pub enum Content {
    Bytes(Arc<Vec<u8>>),
    /// A file that is copied as it is.
    Copy(PathBuf),
}

/// What was rendered before: a page of which nothing changed is not rendered again.
#[derive(Default)]
pub struct Memo {
    keep: bool,
    templates: Option<(BTreeMap<String, String>, Tera)>,
    pages: HashMap<String, (Print, Arc<Vec<u8>>)>,
}

impl Memo {
    /// A memo that keeps pages for the next run.
    pub fn kept() -> Self {
        Self { keep: true, ..Self::default() }
    }

    /// Lets go of what was rendered with other tools.
    pub fn clear(&mut self) {
        self.pages.clear();
    }

    fn templates(&mut self, theme: &Theme) -> Result<(), RenderError> {
        if self.templates.as_ref().is_none_or(|(known, _)| *known != theme.templates) {
            self.templates = Some((theme.templates.clone(), templates(theme)?));
            self.clear();
        }
        Ok(())
    }
}

/// A page's address, what it was made from, and its bytes.
type Rendered = (String, Option<Print>, Arc<Vec<u8>>);

/// Renders every page, but for those that the memo holds. A page's view is let go as soon as the page is rendered.
///
/// # Errors
/// When a template cannot be parsed, or fails on its view; when `goes_on` says no meanwhile.
pub fn render(
    site: Site,
    theme: &Theme,
    tools: &Tools,
    memo: &mut Memo,
    goes_on: &GoesOn,
) -> Result<Output, RenderError> {
    let pages = render_pages(site.pages, theme, tools, memo, goes_on)?;
    if memo.keep {
        let kept = pages.iter().filter_map(|(route, print, bytes)| Some((route.clone(), ((*print)?, bytes.clone()))));
        memo.pages = kept.collect();
    }
    let mut files: BTreeMap<String, Content> = BTreeMap::new();
    files.extend(site.copies.iter().map(|(route, from)| (route.clone(), Content::Copy(from.clone()))));
    files.extend(theme_files(theme));
    files.insert(holders::ROUTE.to_string(), Content::Bytes(Arc::new(script("onusHolders", &site.held))));
    let sheets = site.sheets.iter();
    files.extend(sheets.map(|sheet| (sheet.route.to_string(), Content::Bytes(Arc::new(sheet::csv(sheet))))));
    files.extend(pages.into_iter().map(|(route, _, bytes)| (route, Content::Bytes(bytes))));
    Ok(Output { files })
}

/// The theme's files that pages load.
pub fn theme_files(theme: &Theme) -> impl Iterator<Item = (String, Content)> {
    theme.files.iter().map(|(route, bytes)| (route.clone(), Content::Bytes(Arc::new(bytes.clone()))))
}

/// Renders some pages of a site that was rendered before, as [`render`] does; the others stay as they are.
///
/// # Errors
/// When a template cannot be parsed, or fails on its view.
pub fn render_some(
    pages: Vec<Page>,
    theme: &Theme,
    tools: &Tools,
    memo: &mut Memo,
) -> Result<Vec<(String, Content)>, RenderError> {
    let pages = render_pages(pages, theme, tools, memo, &|| true)?;
    if memo.keep {
        let kept = pages.iter().filter_map(|(route, print, bytes)| Some((route.clone(), ((*print)?, bytes.clone()))));
        memo.pages.extend(kept);
    }
    Ok(pages.into_iter().map(|(route, _, bytes)| (route, Content::Bytes(bytes))).collect())
}

fn render_pages(
    pages: Vec<Page>,
    theme: &Theme,
    tools: &Tools,
    memo: &mut Memo,
    goes_on: &GoesOn,
) -> Result<Vec<Rendered>, RenderError> {
    memo.templates(theme)?;
    let (_, tera) = memo.templates.as_ref().expect("templates were parsed");
    let shared = Shared::new(&pages);
    let prints = memo.keep.then(|| Prints::new(&pages));
    let known = &memo.pages;
    // Each thread writes into one growing buffer and keeps a copy of the page's own length.
    let scratch = || Vec::with_capacity(64 * 1024);
    pages
        .into_par_iter()
        .map_init(scratch, |bytes, page| {
            if !goes_on() {
                return Err(RenderError::Overtaken);
            }
            let print = prints.as_ref().and_then(|prints| prints.of(&page, bytes));
            if let Some((known, bytes)) = known.get(&page.route)
                && Some(*known) == print
            {
                return Ok((page.route, print, bytes.clone()));
            }
            bytes.clear();
            render_page(&page, tera, &shared, tools, bytes)?;
            Ok((page.route, print, Arc::new(bytes.clone())))
        })
        .collect()
}

/// Data as a script that hands it to a function of the page: works from a disk, too. `<` is written so that no tag can be read in it.
fn script(function: &str, data: &impl Serialize) -> Vec<u8> {
    let data = serde_json::to_string(data).expect("lists of texts and numbers are JSON");
    format!("{function}({});\n", data.replace('<', "\\u003c")).into_bytes()
}

/// Parses a theme's templates.
///
/// # Errors
/// When one cannot be parsed.
pub fn check_templates(theme: &Theme) -> Result<(), RenderError> {
    templates(theme).map(|_| ())
}

fn templates(theme: &Theme) -> Result<Tera, RenderError> {
    let mut tera = Tera::default();
    tera.add_raw_templates(theme.templates.iter().map(|(name, text)| (name.as_str(), text.as_str())))
        .map_err(|error| RenderError::Template(explain(&error)))?;
    Ok(tera)
}

/// An error and what caused it, one below the other.
fn explain(error: &tera::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push('\n');
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Views that many pages share, made into template values once.
///
/// A shared view is known by its address in memory, which is as good as a name while a page holds it.
struct Shared {
    sites: HashMap<usize, Value>,
    sidebars: HashMap<usize, Value>,
}

fn site_name(view: &Arc<SiteView>) -> usize {
    Arc::as_ptr(view) as usize
}

fn sidebar_name(view: &Arc<Sidebar>) -> usize {
    Arc::as_ptr(view) as usize
}

impl Shared {
    fn new(pages: &[Page]) -> Self {
        let mut shared = Self { sites: HashMap::new(), sidebars: HashMap::new() };
        for page in pages {
            shared.sites.entry(site_name(&page.site)).or_insert_with(|| Value::from_serializable(&*page.site));
            if let Some(sidebar) = &page.page.sidebar {
                shared.sidebars.entry(sidebar_name(sidebar)).or_insert_with(|| Value::from_serializable(&**sidebar));
            }
        }
        shared
    }
}

/// Names of all that a page is made from, besides the templates and tools.
struct Prints {
    sites: HashMap<usize, Option<Print>>,
    sidebars: HashMap<usize, Option<Print>>,
}

fn print_of(view: &impl Serialize) -> Option<Print> {
    let mut hasher = Hasher::default();
    serde_json::to_writer(&mut hasher, view).ok().map(|()| hasher.print())
}

impl Prints {
    fn new(pages: &[Page]) -> Self {
        let mut prints = Self { sites: HashMap::new(), sidebars: HashMap::new() };
        for page in pages {
            prints.sites.entry(site_name(&page.site)).or_insert_with(|| print_of(&*page.site));
            if let Some(sidebar) = &page.page.sidebar {
                prints.sidebars.entry(sidebar_name(sidebar)).or_insert_with(|| print_of(&**sidebar));
            }
        }
        prints
    }

    /// None for a view that has no JSON, which is rendered each time.
    fn of(&self, page: &Page, scratch: &mut Vec<u8>) -> Option<Print> {
        let mut hasher = Hasher::default();
        hasher.part(page.template.as_bytes());
        hasher.named(self.sites[&site_name(&page.site)]?);
        match &page.page.sidebar {
            Some(sidebar) => hasher.named(self.sidebars[&sidebar_name(sidebar)]?),
            None => hasher.part(b"none"),
        }
        // JSON says itself where it ends.
        scratch.clear();
        let first = page.first.as_ref().map(|(title, _)| title);
        serde_json::to_writer(&mut *scratch, &(&page.page, &page.entity, page.content.key, first)).ok()?;
        if let Some(view) = &page.content.value {
            view.write(scratch).ok()?;
        }
        hasher.part(scratch);
        print_prose(&page.prose, &mut hasher);
        if let Some((_, first)) = &page.first {
            print_prose(first, &mut hasher);
        }
        Some(hasher.print())
    }
}

/// The outline is read from the text, so the text stands for it.
fn print_prose(prose: &Prose, hasher: &mut Hasher) {
    hasher.part(prose.text.as_ref().map_or("", |text| text.as_str()).as_bytes());
    hasher.part(format!("{:?} {:?} {}", prose.first, prose.section, prose.targets.len()).as_bytes());
    for target in &prose.targets {
        let (kind, to) = match target {
            Target::Href(href) => ("href", href.as_str()),
            Target::Image { src, size } => {
                hasher.part(format!("{size:?}").as_bytes());
                ("image", src.as_str())
            }
            Target::ForeignImage(url) => ("foreign image", url.as_str()),
            Target::Dead => ("dead", ""),
        };
        hasher.part(kind.as_bytes());
        hasher.part(to.as_bytes());
    }
}

fn render_page(
    page: &Page,
    tera: &Tera,
    shared: &Shared,
    tools: &Tools,
    bytes: &mut Vec<u8>,
) -> Result<(), RenderError> {
    let context = context(page, shared, tools).map_err(|error| RenderError::Page {
        template: page.template,
        page: page.route.clone(),
        message: explain(&error),
        view: String::new(),
    })?;
    tera.render_to(page.template, &context, bytes).map_err(|error| RenderError::Page {
        template: page.template,
        page: page.route.clone(),
        message: explain(&error),
        view: show(&context, page),
    })
}

fn context(page: &Page, shared: &Shared, tools: &Tools) -> Result<Context, tera::Error> {
    let mut context = Context::new();
    context.insert_value("site", shared.sites[&site_name(&page.site)].clone());
    let mut frame = fields(Value::try_from_serializable(&page.page)?);
    let sidebar = page.page.sidebar.as_ref().map(|sidebar| shared.sidebars[&sidebar_name(sidebar)].clone());
    frame.insert("sidebar".into(), sidebar.unwrap_or_else(Value::none));
    context.insert_value("page", frame.into());
    context.insert_value("prose", Value::safe_string(&prose(&page.prose, tools)));
    let own = page.content.value.as_ref().map(|value| value.to_value()).transpose()?;
    if let Some(entity) = &page.entity {
        let mut entity = fields(Value::try_from_serializable(entity)?);
        if page.content.key == "entity"
            && let Some(own) = &own
        {
            entity.extend(fields(own.clone()));
        }
        if let Some((title, first)) = &page.first {
            let mut section = tera::Map::default();
            section.insert("title".into(), title.as_ref().map_or_else(Value::none, |title| title.as_str().into()));
            section.insert("html".into(), Value::safe_string(&prose(first, tools)));
            entity.insert("first".into(), section.into());
        }
        context.insert_value("entity", entity.into());
    }
    if page.content.key != "entity" {
        context.insert_value(page.content.key, own.unwrap_or_else(Value::none));
    }
    Ok(context)
}

fn fields(value: Value) -> tera::Map {
    value.into_map().expect("a view is a struct")
}

fn prose(prose: &Prose, tools: &Tools) -> String {
    let Some(text) = &prose.text else { return String::new() };
    let first = prose.first.unwrap_or(FirstHeading::Keep);
    html::render(text.as_str(), &prose.outline, &prose.targets, first, prose.section, tools)
}

/// The view of a page as an error shows it: without what all pages share.
fn show(context: &Context, page: &Page) -> String {
    let key = if page.entity.is_some() { "entity" } else { page.content.key };
    // By way of a JSON value, whose keys are sorted.
    let value = context.get(key).and_then(|value| serde_json::to_value(value).ok());
    let text = value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_default();
    match text.char_indices().nth(SHOWN_VIEW) {
        Some((end, _)) => format!("{key}: {}\n…", &text[..end]),
        None => format!("{key}: {text}"),
    }
}
