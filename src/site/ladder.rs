//! Whom to call and what may be decided: ladders of escalation policies, and decisions in short.

use crate::model::entity::Entity;
use crate::model::escalation::Step;
use crate::model::kind::Kind;
use crate::model::person::{Person, Presence};
use crate::model::reference::{EntityId, Reference};
use crate::site::axis::{self, Stretch};
use crate::site::desk::targets;
use crate::site::seat::{Seat, hats};
use crate::site::view::{Ladder, LadderStep, May, Party, Ref};

impl Seat<'_, '_> {
    /// The ladder of an entity's policy, and how that was reached.
    pub fn ladder(&self, entity: &Entity) -> Option<Ladder> {
        let policy = entity.policy?;
        let own = entity.kind == Kind::Escalation;
        let target = self.entity(policy);
        let detail = target.escalation()?;
        let within = |step: &Step| step.within.as_ref().map(|within| within.value);
        let steps = detail.steps.iter().enumerate().map(|(n, step)| {
            let at = detail.starts_at(n);
            let known = detail.steps[..n].iter().all(|before| before.within.is_some());
            LadderStep {
                n: n + 1,
                at_minutes: known.then_some(at),
                at: match (n, known) {
                    (0, _) => "at once".to_string(),
                    (_, true) => format!("t+{}", minutes(at)),
                    (_, false) => "then".to_string(),
                },
                within: within(step).map(minutes),
                who: step.notify.iter().map(|reference| self.party(reference)).collect(),
                via: step.via.clone(),
                may: step.may.clone(),
            }
        });
        let steps: Vec<LadderStep> = steps.collect();
        let stretches = steps.iter().zip(&detail.steps).map(|(shown, step)| Stretch {
            label: called(&shown.who),
            minutes: within(step),
            lost: shown.who.iter().all(|party| party.lost.is_some()),
        });
        let axis = axis::draw(&stretches.collect::<Vec<_>>());
        Some(Ladder {
            policy: (!own).then(|| self.reference(policy)),
            via: None,
            owner: target.ownership.owner.map(|owner| self.reference(owner)),
            first: detail.steps.first().and_then(|step| step.notify.first()).map(|first| self.written(first)),
            state: self.desk.standing(policy).state,
            repeat: detail.repeat.as_ref().map(|repeat| repeat_text(repeat)),
            steps,
            axis,
        })
    }

    /// Somebody to call, and who stands in.
    pub fn party(&self, reference: &Reference) -> Party {
        let away = reference.target.and_then(|id| {
            let person = self.entity(id).person()?;
            (person.presence(self.desk.handbook.today) == Presence::Away).then(|| away_text(person))
        });
        let cover = reference.target.and_then(|id| self.entity(id).person()?.cover()).filter(|_| away.is_some());
        let lost = reference.target.and_then(|id| {
            let holders = self.desk.handbook.holders(id);
            match (self.entity(id).kind, holders.current.is_empty()) {
                _ if !holders.is_nobody() => None,
                (Kind::Person, true) => Some("left"),
                (Kind::Person, false) => Some("nobody covers"),
                (Kind::Role, true) => Some("nobody holds it"),
                (_, true) => Some("nobody in it"),
                (_, false) => Some("all away, nobody covers"),
            }
        });
        Party {
            lost,
            r#ref: Ref { note: None, ..self.written(reference) },
            contacts: reference.target.map(|id| self.reach(id)).unwrap_or_default(),
            away,
            cover: cover.map(|cover| self.written(cover)),
        }
    }

    /// A decision in short.
    pub fn may(&self, id: EntityId) -> Option<May> {
        let entity = self.entity(id);
        let decision = entity.decision()?;
        let sentence = |list: &[String]| (!list.is_empty()).then(|| list.join("; "));
        Some(May {
            r#ref: self.reference(id),
            action: decision.action.clone().unwrap_or_else(|| entity.title.clone()),
            who: self.all_written(&decision.who),
            services: self.all_written(&decision.services),
            door: decision.door.map(|door| door.name()),
            when: decision.when.clone(),
            limits: sentence(&decision.limits),
            safety: sentence(&decision.safety),
            otherwise: decision.otherwise.as_ref().map(|policy| self.written(policy)),
            likely: false,
        })
    }

    /// Decisions that apply to some services: those that name one of them, and the general ones. Those for whoever an incident
    /// of `entity` reaches first come first, and among them the ones for the first step.
    pub fn decisions_for(&self, services: &[EntityId], entity: &Entity) -> Vec<May> {
        let named = services.iter().filter_map(|service| self.desk.decisions.get(service)).flatten();
        let mut ids: Vec<EntityId> = named.copied().collect();
        if !services.is_empty() {
            ids.extend(&self.desk.general_decisions);
        }
        if ids.is_empty() {
            return Vec::new();
        }
        let (called, held) = (self.first_called(entity), self.owning(entity));
        let rank = |id: &EntityId| {
            let who = || self.entity(*id).decision().into_iter().flat_map(|decision| targets(&decision.who));
            let any = |parties: &[EntityId]| who().any(|party| parties.contains(&party));
            if any(&called) { 0 } else { 1 + usize::from(!any(&held)) }
        };
        let mut ranked: Vec<(usize, EntityId)> = ids.iter().map(|id| (rank(id), *id)).collect();
        ranked.sort();
        ranked.dedup();
        let mut list = Vec::new();
        for (rank, id) in ranked {
            let (Some(may), Some(decision)) = (self.may(id), self.entity(id).decision()) else { continue };
            // Of those who may, the ones that an incident reaches first are named first.
            let mut who: Vec<&Reference> = decision.who.iter().collect();
            let of = |party: &&Reference, parties: &[EntityId]| party.target.is_some_and(|id| parties.contains(&id));
            who.sort_by_key(|party| (!of(party, &called), !of(party, &held)));
            list.push(May { likely: rank < 2, who: who.into_iter().map(|who| self.written(who)).collect(), ..may });
        }
        list
    }

    /// Whom the first step of an entity's policy calls, and everything those people stand for.
    fn first_called(&self, entity: &Entity) -> Vec<EntityId> {
        let policy = entity.policy.and_then(|policy| self.entity(policy).escalation());
        let first = policy.and_then(|policy| policy.steps.first()).map(|step| targets(&step.notify));
        first.into_iter().flatten().flat_map(|party| self.stands_for(party)).collect()
    }

    /// The owner of an entity, and everything it stands for: of a team, the roles that it gives its members.
    fn owning(&self, entity: &Entity) -> Vec<EntityId> {
        let Some(owner) = entity.ownership.owner else { return Vec::new() };
        let today = self.desk.handbook.today;
        let members = self.entity(owner).team().and_then(|team| team.members.as_ref()).into_iter().flatten();
        let roles = members.filter(|member| member.is_in(today)).flat_map(|member| targets(&member.roles));
        self.stands_for(owner).into_iter().chain(roles).collect()
    }

    fn stands_for(&self, party: EntityId) -> Vec<EntityId> {
        if self.entity(party).kind == Kind::Person { hats(self.desk, party) } else { vec![party] }
    }
}

/// Who is called, on one line; who stands in is named first.
fn called(parties: &[Party]) -> String {
    let name = |party: &Party| match (&party.cover, &party.away) {
        (Some(cover), _) if party.lost.is_none() => format!("{} for {}", cover.title, party.r#ref.title),
        (_, Some(_)) => format!("{}, away", party.r#ref.title),
        _ => party.r#ref.title.clone(),
    };
    parties.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// A length of time in words: `5 min`, `1 h`, `1 h 30 min`.
pub fn minutes(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, m) => format!("{m} min"),
        (h, 0) => format!("{h} h"),
        (h, m) => format!("{h} h {m} min"),
    }
}

fn repeat_text(repeat: &str) -> String {
    match repeat.parse::<u32>() {
        Ok(0) => "The steps are gone through once.".to_string(),
        Ok(1) => "Gone through once more if nobody answers.".to_string(),
        Ok(n) => format!("Gone through {n} more times if nobody answers."),
        Err(_) if repeat == "true" => "Starts again until somebody answers.".to_string(),
        Err(_) if repeat == "false" => "The steps are gone through once.".to_string(),
        Err(_) => format!("Starts again: {repeat}."),
    }
}

/// An absence in words.
pub fn away_text(person: &Person) -> String {
    let until = person.away.as_ref().and_then(|away| away.until);
    until.map_or("away".to_string(), |until| format!("away until {until}"))
}
