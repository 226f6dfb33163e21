//! The page around the content: navigation, breadcrumbs, sidebar, contents, previous and next, edit and report.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::diagnostic::rule::Severity;
use crate::model::entity::Entity;
use crate::model::kind::Kind;
use crate::model::prometheus;
use crate::model::reference::EntityId;
use crate::model::route;
use crate::rules::review::due_soon;
use crate::site::Settings;
use crate::site::desk::{Desk, Folder, day, folder_of, folder_route, parent_of};
use crate::site::holders;
use crate::site::seat::Seat;
use crate::site::view::*;
use crate::site::words::{self, fill};
use crate::site::{feeds, print, search};
use crate::source::load::{from_root, is_outside};
use crate::text::files::Files;

/// Entries a sidebar shows; a longer folder is shown in stretches of this many.
const SIDEBAR: usize = 40;

/// The folder of the search index, from the site's root.
pub const INDEX: &str = "search";

/// Addresses of the theme's known files, from the site's root.
#[derive(Debug, Clone, Default)]
pub struct ThemeRoutes {
    pub css: String,
    pub js: String,
    pub favicon: String,
    /// The reader of the search index.
    pub reader: String,
    /// What shows the search's results.
    pub palette: String,
    /// Every file, by its name.
    pub files: BTreeMap<String, String>,
}

/// What the frames of all pages share.
pub struct Frames<'d, 'h> {
    desk: &'d Desk<'h>,
    theme: &'d ThemeRoutes,
    /// What was read, for the lines of places.
    pub files: &'d Files,
    revision: Option<String>,
    /// By folder, the stretches of its sidebar.
    sidebars: BTreeMap<String, Vec<Arc<Sidebar>>>,
    /// For each entity in a folder, its number there.
    seats: HashMap<EntityId, usize>,
}

/// What a page says about itself.
#[derive(Default)]
pub struct Heading {
    pub title: String,
    pub lead: Option<String>,
    pub description: Option<String>,
    pub kind: &'static str,
    pub kind_title: &'static str,
    pub template: &'static str,
    pub breadcrumbs: Vec<Crumb>,
    pub toc: Vec<TocEntry>,
    pub source: Option<String>,
}

impl<'d, 'h> Frames<'d, 'h> {
    pub fn new(desk: &'d Desk<'h>, settings: &'d Settings) -> Self {
        Self::with(desk, settings, desk.folders.iter())
    }

    /// The frames of some entities' pages.
    pub fn of(desk: &'d Desk<'h>, settings: &'d Settings, ids: &[EntityId]) -> Self {
        let paths: BTreeSet<String> = ids.iter().map(|id| folder_of(desk.handbook.get(*id))).collect();
        Self::with(desk, settings, paths.iter().filter_map(|path| desk.folders.get_key_value(path)))
    }

    fn with<'f>(
        desk: &'d Desk<'h>,
        settings: &'d Settings,
        folders: impl Iterator<Item = (&'f String, &'f Folder)>,
    ) -> Self {
        let Settings { theme, files, revision } = settings;
        let revision = revision.clone();
        let mut frames = Self { desk, theme, files, revision, sidebars: BTreeMap::new(), seats: HashMap::new() };
        for (path, folder) in folders {
            frames.sidebars.insert(path.clone(), sidebars(desk, path, &folder.entities));
            frames.seats.extend(folder.entities.iter().enumerate().map(|(at, id)| (*id, at)));
        }
        frames
    }

    /// The handbook as the pages of one folder see it, with one entry of the navigation as the current one.
    pub fn site(&self, route: &str, current: Option<Kind>) -> SiteView {
        let seat = Seat { desk: self.desk, route };
        let handbook = self.desk.handbook;
        let config = &handbook.config;
        let nav = NAVIGATION.iter().filter(|(kind, _)| handbook.count(*kind) > 0).map(|(kind, title)| NavItem {
            title,
            href: seat.href(&route::list(kind.folder())),
            current: current == Some(*kind),
            count: Some(handbook.count(*kind)),
        });
        let counts = &self.desk.report.counts;
        SiteView {
            title: config.title.clone(),
            language: config.language.clone(),
            built: handbook.today.to_string(),
            soon_days: self.soon_days(),
            revision: self.revision.clone(),
            arbiter: handbook.arbiter.map(|id| seat.reference(id)),
            nav: nav.collect(),
            home: seat.href("index.html"),
            health: Some(HealthLink {
                href: seat.href("health/index.html"),
                errors: counts.error,
                warnings: counts.warn,
                infos: counts.info,
            }),
            assets: AssetLinks {
                css: route::relative(route, &self.theme.css),
                js: route::relative(route, &self.theme.js),
                favicon: route::relative(route, &self.theme.favicon),
                files: self.theme.files.iter().map(|(name, to)| (name.clone(), route::relative(route, to))).collect(),
            },
            search: SearchLinks {
                page: seat.href(search::ROUTE),
                reader: route::relative(route, &self.theme.reader),
                palette: route::relative(route, &self.theme.palette),
                index: format!("{}{INDEX}/", root(route)),
                root: root(route),
                ask: words::ask(config),
            },
            holders: route::relative(route, holders::ROUTE),
            // Like the style sheet, it stays relative where links start at the site's own address.
            feed: config.base_url.as_ref().map(|_| route::relative(route, feeds::CHANGES)),
            reviews: seat.href(feeds::REVIEWS),
            print: seat.href(print::ROUTE),
        }
    }

    /// How long before its day a review makes a thing stand as due; never, where the rule is off.
    fn soon_days(&self) -> i64 {
        let off = self.desk.report.levels.of_rule(&due_soon::RULE) == Severity::Off;
        if off { -1 } else { self.desk.soon_days() }
    }

    /// The frame of a page that is no entity's.
    pub fn page(&self, route: &str, heading: Heading) -> PageView {
        let config = &self.desk.handbook.config;
        PageView {
            title: heading.title.clone(),
            kind: heading.kind,
            kind_title: heading.kind_title,
            r#type: heading.template,
            route: route.to_string(),
            root: root(route),
            description: heading.description,
            lead: heading.lead,
            canonical: self.address(route),
            breadcrumbs: heading.breadcrumbs,
            sidebar: None,
            sidebar_at: None,
            toc: if heading.toc.len() < 3 { Vec::new() } else { heading.toc },
            tabs: false,
            prev: None,
            next: None,
            edit: heading
                .source
                .as_ref()
                .filter(|path| !is_outside(path))
                .and_then(|path| config.edit_url.as_ref().map(|edit| fill(edit, &[("path", path)]))),
            report: self.issue(
                &format!("Mistake on “{}”", heading.title),
                route,
                "What is wrong, and what would be right?",
            ),
            ask: None,
            source: heading.source.map(|path| from_root(&path)),
        }
    }

    /// The frame of an entity's page.
    pub fn entity(
        &self,
        id: EntityId,
        template: &'static str,
        kind_title: &'static str,
        toc: Vec<TocEntry>,
    ) -> PageView {
        let entity = self.desk.handbook.get(id);
        let seat = Seat { desk: self.desk, route: &entity.route };
        let opening = entity.body.as_ref().map(|body| body.outline.opening.clone()).filter(|text| !text.is_empty());
        let mut page = self.page(
            &entity.route,
            Heading {
                title: entity.title.clone(),
                lead: lead_of(entity),
                description: entity.summary.clone().or(opening),
                kind: entity.kind.name(),
                kind_title,
                template,
                breadcrumbs: self.breadcrumbs(&seat, entity),
                toc,
                source: Some(entity.path.to_string()),
            },
        );
        if is_unowned(entity) {
            let title = format!("Who owns {} “{}”?", entity.kind, entity.title);
            page.ask = self.issue(&title, &entity.route, "The handbook names no owner for this.");
        }
        if let Some(at) = self.seats.get(&id) {
            let folder = folder_of(entity);
            let stretches = self.sidebars.get(&folder).map(Vec::as_slice).unwrap_or_default();
            page.sidebar =
                stretches.get(at / SIDEBAR).cloned().filter(|sidebar| sidebar.items.len() > 1 || at >= &SIDEBAR);
            page.sidebar_at = page.sidebar.as_ref().map(|_| at % SIDEBAR);
            if entity.kind == Kind::Page
                && let Some(folder) = self.desk.folders.get(&folder)
            {
                let plain = |id: &EntityId| Ref { state: State::Fine, note: None, ..seat.reference(*id) };
                page.prev = at.checked_sub(1).and_then(|at| folder.entities.get(at)).map(plain);
                page.next = folder.entities.get(at + 1).map(plain);
            }
        }
        page
    }

    /// The whole address of a page, where the handbook says where it stands.
    pub fn address(&self, route: &str) -> Option<String> {
        let base = self.desk.handbook.config.base_url.as_ref()?;
        Some(format!("{base}{}", route::relative("", route)))
    }

    fn issue(&self, title: &str, route: &str, question: &str) -> Option<String> {
        let url = self.desk.handbook.config.issue_url.as_ref()?;
        let page = self.address(route).unwrap_or_else(|| route.to_string());
        Some(fill(url, &[("title", title), ("body", &format!("{question}\n\n{page}\n"))]))
    }

    fn breadcrumbs(&self, seat: &Seat, entity: &Entity) -> Vec<Crumb> {
        let folder = match entity.folder() {
            Some(path) => parent_of(path).map(str::to_string),
            None => Some(folder_of(entity)),
        };
        self.crumbs(seat, folder.as_deref())
    }

    /// The way down to a folder, the front page first; none for the front page itself.
    pub fn crumbs(&self, seat: &Seat, folder: Option<&str>) -> Vec<Crumb> {
        let Some(folder) = folder else { return Vec::new() };
        let mut crumbs = Vec::new();
        let mut at = Some(folder).filter(|path| !path.is_empty());
        while let Some(path) = at {
            crumbs.push(Crumb {
                title: folder_title(self.desk, path),
                href: Some(seat.href(&folder_route(self.desk, path))),
            });
            at = parent_of(path).filter(|path| !path.is_empty());
        }
        crumbs.push(Crumb { title: "Handbook".to_string(), href: Some(seat.href("index.html")) });
        crumbs.reverse();
        crumbs
    }
}

/// The main navigation; kinds that it leaves out are reached from the front page.
const NAVIGATION: [(Kind, &str); 8] = [
    (Kind::Team, "Teams"),
    (Kind::Service, "Services"),
    (Kind::Responsibility, "Responsibilities"),
    (Kind::Runbook, "Runbooks"),
    (Kind::Alert, "Alerts"),
    (Kind::Escalation, "Escalation"),
    (Kind::Decision, "Can I?"),
    (Kind::Person, "People"),
];

/// The way from a page up to the site's root.
fn root(route: &str) -> String {
    "../".repeat(route.matches('/').count())
}

/// Whether it should have an owner, and has none.
pub fn is_unowned(entity: &Entity) -> bool {
    let owned = [Kind::Service, Kind::Responsibility, Kind::Runbook, Kind::Alert, Kind::Escalation, Kind::Decision];
    entity.ownership.owner.is_none() && owned.contains(&entity.kind)
}

/// What a folder is called: its page's title, its kind's plural, else its own name.
pub fn folder_title(desk: &Desk, path: &str) -> String {
    if let Some(page) = desk.folders.get(path).and_then(|folder| folder.page) {
        return desk.handbook.get(page).title.clone();
    }
    if let Some(kind) = Kind::of_folder(path) {
        return kind.plural().to_string();
    }
    let name = path.rsplit('/').next().unwrap_or(path).replace('-', " ");
    let mut letters = name.chars();
    letters.next().map_or(name.clone(), |first| first.to_uppercase().chain(letters).collect())
}

/// What a kind is good for, in a sentence.
pub fn lead(kind: Kind) -> Option<String> {
    let words = match kind {
        Kind::Team => "Who answers for what, and how to reach them.",
        Kind::Person => "What each person holds, and who stands in.",
        Kind::Role => "Duties that people take on, and who has them now.",
        Kind::Service => "What runs, and who answers for it.",
        Kind::Responsibility => "Who answers for what, who does it, who is asked, who is told.",
        Kind::Runbook => "What to do when something is wrong.",
        Kind::Alert => "Something fired: start here.",
        Kind::Escalation => "Who is called next, and when.",
        Kind::Decision => "What you may do without asking, and within which limits.",
        Kind::Drill => "What was practised, and how it went.",
        Kind::Learning => "What incidents and drills have taught.",
        Kind::Improvement => "What could be better, and who looks after it.",
        Kind::Clarification => "Who owns this? Questions followed to their end.",
        Kind::Page => return None,
    };
    Some(words.to_string())
}

/// A folder as a tile.
pub fn tile(seat: &Seat, path: &str) -> Tile {
    let desk = seat.desk;
    let folder = &desk.folders[path];
    Tile {
        title: folder_title(desk, path),
        href: seat.href(&folder_route(desk, path)),
        count: folder.count,
        summary: folder.page.and_then(|page| seat.entity(page).summary.clone()),
    }
}

fn sidebars(desk: &Desk, path: &str, entities: &[EntityId]) -> Vec<Arc<Sidebar>> {
    // The pages of a folder stand beside each other, except that a folder's own page may stand elsewhere.
    let Some(first) = entities.first() else { return Vec::new() };
    let route = &desk.handbook.get(*first).route;
    let seat = Seat { desk, route };
    let href = seat.href(&folder_route(desk, path));
    let stretch = |ids: &[EntityId]| {
        let items = ids.iter().map(|id| {
            let item = seat.reference(*id);
            SidebarItem {
                title: item.title,
                href: item.href.unwrap_or_default(),
                state: item.state,
                ages: desk.ages(*id).map(day),
            }
        });
        Arc::new(Sidebar {
            title: folder_title(desk, path),
            href: Some(href.clone()),
            items: items.collect(),
            more: (entities.len() > ids.len()).then(|| More { count: entities.len(), href: Some(href.clone()) }),
        })
    };
    entities.chunks(SIDEBAR).map(stretch).collect()
}

/// What an entity says of itself in a sentence or two.
pub fn lead_of(entity: &Entity) -> Option<String> {
    entity.summary.clone().or_else(|| rule_summary(entity))
}

/// What an alert's rules say is wrong, where the alert has no summary of its own.
fn rule_summary(entity: &Entity) -> Option<String> {
    let rules = entity.alert().map(|alert| alert.rules.as_slice()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().filter(|text| !prometheus::is_template(text));
    rules.iter().find_map(|rule| text(&rule.summary).or_else(|| text(&rule.description)))
}

/// Entries of the contents for a body's headings of the two highest levels.
pub fn toc(entity: &Entity) -> Vec<TocEntry> {
    let Some(body) = &entity.body else { return Vec::new() };
    let headings = body.outline.headings.iter().skip(usize::from(body.outline.opens_with_title));
    let shift = u8::from(headings.clone().map(|heading| heading.level).min() == Some(1));
    let shown = headings.filter(|heading| heading.level + shift <= 3 && !heading.text.is_empty());
    shown
        .map(|heading| TocEntry {
            level: (heading.level + shift).max(2),
            id: heading.id.clone(),
            title: heading.text.clone(),
        })
        .collect()
}

/// An entry of the contents for a section that a template writes. The ids of those begin with `_`, so that no heading of
/// prose meets them.
pub fn section(id: &str, title: &str) -> TocEntry {
    TocEntry { level: 2, id: format!("_{id}"), title: title.to_string() }
}
