//! Links parsed files into one handbook: references resolved both ways, owners, policies and reviews worked out.

mod addresses;
mod alerts;
mod holdings;
mod redirects;
mod references;

use std::collections::HashSet;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::model::alert::{AlertOrigin, AlertRule};
use crate::model::entity::Entity;
use crate::model::index::{Guesses, Index};
use crate::model::kind::{Kind, PARTIES};
use crate::model::link::addresses::settle_ids;
use crate::model::link::alerts::{add_alerts, link_alerts};
use crate::model::link::holdings::{hold_roles, set_owners, set_policies, set_reviews, set_tiers};
use crate::model::link::redirects::redirects;
use crate::model::link::references::{resolve_goals, resolve_prose, resolve_references, resolve_runbook_links};
use crate::model::read::Contents;
use crate::model::reference::EntityId;
use crate::model::rules::{CYCLE, UNKNOWN};
use crate::model::{Handbook, read};
use crate::source::load::Asset;
use crate::source::parse::Parsed;
use crate::text::Span;
use crate::text::files::FileId;

/// What is linked.
pub struct Input {
    pub parsed: Vec<Parsed>,
    pub assets: Vec<Asset>,
    pub folders: Vec<Arc<str>>,
}

/// Links files into a handbook. `today` decides who is away, what is overdue and which dates lie in the future.
pub fn link(mut input: Input, config: &Arc<Config>, today: Date) -> (Handbook, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let (mut entities, starts, rules) = read_all(input.parsed, config, today, &mut findings);
    add_alerts(&mut entities, rules);
    let order = settle_ids(&mut entities, &mut input.assets, &mut findings);
    let by_file = by_file(&starts, &order, &entities);
    let redirects = redirects(&entities, &input.assets, config, &mut findings);
    let index = Index::new(&entities);
    let mut backlinks = resolve_references(&mut entities, &index, &mut findings);
    resolve_goals(&mut entities, &index, &mut findings);
    resolve_runbook_links(&mut entities, &index, config, &mut backlinks);
    resolve_prose(&mut entities, &index, &input.assets, &input.folders, &mut backlinks, &mut findings);
    backlinks.iter_mut().for_each(|links| {
        links.sort();
        links.dedup();
    });
    find_cycles(&entities, &mut findings);
    let arbiter = arbiter(config, &entities, &index, &mut findings);
    link_alerts(&mut entities, &backlinks);
    hold_roles(&mut entities, today);
    set_tiers(&mut entities);
    set_owners(&mut entities);
    set_policies(&mut entities, &backlinks);
    set_reviews(&mut entities, config, today);
    let mut kinds = vec![0..0; Kind::all().count()];
    for kind in Kind::all() {
        let from = entities.partition_point(|entity| entity.kind < kind);
        kinds[kind as usize] = from..entities.partition_point(|entity| entity.kind <= kind);
    }
    let handbook = Handbook {
        entities,
        kinds,
        backlinks,
        index,
        arbiter,
        redirects,
        folders: input.folders,
        assets: input.assets,
        today,
        config: config.clone(),
        by_file,
    };
    (handbook, findings)
}

/// Where the record of each entity starts, in the order the files were read.
type Starts = Vec<u32>;

fn read_all(
    parsed: Vec<Parsed>,
    config: &Config,
    today: Date,
    findings: &mut Vec<Diagnostic>,
) -> (Vec<Entity>, Starts, Vec<AlertRule>) {
    let indexed: HashSet<String> = parsed
        .iter()
        .filter_map(|file| {
            let (folder, name) = file.source.path.rsplit_once('/').unwrap_or(("", &file.source.path));
            name.to_lowercase().starts_with("index.").then(|| folder.to_string())
        })
        .collect();
    let contents: Vec<Contents> = parsed
        .into_par_iter()
        .map(|file| {
            let folder = file.source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let has_index = indexed.contains(folder);
            read::read(file, has_index, config, today)
        })
        .collect();
    let (mut entities, mut starts, mut rules) = (Vec::new(), Vec::new(), Vec::new());
    for file in contents {
        entities.extend(file.entities);
        starts.extend(file.starts);
        rules.extend(file.rules);
        findings.extend(file.findings);
    }
    (entities, starts, rules)
}

fn by_file(starts: &[u32], order: &[usize], entities: &[Entity]) -> Vec<Vec<(u32, EntityId)>> {
    let mut by_file: Vec<Vec<(u32, EntityId)>> = Vec::new();
    for (at, (entity, read)) in entities.iter().zip(order).enumerate() {
        let start = starts.get(*read).copied().unwrap_or(entity.span.start);
        let file = entity.file.0 as usize;
        if by_file.len() <= file {
            by_file.resize_with(file + 1, Vec::new);
        }
        // An alert that is only mentioned is not what the text of its mention belongs to.
        if entity.alert().is_some_and(|alert| alert.origin == AlertOrigin::Mentioned) {
            continue;
        }
        by_file[file].push((start, EntityId(at as u32)));
    }
    by_file.iter_mut().for_each(|entities| entities.sort());
    by_file
}

/// Tells teams that are their own ancestors, each circle once.
fn find_cycles(entities: &[Entity], findings: &mut Vec<Diagnostic>) {
    let parent = |at: usize| {
        entities[at]
            .team()
            .and_then(|team| team.parent.as_ref())
            .and_then(|parent| parent.target)
            .map(|id| id.0 as usize)
    };
    // 0: not seen, 1: on the current path, 2: done.
    let mut state = vec![0u8; entities.len()];
    for start in 0..entities.len() {
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(team) = at.filter(|team| state[*team] == 0) {
            state[team] = 1;
            path.push(team);
            at = parent(team);
        }
        if let Some(head) = at.filter(|team| state[*team] == 1) {
            let circle = &path[path.iter().position(|team| *team == head).unwrap_or(0)..];
            let names: Vec<String> =
                circle.iter().chain([&head]).map(|team| format!("`{}`", entities[*team].id)).collect();
            let entity = &entities[head];
            let span = entity.team().and_then(|team| team.parent.as_ref()).map_or(entity.span, |parent| parent.span);
            findings.push(
                Diagnostic::new(&CYCLE, entity.at(span), format!("team {} is its own ancestor", names.join(" → ")))
                    .help("take out the `parent` of the team that stands highest"),
            );
        }
        path.iter().for_each(|team| state[*team] = 2);
    }
}

fn arbiter(config: &Config, entities: &[Entity], index: &Index, findings: &mut Vec<Diagnostic>) -> Option<EntityId> {
    let arbiter = config.ownership.arbiter.as_ref()?;
    let name = arbiter.get_ref();
    if let Ok(id) = index.find(name, PARTIES) {
        return Some(id);
    }
    let span = arbiter.span();
    // site.toml is file 0.
    let place = Place { file: FileId(0), span: Span::new(span.start, span.end) };
    let help = match Guesses::new(entities).near(name, PARTIES) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name a team, person or role that is there".to_string(),
    };
    findings.push(Diagnostic::new(&UNKNOWN, place, format!("unknown arbiter `{name}`")).help(help));
    None
}
