//! What the files beside the pages are made from: reviews as a calendar, changes as a feed, and lists of pages for other
//! programs. Plain data; how each format writes it is `export`'s business.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;

use crate::model::entity::{Channel, Entity};
use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::model::route;
use crate::site::Draft;
use crate::site::changes;
use crate::site::desk::Desk;
use crate::site::documents::Shown;
use crate::site::frame::{self, lead_of};
use crate::site::seat::Seat;

/// The feed of what changed, from the site's root; published where the handbook says where it stands.
pub const CHANGES: &str = "feed.xml";
/// The calendar of all reviews.
pub const REVIEWS: &str = "reviews.ics";

/// Changes that the feed holds.
const NEWEST: usize = 50;
/// Characters of a title or a note: other programs show them on one line, and have to take them.
const LONGEST: usize = 300;
/// Entries of a section of the overview.
const SECTION: usize = 100;
/// Teams above an owner whose calendars show its reviews.
const LEVELS: usize = 8;

/// What the files beside the pages are made from.
#[derive(Debug, Default)]
pub struct Feeds {
    pub title: String,
    pub language: String,
    pub today: Date,
    /// The site's address, with `/` at its end.
    pub base: Option<String>,
    /// By day, then in the order of the handbook.
    pub reviews: Vec<Review>,
    /// Addresses of the teams' calendars, with the team's title and the numbers of its reviews; sorted.
    pub calendars: BTreeMap<String, (String, Vec<usize>)>,
    /// The newest first.
    pub changes: Vec<Change>,
    /// Everything with a page of its own, in the order of the handbook.
    pub pages: Vec<Listed>,
    /// Addresses of all pages that search may show, sorted.
    pub addresses: Vec<String>,
    /// What the handbook holds, in short.
    pub overview: Vec<Section>,
    pub arbiter: Option<String>,
}

/// A review that falls due.
#[derive(Debug)]
pub struct Review {
    /// `kind:id`.
    pub reference: String,
    pub title: String,
    /// The kind's name.
    pub kind: &'static str,
    pub route: String,
    pub due: Date,
    pub last: Option<Date>,
    pub owner: Option<String>,
}

/// Something that happened.
#[derive(Debug)]
pub struct Change {
    /// Names it among all changes of the handbook.
    pub key: String,
    pub on: Date,
    pub title: String,
    pub kind: &'static str,
    pub route: String,
    /// What happened, in a few words.
    pub what: String,
    pub by: Option<String>,
    pub note: Option<String>,
}

/// A page with its review.
#[derive(Debug)]
pub struct Listed {
    pub title: String,
    pub route: String,
    pub due: Option<Date>,
    /// The channel of whoever answers for it.
    pub slack: Option<String>,
}

/// A heading of the overview with what stands below it.
#[derive(Debug)]
pub struct Section {
    pub title: &'static str,
    pub entries: Vec<Entry>,
}

/// A page of the overview.
#[derive(Debug)]
pub struct Entry {
    pub title: String,
    pub route: String,
    pub note: Option<String>,
}

/// The address of a team's calendar.
pub fn calendar(team: &Entity) -> String {
    format!("{}/{REVIEWS}", team.route.trim_end_matches(".html"))
}

pub(super) fn of(desk: &Desk, drafts: &[Draft]) -> Feeds {
    let handbook = desk.handbook;
    let shown = Shown::new(&handbook.config);
    let seat = Seat { desk, route: "index.html" };
    let mut due: Vec<(Date, EntityId)> =
        handbook.iter().filter_map(|(id, entity)| Some((entity.review.due?, id))).collect();
    due.sort_unstable();
    Feeds {
        title: short(&handbook.config.title),
        language: handbook.config.language.clone(),
        today: handbook.today,
        base: handbook.config.base_url.as_deref().map(encoded),
        calendars: calendars(desk, &due),
        reviews: due.iter().map(|(on, id)| review(desk, *on, *id)).collect(),
        changes: changes::latest(desk, NEWEST).into_iter().map(|found| change(&seat, found)).collect(),
        pages: pages(&seat),
        addresses: addresses(desk, &shown, drafts),
        overview: overview(desk, &shown),
        arbiter: handbook.arbiter.map(|id| short(&handbook.get(id).title)),
    }
}

fn review(desk: &Desk, due: Date, id: EntityId) -> Review {
    let entity = desk.handbook.get(id);
    Review {
        reference: entity.reference(),
        title: short(&entity.title),
        kind: entity.kind.name(),
        route: entity.route.clone(),
        due,
        last: entity.review.last.map(|last| entity.reviews[last].on.value),
        owner: entity.ownership.owner.map(|owner| short(&desk.handbook.get(owner).title)),
    }
}

/// Each team's reviews: of its own page, of what it owns, and of what the teams in it own.
fn calendars(desk: &Desk, due: &[(Date, EntityId)]) -> BTreeMap<String, (String, Vec<usize>)> {
    let handbook = desk.handbook;
    let mut numbers: BTreeMap<EntityId, Vec<usize>> =
        handbook.of_kind(Kind::Team).map(|(id, _)| (id, Vec::new())).collect();
    let parent = |id: EntityId| handbook.get(id).team()?.parent.as_ref()?.target;
    for (number, (_, id)) in due.iter().enumerate() {
        let first = if handbook.get(*id).kind == Kind::Team { Some(*id) } else { handbook.get(*id).ownership.owner };
        for team in std::iter::successors(first, |team| parent(*team)).take(LEVELS + 1) {
            // A circle of teams, which is a finding, ends where it began.
            if let Some(numbers) = numbers.get_mut(&team).filter(|numbers| numbers.last() != Some(&number)) {
                numbers.push(number);
            }
        }
    }
    let calendar = |(id, numbers): (EntityId, Vec<usize>)| {
        let team = handbook.get(id);
        (calendar(team), (short(&team.title), numbers))
    };
    numbers.into_iter().map(calendar).collect()
}

fn change(seat: &Seat, change: changes::Change) -> Change {
    let entity = seat.entity(change.id);
    Change {
        key: change.key(seat),
        on: change.on,
        title: short(&entity.title),
        kind: entity.kind.name(),
        route: entity.route.clone(),
        what: short(&change.text(seat)),
        by: change.by(seat).map(|by| short(&by)),
        note: change.note(seat).map(|note| short(&note)),
    }
}

fn pages(seat: &Seat) -> Vec<Listed> {
    let handbook = seat.desk.handbook;
    // Each party's channel is looked up once.
    let mut channels: BTreeMap<EntityId, Option<String>> = BTreeMap::new();
    let arbiter = handbook.arbiter.and_then(|arbiter| channel(seat, arbiter));
    let listed = |(id, entity): (EntityId, &Entity)| {
        let party = if entity.kind == Kind::Team { Some(id) } else { entity.ownership.owner };
        let own = party.and_then(|party| channels.entry(party).or_insert_with(|| channel(seat, party)).clone());
        Listed {
            title: short(&entity.title),
            route: entity.route.clone(),
            due: entity.review.due,
            slack: own.or_else(|| arbiter.clone()),
        }
    };
    handbook.iter().map(listed).collect()
}

/// A party's Slack channel, else that of somebody who holds it; of an address in Slack, the channel's part.
fn channel(seat: &Seat, party: EntityId) -> Option<String> {
    let slack = |entity: &Entity| {
        let contact = entity.contacts.iter().find(|contact| contact.channel == Channel::Slack)?;
        let Some((_, path)) = contact.value.split_once("://") else { return Some(contact.value.clone()) };
        let channel = ["/archives/", "/messages/"].iter().find_map(|before| Some(path.split_once(before)?.1))?;
        channel.split(['/', '?', '#']).next().filter(|channel| !channel.is_empty()).map(str::to_string)
    };
    let holders = || seat.desk.handbook.holders(party).active.into_iter().take(2);
    slack(seat.entity(party)).or_else(|| holders().find_map(|person| slack(seat.entity(person))))
}

/// Pages that only lead elsewhere or show what others hold are left out, and those that search leaves out.
fn addresses(desk: &Desk, shown: &Shown, drafts: &[Draft]) -> Vec<String> {
    let hidden: HashSet<&str> =
        desk.handbook.entities.iter().filter(|entity| !shown.has(entity)).map(|entity| entity.route.as_str()).collect();
    let listed = drafts.iter().filter(|draft| !["404", "redirect", "search", "print"].contains(&draft.page.r#type));
    listed.map(|draft| &draft.page.route).filter(|route| !hidden.contains(route.as_str())).cloned().collect()
}

/// The lists of the handbook, its teams, its most critical services and its prose, none of them at length.
fn overview(desk: &Desk, shown: &Shown) -> Vec<Section> {
    let handbook = desk.handbook;
    let entry = |entity: &Entity| Entry {
        title: short(&entity.title),
        route: entity.route.clone(),
        note: lead_of(entity).or_else(|| entity.team().and_then(|team| team.mission.clone())),
    };
    let lists =
        desk.folders.iter().filter(|(path, folder)| !path.is_empty() && !path.contains('/') && folder.count > 0);
    let list = |(path, folder): (&String, &crate::site::desk::Folder)| Entry {
        title: frame::folder_title(desk, path),
        route: crate::site::desk::folder_route(desk, path),
        note: folder
            .page
            .and_then(|page| handbook.get(page).summary.clone())
            .or_else(|| Kind::of_folder(path).and_then(frame::lead)),
    };
    let own = [("index.html", "Start page"), ("health/index.html", "Health: what is nobody's, stale or broken")];
    let own = own.into_iter().map(|(route, title)| Entry { title: title.into(), route: route.into(), note: None });
    let mut teams: Vec<&Entity> = handbook.of_kind(Kind::Team).map(|(_, team)| team).collect();
    teams.sort_by_cached_key(|team| (team.title.to_lowercase(), &team.id));
    let mut services: Vec<&Entity> = handbook.of_kind(Kind::Service).map(|(_, service)| service).collect();
    services.retain(|service| service.tier.is_some_and(|tier| tier <= 1));
    services.sort_by_cached_key(|service| (service.tier, service.title.to_lowercase(), &service.id));
    let pages = handbook.of_kind(Kind::Page).map(|(_, page)| page).filter(|page| page.folder().is_none());
    let few = |entities: Vec<&Entity>| -> Vec<Entry> {
        entities.into_iter().filter(|entity| shown.has(entity)).take(SECTION).map(entry).collect()
    };
    let sections = [
        Section { title: "Lists", entries: own.chain(lists.map(list)).collect() },
        Section { title: "Teams", entries: few(teams) },
        Section { title: "Services of tier 0 and 1", entries: few(services) },
        Section { title: "Pages", entries: few(pages.collect()) },
    ];
    sections.into_iter().filter(|section| !section.entries.is_empty()).collect()
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

/// The site's address as a URI: what must not stand in one is percent-encoded.
fn encoded(base: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const FOREIGN: &AsciiSet =
        &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');
    utf8_percent_encode(base, FOREIGN).to_string()
}

impl Feeds {
    /// The whole address of a page; none where the handbook does not say where it stands.
    pub fn whole(&self, route: &str) -> Option<String> {
        self.base.as_ref().map(|base| format!("{base}{}", route::relative("", route)))
    }

    /// The whole address where there is one, else the way from the site's root.
    pub fn address(&self, route: &str) -> String {
        self.whole(route).unwrap_or_else(|| route::relative("", route))
    }

    /// The host and the path at which the handbook stands.
    pub fn host(&self) -> Option<(&str, &str)> {
        let (_, rest) = self.base.as_ref()?.split_once("://")?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = authority.rsplit('@').next().unwrap_or(authority);
        Some((host.split(':').next().unwrap_or(host), path))
    }
}
