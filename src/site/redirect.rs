//! The page that stands at an old address and leads on to the new one, without a server and without a script.

use serde::Serialize;

use crate::model::Redirect;
use crate::site::desk::Desk;
use crate::site::frame::{Frames, Heading};
use crate::site::seat::Seat;
use crate::site::view::Ref;
use crate::site::{Content, Draft};

#[derive(Serialize)]
struct RedirectView {
    to: Ref,
}

pub(super) fn draft(desk: &Desk, frames: &Frames, redirect: &Redirect) -> Draft {
    let seat = Seat { desk, route: &redirect.from };
    let entity = seat.entity(redirect.to);
    let heading = Heading {
        title: entity.title.clone(),
        kind: "redirect",
        kind_title: "Moved",
        template: "redirect",
        ..Heading::default()
    };
    let mut page = frames.page(&redirect.from, heading);
    page.report = None;
    page.canonical = frames.address(&entity.route);
    Draft::new(page, Content::of_index("redirect", RedirectView { to: seat.reference(redirect.to) }))
}
