//! The list page of a kind or a folder: its introduction, the folders in it, and what is in it with state and owner.

use serde::Serialize;

use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::model::route;
use crate::site::desk::{Desk, Folder};
use crate::site::frame::{Frames, Heading, folder_title, lead, tile, toc};
use crate::site::prose::Prose;
use crate::site::seat::Seat;
use crate::site::view::*;
use crate::site::{Content, Draft, decisions, home, matrix};
use crate::source::load::from_root;

/// Rows a list page shows at most; longer folders are better split, and search finds the rest.
const ROWS: usize = 2_000;

#[derive(Serialize)]
struct ListView {
    head: String,
    rows: Vec<Row>,
    folders: Vec<Tile>,
    show_owner: bool,
    show_due: bool,
    empty: String,
    more: Option<More>,
}

/// The list page of a folder that no page introduces; none where a page stands in for it.
pub(super) fn draft(desk: &Desk, frames: &Frames, path: &str, folder: &Folder) -> Option<Draft> {
    if folder.page.is_some() {
        return None;
    }
    let route = route::list(path);
    let seat = Seat { desk, route: &route };
    Some(build(&seat, frames, path, None))
}

/// The page that introduces a folder.
pub(super) fn introduced(seat: &Seat, frames: &Frames, id: EntityId, path: &str) -> Draft {
    let entity = seat.entity(id);
    let mut draft = build(seat, frames, path, Some(id));
    draft.prose = Prose::of(seat.desk, entity);
    draft.page.lead.clone_from(&entity.summary);
    draft.page.description = entity.summary.clone().or(draft.page.description);
    draft.page.title.clone_from(&entity.title);
    draft.page.edit =
        frames.page(seat.route, Heading { source: Some(entity.path.to_string()), ..Heading::default() }).edit;
    draft.page.source = Some(from_root(&entity.path));
    // An introduction that says who owns it, or when it was checked, is a page as well as a list.
    let says = entity.ownership.owner.is_some() || !entity.reviews.is_empty() || entity.review_every.is_some();
    if says && draft.page.r#type == "list" {
        draft.entity = Some(seat.entity_view(id));
    }
    draft
}

fn build(seat: &Seat, frames: &Frames, path: &str, page: Option<EntityId>) -> Draft {
    let desk = seat.desk;
    let kind = Kind::of_folder(path.split('/').next().unwrap_or_default());
    if path.is_empty() {
        return home::draft(seat, frames);
    }
    let whole = kind.filter(|kind| kind.folder() == path);
    let title = folder_title(desk, path);
    let (template, content) = match whole {
        Some(Kind::Responsibility) => ("matrix", Content::of_index("matrix", matrix::view(seat, frames))),
        Some(Kind::Decision) => ("decisions", Content::of_index("decisions", decisions::view(seat))),
        _ => ("list", Content::of_index("list", view(seat, path, kind))),
    };
    let heading = Heading {
        title: if template == "decisions" { "Can I?".to_string() } else { title.clone() },
        lead: page.is_none().then(|| whole.and_then(lead)).flatten(),
        description: whole.and_then(lead),
        kind: kind.map_or("page", Kind::name),
        kind_title: "List",
        template,
        breadcrumbs: frames.crumbs(seat, crate::site::desk::parent_of(path)),
        toc: page.map(|id| toc(seat.entity(id))).unwrap_or_default(),
        source: None,
    };
    Draft::new(frames.page(seat.route, heading), content)
}

fn view(seat: &Seat, path: &str, kind: Option<Kind>) -> ListView {
    let desk = seat.desk;
    let empty = Folder::default();
    let folder = desk.folders.get(path).unwrap_or(&empty);
    let folders: Vec<Tile> = folder.folders.iter().map(|path| tile(seat, path)).collect();
    // A folder's own page is in its tile.
    let own = |id: &&EntityId| !folder.folders.iter().any(|path| desk.folders[path].page == Some(**id));
    let ids: Vec<EntityId> = folder.entities.iter().filter(own).copied().collect();
    let rows: Vec<Row> = ids.iter().take(ROWS).map(|id| seat.row(*id)).collect();
    ListView {
        head: kind.map_or("Page".to_string(), |kind| {
            let name = kind.name();
            name[..1].to_uppercase() + &name[1..]
        }),
        show_owner: rows.iter().any(|row| row.owner.is_some())
            || kind.is_some_and(|kind| kind == Kind::Service || kind == Kind::Runbook || kind == Kind::Alert),
        show_due: rows.iter().any(|row| row.due.is_some()),
        empty: "Nothing is here yet.".to_string(),
        more: (ids.len() > rows.len()).then_some(More { count: ids.len(), href: None }),
        rows,
        folders,
    }
}
