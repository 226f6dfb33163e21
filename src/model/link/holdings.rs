//! What follows from the references: who holds roles, tiers, owners, policies and where reviews stand.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use crate::config::Config;
use crate::model::entity::{Detail, Entity, Owner};
use crate::model::kind::Kind;
use crate::model::ownership::Ownership;
use crate::model::reference::{EntityId, Reference};
use crate::model::{Backlink, review};

pub(super) fn hold_roles(entities: &mut [Entity], today: Date) {
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

pub(super) fn set_tiers(entities: &mut [Entity]) {
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
pub(super) fn set_owners(entities: &mut [Entity]) {
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
pub(super) fn set_policies(entities: &mut [Entity], backlinks: &[Vec<Backlink>]) {
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

pub(super) fn set_reviews(entities: &mut [Entity], config: &Config, today: Date) {
    for entity in entities {
        let own = entity.review_every.as_ref().map(|every| every.value);
        entity.review = review::state(entity.kind, &entity.reviews, own, entity.tier, &config.review, today);
    }
}
