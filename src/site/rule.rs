//! The rule reference: a page a rule, with what it finds in this handbook, and the list of them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diagnostic::report::Finding;
use crate::diagnostic::rule::{Rule, Severity};
use crate::rules::TABLE;
use crate::site::desk::Desk;
use crate::site::frame::{Frames, Heading};
use crate::site::health::first_sentence;
use crate::site::prose::Prose;
use crate::site::seat::Seat;
use crate::site::view::*;
use crate::site::{Content, Draft};

/// Findings that a rule's page lists.
const FINDINGS: usize = 500;

#[derive(Serialize)]
struct RuleView {
    name: &'static str,
    group: &'static str,
    level: &'static str,
    default_level: &'static str,
    count: usize,
    findings: Vec<FindingView>,
    findings_more: usize,
}

#[derive(Serialize)]
struct RulesView {
    groups: Vec<RuleGroup>,
}

#[derive(Serialize)]
struct RuleGroup {
    name: &'static str,
    rules: Vec<RuleRow>,
}

#[derive(Serialize)]
struct RuleRow {
    name: &'static str,
    href: String,
    level: &'static str,
    summary: String,
    count: usize,
}

pub(super) fn drafts(desk: &Desk, frames: &Frames) -> Vec<Draft> {
    let mut found: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &desk.report.findings {
        found.entry(finding.rule.name).or_default().push(finding);
    }
    let none = Vec::new();
    let mut drafts: Vec<Draft> =
        TABLE.iter().map(|row| page(desk, frames, row.rule, found.get(row.rule.name).unwrap_or(&none))).collect();
    drafts.push(index(desk, frames, &found));
    drafts
}

fn level(desk: &Desk, rule: &Rule) -> Severity {
    desk.report.levels.of_rule(rule)
}

fn page(desk: &Desk, frames: &Frames, rule: &'static Rule, findings: &[&Finding]) -> Draft {
    let route = rule.url();
    let seat = Seat { desk, route: &route };
    let open: Vec<&&Finding> = findings.iter().filter(|finding| !finding.waived).collect();
    let view = RuleView {
        name: rule.name,
        group: rule.group(),
        level: level(desk, rule).name(),
        default_level: rule.level.name(),
        count: open.len(),
        findings: findings.iter().take(FINDINGS).map(|finding| seat.finding(finding)).collect(),
        findings_more: findings.len().saturating_sub(FINDINGS),
    };
    let heading = Heading {
        title: rule.name.to_string(),
        kind: "rule",
        kind_title: "Rule",
        template: "rule",
        description: Some(first_sentence(rule.finds)),
        breadcrumbs: {
            let mut crumbs = frames.crumbs(&seat, Some(""));
            crumbs.push(Crumb { title: "Health".to_string(), href: Some(seat.href("health/index.html")) });
            crumbs.push(Crumb { title: "Rules".to_string(), href: Some(seat.href("rules/index.html")) });
            crumbs
        },
        ..Heading::default()
    };
    let mut page = frames.page(&route, heading);
    page.report = None;
    let mut draft = Draft::new(page, Content::of_index("rule", view));
    draft.prose = Prose::written(rule.page());
    draft
}

fn index(desk: &Desk, frames: &Frames, found: &BTreeMap<&str, Vec<&Finding>>) -> Draft {
    let route = "rules/index.html";
    let seat = Seat { desk, route };
    let mut groups: Vec<RuleGroup> = Vec::new();
    for row in TABLE {
        let rule = row.rule;
        let count =
            found.get(rule.name).map_or(0, |findings| findings.iter().filter(|finding| !finding.waived).count());
        let view = RuleRow {
            name: rule.name,
            href: seat.href(&rule.url()),
            level: level(desk, rule).name(),
            summary: first_sentence(rule.finds),
            count,
        };
        // Rules of one group may stand apart in the table.
        match groups.iter_mut().find(|group| group.name == rule.group()) {
            Some(group) => group.rules.push(view),
            None => groups.push(RuleGroup { name: rule.group(), rules: vec![view] }),
        }
    }
    let heading = Heading {
        title: "Rules".to_string(),
        lead: Some("What a build looks for, and why.".to_string()),
        kind: "rule",
        kind_title: "Rules",
        template: "rules",
        breadcrumbs: {
            let mut crumbs = frames.crumbs(&seat, Some(""));
            crumbs.push(Crumb { title: "Health".to_string(), href: Some(seat.href("health/index.html")) });
            crumbs
        },
        ..Heading::default()
    };
    let mut page = frames.page(route, heading);
    page.report = None;
    Draft::new(page, Content::of_index("rules", RulesView { groups }))
}
