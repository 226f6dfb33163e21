//! Whom to call and what may be decided: ladders of escalation policies, and decisions in short.

use crate::model::entity::Entity;
use crate::model::kind::Kind;
use crate::model::person::{Person, Presence};
use crate::model::reference::{EntityId, Reference};
use crate::site::seat::Seat;
use crate::site::view::{Ladder, LadderStep, May, Party, Ref};

impl Seat<'_, '_> {
    /// The ladder of an entity's policy, and how that was reached.
    pub fn ladder(&self, entity: &Entity) -> Option<Ladder> {
        let policy = entity.policy?;
        let own = entity.kind == Kind::Escalation;
        let target = self.entity(policy);
        let detail = target.escalation()?;
        let steps = detail.steps.iter().enumerate().map(|(n, step)| {
            let at = detail.starts_at(n);
            let gap = if n == 0 { None } else { detail.steps[n - 1].within.as_ref().map(|within| within.value) };
            let known = n == 0 || gap.is_some();
            LadderStep {
                n: n + 1,
                at_minutes: known.then_some(at),
                at: match (n, known) {
                    (0, _) => "at once".to_string(),
                    (_, true) => format!("t+{}", minutes(at)),
                    (_, false) => "then".to_string(),
                },
                gap: match gap {
                    None => "none",
                    Some(..=10) => "short",
                    Some(11..=30) => "medium",
                    Some(_) => "long",
                },
                who: step.notify.iter().map(|reference| self.party(reference)).collect(),
                via: step.via.clone(),
                may: step.may.clone(),
            }
        });
        Some(Ladder {
            policy: (!own).then(|| self.reference(policy)),
            via: None,
            owner: target.ownership.owner.map(|owner| self.reference(owner)),
            first: detail.steps.first().and_then(|step| step.notify.first()).map(|first| self.written(first)),
            state: self.desk.standing(policy).state,
            repeat: detail.repeat.as_ref().map(|repeat| repeat_text(repeat)),
            steps: steps.collect(),
        })
    }

    /// Somebody to call, and who stands in.
    pub fn party(&self, reference: &Reference) -> Party {
        let away = reference.target.and_then(|id| {
            let person = self.entity(id).person()?;
            (person.presence(self.desk.handbook.today) == Presence::Away).then(|| away_text(person))
        });
        let cover = reference.target.and_then(|id| self.entity(id).person()?.cover()).filter(|_| away.is_some());
        Party {
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
        })
    }

    /// Decisions that apply to some services: those that name one of them, and the general ones.
    pub fn decisions_for(&self, services: &[EntityId]) -> Vec<May> {
        let named = services.iter().filter_map(|service| self.desk.decisions.get(service)).flatten();
        let mut ids: Vec<EntityId> = named.copied().collect();
        if !services.is_empty() {
            ids.extend(&self.desk.general_decisions);
        }
        ids.sort();
        ids.dedup();
        ids.into_iter().filter_map(|id| self.may(id)).collect()
    }
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
