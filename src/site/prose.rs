//! Prose on its way to a page: the text, and where each of its links leads from there. And the plain prose page.

use std::sync::Arc;

use serde::Serialize;

use crate::model::entity::Entity;
use crate::model::prose::ProseLink;
use crate::model::reference::EntityId;
use crate::model::route;
use crate::site::desk::{Desk, folder_route};
use crate::site::frame;
use crate::site::seat::Seat;
use crate::site::view::{EntityView, Fact};
use crate::site::{Content, Made};
use crate::source::markdown::html::{FirstHeading, Target};
use crate::source::markdown::outline::{self, Outline};
use crate::source::parse::Stretch;
use crate::text::Span;

/// Text to be rendered.
#[derive(Debug, Clone, Default)]
pub struct Prose {
    pub text: Option<Stretch>,
    pub outline: Arc<Outline>,
    pub targets: Vec<Target>,
    pub first: Option<FirstHeading>,
    /// The stretch that is shown, where it is not all.
    pub section: Option<Span>,
}

impl Prose {
    /// An entity's body on its own page.
    pub fn of(desk: &Desk, entity: &Entity) -> Self {
        Self::seen_from(desk, entity, &entity.route)
    }

    /// An entity's body on any page.
    pub fn seen_from(desk: &Desk, entity: &Entity, page: &str) -> Self {
        let Some(body) = &entity.body else { return Self::default() };
        let targets = entity.prose.iter().zip(&body.outline.links).map(|(link, written)| {
            let href = |to: String| Target::Href(route::relative(page, &to));
            match link {
                ProseLink::Entity { id, fragment } => {
                    let route = &desk.handbook.get(*id).route;
                    href(fragment.as_ref().map_or(route.clone(), |fragment| format!("{route}#{fragment}")))
                }
                ProseLink::Asset(path, size) if written.image => {
                    Target::Image { src: route::to_file(page, path), size: *size }
                }
                ProseLink::Asset(path, _) => Target::Href(route::to_file(page, path)),
                ProseLink::Folder(path) if desk.folders.contains_key(path) => href(folder_route(desk, path)),
                ProseLink::Here(fragment) if page == entity.route => Target::Href(format!("#{fragment}")),
                ProseLink::Here(fragment) => href(format!("{}#{fragment}", entity.route)),
                ProseLink::External(url) if written.image => Target::ForeignImage(url.clone()),
                ProseLink::External(url) => Target::Href(url.clone()),
                ProseLink::Folder(_) | ProseLink::Dead => Target::Dead,
            }
        });
        Self {
            text: Some(body.text.clone()),
            outline: body.outline.clone(),
            targets: targets.collect(),
            first: Some(FirstHeading::Drop),
            section: None,
        }
    }

    /// Text of onus's own, without links into the handbook.
    pub fn written(text: String) -> Self {
        let outline = outline::read(&text);
        let targets = outline.links.iter().map(|link| Target::Href(link.target.clone())).collect();
        let length = text.len();
        Self {
            text: Some(Stretch::new(text.into(), 0..length)),
            outline: Arc::new(outline),
            targets,
            first: Some(FirstHeading::Drop),
            section: None,
        }
    }
}

#[derive(Serialize)]
struct Plain {}

pub(super) fn content(seat: &Seat, id: EntityId, view: &mut EntityView) -> Made {
    let entity = seat.entity(id);
    if let Some(page) = entity.page().filter(|page| !page.services.is_empty()) {
        view.facts.push(Fact {
            name: "Services",
            text: None,
            refs: seat.all_written(&page.services),
            time: None,
            state: None,
        });
    }
    ("page", "Page", Content::of_entity(Plain {}), frame::toc(entity), None)
}
