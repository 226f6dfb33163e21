//! `review/due-soon`.

use jiff::ToSpan;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::rules::review::days;

pub static RULE: Rule = Rule {
    name: "review/due-soon",
    level: Severity::Info,
    worse: Severity::Info,
    finds: "A thing whose next review is due today or within 14 days; `[review] due_soon` in site.toml sets another time.",
    matters: "A review that is seen coming fits into the week; one that is seen late becomes one of many.",
    example: "```yaml\n# on 22 November 2026\nreview_every: 90d\nreviewed: 2026-08-30\n```",
    instead: "```yaml\nreview_every: 90d\nreviews:\n  - { on: 2026-11-22, by: ana-ruiz, how: read, note: \"new contact added\" }\n```",
    source: "GOV.UK developer docs, which listed pages about to expire as *Pages to be reviewed soon*.",
};

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let ahead = handbook.config.review.due_soon.map_or(14.days(), |length| length.0);
    let last = handbook.today.saturating_add(ahead);
    let mut findings = Vec::new();
    for (id, entity) in handbook.iter() {
        let Some(due) = entity.review.due.filter(|due| (handbook.today..=last).contains(due)) else { continue };
        let span = entity.review.last.map_or(entity.span, |last| entity.reviews[last].on.span);
        let when = match (due - handbook.today).get_days() {
            0 => "today".to_string(),
            left => format!("in {}", days(left)),
        };
        let message = format!("the review of {} `{}` is due on {due}, {when}", entity.kind, entity.id);
        findings.push(
            Diagnostic::new(&RULE, entity.at(span), message)
                .help("review it, and add an entry to `reviews`")
                .about(handbook.subject(id)),
        );
    }
    findings
}
