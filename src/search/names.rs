//! What somebody means by a name: an id, a title, an alias, an alert, a channel, an address of the handbook, a path that a
//! service claims, a question around any of these, in whole, in parts, or with a typing error.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::model::Handbook;
use crate::model::entity::Channel;
use crate::model::kind::{Kind, PARTIES};
use crate::model::reference::EntityId;
use crate::search::query::subject;
use crate::search::words::parts;
use crate::text::slug;

/// Entities that an unclear name offers at most.
const OFFERED: usize = 8;

/// Every name of a handbook.
pub struct Names<'h> {
    handbook: &'h Handbook,
    /// Names as slugs, and what has them.
    whole: BTreeMap<String, BTreeSet<EntityId>>,
    /// Channels, mail addresses and mailing lists, in lower case.
    contacts: BTreeMap<String, BTreeSet<EntityId>>,
    paths: GlobSet,
    /// For each glob, its service.
    claimants: Vec<EntityId>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// One thing, or several of one name: the likeliest first.
    Named(Vec<EntityId>),
    /// Nothing of that name; what is near it.
    Near(Vec<EntityId>),
    Nothing,
}

impl<'h> Names<'h> {
    pub fn new(handbook: &'h Handbook) -> Self {
        let mut whole: BTreeMap<String, BTreeSet<EntityId>> = BTreeMap::new();
        let mut contacts: BTreeMap<String, BTreeSet<EntityId>> = BTreeMap::new();
        let mut paths = GlobSetBuilder::new();
        let mut claimants = Vec::new();
        for (id, entity) in handbook.iter() {
            for name in entity.names() {
                whole.entry(slug::segment(name)).or_default().insert(id);
            }
            for contact in &entity.contacts {
                let value = contact.value.to_lowercase();
                // A mailing list is known by what stands before its domain.
                if let (Channel::Email, Some((list, _))) = (contact.channel, value.split_once('@')) {
                    contacts.entry(list.to_string()).or_default().insert(id);
                }
                contacts.entry(value).or_default().insert(id);
            }
            for glob in entity.service().into_iter().flat_map(|service| &service.paths) {
                if let Ok(glob) = Glob::new(glob.trim_start_matches('/')) {
                    paths.add(glob);
                    claimants.push(id);
                }
            }
        }
        let paths = paths.build().unwrap_or_else(|_| GlobSet::empty());
        Self { handbook, whole, contacts, paths, claimants }
    }

    /// Finds what a question or a name is about.
    pub fn find(&self, question: &str) -> Found {
        let name = subject(question).to_string();
        let mut found = self.at_address(&name);
        for look in [Self::of_contact, Self::of_reference, Self::called, Self::claiming, Self::in_parts] {
            if found.is_empty() {
                found = look(self, &name);
            }
        }
        if !found.is_empty() {
            return Found::Named(self.ranked(found));
        }
        let near = self.ranked(self.misspelt(&name));
        if near.is_empty() { Found::Nothing } else { Found::Near(near) }
    }

    fn at_address(&self, name: &str) -> Vec<EntityId> {
        let config = &self.handbook.config;
        let prefixes = config.base_url.iter().chain(&config.alerts.runbook_prefixes);
        let mut below = prefixes.filter_map(|prefix| name.strip_prefix(prefix.trim_end_matches('/')));
        let address = below.find(|rest| rest.starts_with('/'));
        address.and_then(|address| self.handbook.index.at_address(address, Some(Kind::Runbook))).into_iter().collect()
    }

    fn of_contact(&self, name: &str) -> Vec<EntityId> {
        let of =
            |name: &str| self.contacts.get(&name.to_lowercase()).into_iter().flatten().copied().collect::<Vec<_>>();
        let found = of(name);
        // `#payments` may be written without its sign, but only where nothing else is called so.
        let found = if found.is_empty() && !self.whole.contains_key(&slug::segment(name)) {
            of(&format!("#{name}"))
        } else {
            found
        };
        // A channel is somebody's: what is discussed there comes after who answers there.
        let answers = |id: &EntityId| PARTIES.contains(&self.handbook.get(*id).kind);
        if found.iter().any(answers) { found.into_iter().filter(answers).collect() } else { found }
    }

    fn of_reference(&self, name: &str) -> Vec<EntityId> {
        let kinds: Vec<Kind> = Kind::all().collect();
        let has_kind = crate::model::index::split(name).0.is_some();
        self.handbook.index.find(name, &kinds).ok().filter(|_| has_kind).into_iter().collect()
    }

    fn called(&self, name: &str) -> Vec<EntityId> {
        self.whole.get(&slug::segment(name)).into_iter().flatten().copied().collect()
    }

    fn claiming(&self, name: &str) -> Vec<EntityId> {
        if !name.contains('/') && !name.contains('.') {
            return Vec::new();
        }
        let matches = self.paths.matches(name.trim_start_matches("./").trim_start_matches('/'));
        matches.into_iter().map(|at| self.claimants[at]).collect()
    }

    /// Entities whose name has every word asked for at the start of one of its parts.
    fn in_parts(&self, name: &str) -> Vec<EntityId> {
        let words = parts(name);
        if words.iter().all(|word| word.chars().count() < 3) {
            return Vec::new();
        }
        let fits = |entity: &crate::model::entity::Entity| {
            let mut own = parts(&entity.title);
            own.extend(parts(&entity.id));
            own.extend(entity.aliases.iter().flat_map(|alias| parts(&alias.value)));
            own.push(slug::segment(&entity.title).replace('-', ""));
            words.iter().all(|word| own.iter().any(|part| part.starts_with(word.as_str())))
        };
        self.handbook.iter().filter(|(_, entity)| entity.kind != Kind::Page && fits(entity)).map(|(id, _)| id).collect()
    }

    /// Entities whose name is one edit away, or two in a name of eight letters or more; a transposition counts one.
    fn misspelt(&self, name: &str) -> Vec<EntityId> {
        let name = slug::segment(name);
        let length = name.chars().count();
        let limit = match length {
            0..=3 => return Vec::new(),
            4..=7 => 1,
            _ => 2,
        };
        let near = self.whole.iter().filter(|(known, _)| {
            known.chars().count().abs_diff(length) <= limit && strsim::osa_distance(&name, known) <= limit
        });
        near.flat_map(|(_, ids)| ids).copied().collect()
    }

    /// What a name most likely means comes first.
    fn ranked(&self, mut found: Vec<EntityId>) -> Vec<EntityId> {
        found.sort_by_key(|id| (self.handbook.get(*id).kind.rank(), self.handbook.get(*id).id.len(), *id));
        found.dedup();
        found.truncate(OFFERED);
        found
    }
}
