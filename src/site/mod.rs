//! Plans the site: every page with its address, its template and a plain view of what it shows. Nothing is rendered here.
//!
//! One file a page type. A page never reads another page.

pub mod alert;
pub mod axis;
pub mod changes;
pub mod chart;
pub mod decision;
pub mod decisions;
pub mod desk;
pub mod documents;
pub mod due;
pub mod escalation;
pub mod feeds;
pub mod frame;
pub mod health;
pub mod holders;
pub mod home;
pub mod ladder;
pub mod list;
pub mod matrix;
pub mod not_found;
pub mod person;
pub mod print;
pub mod prose;
pub mod record;
pub mod redirect;
pub mod responsibility;
pub mod role;
pub mod rule;
pub mod runbook;
pub mod search;
pub mod seat;
pub mod service;
pub mod sheet;
pub mod team;
pub mod view;
pub mod words;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;

use crate::diagnostic::report::Report;
use crate::history::History;
use crate::model::Handbook;
use crate::model::entity::Entity;
use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::site::desk::Desk;
use crate::site::documents::Documents;
use crate::site::feeds::Feeds;
use crate::site::frame::{Frames, ThemeRoutes};
use crate::site::holders::Held;
use crate::site::prose::Prose;
use crate::site::seat::Seat;
use crate::site::sheet::Sheet;
use crate::site::view::{EntityView, PageView, SiteView};
use crate::text::files::Files;

/// The planned site.
pub struct Site {
    /// Sorted by address.
    pub pages: Vec<Page>,
    /// Files copied as they are: address and where they are read from, sorted.
    pub copies: Vec<(String, PathBuf)>,
    /// Who holds what.
    pub held: Held,
    /// Tables for spreadsheets.
    pub sheets: Vec<Sheet>,
    /// What search is made from.
    pub documents: Documents,
    /// What the files beside the pages are made from.
    pub feeds: Feeds,
}

/// One page.
pub struct Page {
    /// The address from the site's root.
    pub route: String,
    /// The template's name, with its ending.
    pub template: &'static str,
    pub site: Arc<SiteView>,
    pub page: PageView,
    pub prose: Prose,
    /// The entity the page is of.
    pub entity: Option<EntityView>,
    pub content: Content,
    /// The first section of the runbook, on an incident card: its heading, and its text.
    pub first: Option<(Option<String>, Prose)>,
}

/// What is particular to a page type: the key in the template's context, and the value. Of an entity's page, the value's
/// fields stand among the entity's.
#[derive(Default)]
pub struct Content {
    pub key: &'static str,
    pub value: Option<Box<dyn View>>,
}

/// Anything that a template can be given.
pub trait View: Send + Sync {
    fn to_value(&self) -> Result<tera::Value, tera::Error>;

    /// Writes it as JSON: equal views, equal bytes.
    fn write(&self, to: &mut dyn std::io::Write) -> serde_json::Result<()>;
}

impl<T: Serialize + Send + Sync> View for T {
    fn to_value(&self) -> Result<tera::Value, tera::Error> {
        tera::Value::try_from_serializable(self)
    }

    fn write(&self, to: &mut dyn std::io::Write) -> serde_json::Result<()> {
        serde_json::to_writer(to, self)
    }
}

impl Content {
    /// Fields that an entity's page has besides those of every entity.
    pub fn of_entity(value: impl View + 'static) -> Self {
        Self { key: "entity", value: Some(Box::new(value)) }
    }

    /// The view of an index page.
    pub fn of_index(key: &'static str, value: impl View + 'static) -> Self {
        Self { key, value: Some(Box::new(value)) }
    }
}

/// What planning needs besides the handbook.
pub struct Settings<'f> {
    pub theme: ThemeRoutes,
    /// What was read.
    pub files: &'f Files,
    /// The content's revision, shown on every page.
    pub revision: Option<String>,
}

/// Is asked now and then whether work is still wanted.
pub type GoesOn<'a> = dyn Fn() -> bool + Sync + 'a;

/// A page before the handbook's own view is added: what a page type makes.
pub struct Draft {
    pub page: PageView,
    pub prose: Prose,
    pub entity: Option<EntityView>,
    pub content: Content,
    pub first: Option<(Option<String>, Prose)>,
}

impl Draft {
    pub fn new(page: PageView, content: Content) -> Self {
        Self { page, prose: Prose::default(), entity: None, content, first: None }
    }
}

/// Plans every page; none where `goes_on` says no meanwhile.
pub fn plan(
    handbook: &Handbook,
    report: &Report,
    history: Option<&History>,
    settings: &Settings,
    goes_on: &GoesOn,
) -> Option<Site> {
    let desk = Desk::new(handbook, report, history);
    let frames = Frames::new(&desk, settings);
    let numbers = (0..handbook.entities.len()).into_par_iter();
    let drafts = numbers.map(|at| goes_on().then(|| entity(&desk, &frames, EntityId(at as u32))));
    let mut drafts: Vec<Draft> = drafts.collect::<Option<_>>()?;
    drafts.extend(
        desk.folders
            .par_iter()
            .filter_map(|(path, folder)| list::draft(&desk, &frames, path, folder))
            .collect::<Vec<_>>(),
    );
    drafts.push(health::draft(&desk, &frames));
    drafts.extend(rule::drafts(&desk, &frames));
    drafts.push(search::draft(&desk, &frames));
    drafts.push(not_found::draft(&desk, &frames));
    drafts.push(print::draft(&desk, &frames));
    drafts.extend(handbook.redirects.iter().map(|redirect| redirect::draft(&desk, &frames, redirect)));
    // Stable, so that a page comes before what leads on from its address; linking has told of that.
    drafts.sort_by(|a, b| a.page.route.cmp(&b.page.route));
    drafts.dedup_by(|later, first| later.page.route == first.page.route);
    if !goes_on() {
        return None;
    }
    let ((feeds, pages), (held, sheets, documents)) = rayon::join(
        || (feeds::of(&desk, &drafts), framed(&frames, drafts)),
        || (holders::of_desk(&desk), sheet::all(&desk), documents::of_desk(&desk)),
    );
    let copies = handbook.assets.iter().map(|asset| (asset.path.to_string(), asset.from.clone())).collect();
    Some(Site { pages, copies, held, sheets, documents, feeds })
}

/// The entities whose pages show an entity's prose: itself, and the alerts whose cards begin with its first section.
pub fn showing(handbook: &Handbook, id: EntityId) -> Vec<EntityId> {
    let begins = |alert: &Entity| alert.alert().is_some_and(|alert| alert.runbooks.first() == Some(&id));
    let alerts = handbook.of_kind(Kind::Alert).filter(|(_, alert)| begins(alert)).map(|(alert, _)| alert);
    std::iter::once(id).chain(alerts).collect()
}

/// Plans the pages of some entities, as [`plan`] does. An entity that introduces a folder is not planned by itself.
pub fn plan_some(
    handbook: &Handbook,
    report: &Report,
    history: Option<&History>,
    settings: &Settings,
    ids: &[EntityId],
) -> Vec<Page> {
    let desk = Desk::new(handbook, report, history);
    let frames = Frames::of(&desk, settings, ids);
    framed(&frames, ids.iter().map(|id| entity(&desk, &frames, *id)).collect())
}

/// Adds the handbook's own view to pages.
fn framed(frames: &Frames, drafts: Vec<Draft>) -> Vec<Page> {
    let mut sites: BTreeMap<(String, Option<Kind>), Arc<SiteView>> = BTreeMap::new();
    drafts
        .into_iter()
        .map(|mut draft| {
            draft.page.tabs =
                draft.prose.outline.tabs || draft.first.as_ref().is_some_and(|(_, first)| first.outline.tabs);
            // Pages of one folder see the handbook alike, but for the one that is shown anywhere.
            let folder = match draft.page.route.rsplit_once('/') {
                Some((folder, _)) => folder.to_string(),
                None if draft.page.route == desk::NOT_FOUND => desk::NOT_FOUND.to_string(),
                None => String::new(),
            };
            let kind = Kind::named(draft.page.kind).filter(|kind| *kind != Kind::Page);
            let site = sites.entry((folder, kind)).or_insert_with(|| Arc::new(frames.site(&draft.page.route, kind)));
            Page {
                route: draft.page.route.clone(),
                template: template(draft.page.r#type),
                site: site.clone(),
                page: draft.page,
                prose: draft.prose,
                entity: draft.entity,
                content: draft.content,
                first: draft.first,
            }
        })
        .collect()
}

/// Every page type by the name its template has.
const TEMPLATES: [(&str, &str); 22] = [
    ("404", "404.html"),
    ("alert", "alert.html"),
    ("decision", "decision.html"),
    ("decisions", "decisions.html"),
    ("escalation", "escalation.html"),
    ("health", "health.html"),
    ("home", "home.html"),
    ("list", "list.html"),
    ("matrix", "matrix.html"),
    ("page", "page.html"),
    ("person", "person.html"),
    ("print", "print.html"),
    ("record", "record.html"),
    ("redirect", "redirect.html"),
    ("responsibility", "responsibility.html"),
    ("role", "role.html"),
    ("rule", "rule.html"),
    ("rules", "rules.html"),
    ("runbook", "runbook.html"),
    ("search", "search.html"),
    ("service", "service.html"),
    ("team", "team.html"),
];

fn template(name: &str) -> &'static str {
    TEMPLATES.iter().find(|(known, _)| *known == name).map_or("page.html", |(_, file)| file)
}

fn entity(desk: &Desk, frames: &Frames, id: EntityId) -> Draft {
    let entity = desk.handbook.get(id);
    let seat = Seat { desk, route: &entity.route };
    if let Some(path) = entity.folder() {
        return list::introduced(&seat, frames, id, path);
    }
    let mut view = seat.entity_view(id);
    let prose = Prose::of(desk, entity);
    let (template, kind_title, content, toc, first) = match entity.kind {
        Kind::Team => team::content(&seat, id, &mut view),
        Kind::Person => person::content(&seat, id, &mut view),
        Kind::Role => role::content(&seat, id, &mut view),
        Kind::Service => service::content(&seat, id, &mut view),
        Kind::Responsibility => responsibility::content(&seat, id, &mut view),
        Kind::Runbook => runbook::content(&seat, id, &mut view),
        Kind::Alert => alert::content(&seat, id, &mut view),
        Kind::Escalation => escalation::content(&seat, id, &mut view),
        Kind::Decision => decision::content(&seat, id, &mut view),
        Kind::Drill | Kind::Learning | Kind::Improvement | Kind::Clarification => record::content(&seat, id, &mut view),
        Kind::Page => prose::content(&seat, id, &mut view),
    };
    Draft { page: frames.entity(id, template, kind_title, toc), prose, entity: Some(view), content, first }
}

/// What a page type gives for an entity: template, the kind in words, its content, contents and an inlined section.
pub type Made = (&'static str, &'static str, Content, Vec<view::TocEntry>, Option<(Option<String>, Prose)>);
