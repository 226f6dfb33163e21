//! `ownership/idle-team`.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "ownership/idle-team",
    level: Severity::Info,
    worse: Severity::Info,
    finds: "A team that nothing names as its owner, neither in `owner` nor, for alerts, in the label `team`.",
    matters: "Either the team is gone and its page stayed, or what it does is written down nowhere and will be missed when the \
              team is.",
    example: "```yaml\n# teams/payments.md, and no `owner: team:payments` anywhere\ntitle: Payments\n```",
    instead: "Write down what the team answers for, or remove the team:\n\n```yaml\n# responsibilities/refunds.md\nowner: team:payments\n```",
    source: "AWS Well-Architected, OPS02-BP03 *Operations activities have identified owners responsible for their performance*.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let owners: HashSet<_> = handbook.holdings().map(|(_, _, owner)| owner).collect();
    let idle = handbook.of_kind(Kind::Team).filter(|(id, _)| !owners.contains(id));
    idle.map(|(id, team)| {
        Diagnostic::new(&RULE, team.place(), format!("team `{}` owns nothing", team.id))
            .help("name it as the `owner` of what it answers for, or remove it")
            .about(handbook.subject(id))
    })
    .collect()
}
