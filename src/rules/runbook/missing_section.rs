//! `runbook/missing-section`.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::entity::Entity;
use crate::model::kind::Kind;
use crate::text::list;

pub static RULE: Rule = Rule {
    name: "runbook/missing-section",
    level: Severity::Info,
    worse: Severity::Info,
    finds: "A runbook without one of the headings that `[runbook] sections` of site.toml asks for. Headings of any level count, without \
            regard to case. Nothing is asked for unless site.toml does.",
    matters: "In an incident people look for the same things in the same place: how to tell, what to do, how to take it back, how to \
              see that it worked.",
    example: "```toml\n[runbook]\nsections = [\"Diagnosis\", \"Verify\"]\n```\n\n```markdown\n# Restart the worker\n\n## Diagnosis\n```",
    instead: "```markdown\n# Restart the worker\n\n## Diagnosis\n\n## Verify\n```",
    source: "AWS Well-Architected, OPS07-BP03 *Use runbooks to perform procedures*: a runbook holds the desired outcome, the tools and permissions \
             it needs, and what to do about errors. Which sections those are is the handbook's own choice.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let wanted = &handbook.config.runbook.sections;
    let mut findings = Vec::new();
    for (id, entity) in handbook.of_kind(Kind::Runbook) {
        let absent = absent(entity, wanted);
        let (message, help) = match absent.as_slice() {
            [] => continue,
            [one] => (format!("runbook `{}` has no section {one}", entity.id), "add a heading of that name"),
            more => (
                format!("runbook `{}` lacks the sections {}", entity.id, list::joined(more, "and")),
                "add headings of these names",
            ),
        };
        findings.push(Diagnostic::new(&RULE, entity.place(), message).help(help).about(handbook.subject(id)));
    }
    findings
}

/// The wanted sections that an entity's prose does not have, each in backticks.
fn absent(entity: &Entity, wanted: &[String]) -> Vec<String> {
    let headings = entity.body.iter().flat_map(|body| &body.outline.headings);
    let there: HashSet<String> = headings.map(|heading| heading.text.to_lowercase()).collect();
    let is_absent = |section: &&String| !there.contains(&section.trim().to_lowercase());
    wanted.iter().filter(is_absent).map(|section| format!("`{}`", section.trim())).collect()
}
