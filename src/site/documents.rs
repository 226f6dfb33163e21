//! What search knows of each page: its names, its words, who answers for it, and the card that says so.

use std::collections::{BTreeSet, HashMap, HashSet};

use globset::{Glob, GlobSet, GlobSetBuilder};
use jiff::civil::Date;
use rayon::prelude::*;
use serde::{Serialize, Serializer};

use crate::config::Config;
use crate::diagnostic::report::Report;
use crate::model::Handbook;
use crate::model::entity::{Channel, Entity};
use crate::model::escalation;
use crate::model::kind::{Kind, PARTIES};
use crate::model::person::Presence;
use crate::model::prose::ProseLink;
use crate::model::reference::EntityId;
use crate::site::desk::Desk;
use crate::site::frame::{self, is_unowned};
use crate::site::seat::Seat;
use crate::site::view::Contact;
use crate::source::parse::Body;
use crate::text::fingerprint::{Hasher, Print};

/// A page that search finds.
#[derive(Serialize)]
pub struct Document {
    /// Its address from the site's root.
    pub route: String,
    pub title: String,
    pub kind: &'static str,
    /// What asking for a name prefers: the lower, the more likely meant.
    pub rank: u8,
    /// What it answers to in whole.
    pub names: Vec<String>,
    /// The last part of its id, to which it answers where nothing else has that name.
    pub last: String,
    /// Further words that are as good as names: ids, channels, addresses, paths.
    pub handles: Vec<String>,
    pub tags: Vec<String>,
    /// What it says of itself in a sentence or two.
    pub lead: Option<String>,
    /// Its own words before its prose.
    pub texts: Vec<String>,
    #[serde(serialize_with = "body_text")]
    pub body: Option<Body>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The id of the team that it belongs to.
    pub team: Option<String>,
    /// The day its review falls due.
    pub due: Option<Date>,
    pub unowned: bool,
    pub card: Option<Card>,
}

/// A team, for the filter.
#[derive(Serialize)]
pub struct Team {
    pub id: String,
    pub title: String,
    /// The id of the team above.
    pub parent: Option<String>,
}

/// Everything search is made from.
#[derive(Default, Serialize)]
pub struct Documents {
    pub language: String,
    /// Sets of words that mean the same.
    pub synonyms: Vec<Vec<String>>,
    /// The day of the build.
    pub today: Date,
    /// Sorted by address.
    pub pages: Vec<Document>,
    /// Sorted by id.
    pub teams: Vec<Team>,
    /// Kinds with their plural, in the order of the handbook.
    pub kinds: Vec<(&'static str, &'static str)>,
}

/// The rest of a body is read from its text.
fn body_text<S: Serializer>(body: &Option<Body>, serializer: S) -> Result<S::Ok, S::Error> {
    body.as_ref().map(|body| body.text.as_str()).serialize(serializer)
}

impl Documents {
    /// Names what search is made from: equal documents give the same index.
    pub fn print(&self) -> Option<Print> {
        let mut hasher = Hasher::default();
        serde_json::to_writer(&mut hasher, self).ok().map(|()| hasher.print())
    }

    /// The number of a team.
    pub fn team(&self, id: &str) -> Option<usize> {
        self.teams.binary_search_by(|team| team.id.as_str().cmp(id)).ok()
    }
}

/// The answer beside a page's name; addresses are from the site's root, and what is empty is left out.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Card {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub runbooks: Vec<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arbiter: Option<Place>,
}

/// A page by its title and address.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    pub title: String,
    pub route: Option<String>,
}

/// The first step of an escalation.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    pub at: &'static str,
    pub who: Vec<Place>,
    pub contacts: Vec<Contact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may: Option<String>,
}

/// Words of links to a page that search knows it by.
const CALLED: usize = 40;
/// Members that a card names beside the owner.
const HOLDERS: usize = 3;
/// Runbooks that a card links to.
const RUNBOOKS: usize = 3;
/// Ways to reach somebody that a card shows.
const CONTACTS: usize = 6;

/// Gathers what search is made from.
pub fn of(handbook: &Handbook, report: &Report) -> Documents {
    of_desk(&Desk::new(handbook, report, None))
}

pub(super) fn of_desk(desk: &Desk) -> Documents {
    let handbook = desk.handbook;
    let shelf = Shelf::new(desk);
    let mut pages: Vec<Document> = (0..handbook.entities.len())
        .into_par_iter()
        .map(|at| EntityId(at as u32))
        .filter(|id| shelf.has(handbook.get(*id)))
        .map(|id| shelf.document(id))
        .collect();
    pages.sort_by(|a, b| a.route.cmp(&b.route));
    let teams = handbook.of_kind(Kind::Team).filter(|(_, team)| shelf.has(team)).map(|(_, entity)| Team {
        id: entity.id.clone(),
        title: entity.title.clone(),
        parent: above(handbook, entity).map(|above| above.id.clone()),
    });
    let present: HashSet<&str> = pages.iter().map(|page| page.kind).collect();
    let kinds = Kind::all().filter(|kind| present.contains(kind.name())).map(|kind| (kind.name(), kind.plural()));
    Documents {
        language: handbook.config.language.clone(),
        synonyms: handbook.config.search.synonyms.clone(),
        today: handbook.today,
        teams: teams.collect(),
        kinds: kinds.collect(),
        pages,
    }
}

/// Tells what search leaves out, by its own word or by site.toml.
pub struct Shown(GlobSet);

impl Shown {
    pub fn new(config: &Config) -> Self {
        let mut excluded = GlobSetBuilder::new();
        for pattern in &config.search.exclude {
            // A pattern that is none was refused when site.toml was read.
            if let Ok(glob) = Glob::new(pattern) {
                excluded.add(glob);
            }
        }
        Self(excluded.build().unwrap_or_else(|_| GlobSet::empty()))
    }

    pub fn has(&self, entity: &Entity) -> bool {
        entity.searchable && !self.0.is_match(&*entity.path)
    }
}

/// The handbook without what search leaves out.
struct Shelf<'d, 'h> {
    seat: Seat<'d, 'h>,
    shown: Shown,
    /// What other pages call each page where they link to it.
    called: HashMap<EntityId, BTreeSet<&'h str>>,
    /// Channels and addresses at which a team, a person or a role answers.
    answered: HashSet<String>,
}

impl<'d, 'h> Shelf<'d, 'h> {
    fn new(desk: &'d Desk<'h>) -> Self {
        let parties = desk.handbook.iter().filter(|(_, entity)| PARTIES.contains(&entity.kind));
        let answered = parties.flat_map(|(_, party)| &party.contacts).flat_map(call_signs).collect();
        let mut shelf = Self {
            seat: Seat { desk, route: "index.html" },
            shown: Shown::new(&desk.handbook.config),
            answered,
            called: HashMap::new(),
        };
        shelf.called = shelf.called();
        shelf
    }

    /// The words of the links that lead to each page from others, each once.
    fn called(&self) -> HashMap<EntityId, BTreeSet<&'h str>> {
        let handbook = self.seat.desk.handbook;
        let mut called: HashMap<EntityId, BTreeSet<&str>> = HashMap::new();
        for (from, entity) in handbook.iter().filter(|(_, entity)| self.has(entity)) {
            let Some(body) = &entity.body else { continue };
            for (link, written) in entity.prose.iter().zip(&body.outline.links) {
                let ProseLink::Entity { id, .. } = link else { continue };
                let words = body.text.as_str().get(written.span.range()).and_then(link_text).unwrap_or_default();
                let names = called.entry(*id).or_default();
                if *id != from && !words.is_empty() && words != handbook.get(*id).title && names.len() < CALLED {
                    names.insert(words);
                }
            }
        }
        called
    }

    fn has(&self, entity: &Entity) -> bool {
        self.shown.has(entity)
    }

    fn document(&self, id: EntityId) -> Document {
        let desk = self.seat.desk;
        let entity = desk.handbook.get(id);
        let party = PARTIES.contains(&entity.kind);
        let last = entity.id.rsplit('/').next().unwrap_or(&entity.id).to_string();
        let all = || entity.names().into_iter().map(str::to_string);
        let mut names: Vec<String> = all().filter(|name| *name != last || entity.id == last).collect();
        // The title has a field of its own, and the folders of an id say less than its end.
        let mut handles: Vec<String> = all().filter(|name| *name != entity.id && *name != entity.title).collect();
        for contact in &entity.contacts {
            let signs = call_signs(contact);
            handles.extend(signs.iter().cloned());
            names.extend(signs.into_iter().filter(|sign| party || !self.answered.contains(sign)));
        }
        if let Some(service) = entity.service() {
            handles.extend(service.paths.iter().cloned());
        }
        let owner = if party { Some(id) } else { entity.ownership.owner };
        let mut tags = entity.tags.clone();
        tags.extend(entity.id.rsplit_once('/').map(|(folders, _)| folders.to_string()));
        tags.push(entity.kind.name().to_string());
        tags.extend(self.called.get(&id).into_iter().flatten().map(|name| name.to_string()));
        tags.extend(owner.filter(|_| !party).map(|owner| desk.handbook.get(owner).title.clone()));
        let team = owner.map(|owner| desk.handbook.get(owner)).filter(|owner| owner.kind == Kind::Team);
        Document {
            route: entity.route.clone(),
            title: entity.title.clone(),
            kind: entity.kind.name(),
            rank: entity.kind.rank(),
            names,
            last,
            handles,
            tags,
            lead: frame::lead_of(entity),
            texts: entity.texts().into_iter().map(str::to_string).collect(),
            body: entity.body.clone(),
            owner: owner.filter(|_| !party).map(|owner| desk.handbook.get(owner).title.clone()),
            team: team.map(|team| team.id.clone()),
            due: entity.review.due,
            unowned: is_unowned(entity),
            card: (owner.is_some() || is_unowned(entity)).then(|| self.card(id, owner)),
        }
    }

    fn card(&self, id: EntityId, owner: Option<EntityId>) -> Card {
        let desk = self.seat.desk;
        let handbook = desk.handbook;
        let entity = handbook.get(id);
        let view = if owner == Some(id) { None } else { Some(self.seat.owner(entity)) };
        let holders = owner.map(|owner| handbook.holders(owner).active).unwrap_or_default();
        let shown = |holder: &&EntityId| Some(**holder) != owner && self.has(handbook.get(**holder));
        let contacts = match owner {
            Some(owner) => self.reach(owner),
            None => handbook.arbiter.map(|arbiter| self.reach(arbiter)).unwrap_or_default(),
        };
        let policy = entity.policy.and_then(|policy| handbook.get(policy).escalation());
        let step = policy.and_then(|policy| policy.steps.first()).map(|step| self.step(step));
        Card {
            tier: entity.tier,
            owner: owner.map(|id| self.place(id)),
            via: view.as_ref().and_then(|view| view.via.clone()),
            problem: view.and_then(|view| view.problem),
            holders: holders.iter().filter(shown).take(HOLDERS).map(|id| self.place(*id)).collect(),
            contacts,
            step,
            policy: entity.policy.filter(|policy| *policy != id).map(|id| self.place(id)),
            runbooks: handbook.runbooks(id).into_iter().take(RUNBOOKS).map(|id| self.place(id)).collect(),
            incident: entity.alert().map(|_| entity.route.clone()),
            arbiter: handbook.arbiter.filter(|_| owner.is_none()).map(|id| self.place(id)),
        }
    }

    /// How to reach a party; people whom search leaves out are not reached through others.
    fn reach(&self, party: EntityId) -> Vec<Contact> {
        let entity = self.seat.entity(party);
        let mut contacts = if self.has(entity) { self.seat.contacts(entity) } else { Vec::new() };
        if contacts.is_empty() && entity.kind != Kind::Person {
            let holders = self.seat.desk.handbook.holders(party).active.into_iter();
            let people = holders.map(|person| self.seat.entity(person)).filter(|person| self.has(person)).take(2);
            contacts = people.flat_map(|person| self.seat.contacts(person).into_iter().take(2)).collect();
        }
        contacts.truncate(CONTACTS);
        contacts
    }

    fn step(&self, step: &escalation::Step) -> Step {
        let called: Vec<EntityId> = step.notify.iter().filter_map(|reference| reference.target).collect();
        // Who stands in comes first: the other one is away.
        let mut ids: Vec<EntityId> = called.iter().filter_map(|id| self.stand_in(*id)).collect();
        ids.extend(called);
        let unknown = step.notify.iter().filter(|reference| reference.target.is_none());
        let places = ids.iter().map(|id| self.place(*id));
        Step {
            at: "at once",
            who: places.chain(unknown.map(|party| Place { title: party.text.clone(), route: None })).collect(),
            contacts: ids.iter().flat_map(|id| self.reach(*id)).take(CONTACTS).collect(),
            may: step.may.clone(),
        }
    }

    /// Who covers for a person who is away.
    fn stand_in(&self, id: EntityId) -> Option<EntityId> {
        let person = self.seat.entity(id).person()?;
        let away = person.presence(self.seat.desk.handbook.today) == Presence::Away;
        person.cover().filter(|_| away)?.target
    }

    fn place(&self, id: EntityId) -> Place {
        let entity = self.seat.entity(id);
        Place { title: entity.title.clone(), route: Some(entity.route.clone()) }
    }
}

/// The team above a team; none where teams are above each other in a circle, which is a finding.
fn above<'h>(handbook: &'h Handbook, team: &Entity) -> Option<&'h Entity> {
    let parent = |team: &Entity| team.team()?.parent.as_ref()?.target.map(|parent| handbook.get(parent));
    let first = parent(team)?;
    let mut seen = BTreeSet::from([team.id.as_str()]);
    let mut at = Some(first);
    while let Some(above) = at {
        if !seen.insert(&above.id) {
            return None;
        }
        at = parent(above);
    }
    Some(first)
}

/// The words of a link as it is written: `[words](address)`, `[words][label]` or `[words]`.
fn link_text(link: &str) -> Option<&str> {
    let end = link.rfind("](").or_else(|| link.rfind("][")).or_else(|| link.rfind(']'))?;
    link.strip_prefix('[')?.get(..end - 1)
}

/// What a way to reach somebody is called by: the channel, the address, a mailing list's name.
fn call_signs(contact: &crate::model::entity::Contact) -> Vec<String> {
    let value = contact.value.to_lowercase();
    match (contact.channel, value.split_once('@')) {
        (Channel::Email, Some((list, _))) => vec![list.to_string(), value],
        (Channel::Slack | Channel::Email, _) => vec![value],
        _ => Vec::new(),
    }
}
