//! `ownership/ambiguous`. Headings alone say no more than the title does.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::entity::Entity;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "ownership/ambiguous",
    level: Severity::Info,
    worse: Severity::Info,
    finds: "A responsibility that is only a name: no `summary`, no `scope`, no `services`, no `runbooks` or `pages`, and no text.",
    matters: "Two people read two meanings into two words. Each is sure that the part nobody did belongs to the other.",
    example: "```yaml\ntitle: Payments\nowner: team:payments\n```",
    instead: "```yaml\ntitle: Taking payments\nsummary: From the card form to the money in our account.\nowner: team:payments\n\
              scope:\n  in: [Card payments, Chargebacks]\n  out: [Gift cards]\n```",
    source: "AWS Well-Architected, OPS02-BP03 *Operations activities have identified owners responsible for their performance*.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let unclear = handbook.of_kind(Kind::Responsibility).filter(|(_, entity)| !entity.broken && is_only_a_name(entity));
    unclear
        .map(|(id, entity)| {
            let message = format!("responsibility `{}` does not say what it covers", entity.id);
            Diagnostic::new(&RULE, entity.place(), message)
                .help("add a `summary`, a `scope` of what is in and out, or the `services` and `runbooks` it is for")
                .about(handbook.subject(id))
        })
        .collect()
}

fn is_only_a_name(entity: &Entity) -> bool {
    let Some(detail) = entity.responsibility() else { return false };
    let named = [&detail.services, &detail.runbooks, &detail.pages];
    let scoped = !detail.scope_in.is_empty() || !detail.scope_out.is_empty();
    entity.summary.is_none() && !scoped && named.iter().all(|list| list.is_empty()) && !has_text(entity)
}

fn has_text(entity: &Entity) -> bool {
    let mut lines = entity.body.iter().flat_map(|body| body.text.as_str().lines()).map(str::trim);
    lines.any(|line| !line.is_empty() && !line.starts_with('#'))
}
