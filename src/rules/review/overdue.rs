//! `review/overdue`.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::rules::review::days;

pub static RULE: Rule = Rule {
    name: "review/overdue",
    level: Severity::Warn,
    worse: Severity::Error,
    finds: "A thing whose next review was due before today, by its own `review_every` or by `[review]` in site.toml. It is an \
            error when more than 30 days have passed and the thing is, or is for, a service of tier 0 or 1.",
    matters: "A stale page looks like a fresh one. The reader finds out at the step that no longer exists.",
    example: "```yaml\nreview_every: 90d\nreviews:\n  - { on: 2026-01-12, by: ana-ruiz, how: read, note: \"steps still hold\" }\n```",
    instead: "Read it, use it or drill it, correct it, and say so:\n\n```yaml\nreview_every: 90d\nreviews:\n  \
              - { on: 2026-01-12, by: ana-ruiz, how: read, note: \"steps still hold\" }\n  \
              - { on: 2026-11-20, by: ben-okoro, how: drilled, note: \"step 4 corrected\" }\n```",
    source: "GOV.UK Tech Docs Template, whose pages carry `last_reviewed_on` and `review_in`.",
};

/// Days past the day after which a critical thing is an error.
const GRACE: i32 = 30;

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.iter() {
        let Some(due) = entity.review.due.filter(|due| *due < handbook.today) else { continue };
        let span = entity.review.last.map_or(entity.span, |last| entity.reviews[last].on.span);
        let late = (handbook.today - due).get_days();
        let message = format!("the review of {} `{}` was due on {due}, {} ago", entity.kind, entity.id, days(late));
        let finding = Diagnostic::new(&RULE, entity.at(span), message)
            .help("review it, and add an entry to `reviews`")
            .about(handbook.subject(id));
        let critical = entity.tier.is_some_and(|tier| tier <= 1);
        findings.push(if critical && late > GRACE { finding.worse() } else { finding });
    }
    findings
}
