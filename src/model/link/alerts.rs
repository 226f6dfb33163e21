//! Alerts: rules, entries and mentions of one name become one alert, which leads to its services and runbooks.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::model::Backlink;
use crate::model::alert::{Alert, AlertOrigin, AlertRule, RunbookLink};
use crate::model::entity::{Detail, Entity, Owner};
use crate::model::index::split;
use crate::model::kind::Kind;
use crate::model::ownership::Ownership;
use crate::model::reference::{EntityId, Reference};
use crate::model::review::ReviewState;
use crate::text::files::FileId;
use crate::text::{Span, slug};

/// One alert a name: rules join the entry of their name, or make one; so do names that runbooks and services mention.
pub(super) fn add_alerts(entities: &mut Vec<Entity>, rules: Vec<AlertRule>) {
    let mut known: HashMap<String, usize> = HashMap::new();
    for (at, entity) in entities.iter().enumerate() {
        if let Some(alert) = entity.alert() {
            let last = entity.id.rsplit('/').next().unwrap_or(&entity.id).to_string();
            for name in [slug::segment(&alert.name), last] {
                known.entry(name).or_insert(at);
            }
            for alias in &entity.aliases {
                known.entry(slug::segment(&alias.value)).or_insert(at);
            }
        }
    }
    for rule in rules {
        let name = slug::segment(&rule.name);
        let at = *known.entry(name).or_insert_with(|| {
            entities.push(unwritten(&rule.name, AlertOrigin::Rules, rule.file, rule.span, rule.path.clone()));
            entities.len() - 1
        });
        if let Detail::Alert(alert) = &mut entities[at].detail {
            alert.rules.push(rule);
        }
    }
    let mut mentions: BTreeMap<String, (String, FileId, Span, Arc<str>)> = BTreeMap::new();
    for entity in entities.iter() {
        let named: &[Reference] = match &entity.detail {
            Detail::Runbook(runbook) => &runbook.alerts,
            Detail::Service(service) => &service.alerts,
            _ => &[],
        };
        for reference in named {
            let (_, name) = split(&reference.text);
            let id = slug::path(name);
            let last = slug::segment(name.rsplit('/').next().unwrap_or(name));
            if !known.contains_key(&id) && !known.contains_key(&last) && !known.contains_key(&slug::segment(name)) {
                mentions.entry(id).or_insert((name.to_string(), entity.file, reference.span, entity.path.clone()));
            }
        }
    }
    for (name, file, span, path) in mentions.into_values() {
        entities.push(unwritten(&name, AlertOrigin::Mentioned, file, span, path));
    }
}

fn unwritten(name: &str, origin: AlertOrigin, file: FileId, span: Span, path: Arc<str>) -> Entity {
    Entity {
        kind: Kind::Alert,
        id: slug::segment(name),
        file,
        path,
        span,
        title: name.to_string(),
        summary: None,
        aliases: Vec::new(),
        tags: Vec::new(),
        links: Vec::new(),
        contacts: Vec::new(),
        owner: Owner::Absent,
        status: None,
        weight: None,
        reviews: Vec::new(),
        reviews_unread: false,
        review_every: None,
        waivers: Vec::new(),
        moved_from: Vec::new(),
        searchable: true,
        body: None,
        broken: false,
        detail: Detail::Alert(Alert::unwritten(name, origin)),
        route: String::new(),
        ownership: Ownership::default(),
        policy: None,
        tier: None,
        review: ReviewState::default(),
        prose: Vec::new(),
    }
}

pub(super) fn link_alerts(entities: &mut [Entity], backlinks: &[Vec<Backlink>]) {
    for at in 0..entities.len() {
        let Detail::Alert(alert) = &entities[at].detail else { continue };
        let mut runbooks: Vec<EntityId> = alert.runbook_links().filter_map(RunbookLink::entity).collect();
        let mut services: Vec<EntityId> = alert.service.iter().filter_map(|service| service.target).collect();
        services
            .extend(alert.rules.iter().filter_map(|rule| rule.service.as_ref()).filter_map(|service| service.target));
        for link in backlinks[at].iter().filter(|link| link.field == "alerts") {
            match entities[link.from.0 as usize].kind {
                Kind::Runbook => runbooks.push(link.from),
                Kind::Service => services.push(link.from),
                _ => {}
            }
        }
        let mut seen = HashSet::new();
        runbooks.retain(|id| seen.insert(*id));
        if services.is_empty() {
            let of_runbook = |id: &EntityId| entities[id.0 as usize].runbook().map(|runbook| &runbook.services);
            let inherited = runbooks.iter().filter_map(of_runbook).flatten().filter_map(|service| service.target);
            services.extend(inherited);
        }
        let mut seen = HashSet::new();
        services.retain(|id| seen.insert(*id));
        if let Detail::Alert(alert) = &mut entities[at].detail {
            alert.runbooks = runbooks;
            alert.services = services;
        }
    }
}
