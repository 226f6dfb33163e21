//! From what an escalation policy can be reached, and whether there is more than one step to it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::Handbook;
use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::rules::escalation::unreachable;
use crate::site::chart::{self, Bar};
use crate::site::seat::Seat;
use crate::site::view::{Ref, State};

/// Things that are listed as not covered.
const LISTED: usize = 100;

/// Steps that somebody can be reached by, below which nobody is next.
const STEPS: usize = 2;

#[derive(Serialize)]
pub(super) struct Coverage {
    rows: Vec<Tier>,
    /// What is not covered, the most critical first.
    uncovered: Vec<Uncovered>,
    uncovered_count: usize,
    more: usize,
}

/// Services of one tier, or the responsibilities.
#[derive(Serialize)]
struct Tier {
    title: String,
    total: usize,
    /// With at least two distinct steps that reach somebody today.
    covered: usize,
    /// With a policy of fewer such steps.
    thin: usize,
    /// Without a policy.
    none: usize,
    /// Per cent that are covered.
    share: usize,
    bar: Bar,
}

#[derive(Serialize)]
struct Uncovered {
    r#ref: Ref,
    /// What it is, in a few words: `tier 1`, `responsibility`.
    what: String,
    owner: Option<Ref>,
    policy: Option<Ref>,
    state: State,
    /// Why, in words.
    why: String,
}

/// The coverage; none where there is neither a service nor a responsibility.
pub(super) fn coverage(seat: &Seat) -> Option<Coverage> {
    let handbook = seat.desk.handbook;
    let steps: BTreeMap<EntityId, usize> =
        handbook.of_kind(Kind::Escalation).map(|(id, _)| (id, reaching_steps(handbook, id))).collect();
    // Tiers in their order, then services without one, then responsibilities.
    let mut groups: BTreeMap<(usize, Option<u8>), Vec<EntityId>> = BTreeMap::new();
    for (id, entity) in handbook.of_kind(Kind::Service) {
        let tier = entity.service().and_then(|service| service.tier);
        groups.entry((usize::from(tier.is_none()), tier)).or_default().push(id);
    }
    for (id, _) in handbook.of_kind(Kind::Responsibility) {
        groups.entry((2, None)).or_default().push(id);
    }
    let mut rows = Vec::new();
    let mut uncovered = Vec::new();
    for ((group, tier), ids) in &groups {
        let (mut covered, mut thin) = (0, 0);
        for id in ids {
            let policy = seat.entity(*id).policy;
            match policy.map(|policy| (policy, steps.get(&policy).copied().unwrap_or(0))) {
                Some((_, count)) if count >= STEPS => {
                    covered += 1;
                    continue;
                }
                Some(_) => thin += 1,
                None => {}
            }
            uncovered.push((*id, *group));
        }
        let total = ids.len();
        rows.push(Tier {
            title: match (group, tier) {
                (0, Some(tier)) => format!("Tier {tier} services"),
                (2, _) => "Responsibilities".to_string(),
                _ => "Services of no tier".to_string(),
            },
            total,
            covered,
            thin,
            none: total - covered - thin,
            share: chart::per_cent(covered, total),
            bar: Bar::new(total, &[("full", covered), ("half", thin)]),
        });
    }
    let view = |(id, group): &(EntityId, usize)| {
        let entity = seat.entity(*id);
        let plain = |id: EntityId| Ref { state: State::Fine, note: None, ..seat.reference(id) };
        let count = entity.policy.and_then(|policy| steps.get(&policy)).copied().unwrap_or(0);
        let (state, why) = match (entity.policy, count) {
            (None, _) => (State::Broken, "no policy"),
            (Some(_), 0) => (State::Broken, "no step reaches anybody"),
            (Some(_), _) => (State::Due, "one step"),
        };
        Uncovered {
            r#ref: plain(*id),
            what: match (group, entity.tier) {
                (2, _) => "responsibility".to_string(),
                (_, Some(tier)) => format!("tier {tier}"),
                _ => "no tier".to_string(),
            },
            owner: entity.ownership.owner.map(plain),
            policy: entity.policy.map(plain),
            state,
            why: why.to_string(),
        }
    };
    (!rows.is_empty()).then(|| Coverage {
        uncovered: uncovered.iter().take(LISTED).map(view).collect(),
        uncovered_count: uncovered.len(),
        more: uncovered.len().saturating_sub(LISTED),
        rows,
    })
}

/// Distinct steps of a policy by which somebody can be reached today.
fn reaching_steps(handbook: &Handbook, policy: EntityId) -> usize {
    let steps = handbook.get(policy).escalation().map(|policy| policy.steps.as_slice()).unwrap_or_default();
    let reaching = steps.iter().filter(|step| !unreachable::is_lost(handbook, step));
    reaching.map(|step| step.notified()).collect::<BTreeSet<_>>().len()
}
