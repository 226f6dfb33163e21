//! What templates get: plain structs, documented for template authors in `docs/theming.md`. How they are filled is elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::site::axis::Axis;

/// How a thing stands, from best to worst: `fine`, `unknown` (the handbook does not say), `due`, `broken`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Fine,
    Unknown,
    Due,
    Broken,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Unknown => "unknown",
            Self::Due => "due",
            Self::Broken => "broken",
        }
    }
}

/// A reference to anything.
#[derive(Debug, Clone, Serialize)]
pub struct Ref {
    pub title: String,
    pub href: Option<String>,
    pub kind: &'static str,
    pub state: State,
    pub note: Option<String>,
}

/// A way to reach somebody.
#[derive(Debug, Clone, Serialize)]
pub struct Contact {
    pub kind: &'static str,
    pub name: &'static str,
    pub label: String,
    pub href: Option<String>,
}

/// A link to elsewhere.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    pub title: String,
    pub href: Option<String>,
    pub kind: Option<String>,
}

/// One name and its value.
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    pub name: &'static str,
    pub text: Option<String>,
    pub refs: Vec<Ref>,
    pub time: Option<String>,
    pub state: Option<State>,
}

/// A thing in a list.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    pub r#ref: Ref,
    pub owner: Option<Ref>,
    pub via: Option<String>,
    pub facts: Vec<String>,
    pub summary: Option<String>,
    pub due: Option<String>,
    /// The day after which the state is that of an overdue review.
    pub ages: Option<String>,
}

/// What a list leaves out.
#[derive(Debug, Clone, Serialize)]
pub struct More {
    pub count: usize,
    pub href: Option<String>,
}

/// Rows under a heading.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    pub id: String,
    pub title: String,
    pub href: Option<String>,
    pub count: usize,
    pub rows: Vec<Row>,
    pub more: Option<More>,
}

/// Something that the rows of a table can be narrowed to.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    pub id: String,
    pub title: String,
    pub href: String,
}

/// A folder or a kind with how much is in it.
#[derive(Debug, Clone, Serialize)]
pub struct Tile {
    pub title: String,
    pub href: String,
    pub count: usize,
    pub summary: Option<String>,
}

/// Who answers for a thing.
#[derive(Debug, Clone, Serialize)]
pub struct OwnerView {
    pub r#ref: Option<Ref>,
    pub via: Option<String>,
    pub held_by: Vec<Ref>,
    pub held_more: usize,
    pub members_known: bool,
    pub contacts: Vec<Contact>,
    pub state: State,
    pub problem: Option<String>,
    pub arbiter: Option<Ref>,
}

/// When a thing was last checked.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewView {
    /// `fine`, `due`, `overdue`, `never` or `none`.
    pub state: &'static str,
    pub last: Option<String>,
    pub by: Option<Ref>,
    pub how: Option<&'static str>,
    pub how_text: Option<&'static str>,
    pub note: Option<String>,
    pub due: Option<String>,
    pub every: Option<String>,
    pub soon_days: i64,
}

/// A finding as a page shows it.
#[derive(Debug, Clone, Serialize)]
pub struct FindingView {
    pub rule: &'static str,
    pub rule_href: String,
    pub level: &'static str,
    pub message_html: String,
    pub help_html: Option<String>,
    pub subject: Option<Ref>,
    pub place: Option<String>,
    pub href: Option<String>,
    pub since: Option<String>,
    pub waived: Option<WaivedView>,
}

/// Why a finding does not count.
#[derive(Debug, Clone, Serialize)]
pub struct WaivedView {
    pub until: String,
    pub by: Option<Ref>,
    pub reason: Option<String>,
}

/// A page that mentions this one.
#[derive(Debug, Clone, Serialize)]
pub struct BacklinkView {
    pub r#ref: Ref,
    pub via: Option<String>,
}

/// An escalation policy as steps in time.
#[derive(Debug, Clone, Serialize)]
pub struct Ladder {
    pub policy: Option<Ref>,
    pub via: Option<String>,
    pub owner: Option<Ref>,
    pub first: Option<Ref>,
    pub state: State,
    pub repeat: Option<String>,
    pub steps: Vec<LadderStep>,
    /// The same to look at; none where there are no steps.
    pub axis: Option<Axis>,
}

/// One step of a ladder.
#[derive(Debug, Clone, Serialize)]
pub struct LadderStep {
    pub n: usize,
    pub at_minutes: Option<u32>,
    pub at: String,
    /// How long it has before the next one is called.
    pub within: Option<String>,
    pub who: Vec<Party>,
    pub via: Option<String>,
    pub may: Option<String>,
}

/// Somebody to call, and who stands in.
#[derive(Debug, Clone, Serialize)]
pub struct Party {
    pub r#ref: Ref,
    pub contacts: Vec<Contact>,
    pub away: Option<String>,
    pub cover: Option<Ref>,
    /// Why nobody who is there answers, in words.
    pub lost: Option<&'static str>,
}

/// A decision in short.
#[derive(Debug, Clone, Serialize)]
pub struct May {
    pub r#ref: Ref,
    pub action: String,
    pub who: Vec<Ref>,
    pub services: Vec<Ref>,
    pub door: Option<&'static str>,
    pub when: Option<String>,
    pub limits: Option<String>,
    pub safety: Option<String>,
    pub otherwise: Option<Ref>,
    /// Whether it is for those whom an incident reaches first: the owner, or the first step.
    pub likely: bool,
}

/// A word and its state.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    pub text: String,
    pub state: State,
}

/// What the page of anything with a file of its own shows.
#[derive(Debug, Clone, Serialize)]
pub struct EntityView {
    pub id: String,
    pub title: String,
    pub kind: &'static str,
    pub state: State,
    pub status: Option<Status>,
    pub aliases: Vec<String>,
    pub tags: Vec<String>,
    pub owner: OwnerView,
    pub review: ReviewView,
    pub findings: Vec<FindingView>,
    pub findings_more: usize,
    pub backlinks: Vec<BacklinkView>,
    pub backlinks_more: usize,
    pub links: Vec<Link>,
    pub contacts: Vec<Contact>,
    pub facts: Vec<Fact>,
    pub ladder: Option<Ladder>,
    pub may: Vec<May>,
}

/// The handbook as every page shows it; shared by the pages of one folder.
#[derive(Debug, Clone, Serialize)]
pub struct SiteView {
    pub title: String,
    pub language: String,
    pub built: String,
    /// Days before its day on which a review counts as due; below 0 where nothing is said of it.
    pub soon_days: i64,
    pub revision: Option<String>,
    pub arbiter: Option<Ref>,
    pub nav: Vec<NavItem>,
    pub home: String,
    pub health: Option<HealthLink>,
    pub assets: AssetLinks,
    pub search: SearchLinks,
    /// The script with who holds what.
    pub holders: String,
    /// The feed of what changed, where the handbook says where it stands.
    pub feed: Option<String>,
    /// The calendar of all reviews.
    pub reviews: String,
    /// What goes on the wall: ladders and contacts of the most critical services.
    pub print: String,
}

/// What search on a page needs.
#[derive(Debug, Clone, Serialize)]
pub struct SearchLinks {
    /// The page with all results.
    pub page: String,
    /// The script that reads the index.
    pub reader: String,
    /// The script that shows results.
    pub palette: String,
    /// The folder of the index, with `/` at its end.
    pub index: String,
    /// The site's root, with `/` at its end; empty where the page is there itself.
    pub root: String,
    /// Asks who owns a thing, where the handbook names a place for questions; `…` stands for the thing.
    pub ask: Option<String>,
}

/// An entry of the main navigation.
#[derive(Debug, Clone, Serialize)]
pub struct NavItem {
    pub title: &'static str,
    pub href: String,
    pub current: bool,
    pub count: Option<usize>,
}

/// The way to the health page, with its counts.
#[derive(Debug, Clone, Serialize)]
pub struct HealthLink {
    pub href: String,
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
}

/// The addresses of the theme's files.
#[derive(Debug, Clone, Serialize)]
pub struct AssetLinks {
    pub css: String,
    pub js: String,
    pub favicon: String,
    /// Every file of the theme, by its name in `assets/`.
    pub files: BTreeMap<String, String>,
}

/// The page around the content.
#[derive(Debug, Clone, Serialize)]
pub struct PageView {
    pub title: String,
    pub kind: &'static str,
    pub kind_title: &'static str,
    pub r#type: &'static str,
    pub route: String,
    pub root: String,
    pub description: Option<String>,
    pub lead: Option<String>,
    pub canonical: Option<String>,
    pub breadcrumbs: Vec<Crumb>,
    /// Shared by neighbours: filled in when rendered.
    #[serde(skip)]
    pub sidebar: Option<Arc<Sidebar>>,
    /// Which entry of the sidebar this page is.
    pub sidebar_at: Option<usize>,
    pub toc: Vec<TocEntry>,
    /// Whether its prose has tabs, which a script makes.
    pub tabs: bool,
    pub prev: Option<Ref>,
    pub next: Option<Ref>,
    pub edit: Option<String>,
    pub report: Option<String>,
    pub ask: Option<String>,
    pub source: Option<String>,
}

/// A page above this one.
#[derive(Debug, Clone, Serialize)]
pub struct Crumb {
    pub title: String,
    pub href: Option<String>,
}

/// The pages of one folder, or a stretch of them.
#[derive(Debug, Clone, Serialize)]
pub struct Sidebar {
    pub title: String,
    pub href: Option<String>,
    pub items: Vec<SidebarItem>,
    pub more: Option<More>,
}

/// A page of the folder.
#[derive(Debug, Clone, Serialize)]
pub struct SidebarItem {
    pub title: String,
    pub href: String,
    pub state: State,
    /// As a row's.
    pub ages: Option<String>,
}

/// A heading of the page.
#[derive(Debug, Clone, Serialize)]
pub struct TocEntry {
    pub level: u8,
    pub id: String,
    pub title: String,
}
