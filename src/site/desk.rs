//! What many pages need to know, worked out once: states, findings by entity, who owns what, folders and their order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;

use crate::diagnostic::report::{Finding, Report};
use crate::diagnostic::rule::Severity;
use crate::history::History;
use crate::model::Handbook;
use crate::model::entity::{Detail, Entity};
use crate::model::kind::Kind;
use crate::model::person::Presence;
use crate::model::reference::{EntityId, Reference};
use crate::model::route;
use crate::site::view::State;

/// The address of the page for addresses that lead nowhere.
pub const NOT_FOUND: &str = "404.html";

/// How a thing stands whose review is due soon, in words.
const REVIEW_DUE: &str = "review due";

/// How a thing stands, and that in words.
#[derive(Debug, Clone)]
pub struct Standing {
    pub state: State,
    pub note: Option<String>,
}

/// A folder of pages: of a kind (`runbooks/etcd`), or of prose.
#[derive(Debug, Default)]
pub struct Folder {
    /// Entities directly in it, in reading order; the page that introduces it is not among them.
    pub entities: Vec<EntityId>,
    /// Paths of the folders directly in it.
    pub folders: BTreeSet<String>,
    /// The page that introduces it, or has its path as its own.
    pub page: Option<EntityId>,
    /// How many entities are in it and below.
    pub count: usize,
}

/// The handbook and its report, with everything that pages ask more than once.
pub struct Desk<'h> {
    pub handbook: &'h Handbook,
    pub report: &'h Report,
    /// What builds found before, where that is kept.
    pub history: Option<&'h History>,
    pub standings: Vec<Standing>,
    /// For each entity, its findings by number, the gravest first.
    pub findings: Vec<Vec<usize>>,
    /// For each party, what names it as owner, or inherits it.
    pub owned: HashMap<EntityId, Vec<EntityId>>,
    /// Teams below each team, at any depth, sorted.
    pub teams_below: HashMap<EntityId, Vec<EntityId>>,
    /// By slug path; the root is "".
    pub folders: BTreeMap<String, Folder>,
    /// Services, and the decisions that name them.
    pub decisions: HashMap<EntityId, Vec<EntityId>>,
    /// Parties, and the decisions that name them in `who`.
    pub decisions_of: HashMap<EntityId, Vec<EntityId>>,
    /// The roles each person holds.
    pub roles_of: HashMap<EntityId, Vec<EntityId>>,
    /// Decisions that name no service.
    pub general_decisions: Vec<EntityId>,
    /// Services, and the alerts about them.
    pub alerts_of: HashMap<EntityId, Vec<EntityId>>,
    /// Policies, and what they apply to.
    pub covered: HashMap<EntityId, Vec<EntityId>>,
    /// Goals, as team and number, and the responsibilities that support them.
    pub goal_supporters: HashMap<(EntityId, usize), Vec<EntityId>>,
    /// The teams each person is in today.
    pub teams_of: HashMap<EntityId, Vec<EntityId>>,
}

impl<'h> Desk<'h> {
    pub fn new(handbook: &'h Handbook, report: &'h Report, history: Option<&'h History>) -> Self {
        let findings = findings_by_entity(handbook, report);
        let standings = handbook.iter().map(|(id, entity)| standing(handbook, report, id, entity, &findings)).collect();
        let mut owned: HashMap<EntityId, Vec<EntityId>> = HashMap::new();
        for (id, entity) in handbook.iter() {
            if let Some(owner) = entity.ownership.owner {
                owned.entry(owner).or_default().push(id);
            }
        }
        let mut decisions: HashMap<EntityId, Vec<EntityId>> = HashMap::new();
        let mut general_decisions = Vec::new();
        let mut decisions_of: HashMap<EntityId, Vec<EntityId>> = HashMap::new();
        let mut roles_of: HashMap<EntityId, Vec<EntityId>> = HashMap::new();
        for (id, entity) in handbook.of_kind(Kind::Role) {
            for person in entity.role().map(|role| role.held_by.as_slice()).unwrap_or_default() {
                roles_of.entry(*person).or_default().push(id);
            }
        }
        for (id, entity) in handbook.of_kind(Kind::Decision) {
            let services = entity.decision().map(|decision| targets(&decision.services)).unwrap_or_default();
            for party in entity.decision().map(|decision| targets(&decision.who)).unwrap_or_default() {
                decisions_of.entry(party).or_default().push(id);
            }
            if services.is_empty() {
                general_decisions.push(id);
            }
            for service in services {
                decisions.entry(service).or_default().push(id);
            }
        }
        let mut teams_of: HashMap<EntityId, Vec<EntityId>> = HashMap::new();
        for (id, entity) in handbook.of_kind(Kind::Team) {
            for member in entity.team().and_then(|team| team.members.as_ref()).into_iter().flatten() {
                if let (true, Some(person)) = (member.is_in(handbook.today), member.person.target) {
                    let teams = teams_of.entry(person).or_default();
                    if !teams.contains(&id) {
                        teams.push(id);
                    }
                }
            }
        }
        let mut alerts_of: HashMap<EntityId, Vec<EntityId>> = HashMap::new();
        let mut covered: HashMap<EntityId, Vec<EntityId>> = HashMap::new();
        let mut goal_supporters: HashMap<(EntityId, usize), Vec<EntityId>> = HashMap::new();
        for (id, entity) in handbook.iter() {
            for service in entity.alert().map(|alert| alert.services.as_slice()).unwrap_or_default() {
                alerts_of.entry(*service).or_default().push(id);
            }
            if let Some(policy) = entity.policy.filter(|policy| *policy != id) {
                covered.entry(policy).or_default().push(id);
            }
            for goal in entity.responsibility().into_iter().flat_map(|detail| &detail.supports) {
                if let Some(target) = goal.target {
                    goal_supporters.entry(target).or_default().push(id);
                }
            }
        }
        Self {
            alerts_of,
            covered,
            goal_supporters,
            handbook,
            report,
            history,
            standings,
            findings,
            owned,
            teams_below: teams_below(handbook),
            folders: folders(handbook),
            decisions,
            decisions_of,
            roles_of,
            general_decisions,
            teams_of,
        }
    }

    pub fn standing(&self, id: EntityId) -> &Standing {
        &self.standings[id.0 as usize]
    }

    /// The findings of an entity.
    pub fn findings_of(&self, id: EntityId) -> impl Iterator<Item = &'h Finding> + '_ {
        self.findings[id.0 as usize].iter().map(|at| &self.report.findings[*at])
    }

    /// The day on which its review falls due, where that is what decides how a thing stands from then on.
    pub fn ages(&self, id: EntityId) -> Option<Date> {
        let standing = self.standing(id);
        let decides = match standing.state {
            State::Fine | State::Unknown => true,
            State::Due => standing.note.as_deref() == Some(REVIEW_DUE),
            State::Broken => false,
        };
        self.handbook.get(id).review.due.filter(|_| decides)
    }

    /// How many days before its day a review counts as due soon.
    pub fn soon_days(&self) -> i64 {
        let soon = self.handbook.config.review.due_soon.map_or(14.days(), |length| length.0);
        let until = self.handbook.today.saturating_add(soon);
        i64::from((until - self.handbook.today).get_days())
    }
}

/// The entities that references lead to.
pub fn targets(references: &[Reference]) -> Vec<EntityId> {
    references.iter().filter_map(|reference| reference.target).collect()
}

/// Where a review stands: `fine`, `due`, `overdue`, `never` or `none`.
pub fn review_state(handbook: &Handbook, entity: &Entity, soon_days: i64) -> &'static str {
    match (entity.review.due, entity.review.last) {
        (Some(due), _) if due < handbook.today => "overdue",
        (Some(due), _) if due <= handbook.today.saturating_add(soon_days.days()) => "due",
        (_, Some(_)) => "fine",
        (_, None) if entity.review.every.is_some() => "never",
        _ => "none",
    }
}

fn findings_by_entity(handbook: &Handbook, report: &Report) -> Vec<Vec<usize>> {
    let numbers: HashMap<String, EntityId> = handbook.iter().map(|(id, entity)| (entity.reference(), id)).collect();
    let mut findings = vec![Vec::new(); handbook.entities.len()];
    for (at, finding) in report.findings.iter().enumerate() {
        let subject = finding.subject.as_ref().and_then(|subject| numbers.get(&subject.reference));
        if let Some(id) = subject {
            findings[id.0 as usize].push(at);
        }
    }
    for list in &mut findings {
        list.sort_by_key(|at| {
            let finding = &report.findings[*at];
            (finding.waived, std::cmp::Reverse(finding.level), *at)
        });
    }
    findings
}

fn standing(handbook: &Handbook, report: &Report, id: EntityId, entity: &Entity, findings: &[Vec<usize>]) -> Standing {
    let say = |state, note: &str| Standing { state, note: Some(note.to_string()) };
    let open = || findings[id.0 as usize].iter().map(|at| &report.findings[*at]).filter(|finding| !finding.waived);
    match &entity.detail {
        Detail::Person(person) => match person.presence(handbook.today) {
            Presence::Left => return say(State::Broken, "left"),
            Presence::Away if handbook.is_covered(id) => {
                let cover = person.cover().and_then(|cover| cover.target);
                let note =
                    cover.map_or("away, covered".into(), |cover| format!("away, {} covers", handbook.get(cover).title));
                return say(State::Due, &note);
            }
            Presence::Away => return say(State::Due, "away"),
            Presence::Active => {}
        },
        Detail::Team(_) | Detail::Role(_) => {
            let holders = handbook.holders(id);
            if holders.current.is_empty() && holders.known {
                return say(State::Broken, if entity.kind == Kind::Role { "nobody holds it" } else { "nobody in it" });
            }
        }
        _ => {}
    }
    if open().any(|finding| finding.rule.name == "ownership/unowned") {
        return say(State::Broken, "unowned");
    }
    let errors = open().filter(|finding| finding.level == Severity::Error).count();
    let review = review_state(handbook, entity, 0);
    if review == "overdue" {
        return say(State::Broken, "review overdue");
    }
    if errors > 0 {
        let note = if errors == 1 { "1 error".to_string() } else { format!("{errors} errors") };
        return Standing { state: State::Broken, note: Some(note) };
    }
    if open().any(|finding| finding.rule.name == "review/due-soon") {
        return say(State::Due, REVIEW_DUE);
    }
    if entity.team().is_some_and(|team| team.members.is_none()) {
        return say(State::Unknown, "members unknown");
    }
    if review == "never" || open().any(|finding| finding.rule.name == "review/never") {
        return say(State::Unknown, "never reviewed");
    }
    Standing { state: State::Fine, note: None }
}

fn teams_below(handbook: &Handbook) -> HashMap<EntityId, Vec<EntityId>> {
    let mut below: HashMap<EntityId, Vec<EntityId>> = HashMap::new();
    let parent = |id: EntityId| handbook.get(id).team().and_then(|team| team.parent.as_ref()).and_then(|p| p.target);
    for (id, _) in handbook.of_kind(Kind::Team) {
        let mut at = parent(id);
        let mut seen = BTreeSet::from([id]);
        // A circle of parents is a finding; here it ends where it began.
        while let Some(above) = at.filter(|above| seen.insert(*above)) {
            below.entry(above).or_default().push(id);
            at = parent(above);
        }
    }
    below
}

fn folders(handbook: &Handbook) -> BTreeMap<String, Folder> {
    let mut folders: BTreeMap<String, Folder> = BTreeMap::from([(String::new(), Folder::default())]);
    for (id, entity) in handbook.iter() {
        if let Some(path) = entity.folder() {
            add_folder(&mut folders, path).page = Some(id);
            continue;
        }
        let path = folder_of(entity);
        add_folder(&mut folders, &path).entities.push(id);
        let mut above = Some(path.as_str());
        while let Some(path) = above {
            if let Some(folder) = folders.get_mut(path) {
                folder.count += 1;
            }
            above = parent_of(path);
        }
    }
    // `guides/slack.md` beside `guides/slack/` is what introduces the folder.
    for (id, entity) in handbook.of_kind(Kind::Page) {
        if let Some(folder) = folders.get_mut(&entity.id)
            && folder.page.is_none()
            && !entity.id.is_empty()
        {
            folder.page = Some(id);
        }
    }
    for folder in folders.values_mut() {
        folder.entities.sort_by_cached_key(|id| {
            let entity = handbook.get(*id);
            (entity.weight.unwrap_or(i64::MAX), entity.title.to_lowercase(), entity.id.clone())
        });
    }
    folders
}

fn add_folder<'f>(folders: &'f mut BTreeMap<String, Folder>, path: &str) -> &'f mut Folder {
    if !folders.contains_key(path)
        && let Some(above) = parent_of(path)
    {
        add_folder(folders, above).folders.insert(path.to_string());
    }
    folders.entry(path.to_string()).or_default()
}

/// The slug path of the folder an entity is listed in.
pub fn folder_of(entity: &Entity) -> String {
    let whole =
        if entity.kind == Kind::Page { entity.id.clone() } else { format!("{}/{}", entity.kind.folder(), entity.id) };
    whole.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_string())
}

/// The folder above; the root has none.
pub fn parent_of(path: &str) -> Option<&str> {
    if path.is_empty() { None } else { Some(path.rsplit_once('/').map_or("", |(above, _)| above)) }
}

/// The address of a folder's list page.
pub fn folder_route(desk: &Desk, path: &str) -> String {
    let page = desk.folders.get(path).and_then(|folder| folder.page);
    page.map_or_else(|| route::list(path), |page| desk.handbook.get(page).route.clone())
}

/// A date, as templates get it.
pub fn day(date: Date) -> String {
    date.to_string()
}
