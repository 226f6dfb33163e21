//! `raci/no-responsible`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "raci/no-responsible",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A responsibility that names nobody as `responsible`. The owner may be named there, too.",
    matters: "The owner answers for the work; who does it is a second question. Left open, it is answered anew each time, or not \
              at all.",
    example: "```yaml\ntitle: Certificate renewal\nowner: team:platform\n```",
    instead: "```yaml\ntitle: Certificate renewal\nowner: team:platform\nresponsible: [role:on-call]\n```",
    source: "RACI: every task has at least one who is responsible, that is, does the work. AWS Well-Architected, OPS02-BP03 \
             *Operations activities have identified owners responsible for their performance*.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Responsibility) {
        let named = entity.responsibility().is_some_and(|detail| !detail.responsible.is_empty());
        if named || entity.broken {
            continue;
        }
        let message = format!("responsibility `{}` does not say who does the work", entity.id);
        findings.push(
            Diagnostic::new(&RULE, entity.place(), message)
                .help("name those who do the work in `responsible`, the owner among them if it does")
                .about(handbook.subject(id)),
        );
    }
    findings
}
