//! `review/never`. A review in the future is told by `review/future` and is recorded all the same.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::Handbook;
use crate::model::alert::AlertOrigin;
use crate::model::entity::Entity;
use crate::model::kind::Kind;

pub static RULE: Rule = Rule {
    name: "review/never",
    level: Severity::Warn,
    worse: Severity::Warn,
    finds: "A team, service, responsibility, runbook, escalation policy or decision without any review, and anything else that \
            has a cadence (`review_every`, or its kind's in `[review]`) and no review.",
    matters: "What nobody has read since it was written is a plan, not a description: it may never have been true.",
    example: "```yaml\ntitle: Fail over the database\nowner: team:platform\n```",
    instead: "```yaml\ntitle: Fail over the database\nowner: team:platform\nreviews:\n  \
              - { on: 2026-11-20, by: ana-ruiz, how: drilled, note: \"took 12 minutes\" }\n```",
    source: "GOV.UK Tech Docs Template, whose pages carry `last_reviewed_on` and `review_in`. A review is never derived from git \
             or file times: a change is not a check.",
};

const REVIEWED: [Kind; 6] =
    [Kind::Team, Kind::Service, Kind::Responsibility, Kind::Runbook, Kind::Escalation, Kind::Decision];

pub fn check(handbook: &Handbook) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, entity) in handbook.iter() {
        let expected = REVIEWED.contains(&entity.kind) || entity.review.every.is_some();
        if !expected
            || !entity.reviews.is_empty()
            || entity.reviews_unread
            || entity.broken
            || is_only_mentioned(entity)
        {
            continue;
        }
        let message = format!("{} `{}` has no review recorded", entity.kind, entity.id);
        findings.push(
            Diagnostic::new(&RULE, entity.place(), message)
                .help("review it, and record in `reviews` when, by whom, how and with what result")
                .about(handbook.subject(id)),
        );
    }
    findings
}

fn is_only_mentioned(entity: &Entity) -> bool {
    entity.alert().is_some_and(|alert| alert.origin == AlertOrigin::Mentioned)
}
