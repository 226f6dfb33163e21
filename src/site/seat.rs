//! The shapes that many pages share, seen from one page: every address is relative to it.

use crate::diagnostic::report::Finding;
use crate::model::entity::Entity;
use crate::model::kind::Kind;
use crate::model::reference::{EntityId, Reference};
use crate::model::review::How;
use crate::model::{alert::RunbookLink, alert::RunbookTarget, route};
use crate::site::desk::{Desk, NOT_FOUND, day, review_state};
use crate::site::view::*;
use crate::site::words::{self, code_html, contact_view, fill};

/// Rows that a group on an entity's page shows before it points at a list.
const GROUP: usize = 40;
/// Findings and mentions that an entity's page shows.
const FINDINGS: usize = 50;
const BACKLINKS: usize = 40;
/// People named beside an owner.
const HOLDERS: usize = 5;

/// A page's place, from which it sees the handbook.
pub struct Seat<'d, 'h> {
    pub desk: &'d Desk<'h>,
    pub route: &'d str,
}

impl<'d, 'h> Seat<'d, 'h> {
    /// The way to an address of the site.
    ///
    /// Hosts show the page for what is not found at any depth, so its links start at the site's own address. Its style sheet
    /// stays relative, as nothing may be loaded from elsewhere: without it the page is plain, and its links still lead home.
    pub fn href(&self, to: &str) -> String {
        match &self.desk.handbook.config.base_url {
            Some(base) if self.route == NOT_FOUND => format!("{base}{}", route::relative("", to)),
            _ => route::relative(self.route, to),
        }
    }

    pub fn entity(&self, id: EntityId) -> &'h Entity {
        self.desk.handbook.get(id)
    }

    /// A reference in running text: only what is wrong with the thing is said beside it.
    pub fn reference(&self, id: EntityId) -> Ref {
        let standing = self.desk.standing(id);
        let loud = standing.state >= State::Due;
        Ref { note: standing.note.clone().filter(|_| loud), ..self.listed(id) }
    }

    /// A reference in a list of states.
    pub fn listed(&self, id: EntityId) -> Ref {
        let entity = self.entity(id);
        let standing = self.desk.standing(id);
        Ref {
            title: entity.title.clone(),
            href: Some(self.href(&entity.route)),
            kind: entity.kind.name(),
            state: standing.state,
            note: standing.note.clone(),
        }
    }

    /// A reference as written: what leads nowhere is shown, and said to be unknown.
    pub fn written(&self, reference: &Reference) -> Ref {
        match reference.target {
            Some(id) => self.reference(id),
            None => Ref {
                title: reference.text.clone(),
                href: None,
                kind: "unknown",
                state: if reference.or_text { State::Fine } else { State::Broken },
                note: (!reference.or_text).then(|| "unknown".to_string()),
            },
        }
    }

    pub fn all_written(&self, references: &[Reference]) -> Vec<Ref> {
        references.iter().map(|reference| self.written(reference)).collect()
    }

    pub fn contacts(&self, entity: &Entity) -> Vec<Contact> {
        let mut contacts: Vec<_> = entity.contacts.iter().collect();
        contacts.sort_by_key(|contact| contact.channel);
        contacts.into_iter().map(|contact| contact_view(contact.channel, &contact.value)).collect()
    }

    /// How to reach a party now: its own contacts, else those of the people who hold it.
    pub fn reach(&self, id: EntityId) -> Vec<Contact> {
        let own = self.contacts(self.entity(id));
        if !own.is_empty() || self.entity(id).kind == Kind::Person {
            return own;
        }
        let holders = self.desk.handbook.holders(id).active;
        holders.into_iter().take(2).flat_map(|person| self.contacts(self.entity(person)).into_iter().take(2)).collect()
    }

    pub fn owner(&self, entity: &Entity) -> OwnerView {
        let handbook = self.desk.handbook;
        let Some(owner) = entity.ownership.owner else {
            let named = match &entity.owner {
                crate::model::entity::Owner::Named(reference) => Some(self.written(reference)),
                _ => None,
            };
            let unknown = named.is_some();
            return OwnerView {
                r#ref: named,
                via: None,
                held_by: Vec::new(),
                held_more: 0,
                members_known: true,
                contacts: handbook.arbiter.map(|id| self.reach(id)).unwrap_or_default(),
                state: State::Broken,
                problem: unknown.then(|| "the handbook does not know this owner".to_string()),
                arbiter: handbook.arbiter.map(|id| self.reference(id)),
            };
        };
        let party = self.entity(owner);
        let holders = handbook.holders(owner);
        let nobody = holders.known && holders.current.is_empty();
        let absent = !nobody && holders.known && holders.active.is_empty();
        let problem = match (party.kind, nobody, absent) {
            (Kind::Person, true, _) => Some("left: nobody holds this now"),
            (Kind::Role, true, _) => Some("nobody holds this role"),
            (_, true, _) => Some("nobody is in this team"),
            (_, _, true) => Some("away, and nobody covers"),
            _ => None,
        };
        let people: Vec<EntityId> = if party.kind == Kind::Person { Vec::new() } else { holders.current };
        OwnerView {
            r#ref: Some(Ref { state: State::Fine, note: None, ..self.reference(owner) }),
            via: entity.ownership.via.map(|via| format!("from {} {}", self.entity(via).kind, self.entity(via).title)),
            held_by: people.iter().take(HOLDERS).map(|person| self.reference(*person)).collect(),
            held_more: people.len().saturating_sub(HOLDERS),
            members_known: holders.known,
            contacts: self.reach(owner),
            state: if nobody {
                State::Broken
            } else if absent {
                State::Due
            } else {
                State::Fine
            },
            problem: problem.map(str::to_string),
            arbiter: handbook.arbiter.filter(|_| nobody).map(|id| self.reference(id)),
        }
    }

    pub fn review(&self, entity: &Entity) -> ReviewView {
        let soon_days = self.desk.soon_days();
        let last = entity.review.last.map(|last| &entity.reviews[last]);
        ReviewView {
            state: review_state(self.desk.handbook, entity, soon_days),
            last: last.map(|review| day(review.on.value)),
            by: last.and_then(|review| review.by.as_ref()).map(|by| self.written(by)),
            how: last.and_then(|review| review.how).map(How::name),
            how_text: last.and_then(|review| review.how).map(how_text),
            note: last.and_then(|review| review.note.clone()),
            due: entity.review.due.map(day),
            every: match (entity.review.due, last) {
                // What is in force, halved for critical things; months and years in the author's words.
                (Some(due), Some(last)) if entity.review_every.is_none() => {
                    Some(format!("{} days", (due - last.on.value).get_days()))
                }
                _ => entity.review.every.map(|every| format!("{every:#}")),
            },
            soon_days,
        }
    }

    pub fn finding(&self, finding: &Finding) -> FindingView {
        let subject = finding.subject.as_ref();
        let id = subject.and_then(|subject| self.find(&subject.reference));
        let waiver = id.filter(|_| finding.waived).and_then(|id| {
            let mut waivers = self.entity(id).waivers.iter();
            waivers.find(|waiver| waiver.rule.as_ref().is_some_and(|rule| rule.value == finding.rule.name))
        });
        let path = finding.spot.path.strip_prefix("content/");
        let edit = self.desk.handbook.config.edit_url.as_ref();
        FindingView {
            rule: finding.rule.name,
            rule_href: self.href(&finding.rule.url()),
            level: finding.level.name(),
            message_html: code_html(&finding.message),
            help_html: finding.help.as_deref().map(code_html),
            subject: id.map(|id| Ref { state: State::Fine, note: None, ..self.reference(id) }),
            place: Some(format!("{}:{}", finding.spot.path, finding.spot.start.line)),
            href: path.and_then(|path| edit.map(|edit| fill(edit, &[("path", path)]))),
            since: finding.since.map(day),
            waived: waiver.map(|waiver| WaivedView {
                until: waiver.until.as_ref().map(|until| day(until.value)).unwrap_or_default(),
                by: waiver.by.as_ref().map(|by| self.written(by)),
                reason: waiver.reason.clone(),
            }),
        }
    }

    fn find(&self, reference: &str) -> Option<EntityId> {
        let (kind, id) = reference.split_once(':')?;
        self.desk.handbook.by_id(Kind::named(kind)?, id)
    }

    /// A thing as a row of a list.
    pub fn row(&self, id: EntityId) -> Row {
        let entity = self.entity(id);
        Row {
            r#ref: self.listed(id),
            owner: entity.ownership.owner.map(|owner| Ref { state: State::Fine, note: None, ..self.reference(owner) }),
            via: None,
            facts: facts_in_short(self, entity),
            summary: entity.summary.clone().or_else(|| entity.team().and_then(|team| team.mission.clone())),
            due: entity.review.due.map(day),
            ages: self.desk.ages(id).map(day),
        }
    }

    /// Things under a heading, without their summaries.
    pub fn group(&self, title: &str, ids: impl IntoIterator<Item = EntityId>) -> Option<Group> {
        let ids: Vec<EntityId> = ids.into_iter().collect();
        let shown = ids.iter().take(GROUP).map(|id| Row { summary: None, r#ref: self.reference(*id), ..self.row(*id) });
        let kind = ids.first().map(|id| self.entity(*id).kind)?;
        let more = ids.len().saturating_sub(GROUP);
        Some(Group {
            id: crate::text::slug::heading(title),
            title: title.to_string(),
            href: None,
            count: ids.len(),
            rows: shown.collect(),
            more: (more > 0).then(|| More { count: more, href: Some(self.href(&route::list(kind.folder()))) }),
        })
    }

    /// What the page of any entity shows.
    pub fn entity_view(&self, id: EntityId) -> EntityView {
        let entity = self.entity(id);
        let standing = self.desk.standing(id);
        let findings: Vec<&Finding> = self.desk.findings_of(id).collect();
        let mut backlinks: Vec<(EntityId, &'static str)> = Vec::new();
        for link in &self.desk.handbook.backlinks[id.0 as usize] {
            // Only prose is a mention: what refers here by a field has its own place on the page.
            if link.field == "body" {
                backlinks.push((link.from, link.field));
            }
        }
        EntityView {
            id: entity.id.clone(),
            title: entity.title.clone(),
            kind: entity.kind.name(),
            state: standing.state,
            status: entity.status.as_ref().map(|status| {
                // A person who has left or is away is not as one would wish, whatever else a status says.
                let state = if entity.kind == Kind::Person { standing.state } else { State::Fine };
                Status { text: status.value.clone(), state }
            }),
            aliases: entity.aliases.iter().map(|alias| alias.value.clone()).collect(),
            tags: entity.tags.clone(),
            owner: self.owner(entity),
            review: self.review(entity),
            findings: findings.iter().take(FINDINGS).map(|finding| self.finding(finding)).collect(),
            findings_more: findings.len().saturating_sub(FINDINGS),
            backlinks: backlinks
                .iter()
                .take(BACKLINKS)
                .map(|(from, _)| BacklinkView { r#ref: self.reference(*from), via: None })
                .collect(),
            backlinks_more: backlinks.len().saturating_sub(BACKLINKS),
            links: links(entity),
            contacts: self.contacts(entity),
            facts: Vec::new(),
            ladder: self.ladder(entity),
            may: Vec::new(),
        }
    }

    /// A runbook address as a reference.
    pub fn runbook(&self, link: &RunbookLink) -> Ref {
        match link.target {
            RunbookTarget::Entity(id) => self.reference(id),
            RunbookTarget::External => Ref {
                title: words::address(link.text.trim()),
                href: crate::model::entity::is_safe(&link.text).then(|| link.text.clone()),
                kind: "external",
                state: State::Fine,
                note: None,
            },
            RunbookTarget::Dead => Ref {
                title: link.text.clone(),
                href: None,
                kind: "runbook",
                state: State::Broken,
                note: Some("leads nowhere".to_string()),
            },
        }
    }
}

fn facts_in_short(seat: &Seat, entity: &Entity) -> Vec<String> {
    use crate::model::entity::Detail;
    let mut facts = Vec::new();
    match &entity.detail {
        Detail::Service(service) => facts.extend(service.tier.map(|tier| format!("tier {tier}"))),
        Detail::Alert(alert) => facts.extend(alert.severities().into_iter().map(str::to_string)),
        Detail::Runbook(runbook) => {
            facts.extend(runbook.severity.clone());
            facts.extend(runbook.risk.map(|risk| format!("{} risk", risk.name())));
        }
        Detail::Decision(decision) => facts.extend(decision.door.map(|door| format!("{} door", door.name()))),
        Detail::Team(team) => {
            if let Some(count) = seat.desk.handbook.index_of(entity).and_then(|id| seat.desk.owned.get(&id)) {
                facts.push(format!("{} owned", count.len()));
            }
            if let Some(members) = &team.members {
                let count = members.iter().filter(|member| member.is_in(seat.desk.handbook.today)).count();
                facts.push(if count == 1 { "1 member".to_string() } else { format!("{count} members") });
            }
        }
        Detail::Escalation(policy) => facts.push(match policy.steps.len() {
            1 => "1 step".to_string(),
            n => format!("{n} steps"),
        }),
        Detail::Person(_) => {
            let teams = seat.desk.handbook.index_of(entity).and_then(|id| seat.desk.teams_of.get(&id));
            facts.extend(teams.into_iter().flatten().map(|team| seat.entity(*team).title.clone()));
        }
        Detail::Drill(drill) => {
            facts.extend(drill.on.as_ref().map(|on| day(on.value)));
            facts.extend(drill.outcome.map(|outcome| outcome.name().to_string()));
        }
        Detail::Learning(learning) => facts.extend(learning.on.as_ref().map(|on| day(on.value))),
        Detail::Improvement(improvement) => facts.push(improvement.status.name().to_string()),
        Detail::Clarification(clarification) => facts.push(clarification.status.name().to_string()),
        _ => {}
    }
    facts
}

/// How a thing was reviewed, in words.
pub fn how_text(how: How) -> &'static str {
    match how {
        How::Read => "read through",
        How::Used => "used in an incident",
        How::Drilled => "drilled",
    }
}

/// An entity's links, dashboards first, then logs, then as written.
pub fn links(entity: &Entity) -> Vec<Link> {
    let mut links: Vec<_> = entity.links.iter().collect();
    links.sort_by_key(|link| match link.kind.as_str() {
        "dashboard" => 0,
        "logs" => 1,
        _ => 2,
    });
    let view = |link: &&crate::model::entity::Link| Link {
        title: link.title.clone(),
        href: Some(link.url.clone()),
        kind: (!link.kind.is_empty()).then(|| link.kind.clone()),
    };
    links.iter().map(view).collect()
}

/// Everything a role's holder or a team's member stands for: the party itself, its roles and its teams.
pub fn hats(desk: &Desk, person: EntityId) -> Vec<EntityId> {
    let mut hats = vec![person];
    hats.extend(desk.teams_of.get(&person).into_iter().flatten());
    hats.extend(desk.roles_of.get(&person).into_iter().flatten());
    hats
}
