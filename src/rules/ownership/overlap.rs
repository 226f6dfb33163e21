//! `ownership/overlap`. Each pair is told once, at the one that comes later by id.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::entity::Entity;
use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::text::Span;

pub static RULE: Rule = Rule {
    name: "ownership/overlap",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "Two responsibilities with different owners that have a title or an alias in common, or a line of `scope.in`. Case and \
            white space do not count. Both places are shown.",
    matters: "What two parties own, each leaves to the other on a bad day, and both change on a good one.",
    example: "```yaml\n- { id: refunds-web, title: Refunds, owner: team:payments }\n- { id: refunds-shop, title: Refunds, owner: team:stores }\n```",
    instead: "```yaml\n- { id: refunds-web, title: Refunds of web orders, owner: team:payments }\n\
              - { id: refunds-shop, title: Refunds at the desk, owner: team:stores }\n```\n\nor one of them, with the other party \
              under `responsible`.",
    source: "AWS Well-Architected, OPS02-BP06 *Responsibilities between teams are predefined or negotiated*; RACI allows one \
             accountable party.",
};

/// What two responsibilities may both lay claim to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Ground {
    Name,
    Scope,
}

/// A claim of one responsibility, as written.
struct Claim<'h> {
    ground: Ground,
    text: &'h str,
    span: Span,
}

/// Who made a claim first.
struct Claimant {
    id: EntityId,
    owner: EntityId,
    span: Span,
}

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    // For each ground at most two claimants, of different owners: whoever comes later differs from one of them.
    let mut claimed: HashMap<(Ground, String), Vec<Claimant>> = HashMap::new();
    let mut told: HashSet<(EntityId, EntityId)> = HashSet::new();
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Responsibility) {
        let Some(owner) = entity.ownership.owner else { continue };
        for claim in claims(entity) {
            let before = claimed.entry((claim.ground, folded(claim.text))).or_default();
            if let Some(other) = before.iter().find(|other| other.owner != owner)
                && told.insert((id, other.id))
            {
                findings.push(finding(handbook, id, &claim, other));
            }
            if before.len() < 2 && before.iter().all(|other| other.owner != owner) {
                before.push(Claimant { id, owner, span: claim.span });
            }
        }
    }
    findings
}

fn claims(entity: &Entity) -> Vec<Claim<'_>> {
    let mut claims = vec![Claim { ground: Ground::Name, text: &entity.title, span: entity.span }];
    claims.extend(entity.aliases.iter().map(|alias| Claim {
        ground: Ground::Name,
        text: &alias.value,
        span: alias.span,
    }));
    let scope = entity.responsibility().into_iter().flat_map(|detail| &detail.scope_in);
    claims.extend(scope.map(|item| Claim { ground: Ground::Scope, text: &item.value, span: item.span }));
    claims
}

fn folded(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

fn finding(handbook: &Handbook, id: EntityId, claim: &Claim, other: &Claimant) -> Diagnostic {
    let (entity, first) = (handbook.get(id), handbook.get(other.id));
    let (what, help) = match claim.ground {
        Ground::Name => ("the name", "say in the title of each what sets it apart, or give both to one owner"),
        Ground::Scope => ("in scope", "leave it in one `scope.in`, and put it under `scope.out` of the other"),
    };
    let message = format!(
        "responsibilities `{}` and `{}` both have {what} `{}`, and different owners",
        entity.id, first.id, claim.text
    );
    Diagnostic::new(&RULE, entity.at(claim.span), message)
        .label(first.at(other.span), format!("owned by `{}`", handbook.get(other.owner).reference()))
        .help(help)
        .about(handbook.subject(id))
}
