//! The page for addresses that lead nowhere. Hosts show it at any depth.

use serde::Serialize;

use crate::site::desk::{Desk, NOT_FOUND};
use crate::site::frame::{Frames, Heading};
use crate::site::{Content, Draft};

#[derive(Serialize)]
struct Empty {}

pub(super) fn draft(_desk: &Desk, frames: &Frames) -> Draft {
    let heading = Heading {
        title: "Not found".to_string(),
        lead: Some("There is no page at this address. It may have moved: look for it by its name.".to_string()),
        kind: "404",
        kind_title: "Not found",
        template: "404",
        ..Heading::default()
    };
    let mut page = frames.page(NOT_FOUND, heading);
    page.report = None;
    page.canonical = None;
    Draft::new(page, Content::of_index("not_found", Empty {}))
}
