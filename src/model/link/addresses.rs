//! Ids and addresses: each is given once, and what meets another gets a number and a finding.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Diagnostic, Place};
use crate::model::entity::Entity;
use crate::model::kind::Kind;
use crate::model::route;
use crate::model::rules::DUPLICATE_ID;
use crate::source::load::Asset;
use crate::text::Span;

/// Pages that every site has beside the pages of its entities.
pub(super) const RESERVED: [&str; 3] = ["search.html", "404.html", "print.html"];

/// Sorts entities by kind and id, tells ids and addresses that are taken twice, and numbers the later ones.
///
/// Gives, for each entity, its place in the order it was read.
pub(super) fn settle_ids(
    entities: &mut Vec<Entity>,
    assets: &mut Vec<Asset>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..entities.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&entities[*a], &entities[*b]);
        (a.kind, &a.id, &a.path, a.span).cmp(&(b.kind, &b.id, &b.path, b.span))
    });
    let taken: HashSet<(Kind, String)> = entities.iter().map(|entity| (entity.kind, entity.id.clone())).collect();
    let mut given: HashSet<(Kind, String)> = HashSet::new();
    let mut number = 2;
    let mut first: Option<usize> = None;
    let mut sorted = false;
    for at in order.clone() {
        let (kind, id) = (entities[at].kind, entities[at].id.clone());
        let original = first.filter(|first| entities[*first].kind == kind && entities[*first].id == id);
        let Some(original) = original else {
            (first, number) = (Some(at), 2);
            continue;
        };
        let new = loop {
            let key = (kind, format!("{id}-{number}"));
            number += 1;
            if !taken.contains(&key) && given.insert(key.clone()) {
                break key.1;
            }
        };
        findings.push(
            Diagnostic::new(&DUPLICATE_ID, entities[at].place(), format!("another {kind} has the id `{id}`"))
                .label(entities[original].place(), "the first stands here")
                .help(format!("rename one of them; until then this one is `{kind}:{new}`")),
        );
        entities[at].id = new;
        sorted = true;
    }
    if sorted {
        order.sort_by(|a, b| {
            let (a, b) = (&entities[*a], &entities[*b]);
            (a.kind, &a.id).cmp(&(b.kind, &b.id))
        });
    }
    let mut slots: Vec<Option<Entity>> = std::mem::take(entities).into_iter().map(Some).collect();
    *entities = order.iter().filter_map(|at| slots[*at].take()).collect();
    settle_routes(entities, assets, findings);
    order
}

/// Gives every entity its address. Ids are lower case, so addresses differ on every disk; pages of prose may still meet the
/// pages of a kind (`content/x/teams.md`), list pages and copied files.
fn settle_routes(entities: &mut [Entity], assets: &mut Vec<Asset>, findings: &mut Vec<Diagnostic>) {
    let mut taken: HashMap<String, Option<Place>> = HashMap::new();
    taken.extend(RESERVED.iter().map(|address| (address.to_string(), None)));
    for asset in assets.iter() {
        let path = asset.path.to_lowercase();
        // A page cannot stand where copied files have a folder.
        taken.extend(folders_above(&path).map(|folder| (folder.to_string(), None)));
        taken.insert(path, None);
    }
    let wish = |entity: &Entity| route::entity(entity.kind, &entity.id, entity.folder());
    let lists: HashSet<String> =
        entities.iter().flat_map(|entity| folders_above(&wish(entity)).map(route::list).collect::<Vec<_>>()).collect();
    for entity in entities.iter_mut() {
        let wish = wish(entity);
        let is_taken = |taken: &HashMap<_, _>, address: &String| {
            taken.contains_key(address) || (entity.folder().is_none() && lists.contains(address))
        };
        let mut address = wish.clone();
        let mut number = 2;
        while is_taken(&taken, &address) {
            address = format!("{}-{number}.html", wish.trim_end_matches(".html"));
            number += 1;
        }
        if address != wish {
            let taken_by =
                |by| Diagnostic::new(&DUPLICATE_ID, entity.place(), format!("the address `{wish}` is taken{by}"));
            let finding = match taken.get(&wish) {
                Some(Some(place)) => taken_by("").label(*place, "by this one"),
                _ => taken_by(" by a page that every site has, or by a copied file"),
            };
            findings.push(finding.help(format!("rename the file; until then it is published at `{address}`")));
        }
        taken.insert(address.clone(), Some(entity.place()));
        entity.route = address;
    }
    settle_assets(entities, assets, findings);
}

/// Leaves out copied files that stand where the site has a folder, and tells those that differ in case alone.
fn settle_assets(entities: &[Entity], assets: &mut Vec<Asset>, findings: &mut Vec<Diagnostic>) {
    let mut folders: HashSet<String> = route::OWN_FOLDERS.into_iter().chain(["assets"]).map(str::to_string).collect();
    for entity in entities {
        folders.extend(folders_above(&entity.route).map(str::to_string));
    }
    for asset in assets.iter() {
        folders.extend(folders_above(&asset.path).map(str::to_lowercase));
    }
    let mut seen: HashMap<String, Place> = HashMap::new();
    assets.retain(|asset| {
        let place = Place { file: asset.file, span: Span::default() };
        let path = asset.path.to_lowercase();
        if folders.contains(&path) {
            findings.push(
                Diagnostic::new(
                    &DUPLICATE_ID,
                    place,
                    format!("the site has a folder `{path}`, so the file has no place"),
                )
                .help("rename the file; until then it is not published"),
            );
            return false;
        }
        if let Some(first) = seen.insert(path, place) {
            findings.push(
                Diagnostic::new(&DUPLICATE_ID, place, "another file has this name, in letters of another case")
                    .label(first, "this one")
                    .help("rename one of them: not every disk and web server tells them apart"),
            );
        }
        true
    });
}

/// The folders that a path stands in, the innermost first.
pub(super) fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(at, _)| &path[..at])
}
