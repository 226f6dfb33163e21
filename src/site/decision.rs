//! A decision's page: what may be done, by whom, under which conditions, within which limits.

use serde::Serialize;

use crate::model::entity::is_safe;
use crate::model::reference::EntityId;
use crate::site::frame;
use crate::site::seat::Seat;
use crate::site::view::*;
use crate::site::{Content, Made};

/// A decision as the answer to "Can I?".
#[derive(Serialize)]
pub(super) struct Answer {
    action: String,
    who: Vec<Ref>,
    services: Vec<Ref>,
    door: Option<&'static str>,
    when: Option<String>,
    limits: Option<String>,
    safety: Option<String>,
    permission: Option<String>,
    audit: Option<Link>,
    practice: Option<Link>,
    otherwise: Option<Ref>,
}

impl Answer {
    pub fn of(seat: &Seat, id: EntityId) -> Option<Self> {
        let decision = seat.entity(id).decision()?;
        let short = seat.may(id)?;
        // Audit and practice are an address or words.
        let link = |text: &Option<String>| {
            text.as_ref().map(|text| Link {
                title: text.clone(),
                href: is_safe(text).then(|| text.clone()),
                kind: None,
            })
        };
        Some(Self {
            action: short.action,
            who: short.who,
            services: short.services,
            door: short.door,
            when: short.when,
            limits: short.limits,
            safety: short.safety,
            permission: decision.permission.clone(),
            audit: link(&decision.audit),
            practice: link(&decision.practice),
            otherwise: short.otherwise,
        })
    }
}

pub(super) fn content(seat: &Seat, id: EntityId, _view: &mut EntityView) -> Made {
    let entity = seat.entity(id);
    let answer = Answer::of(seat, id).expect("a decision's entity has a decision's fields");
    ("decision", "Decision", Content::of_entity(answer), frame::toc(entity), None)
}
