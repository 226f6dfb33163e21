//! The health page: gaps by rule and by owner with their age, and how they have gone. What stands around it is a file each: the review
//! calendar, who carries how much, from what an escalation policy can be reached.

mod calendar;
mod concentration;
mod coverage;
mod trend;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::diagnostic::report::Finding;
use crate::diagnostic::rule::{Rule, Severity};
use crate::model::kind::Kind;
use crate::model::reference::EntityId;
use crate::site::desk::{Desk, day};
use crate::site::due::{self, Tally};
use crate::site::frame::{Frames, Heading, section};
use crate::site::health::calendar::Month;
use crate::site::health::concentration::Concentration;
use crate::site::health::coverage::Coverage;
use crate::site::health::trend::Trend;
use crate::site::seat::Seat;
use crate::site::view::*;
use crate::site::{Content, Draft};

/// Findings that the page lists.
const FINDINGS: usize = 200;
/// Owners that stand in the first table; the others are folded away.
const OWNERS: usize = 15;

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
    oldest: Option<Since>,
    trend: Option<Trend>,
    by_rule: Vec<ByRule>,
    by_team: Vec<ByTeam>,
    by_team_more: Vec<ByTeam>,
    coverage: Option<Coverage>,
    concentration: Option<Concentration>,
    overdue: Option<Tally>,
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
    oldest: Option<Since>,
}

#[derive(Serialize)]
struct ByTeam {
    r#ref: Option<Ref>,
    owns: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    oldest: Option<Since>,
}

/// A day in the past, and how long ago that is.
#[derive(Serialize)]
struct Since {
    on: String,
    days: i32,
}

impl Since {
    fn of(today: Date, on: Option<Date>) -> Option<Self> {
        on.map(|on| Self { on: day(on), days: (today - on).get_days() })
    }
}

pub(super) fn draft(desk: &Desk, frames: &Frames) -> Draft {
    let route = "health/index.html";
    let seat = Seat { desk, route };
    let counts = desk.report.counts;
    let mut open: Vec<&Finding> = desk.report.findings.iter().filter(|finding| !finding.waived).collect();
    open.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let today = desk.handbook.today;
    let mut owners = by_team(&seat);
    let others = owners.split_off(owners.len().min(OWNERS));
    let view = HealthView {
        errors: counts.error,
        warnings: counts.warn,
        infos: counts.info,
        waived: counts.waived,
        total: counts.error + counts.warn + counts.info,
        arbiter: desk.handbook.arbiter.map(|id| seat.reference(id)),
        dated: desk.history.is_some(),
        oldest: Since::of(today, open.iter().filter_map(|finding| finding.since).min()),
        trend: desk.history.and_then(trend::trend),
        by_rule: by_rule(&seat),
        by_team: owners,
        by_team_more: others,
        coverage: coverage::coverage(&seat),
        concentration: concentration::concentration(&seat),
        overdue: due::tally(desk, &desk.handbook.iter().map(|(id, _)| id).collect::<Vec<_>>()),
        calendar: calendar::calendar(&seat),
        findings: open.iter().take(FINDINGS).map(|finding| seat.finding(finding)).collect(),
        findings_more: open.len().saturating_sub(FINDINGS),
    };
    let sections = [
        (view.trend.is_some(), "trend", "Trend"),
        (!view.by_rule.is_empty(), "by-rule", "Gaps by rule"),
        (!view.by_team.is_empty(), "by-team", "Gaps by owner"),
        (view.coverage.is_some(), "coverage", "Escalation coverage"),
        (view.concentration.is_some(), "concentration", "Who carries how much"),
        (!view.calendar.is_empty(), "calendar", "Review calendar"),
        (!view.findings.is_empty(), "all", "All gaps"),
    ];
    let toc = sections.iter().filter(|(shown, ..)| *shown).map(|(_, id, title)| section(id, title)).collect();
    let heading = Heading {
        title: "Health".to_string(),
        lead: Some("What this build found: what is nobody's, what is stale and what leads nowhere.".to_string()),
        kind: "health",
        kind_title: "Health",
        template: "health",
        breadcrumbs: frames.crumbs(&seat, Some("")),
        toc,
        ..Heading::default()
    };
    let mut page = frames.page(route, heading);
    page.report = None;
    Draft::new(page, Content::of_index("health", view))
}

fn by_rule(seat: &Seat) -> Vec<ByRule> {
    struct Found<'f> {
        rule: &'static Rule,
        level: Severity,
        open: Vec<&'f Finding>,
        waived: usize,
    }
    let mut rules: BTreeMap<&str, Found> = BTreeMap::new();
    for finding in &seat.desk.report.findings {
        let found = Found { rule: finding.rule, level: Severity::Off, open: Vec::new(), waived: 0 };
        let row = rules.entry(finding.rule.name).or_insert(found);
        row.level = row.level.max(finding.level);
        if finding.waived {
            row.waived += 1;
        } else {
            row.open.push(finding);
        }
    }
    let mut rows: Vec<Found> = rules.into_values().collect();
    // Rules whose findings are all waived come last: nothing of theirs is open.
    rows.sort_by_key(|row| (row.open.is_empty(), std::cmp::Reverse((row.level, row.open.len())), row.rule.name));
    let today = seat.desk.handbook.today;
    let view = |row: Found| ByRule {
        rule: row.rule.name,
        href: seat.href(&row.rule.url()),
        level: row.level.name(),
        summary: first_sentence(row.rule.finds),
        count: row.open.len(),
        waived: row.waived,
        oldest: Since::of(today, row.open.iter().filter_map(|finding| finding.since).min()),
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
    let mut owners: BTreeMap<Option<EntityId>, ([usize; 3], Option<Date>)> = BTreeMap::new();
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
        let (counts, oldest) = owners.entry(owner.or(party)).or_default();
        *oldest = [*oldest, finding.since].into_iter().flatten().min();
        match finding.level {
            Severity::Error => counts[0] += 1,
            Severity::Warn => counts[1] += 1,
            _ => counts[2] += 1,
        }
    }
    let owns = |party: &EntityId| seat.desk.owned.get(party).map_or(0, Vec::len);
    let mut rows: Vec<_> = owners.into_iter().collect();
    rows.sort_by_key(|(owner, (counts, _))| (owner.is_some(), std::cmp::Reverse(*counts), *owner));
    let today = seat.desk.handbook.today;
    let view = |(owner, ([errors, warnings, infos], oldest)): (Option<EntityId>, ([usize; 3], Option<Date>))| ByTeam {
        r#ref: owner.map(|id| Ref { state: State::Fine, note: None, ..seat.reference(id) }),
        owns: owner.as_ref().map_or(0, owns),
        errors,
        warnings,
        infos,
        oldest: Since::of(today, oldest),
    };
    rows.into_iter().map(view).collect()
}
