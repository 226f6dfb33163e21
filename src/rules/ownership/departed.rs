//! `ownership/departed`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "ownership/departed",
    level: Severity::Error,
    worse: Severity::Error,
    finds: "A thing owned by a person who has left (`status: left`), or who is away and has nobody as `cover`. It is told at \
            each thing that names the person, not again where the owner is inherited.",
    matters: "What a leaver owned goes on running and nobody looks after it. It comes up when it breaks, and the one who knew \
              it cannot be asked.",
    example: "```yaml\n# people/ben-okoro.md\nstatus: left\n\n# services/cards.md\nowner: person:ben-okoro\n```",
    instead: "```yaml\n# services/cards.md\nowner: team:payments\n```\n\nFor an absence, say who stands in: \
              `away: { from: 2026-11-16, until: 2026-12-04, cover: ana-ruiz }`.",
    source: "AWS Well-Architected, OPS02-BP01 *Resources have identified owners*.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity, owner) in handbook.holdings().filter(|(_, entity, _)| !entity.is_closed()) {
        let person = handbook.get(owner);
        if person.kind != Kind::Person {
            continue;
        }
        let holders = handbook.holders(owner);
        if !holders.is_nobody() {
            continue;
        }
        let (reason, help) = if holders.current.is_empty() {
            ("has left", "name an owner that is there")
        } else {
            ("is away without cover", "say who stands in with `cover` in the person's `away`, or name another owner")
        };
        let message = format!("{} `{}` is owned by person `{}`, who {reason}", entity.kind, entity.id, person.id);
        findings.push(
            Diagnostic::new(&RULE, entity.owner_place(), message)
                .label(person.place(), "this person")
                .help(help)
                .about(handbook.subject(id)),
        );
    }
    findings
}
