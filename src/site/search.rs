//! The page that searches: its results are made in the browser, from the published index.

use serde::Serialize;

use crate::site::desk::Desk;
use crate::site::frame::{Frames, Heading};
use crate::site::seat::Seat;
use crate::site::view::Tile;
use crate::site::{Content, Draft, frame};

/// The address of the page.
pub const ROUTE: &str = "search.html";

/// What the page shows where nothing was searched for yet, and where no script runs.
#[derive(Serialize)]
struct SearchView {
    /// The folders of the handbook with what they hold.
    lists: Vec<Tile>,
}

pub(super) fn draft(desk: &Desk, frames: &Frames) -> Draft {
    let seat = Seat { desk, route: ROUTE };
    let top = desk.folders.iter().filter(|(path, folder)| !path.contains('/') && !path.is_empty() && folder.count > 0);
    let lists = top.map(|(path, _)| frame::tile(&seat, path)).collect();
    let heading = Heading {
        title: "Search".to_string(),
        kind: "search",
        kind_title: "Search",
        template: "search",
        breadcrumbs: frames.crumbs(&seat, Some("")),
        ..Heading::default()
    };
    let mut page = frames.page(ROUTE, heading);
    page.report = None;
    Draft::new(page, Content::of_index("search", SearchView { lists }))
}
