//! The answer card: who owns a thing, how to reach them, and who is next.

use serde::Serialize;

use crate::model::Handbook;
use crate::model::entity::Entity;
use crate::model::kind::PARTIES;
use crate::model::reference::EntityId;

/// An answer, as people and machines read it.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Card {
    pub r#ref: String,
    pub title: String,
    /// The page, from the site's root.
    pub url: String,
    pub tier: Option<u8>,
    /// The accountable party; a team, person or role is its own.
    pub owner: Option<Named>,
    /// Where the owner comes from, if not from the thing itself: `kind:id`.
    pub via: Option<String>,
    /// Who holds it today.
    pub held_by: Vec<Named>,
    /// How to reach them, the fastest way first.
    pub contacts: Vec<Reach>,
    /// The steps of the escalation policy.
    pub escalation: Vec<NextStep>,
    /// Runbooks of an alert or a service.
    pub runbooks: Vec<Named>,
    /// Who decides, where nobody owns it.
    pub arbiter: Option<Named>,
}

/// A thing by its reference and title.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Named {
    pub r#ref: String,
    pub title: String,
}

/// A way to reach somebody.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Reach {
    /// `on_call`, `phone`, `slack`, `email`, `issues` or `url`.
    pub channel: &'static str,
    pub value: String,
}

/// A step of an escalation policy.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct NextStep {
    /// Minutes after the start.
    pub at_minutes: u32,
    pub notify: Vec<Named>,
}

/// Makes the card of an entity.
pub fn of(handbook: &Handbook, id: EntityId) -> Card {
    let entity = handbook.get(id);
    let named = |id: &EntityId| Named { r#ref: handbook.get(*id).reference(), title: handbook.get(*id).title.clone() };
    let party = PARTIES.contains(&entity.kind);
    let owner = if party { Some(id) } else { entity.ownership.owner };
    let holders = owner.map(|owner| handbook.holders(owner).active).unwrap_or_default();
    let policy = entity.policy.and_then(|policy| handbook.get(policy).escalation());
    let steps = policy.into_iter().flat_map(|policy| {
        policy.steps.iter().enumerate().map(|(n, step)| NextStep {
            at_minutes: policy.starts_at(n),
            notify: step.notify.iter().filter_map(|reference| reference.target.as_ref()).map(named).collect(),
        })
    });
    Card {
        r#ref: entity.reference(),
        title: entity.title.clone(),
        url: entity.route.clone(),
        tier: entity.tier,
        owner: owner.as_ref().map(named),
        via: entity.ownership.via.filter(|_| !party).map(|via| handbook.get(via).reference()),
        held_by: holders.iter().filter(|holder| Some(**holder) != owner).map(named).collect(),
        contacts: owner.map(|owner| reach(handbook, owner, &holders)).unwrap_or_default(),
        escalation: steps.collect(),
        runbooks: handbook.runbooks(id).iter().map(named).collect(),
        arbiter: handbook.arbiter.filter(|_| owner.is_none()).as_ref().map(named),
    }
}

fn reach(handbook: &Handbook, owner: EntityId, holders: &[EntityId]) -> Vec<Reach> {
    let of = |entity: &Entity| {
        let mut contacts: Vec<_> = entity.contacts.iter().collect();
        contacts.sort_by_key(|contact| contact.channel);
        let view =
            contacts.into_iter().map(|contact| Reach { channel: contact.channel.name(), value: contact.value.clone() });
        view.collect::<Vec<_>>()
    };
    let own = of(handbook.get(owner));
    if own.is_empty() { holders.iter().take(2).flat_map(|holder| of(handbook.get(*holder))).collect() } else { own }
}
