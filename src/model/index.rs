//! Finds entities by reference: exact id, alias, then the last segments of an id, all without case.

use std::collections::HashMap;

use crate::model::entity::Entity;
use crate::model::kind::Kind;
use crate::model::reference::{EntityId, Reference};
use crate::text::{likeness, slug};

/// How many unknown names are offered a "did you mean" in one run: each costs a look at every id.
const GUESSES: usize = 400;

/// How many candidates a message about an ambiguous name lists.
pub const CANDIDATES: usize = 5;

/// What a reference leads to instead of one entity of the right kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss {
    Unknown,
    Ambiguous(Vec<EntityId>),
    WrongKind(EntityId),
}

/// All names of a handbook's entities.
#[derive(Debug, Default)]
pub struct Index {
    ids: HashMap<(Kind, String), EntityId>,
    aliases: HashMap<String, Vec<EntityId>>,
    suffixes: HashMap<(Kind, String), Vec<EntityId>>,
    routes: HashMap<String, EntityId>,
    kinds: Vec<Kind>,
}

impl Index {
    pub fn new(entities: &[Entity]) -> Self {
        let mut index = Self::default();
        for (at, entity) in entities.iter().enumerate() {
            let id = EntityId(at as u32);
            index.kinds.push(entity.kind);
            index.ids.insert((entity.kind, entity.id.clone()), id);
            let mut rest = entity.id.as_str();
            while let Some((_, suffix)) = rest.split_once('/') {
                index.suffixes.entry((entity.kind, suffix.to_string())).or_default().push(id);
                rest = suffix;
            }
            for alias in &entity.aliases {
                index.alias(&normal(&alias.value), id);
            }
            for old in &entity.moved_from {
                index.alias(&address(&old.value), id);
            }
            if let Some(alert) = entity.alert() {
                index.alias(&slug::segment(&alert.name), id);
            }
            index.routes.insert(address(&entity.route), id);
        }
        index
    }

    fn alias(&mut self, name: &str, id: EntityId) {
        let known = self.aliases.entry(name.to_string()).or_default();
        if !known.contains(&id) {
            known.push(id);
        }
    }

    /// Resolves a reference.
    ///
    /// # Errors
    /// When nothing, several things, or a thing of another kind answers to it.
    pub fn resolve(&self, reference: &Reference) -> Result<EntityId, Miss> {
        self.find(&reference.text, reference.expects)
    }

    /// Resolves `kind:id` or `id` among some kinds.
    ///
    /// # Errors
    /// As [`Index::resolve`].
    pub fn find(&self, text: &str, expects: &[Kind]) -> Result<EntityId, Miss> {
        let (kind, name) = split(text);
        let name = normal(name);
        match kind {
            Some(kind) if expects.contains(&kind) => self.among(&name, &[kind]),
            Some(kind) => match self.among(&name, &[kind]) {
                Ok(id) => Err(Miss::WrongKind(id)),
                Err(_) => Err(Miss::Unknown),
            },
            None => match self.among(&name, expects) {
                Err(Miss::Unknown) => {
                    let other = Kind::all().filter(|kind| !expects.contains(kind) && *kind != Kind::Page);
                    let found = other.filter_map(|kind| self.ids.get(&(kind, name.clone()))).next();
                    Err(found.map_or(Miss::Unknown, |id| Miss::WrongKind(*id)))
                }
                found => found,
            },
        }
    }

    fn among(&self, name: &str, kinds: &[Kind]) -> Result<EntityId, Miss> {
        let exact: Vec<EntityId> =
            kinds.iter().filter_map(|kind| self.ids.get(&(*kind, name.to_string()))).copied().collect();
        if !exact.is_empty() {
            return one(exact);
        }
        let aliases = self.aliases.get(name).into_iter().flatten().copied();
        let aliases: Vec<EntityId> = aliases.filter(|id| kinds.contains(&self.kinds[id.0 as usize])).collect();
        if !aliases.is_empty() {
            return one(aliases);
        }
        one(kinds.iter().filter_map(|kind| self.suffixes.get(&(*kind, name.to_string()))).flatten().copied().collect())
    }

    /// Looks up an address below the site's root (`runbooks/etcd/no-leader.html`, with or without ending, fragment, final
    /// slash, in any case) among routes, then ids of `kind`, then aliases.
    pub fn at_address(&self, text: &str, kind: Option<Kind>) -> Option<EntityId> {
        let name = address(text);
        if let Some(id) = self.routes.get(&name) {
            return Some(*id);
        }
        if let Some(id) = kind.and_then(|kind| self.among(&name, &[kind]).ok()) {
            return Some(id);
        }
        // Below the folder of a kind, what follows is an id, or was one.
        if let Some((folder, rest)) = name.split_once('/')
            && let Some(kind) = Kind::of_folder(folder)
            && let Some(known) = self.aliases.get(rest)
        {
            let mut of_kind = known.iter().filter(|id| self.kinds[id.0 as usize] == kind);
            if let (Some(id), None) = (of_kind.next(), of_kind.next()) {
                return Some(*id);
            }
        }
        match self.aliases.get(&name).map(Vec::as_slice) {
            Some([id]) => Some(*id),
            _ => None,
        }
    }
}

/// Names that a lost reference may have meant, offered to the first few hundred only.
pub struct Guesses<'h> {
    left: usize,
    names: HashMap<Kind, Vec<&'h str>>,
}

impl<'h> Guesses<'h> {
    pub fn new(entities: &'h [Entity]) -> Self {
        let mut names: HashMap<Kind, Vec<&str>> = HashMap::new();
        for entity in entities {
            names.entry(entity.kind).or_default().push(&entity.id);
        }
        Self { left: GUESSES, names }
    }

    /// The id somebody may have meant by `text`.
    pub fn near(&mut self, text: &str, expects: &[Kind]) -> Option<String> {
        self.left = self.left.checked_sub(1)?;
        let (kind, name) = split(text);
        let name = normal(name);
        let kinds = kind.map_or(expects.to_vec(), |kind| vec![kind]);
        let ids = || kinds.iter().filter_map(|kind| self.names.get(kind)).flatten().copied();
        // A last segment is how most references are written.
        let last = |id: &'h str| id.rsplit('/').next().unwrap_or(id);
        let near = likeness::nearest(&name, ids()).or_else(|| {
            let segment = likeness::nearest(&name, ids().map(last))?;
            ids().find(|id| last(id) == segment)
        })?;
        let kind = kind.map_or(String::new(), |kind| format!("{kind}:"));
        Some(format!("{kind}{near}"))
    }
}

/// Splits `kind:id`; text before a colon that is no kind belongs to the name.
pub fn split(text: &str) -> (Option<Kind>, &str) {
    match text.split_once(':') {
        Some((prefix, rest)) => match Kind::named(prefix.trim()) {
            Some(kind) => (Some(kind), rest.trim()),
            None => (None, text),
        },
        None => (None, text),
    }
}

fn normal(name: &str) -> String {
    slug::path(name.trim().trim_end_matches(".md"))
}

/// An address without what makes no difference: fragment, query, ending, final slash, `index`, case.
fn address(text: &str) -> String {
    let text = text.split(['#', '?']).next().unwrap_or_default().trim_matches('/');
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    let bare = decoded.strip_suffix(".html").or_else(|| decoded.strip_suffix(".md")).unwrap_or(&decoded);
    let bare = bare.strip_suffix("/index").unwrap_or(if bare == "index" { "" } else { bare });
    slug::path(bare)
}

fn one(mut found: Vec<EntityId>) -> Result<EntityId, Miss> {
    found.sort();
    found.dedup();
    match found.as_slice() {
        [] => Err(Miss::Unknown),
        [id] => Ok(*id),
        _ => Err(Miss::Ambiguous(found)),
    }
}
