//! The handbook as data: every entity with its fields, linked both ways, and who answers for what.
//!
//! Findings about content come from reading and linking here only where a value or a reference itself is wrong; whether
//! the ownership makes sense is for the rules.

pub mod alert;
pub mod clarification;
pub mod decision;
pub mod drill;
pub mod entity;
pub mod escalation;
pub mod improvement;
pub mod index;
pub mod intake;
pub mod kind;
pub mod learning;
pub mod link;
pub mod ownership;
pub mod page;
pub mod person;
pub mod prometheus;
pub mod prose;
pub mod read;
pub mod reference;
pub mod responsibility;
pub mod review;
pub mod role;
pub mod route;
pub mod rules;
pub mod runbook;
pub mod service;
pub mod team;

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place, Subject};
use crate::model::entity::{Detail, Entity};
use crate::model::index::Index;
use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::source::load::Asset;
use crate::text::files::FileId;

/// A linked handbook.
#[derive(Debug)]
pub struct Handbook {
    /// Sorted by kind, then id.
    pub entities: Vec<Entity>,
    kinds: Vec<Range<usize>>,
    /// For each entity, what refers to it; sorted, each pair of entity and field once.
    pub backlinks: Vec<Vec<Backlink>>,
    pub index: Index,
    /// Who decides when nobody owns a thing.
    pub arbiter: Option<EntityId>,
    /// Old addresses that lead on to pages, sorted.
    pub redirects: Vec<Redirect>,
    /// Folders below `content/` that hold files, as written.
    pub folders: Vec<Arc<str>>,
    pub assets: Vec<Asset>,
    pub today: Date,
    pub config: Arc<Config>,
    /// For each file, its entities by where they start.
    by_file: Vec<Vec<(u32, EntityId)>>,
}

/// A reference seen from its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Backlink {
    pub from: EntityId,
    /// The field, or `body` for a link in prose.
    pub field: &'static str,
}

/// An address that was a page's before, and the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// From the site's root.
    pub from: String,
    pub to: EntityId,
}

impl Handbook {
    pub fn get(&self, id: EntityId) -> &Entity {
        &self.entities[id.0 as usize]
    }

    /// All entities with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (EntityId, &Entity)> {
        self.entities.iter().enumerate().map(|(at, entity)| (EntityId(at as u32), entity))
    }

    /// The entities of one kind, by id.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (EntityId, &Entity)> {
        let range = self.kinds[kind as usize].clone();
        range.map(|at| (EntityId(at as u32), &self.entities[at]))
    }

    /// The entity of a kind with exactly that id.
    pub fn by_id(&self, kind: Kind, id: &str) -> Option<EntityId> {
        let range = self.kinds[kind as usize].clone();
        let found = self.entities[range.clone()].binary_search_by(|entity| entity.id.as_str().cmp(id)).ok()?;
        Some(EntityId((range.start + found) as u32))
    }

    /// The number of an entity of this handbook.
    pub fn index_of(&self, entity: &Entity) -> Option<EntityId> {
        self.by_id(entity.kind, &entity.id)
    }

    /// How many entities of a kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        self.kinds[kind as usize].len()
    }

    /// What refers to an entity by one of its fields.
    pub fn referrers<'h>(&'h self, to: EntityId, field: &'h str) -> impl Iterator<Item = (EntityId, &'h Entity)> {
        let links = self.backlinks[to.0 as usize].iter().filter(move |link| link.field == field);
        links.map(|link| (link.from, self.get(link.from)))
    }

    /// The runbooks of an alert or a service, sorted; other kinds have none.
    pub fn runbooks(&self, id: EntityId) -> Vec<EntityId> {
        match &self.get(id).detail {
            Detail::Alert(alert) => alert.runbooks.clone(),
            Detail::Service(_) => {
                let naming = self.referrers(id, "services");
                naming.filter(|(_, entity)| entity.kind == Kind::Runbook).map(|(id, _)| id).collect()
            }
            _ => Vec::new(),
        }
    }

    /// An entity as the subject of a finding.
    pub fn subject(&self, id: EntityId) -> Subject {
        let entity = self.get(id);
        Subject {
            reference: entity.reference(),
            url: entity.route.clone(),
            title: entity.title.clone(),
            owner: entity.ownership.owner.map(|owner| self.get(owner).reference()),
        }
    }

    /// The entity that a place belongs to: the last one of its file that starts at or before it, else the first.
    pub fn at(&self, place: Place) -> Option<EntityId> {
        let FileId(file) = place.file;
        let entities = self.by_file.get(file as usize)?;
        let next = entities.partition_point(|(start, _)| *start <= place.span.start);
        entities.get(next.saturating_sub(1)).map(|(_, id)| *id)
    }

    /// Fills in the subject of findings that came from files, where one entity stands at their place.
    pub fn attribute(&self, findings: &mut [Diagnostic]) {
        for finding in findings.iter_mut().filter(|finding| finding.subject.is_none()) {
            finding.subject = self.at(finding.place).map(|id| self.subject(id));
        }
    }
}
