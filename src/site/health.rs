//! The health page: gaps by rule and by team, and the review calendar.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diagnostic::report::Finding;
use crate::diagnostic::rule::Severity;
use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::site::desk::{Desk, day};
use crate::site::frame::{Frames, Heading, section};
use crate::site::seat::Seat;
use crate::site::view::*;
use crate::site::{Content, Draft};

/// Findings, and reviews of one month, that the page lists.
const FINDINGS: usize = 200;
const REVIEWS: usize = 25;

#[derive(Serialize)]
struct HealthView {
    errors: usize,
    warnings: usize,
    infos: usize,
    waived: usize,
    total: usize,
    arbiter: Option<Ref>,
    /// Whether it is known since when gaps stand.
    dated: bool,
    by_rule: Vec<ByRule>,
    by_team: Vec<ByTeam>,
    calendar: Vec<Month>,
    findings: Vec<FindingView>,
    findings_more: usize,
}

#[derive(Serialize)]
struct ByRule {
    rule: &'static str,
    href: String,
    level: &'static str,
    summary: String,
    count: usize,
    waived: usize,
    oldest: Option<String>,
}

#[derive(Serialize)]
struct ByTeam {
    r#ref: Option<Ref>,
    owns: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
}

#[derive(Serialize)]
struct Month {
    id: String,
    title: String,
    count: usize,
    more: usize,
    rows: Vec<Row>,
}

pub(super) fn draft(desk: &Desk, frames: &Frames) -> Draft {
    let route = "health/index.html";
    let seat = Seat { desk, route };
    let counts = desk.report.counts;
    let mut open: Vec<&Finding> = desk.report.findings.iter().filter(|finding| !finding.waived).collect();
    open.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let view = HealthView {
        errors: counts.error,
        warnings: counts.warn,
        infos: counts.info,
        waived: counts.waived,
        total: counts.error + counts.warn + counts.info,
        arbiter: desk.handbook.arbiter.map(|id| seat.reference(id)),
        dated: false,
        by_rule: by_rule(&seat),
        by_team: by_team(&seat),
        calendar: calendar(&seat),
        findings: open.iter().take(FINDINGS).map(|finding| seat.finding(finding)).collect(),
        findings_more: open.len().saturating_sub(FINDINGS),
    };
    let heading = Heading {
        title: "Health".to_string(),
        lead: Some("What this build found: what is nobody's, what is stale and what leads nowhere.".to_string()),
        kind: "health",
        kind_title: "Health",
        template: "health",
        breadcrumbs: frames.crumbs(&seat, Some("")),
        toc: vec![section("by-rule", "By rule"), section("by-team", "By owner")],
        ..Heading::default()
    };
    let mut page = frames.page(route, heading);
    page.report = None;
    Draft::new(page, Content::of_index("health", view))
}

fn by_rule(seat: &Seat) -> Vec<ByRule> {
    let mut rules: BTreeMap<&str, (&Finding, Severity, usize, usize)> = BTreeMap::new();
    for finding in &seat.desk.report.findings {
        let row = rules.entry(finding.rule.name).or_insert((finding, Severity::Off, 0, 0));
        row.1 = row.1.max(finding.level);
        if finding.waived {
            row.3 += 1;
        } else {
            row.2 += 1;
        }
    }
    let mut rows: Vec<_> = rules.into_values().collect();
    // Rules whose findings are all waived come last: nothing of theirs is open.
    rows.sort_by_key(|(finding, level, count, _)| {
        (*count == 0, std::cmp::Reverse((*level, *count)), finding.rule.name)
    });
    let view = |(finding, level, count, waived): (&Finding, Severity, usize, usize)| ByRule {
        rule: finding.rule.name,
        href: seat.href(&finding.rule.url()),
        level: level.name(),
        summary: first_sentence(finding.rule.finds),
        count,
        waived,
        oldest: None,
    };
    rows.into_iter().map(view).collect()
}

/// The first sentence of a rule's page, without marks of Markdown.
pub(super) fn first_sentence(text: &str) -> String {
    let text = text.trim().replace('`', "");
    let end = text.find(". ").or_else(|| text.find(": ")).map_or(text.trim_end_matches('.').len(), |at| at);
    text[..end].to_string()
}

fn by_team(seat: &Seat) -> Vec<ByTeam> {
    let mut owners: BTreeMap<Option<EntityId>, [usize; 3]> = BTreeMap::new();
    for finding in seat.desk.report.findings.iter().filter(|finding| !finding.waived) {
        let subject = finding.subject.as_ref();
        let owner = subject.and_then(|subject| subject.owner.as_ref()).and_then(|owner| {
            let (kind, id) = owner.split_once(':')?;
            seat.desk.handbook.by_id(Kind::named(kind)?, id)
        });
        // What is found on a party itself is that party's to mend.
        let party = subject.and_then(|subject| {
            let (kind, id) = subject.reference.split_once(':')?;
            let kind = Kind::named(kind).filter(|kind| crate::model::kind::PARTIES.contains(kind))?;
            seat.desk.handbook.by_id(kind, id)
        });
        let counts = owners.entry(owner.or(party)).or_default();
        match finding.level {
            Severity::Error => counts[0] += 1,
            Severity::Warn => counts[1] += 1,
            _ => counts[2] += 1,
        }
    }
    let owns = |party: &EntityId| seat.desk.owned.get(party).map_or(0, Vec::len);
    let mut rows: Vec<_> = owners.into_iter().collect();
    rows.sort_by_key(|(owner, counts)| (owner.is_some(), std::cmp::Reverse(*counts), *owner));
    let view = |(owner, [errors, warnings, infos]): (Option<EntityId>, [usize; 3])| ByTeam {
        r#ref: owner.map(|id| Ref { state: State::Fine, note: None, ..seat.reference(id) }),
        owns: owner.as_ref().map_or(0, owns),
        errors,
        warnings,
        infos,
    };
    rows.into_iter().map(view).collect()
}

fn calendar(seat: &Seat) -> Vec<Month> {
    let handbook = seat.desk.handbook;
    let mut due: Vec<_> = handbook.iter().filter_map(|(id, entity)| Some((entity.review.due?, id))).collect();
    due.sort();
    let mut months: Vec<(String, String, Vec<EntityId>)> = Vec::new();
    for (on, id) in due {
        let (key, title) = if on < handbook.today {
            ("overdue".to_string(), "Overdue".to_string())
        } else {
            let name = MONTHS[usize::from(on.month().unsigned_abs()).saturating_sub(1)];
            (format!("{:04}-{:02}", on.year(), on.month()), format!("{name} {}", on.year()))
        };
        match months.last_mut().filter(|(last, ..)| *last == key) {
            Some((_, _, ids)) => ids.push(id),
            None => months.push((key, title, vec![id])),
        }
    }
    let view = |(id, title, ids): (String, String, Vec<EntityId>)| Month {
        id,
        title,
        count: ids.len(),
        more: ids.len().saturating_sub(REVIEWS),
        rows: ids
            .iter()
            .take(REVIEWS)
            .map(|id| Row { due: seat.entity(*id).review.due.map(day), summary: None, ..seat.row(*id) })
            .collect(),
    };
    months.into_iter().map(view).collect()
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
