//! Links parsed files into one handbook: references resolved both ways, owners, policies and reviews worked out.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::model::alert::{Alert, AlertOrigin, AlertRule, RunbookLink, RunbookTarget};
use crate::model::entity::{Detail, Entity, Owner};
use crate::model::index::{CANDIDATES, Guesses, Index, Miss, split};
use crate::model::kind::{Kind, PARTIES};
use crate::model::ownership::Ownership;
use crate::model::prose::{ProseLink, Targets};
use crate::model::read::{self, Contents};
use crate::model::reference::{EntityId, Reference};
use crate::model::review::{self, ReviewState};
use crate::model::rules::{AMBIGUOUS, CYCLE, DUPLICATE_ID, UNKNOWN, WRONG_KIND};
use crate::model::{Backlink, Handbook, prometheus, route};
use crate::source::load::Asset;
use crate::source::parse::Parsed;
use crate::text::files::FileId;
use crate::text::{Span, list, slug};

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
    let arbiter = arbiter(config, &index, &mut findings);
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

/// One alert a name: rules join the entry of their name, or make one; so do names that runbooks and services mention.
fn add_alerts(entities: &mut Vec<Entity>, rules: Vec<AlertRule>) {
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

/// Sorts entities by kind and id, tells ids and addresses that are taken twice, and numbers the later ones.
///
/// Gives, for each entity, its place in the order it was read.
fn settle_ids(entities: &mut Vec<Entity>, assets: &mut Vec<Asset>, findings: &mut Vec<Diagnostic>) -> Vec<usize> {
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
    for reserved in ["search", "404", "print"] {
        taken.insert(format!("{reserved}.html"), None);
    }
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
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(at, _)| &path[..at])
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

fn resolve_references(entities: &mut [Entity], index: &Index, findings: &mut Vec<Diagnostic>) -> Vec<Vec<Backlink>> {
    let mut backlinks = vec![Vec::new(); entities.len()];
    let mut missed: Vec<(Place, Reference, Miss)> = Vec::new();
    for (at, entity) in entities.iter_mut().enumerate() {
        let from = EntityId(at as u32);
        let file = entity.file;
        let mut resolve = |reference: &mut Reference, file: FileId| match index.resolve(reference) {
            Ok(id) => {
                reference.target = Some(id);
                backlinks[id.0 as usize].push(Backlink { from, field: reference.field });
            }
            Err(_) if reference.or_text => {}
            Err(miss) => missed.push((Place { file, span: reference.span }, reference.clone(), miss)),
        };
        entity.references(&mut |reference| resolve(reference, file));
        if let Detail::Alert(alert) = &mut entity.detail {
            for rule in &mut alert.rules {
                rule.service.iter_mut().chain(&mut rule.team).for_each(|reference| resolve(reference, rule.file));
            }
        }
    }
    let mut guesses = Guesses::new(entities);
    let name = |id: &EntityId| format!("`{}`", entities[id.0 as usize].reference());
    for (place, reference, miss) in missed {
        let (text, field) = (&reference.text, reference.field);
        let kinds: Vec<&str> = reference.expects.iter().map(|kind| kind.name()).collect();
        let kinds = list::joined(&kinds, "or");
        let article = reference.expects.first().map_or("a", |kind| kind.article());
        findings.push(match miss {
            Miss::Unknown => {
                let what = split(text).0.map_or(kinds, |kind| kind.to_string());
                let finding = Diagnostic::new(&UNKNOWN, place, format!("unknown {what} `{}`", split(text).1));
                match guesses.near(text, reference.expects) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding.help(format!("add the {what}, or name one that is there in `{field}`")),
                }
            }
            Miss::Ambiguous(ids) => {
                let list = list::shortened(ids.iter().map(name), CANDIDATES);
                Diagnostic::new(&AMBIGUOUS, place, format!("`{text}` may be any of {list}"))
                    .help("write more of the id, or its kind: `kind:id`")
            }
            Miss::WrongKind(id) => {
                let other = &entities[id.0 as usize];
                let message = format!(
                    "`{text}` is {} {}, and `{field}` takes {article} {kinds}",
                    other.kind.article(),
                    other.kind
                );
                Diagnostic::new(&WRONG_KIND, place, message)
                    .label(other.place(), format!("this {}", other.kind))
                    .help(format!("name {article} {kinds}"))
            }
        });
    }
    backlinks
}

fn resolve_goals(entities: &mut [Entity], index: &Index, findings: &mut Vec<Diagnostic>) {
    let find = |entities: &[Entity], text: &str| {
        let (team, goal) = text.rsplit_once('/')?;
        let id = index.find(team, &[Kind::Team]).ok()?;
        let goal = slug::segment(goal);
        let at = entities[id.0 as usize].team()?.goals.iter().position(|known| known.id == goal)?;
        Some((id, at))
    };
    for at in 0..entities.len() {
        let Detail::Responsibility(detail) = &entities[at].detail else { continue };
        let targets: Vec<_> = detail.supports.iter().map(|goal| find(entities, &goal.text)).collect();
        let file = entities[at].file;
        let Detail::Responsibility(detail) = &mut entities[at].detail else { continue };
        for (goal, target) in detail.supports.iter_mut().zip(targets) {
            goal.target = target;
            if target.is_none() {
                findings.push(
                    Diagnostic::new(&UNKNOWN, Place { file, span: goal.span }, format!("unknown goal `{}`", goal.text))
                        .help("write `team/goal`, with a goal from the team's `goals`"),
                );
            }
        }
    }
}

fn resolve_runbook_links(entities: &mut [Entity], index: &Index, config: &Config, backlinks: &mut [Vec<Backlink>]) {
    let prefixes: Vec<&str> = config
        .base_url
        .iter()
        .chain(&config.alerts.runbook_prefixes)
        .map(|prefix| prefix.trim_end_matches('/'))
        .collect();
    let target = |link: &RunbookLink| {
        let text = link.text.trim();
        if prometheus::is_template(text) {
            return RunbookTarget::External;
        }
        let below = prefixes
            .iter()
            .filter_map(|prefix| text.strip_prefix(prefix))
            .find(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
        if let Some(address) = below {
            return index.at_address(address, Some(Kind::Runbook)).map_or(RunbookTarget::Dead, RunbookTarget::Entity);
        }
        // Words are a note to people, as some rule files have them here; a scheme leads to another site.
        if text.contains("://") || text.contains(char::is_whitespace) {
            return RunbookTarget::External;
        }
        let found = index.find(text, &[Kind::Runbook, Kind::Page]).ok();
        let found = found.or_else(|| {
            let path = text.trim_start_matches("./").trim_start_matches("../");
            index.at_address(path, Some(Kind::Runbook))
        });
        found.map_or(RunbookTarget::Dead, RunbookTarget::Entity)
    };
    for (at, entity) in entities.iter_mut().enumerate() {
        let Detail::Alert(alert) = &mut entity.detail else { continue };
        for link in alert.runbook.iter_mut().chain(alert.rules.iter_mut().filter_map(|rule| rule.runbook.as_mut())) {
            link.target = target(link);
            if let RunbookTarget::Entity(id) = link.target {
                backlinks[id.0 as usize].push(Backlink { from: EntityId(at as u32), field: "runbook" });
            }
        }
    }
}

fn resolve_prose(
    entities: &mut [Entity],
    index: &Index,
    assets: &[Asset],
    folders: &[Arc<str>],
    backlinks: &mut [Vec<Backlink>],
    findings: &mut Vec<Diagnostic>,
) {
    let targets = Targets::new(entities, index, assets, folders);
    let resolved: Vec<_> = (0..entities.len()).into_par_iter().map(|at| targets.resolve(EntityId(at as u32))).collect();
    for (at, (links, told)) in resolved.into_iter().enumerate() {
        for link in &links {
            if let ProseLink::Entity { id, .. } = link
                && id.0 as usize != at
            {
                backlinks[id.0 as usize].push(Backlink { from: EntityId(at as u32), field: "body" });
            }
        }
        entities[at].prose = links;
        findings.extend(told);
    }
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

fn arbiter(config: &Config, index: &Index, findings: &mut Vec<Diagnostic>) -> Option<EntityId> {
    let arbiter = config.ownership.arbiter.as_ref()?;
    match index.find(arbiter.get_ref(), PARTIES) {
        Ok(id) => Some(id),
        Err(_) => {
            let span = arbiter.span();
            // site.toml is file 0.
            let place = Place { file: FileId(0), span: Span::new(span.start, span.end) };
            findings.push(
                Diagnostic::new(&UNKNOWN, place, format!("unknown arbiter `{}`", arbiter.get_ref()))
                    .help("name a team, person or role that is there"),
            );
            None
        }
    }
}

fn link_alerts(entities: &mut [Entity], backlinks: &[Vec<Backlink>]) {
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

fn hold_roles(entities: &mut [Entity], today: Date) {
    let mut held: HashMap<EntityId, Vec<EntityId>> = HashMap::new();
    let mut held_by_unknown: HashSet<EntityId> = HashSet::new();
    let unreadable = entities.iter().any(|entity| entity.kind == Kind::Team && entity.broken);
    for entity in entities.iter() {
        for member in entity.team().and_then(|team| team.members.as_ref()).into_iter().flatten() {
            let roles = member.roles.iter().filter(|_| member.is_in(today)).filter_map(|role| role.target);
            match member.person.target {
                Some(person) => roles.for_each(|role| held.entry(role).or_default().push(person)),
                None => held_by_unknown.extend(roles),
            }
        }
    }
    for (at, entity) in entities.iter_mut().enumerate() {
        if let Detail::Role(role) = &mut entity.detail {
            let id = EntityId(at as u32);
            let known = role.holders.iter().all(|holder| holder.target.is_some()) && !held_by_unknown.contains(&id);
            role.all_known = known && !unreadable;
            let mut people: Vec<EntityId> = role.holders.iter().filter_map(|holder| holder.target).collect();
            people.extend(held.remove(&id).unwrap_or_default());
            people.sort();
            people.dedup();
            role.held_by = people;
        }
    }
}

/// The services an entity is for, as its own fields say.
fn services(entity: &Entity) -> Vec<EntityId> {
    let of = |references: &[Reference]| references.iter().filter_map(|service| service.target).collect();
    match &entity.detail {
        Detail::Responsibility(detail) => of(&detail.services),
        Detail::Runbook(detail) => of(&detail.services),
        Detail::Escalation(detail) => of(&detail.services),
        Detail::Decision(detail) => of(&detail.services),
        Detail::Learning(detail) => of(&detail.services),
        Detail::Alert(detail) => detail.services.clone(),
        Detail::Page(detail) => of(&detail.services),
        _ => Vec::new(),
    }
}

fn set_tiers(entities: &mut [Entity]) {
    let tier = |entities: &[Entity], id: EntityId| entities[id.0 as usize].service().and_then(|service| service.tier);
    let tiers: Vec<Option<u8>> = entities
        .iter()
        .map(|entity| match &entity.detail {
            Detail::Service(service) => service.tier,
            _ => services(entity).into_iter().filter_map(|id| tier(entities, id)).min(),
        })
        .collect();
    entities.iter_mut().zip(tiers).for_each(|(entity, tier)| entity.tier = tier);
}

fn own(entity: &Entity) -> Ownership {
    match &entity.owner {
        Owner::Absent => Ownership::default(),
        Owner::Null(span) => Ownership { span: Some(*span), ..Ownership::default() },
        Owner::Unreadable(span) => Ownership { span: Some(*span), excused: true, ..Ownership::default() },
        Owner::Named(reference) => Ownership {
            owner: reference.target,
            excused: reference.target.is_none(),
            span: Some(reference.span),
            via: None,
        },
    }
}

/// Sets owners. A runbook without its own takes its first service's; an alert its rules' team's, else its service's, else its
/// runbook's.
fn set_owners(entities: &mut [Entity]) {
    let mut owners: Vec<Ownership> = entities.iter().map(own).collect();
    let inherit = |owners: &[Ownership], from: EntityId| {
        let above = owners[from.0 as usize];
        (above.owner.is_some() || above.excused).then_some(Ownership {
            owner: above.owner,
            via: Some(from),
            excused: above.excused,
            span: None,
        })
    };
    for kind in [Kind::Runbook, Kind::Alert] {
        for at in 0..entities.len() {
            let entity = &entities[at];
            if entity.kind != kind || !matches!(entity.owner, Owner::Absent) {
                continue;
            }
            let mut found = None;
            match &entity.detail {
                Detail::Runbook(runbook) => {
                    let first = runbook.services.first();
                    found = first.and_then(|service| service.target).and_then(|service| inherit(&owners, service));
                    if found.is_none() && first.is_some_and(|service| service.target.is_none()) {
                        found = Some(Ownership { excused: true, ..Ownership::default() });
                    }
                }
                Detail::Alert(alert) => {
                    let team = alert.rules.iter().filter_map(|rule| rule.team.as_ref()).next();
                    if let Some(team) = team {
                        found = Some(Ownership {
                            owner: team.target,
                            excused: team.target.is_none(),
                            via: None,
                            span: None,
                        });
                    }
                    let lost = alert.rules.iter().filter_map(|rule| rule.service.as_ref()).chain(&alert.service);
                    let lost = lost.clone().next().is_some() && alert.services.is_empty();
                    found = found
                        .or_else(|| alert.services.iter().find_map(|service| inherit(&owners, *service)))
                        .or_else(|| alert.runbooks.iter().find_map(|runbook| inherit(&owners, *runbook)))
                        .or(lost.then(|| Ownership { excused: true, ..Ownership::default() }));
                }
                _ => {}
            }
            if let Some(found) = found {
                owners[at] = found;
            }
        }
    }
    entities.iter_mut().zip(owners).for_each(|(entity, ownership)| entity.ownership = ownership);
}

/// Sets policies: an entity's own, else its first service's, else its owner team's. A policy that names a service is its.
fn set_policies(entities: &mut [Entity], backlinks: &[Vec<Backlink>]) {
    let target = |reference: &Option<Reference>| reference.as_ref().and_then(|reference| reference.target);
    let owner_team = |entities: &[Entity], at: usize| {
        let owner = entities[at].ownership.owner?;
        entities[owner.0 as usize].team().and_then(|team| target(&team.escalation))
    };
    for at in 0..entities.len() {
        entities[at].policy = match &entities[at].detail {
            Detail::Team(team) => target(&team.escalation),
            Detail::Escalation(_) => Some(EntityId(at as u32)),
            Detail::Decision(decision) => target(&decision.otherwise),
            Detail::Service(service) => target(&service.escalation)
                .or_else(|| {
                    let named = backlinks[at].iter().filter(|link| link.field == "services");
                    named.map(|link| link.from).find(|from| entities[from.0 as usize].kind == Kind::Escalation)
                })
                .or_else(|| owner_team(entities, at)),
            _ => None,
        };
    }
    for kind in [Kind::Runbook, Kind::Responsibility, Kind::Alert] {
        for at in 0..entities.len() {
            if entities[at].kind != kind {
                continue;
            }
            let of = |id: &EntityId| entities[id.0 as usize].policy;
            let through_service = || services(&entities[at]).first().and_then(of);
            let found = match &entities[at].detail {
                Detail::Runbook(runbook) => target(&runbook.escalation).or_else(through_service),
                Detail::Responsibility(detail) => target(&detail.escalation).or_else(through_service),
                Detail::Alert(alert) => {
                    alert.services.iter().find_map(of).or_else(|| alert.runbooks.iter().find_map(of))
                }
                _ => None,
            };
            entities[at].policy = found.or_else(|| owner_team(entities, at));
        }
    }
}

fn set_reviews(entities: &mut [Entity], config: &Config, today: Date) {
    for entity in entities {
        let own = entity.review_every.as_ref().map(|every| every.value);
        entity.review = review::state(entity.kind, &entity.reviews, own, entity.tier, &config.review, today);
    }
}
