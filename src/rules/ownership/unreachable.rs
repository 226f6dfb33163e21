//! `ownership/unreachable`. A person who has left needs no contact, but a successor: see `ownership/departed`.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "ownership/unreachable",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A team, person or role that owns something and has no contact. A role is reached through those who hold it, too. It \
            is told once, on the owner.",
    matters: "To know whose it is helps only those who can reach them. In an incident the search for a channel costs the first \
              minutes.",
    example: "```yaml\n# teams/payments.md\ntitle: Payments\n```",
    instead: "```yaml\n# teams/payments.md\ntitle: Payments\ncontacts: { slack: \"#payments\", on_call: https://rota.example/payments }\n```",
    source: "AWS Well-Architected, OPS02-BP01 *Resources have identified owners*, which asks for the owner's contact.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let owners: BTreeSet<_> = handbook.holdings().map(|(_, _, owner)| owner).collect();
    let mut findings = Vec::new();
    for id in owners {
        let entity = handbook.get(id);
        let gone = entity.kind == Kind::Person && handbook.holders(id).current.is_empty();
        if handbook.is_reachable(id) || gone || entity.broken {
            continue;
        }
        let help = match entity.kind {
            Kind::Role => "add `contacts` to the role or to a person who holds it",
            _ => "add `contacts`: `slack`, `email`, `phone`, `on_call`, `issues` or `url`",
        };
        let message = format!("{} `{}` owns things and has no contact", entity.kind, entity.id);
        findings.push(Diagnostic::new(&RULE, entity.place(), message).help(help).about(handbook.subject(id)));
    }
    findings
}
