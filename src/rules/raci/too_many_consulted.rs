//! `raci/too-many-consulted`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "raci/too-many-consulted",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A responsibility with more than five parties under `consulted`.",
    matters: "Whoever must be asked can hold things up. With six of them the work waits, or the asking is skipped, and then for \
              the one who mattered, too.",
    example: "```yaml\nconsulted: [payments, checkout, stores, platform, finance, legal]\n```",
    instead: "```yaml\nconsulted: [payments, finance]\ninformed: [checkout, stores, platform, legal]\n```",
    source: "RACI: those consulted are asked before a decision, in both directions; those informed are told of it. The bound of \
             five is onus' own.",
};

/// The most parties that can be asked before each decision.
const MOST: usize = 5;

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Responsibility) {
        let Some(detail) = entity.responsibility() else { continue };
        let Some(first_too_many) = detail.consulted.get(MOST) else { continue };
        let message = format!("responsibility `{}` consults {} parties", entity.id, detail.consulted.len());
        findings.push(
            Diagnostic::new(&RULE, entity.at(first_too_many.span), message)
                .help(format!("keep at most {MOST} that have a say, and move the others to `informed`"))
                .about(handbook.subject(id)),
        );
    }
    findings
}
