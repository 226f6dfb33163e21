//! `ownership/concentration`. What a thing inherits from another is not counted again: it moves with that.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::escalation::Step;
use crate::model::kind::Kind;
use crate::model::ownership::Holders;
use crate::model::reference::EntityId;

pub static RULE: Rule = Rule {
    name: "ownership/concentration",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A person on more than a quarter of all escalation steps and holdings, and on at least 8. A step counts when it \
            notifies the person or a role the person holds; a thing with an owner of its own counts when that is the person, or a \
            role or team that only this person holds today. `[ownership] concentration` in site.toml sets another percentage.",
    matters: "Whoever is asked about everything becomes the queue that everything waits in. Nobody sees it coming, because each \
              page names that person only once.",
    example: "Nine of thirty escalation steps and owned things lead to `person:ana-ruiz`.",
    instead: "Hand some of the holdings to a team, and put a role with several holders on the steps.",
    source: "AWS Well-Architected, OPS03-BP07 *Resource teams appropriately*; Google SRE book, chapter 11 *Being On-Call*, on \
             balance. The two thresholds are onus' own.",
};

/// Steps and holdings below which nobody carries too much, however small the handbook.
pub const LEAST: usize = 8;

/// What rests on one person.
#[derive(Debug, Clone, Copy, Default)]
pub struct Load {
    pub steps: usize,
    pub holdings: usize,
}

impl Load {
    pub fn carried(self) -> usize {
        self.steps + self.holdings
    }

    /// Whether it is more than `limit` per cent of all, and more than little.
    pub fn is_too_much(self, limit: usize, total: usize) -> bool {
        self.carried() >= LEAST && self.carried() * 100 > limit * total
    }
}

/// What rests on each person, and how many escalation steps and holdings there are.
pub fn loads(handbook: &Handbook) -> (BTreeMap<EntityId, Load>, usize) {
    let holders = handbook.all_holders();
    let mut loads: BTreeMap<EntityId, Load> = BTreeMap::new();
    let mut total = 0;
    let policies = handbook.of_kind(Kind::Escalation).filter_map(|(_, entity)| entity.escalation());
    for step in policies.flat_map(|policy| &policy.steps) {
        total += 1;
        notified(handbook, &holders, step).into_iter().for_each(|id| loads.entry(id).or_default().steps += 1);
    }
    for (_, _, owner) in handbook.holdings() {
        total += 1;
        if let Some(person) = sole_holder(handbook, &holders, owner) {
            loads.entry(person).or_default().holdings += 1;
        }
    }
    (loads, total)
}

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let (loads, total) = loads(handbook);
    let limit = usize::from(handbook.config.ownership.concentration);
    let mut findings = Vec::new();
    for (id, load) in loads.into_iter().filter(|(_, load)| load.is_too_much(limit, total)) {
        let (Load { steps, holdings }, carried) = (load, load.carried());
        let person = handbook.get(id);
        let message = format!(
            "person `{}` is on {carried} of {total} escalation steps and holdings ({steps} and {holdings}), more than {limit} %",
            person.id
        );
        findings.push(
            Diagnostic::new(&RULE, person.place(), message)
                .help("hand some to a team, or let a second person hold the roles")
                .about(handbook.subject(id)),
        );
    }
    findings
}

/// The people a step notifies, themselves or as holders of a role; a whole team is not one person's load.
fn notified(handbook: &Handbook, holders: &HashMap<EntityId, Holders>, step: &Step) -> BTreeSet<EntityId> {
    let targets = step.notify.iter().filter_map(|party| party.target);
    let single = targets.filter(|target| handbook.get(*target).kind != Kind::Team);
    single.filter_map(|target| holders.get(&target)).flat_map(|holders| holders.current.iter().copied()).collect()
}

fn sole_holder(handbook: &Handbook, holders: &HashMap<EntityId, Holders>, owner: EntityId) -> Option<EntityId> {
    let holders = holders.get(&owner)?;
    let people = if handbook.get(owner).kind == Kind::Person { &holders.current } else { &holders.active };
    match people[..] {
        [person] if holders.known => Some(person),
        _ => None,
    }
}
