//! The front page: search, health in one line, teams, what is due, and what to do when you see a risk.

use serde::Serialize;

use crate::model::alert::AlertOrigin;
use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::model::route;
use crate::site::changes::{self, Change};
use crate::site::desk::day;
use crate::site::due::{self, Tally};
use crate::site::frame::{Frames, Heading, lead, tile};
use crate::site::seat::Seat;
use crate::site::view::*;
use crate::site::words;
use crate::site::{Content, Draft};

/// The kinds in the order in which people come for them: something fired, something runs, somebody answers, the rest.
const KINDS: [Kind; 13] = [
    Kind::Alert,
    Kind::Service,
    Kind::Runbook,
    Kind::Team,
    Kind::Responsibility,
    Kind::Escalation,
    Kind::Decision,
    Kind::Person,
    Kind::Role,
    Kind::Drill,
    Kind::Learning,
    Kind::Improvement,
    Kind::Clarification,
];

/// Entries of the page's lists.
const TEAMS: usize = 12;
const DUE: usize = 6;
const CHANGED: usize = 6;

#[derive(Serialize)]
struct HomeView {
    owned: Option<String>,
    kinds: Vec<Tile>,
    pages: Vec<Tile>,
    teams: Vec<Row>,
    teams_more: Option<More>,
    arbiter: Option<Ref>,
    arbiter_contacts: Vec<Contact>,
    ask: Option<String>,
    overdue: Option<Tally>,
    due: Vec<Row>,
    changed: Vec<Changed>,
}

#[derive(Serialize)]
struct Changed {
    r#ref: Ref,
    on: String,
    what: Option<String>,
}

pub(super) fn draft(seat: &Seat, frames: &Frames) -> Draft {
    let handbook = seat.desk.handbook;
    let config = &handbook.config;
    let heading = Heading {
        title: config.title.clone(),
        lead: Some("Who owns what, whom to call, what you may do.".to_string()),
        description: Some("Who owns what, whom to call, what you may do.".to_string()),
        kind: "home",
        kind_title: "Home",
        template: "home",
        ..Heading::default()
    };
    let mut page = frames.page(seat.route, heading);
    page.title.clone_from(&config.title);
    let kinds = KINDS.into_iter().filter(|kind| handbook.count(*kind) > 0).map(|kind| Tile {
        title: if kind == Kind::Decision { "Can I?".to_string() } else { kind.plural().to_string() },
        href: seat.href(&route::list(kind.folder())),
        count: handbook.count(kind),
        summary: lead(kind),
    });
    let view = HomeView {
        owned: owned(seat),
        kinds: kinds.collect(),
        pages: pages(seat),
        teams: teams(seat),
        teams_more: (handbook.count(Kind::Team) > TEAMS)
            .then(|| More { count: handbook.count(Kind::Team), href: Some(seat.href(&route::list("teams"))) }),
        arbiter: handbook.arbiter.map(|id| seat.reference(id)),
        arbiter_contacts: handbook.arbiter.map(|id| seat.reach(id)).unwrap_or_default(),
        ask: words::ask(config),
        overdue: due::tally(seat.desk, &handbook.iter().map(|(id, _)| id).collect::<Vec<_>>()),
        due: due(seat),
        changed: changed(seat),
    };
    Draft::new(page, Content::of_index("home", view))
}

fn owned(seat: &Seat) -> Option<String> {
    let kinds = [Kind::Service, Kind::Responsibility, Kind::Runbook, Kind::Alert, Kind::Escalation];
    let all = kinds
        .iter()
        .flat_map(|kind| seat.desk.handbook.of_kind(*kind))
        .filter(|(_, entity)| entity.alert().is_none_or(|alert| alert.origin != AlertOrigin::Mentioned));
    let (count, with) = all
        .fold((0, 0), |(count, with), (_, entity)| (count + 1, with + usize::from(entity.ownership.owner.is_some())));
    (count > 0).then(|| format!("{count} things, {with} with an owner"))
}

/// Folders of prose, and pages that stand in none.
fn pages(seat: &Seat) -> Vec<Tile> {
    let root = &seat.desk.folders[""];
    let folders = root.folders.iter().filter(|path| Kind::of_folder(path).is_none());
    let mut tiles: Vec<Tile> = folders.map(|path| tile(seat, path)).collect();
    for id in &root.entities {
        let entity = seat.entity(*id);
        // A page that is its folder's own is in the folder's tile.
        if seat.desk.folders.get(&entity.id).is_none_or(|folder| folder.page != Some(*id)) {
            let href = seat.href(&entity.route);
            tiles.push(Tile { title: entity.title.clone(), href, count: 1, summary: entity.summary.clone() });
        }
    }
    tiles
}

fn teams(seat: &Seat) -> Vec<Row> {
    let mut teams: Vec<EntityId> = seat.desk.handbook.of_kind(Kind::Team).map(|(id, _)| id).collect();
    let owned = |id: &EntityId| seat.desk.owned.get(id).map_or(0, Vec::len);
    if teams.len() > TEAMS {
        // The teams that carry most stand for the rest.
        teams.sort_by_key(|id| (std::cmp::Reverse(owned(id)), *id));
        teams.truncate(TEAMS);
    }
    teams.sort_by_key(|id| seat.entity(*id).title.to_lowercase());
    // What is wrong with a team is told where it matters; that nobody has reviewed its page is not.
    teams.into_iter().map(|id| Row { r#ref: seat.reference(id), ..seat.row(id) }).collect()
}

fn due(seat: &Seat) -> Vec<Row> {
    let mut due: Vec<_> = seat.desk.handbook.iter().filter_map(|(id, entity)| Some((entity.review.due?, id))).collect();
    due.sort();
    due.truncate(DUE);
    due.into_iter().map(|(on, id)| Row { due: Some(day(on)), ..seat.row(id) }).collect()
}

fn changed(seat: &Seat) -> Vec<Changed> {
    let view = |change: Change| Changed {
        r#ref: seat.reference(change.id),
        on: day(change.on),
        what: Some(change.text(seat)),
    };
    changes::latest(seat.desk, CHANGED).into_iter().map(view).collect()
}
