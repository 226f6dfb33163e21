//! References, goals, runbook addresses and links of prose: what each leads to, and what refers back.

use std::sync::Arc;

use rayon::prelude::*;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::model::alert::{RunbookLink, RunbookTarget};
use crate::model::entity::{Detail, Entity};
use crate::model::index::{CANDIDATES, Guesses, Index, Miss, split};
use crate::model::kind::Kind;
use crate::model::prose::{ProseLink, Targets};
use crate::model::reference::{EntityId, Reference};
use crate::model::rules::{AMBIGUOUS, UNKNOWN, WRONG_KIND};
use crate::model::{Backlink, prometheus};
use crate::source::load::Asset;
use crate::text::files::FileId;
use crate::text::{list, slug};

pub(super) fn resolve_references(
    entities: &mut [Entity],
    index: &Index,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Vec<Backlink>> {
    let mut backlinks = vec![Vec::new(); entities.len()];
    let mut missed: Vec<(Place, Reference, Miss)> = Vec::new();
    for (at, entity) in entities.iter_mut().enumerate() {
        let from = EntityId(at as u32);
        let file = entity.file;
        let mut resolve = |reference: &mut Reference, file: FileId| match index.resolve(reference) {
            Ok(id) => {
                reference.target = Some(id);
                backlinks[id.0 as usize].push(Backlink { from, field: reference.field });
            }
            Err(_) if reference.or_text => {}
            Err(miss) => missed.push((Place { file, span: reference.span }, reference.clone(), miss)),
        };
        entity.references(&mut |reference| resolve(reference, file));
        if let Detail::Alert(alert) = &mut entity.detail {
            for rule in &mut alert.rules {
                rule.service.iter_mut().chain(&mut rule.team).for_each(|reference| resolve(reference, rule.file));
            }
        }
    }
    let mut guesses = Guesses::new(entities);
    let name = |id: &EntityId| format!("`{}`", entities[id.0 as usize].reference());
    for (place, reference, miss) in missed {
        let (text, field) = (&reference.text, reference.field);
        let kinds: Vec<&str> = reference.expects.iter().map(|kind| kind.name()).collect();
        let kinds = list::joined(&kinds, "or");
        let article = reference.expects.first().map_or("a", |kind| kind.article());
        findings.push(match miss {
            Miss::Unknown => {
                let what = split(text).0.map_or(kinds, |kind| kind.to_string());
                let finding = Diagnostic::new(&UNKNOWN, place, format!("unknown {what} `{}`", split(text).1));
                match guesses.near(text, reference.expects) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding.help(format!("add the {what}, or name one that is there in `{field}`")),
                }
            }
            Miss::Ambiguous(ids) => {
                let list = list::shortened(ids.iter().map(name), CANDIDATES);
                Diagnostic::new(&AMBIGUOUS, place, format!("`{text}` may be any of {list}"))
                    .help("write more of the id, or its kind: `kind:id`")
            }
            Miss::WrongKind(id) => {
                let other = &entities[id.0 as usize];
                let message = format!(
                    "`{text}` is {} {}, and `{field}` takes {article} {kinds}",
                    other.kind.article(),
                    other.kind
                );
                Diagnostic::new(&WRONG_KIND, place, message)
                    .label(other.place(), format!("this {}", other.kind))
                    .help(format!("name {article} {kinds}"))
            }
        });
    }
    backlinks
}

pub(super) fn resolve_goals(entities: &mut [Entity], index: &Index, findings: &mut Vec<Diagnostic>) {
    let find = |entities: &[Entity], text: &str| {
        let (team, goal) = text.rsplit_once('/')?;
        let id = index.find(team, &[Kind::Team]).ok()?;
        let goal = slug::segment(goal);
        let at = entities[id.0 as usize].team()?.goals.iter().position(|known| known.id == goal)?;
        Some((id, at))
    };
    for at in 0..entities.len() {
        let Detail::Responsibility(detail) = &entities[at].detail else { continue };
        let targets: Vec<_> = detail.supports.iter().map(|goal| find(entities, &goal.text)).collect();
        let file = entities[at].file;
        let Detail::Responsibility(detail) = &mut entities[at].detail else { continue };
        for (goal, target) in detail.supports.iter_mut().zip(targets) {
            goal.target = target;
            if target.is_none() {
                findings.push(
                    Diagnostic::new(&UNKNOWN, Place { file, span: goal.span }, format!("unknown goal `{}`", goal.text))
                        .help("write `team/goal`, with a goal from the team's `goals`"),
                );
            }
        }
    }
}

pub(super) fn resolve_runbook_links(
    entities: &mut [Entity],
    index: &Index,
    config: &Config,
    backlinks: &mut [Vec<Backlink>],
) {
    let prefixes: Vec<&str> = config
        .base_url
        .iter()
        .chain(&config.alerts.runbook_prefixes)
        .map(|prefix| prefix.trim_end_matches('/'))
        .collect();
    let target = |link: &RunbookLink| {
        let text = link.text.trim();
        if prometheus::is_template(text) {
            return RunbookTarget::External;
        }
        let below = prefixes
            .iter()
            .filter_map(|prefix| text.strip_prefix(prefix))
            .find(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
        if let Some(address) = below {
            return index.at_address(address, Some(Kind::Runbook)).map_or(RunbookTarget::Dead, RunbookTarget::Entity);
        }
        // Words are a note to people, as some rule files have them here; a scheme leads to another site.
        if text.contains("://") || text.contains(char::is_whitespace) {
            return RunbookTarget::External;
        }
        let found = index.find(text, &[Kind::Runbook, Kind::Page]).ok();
        let found = found.or_else(|| {
            let path = text.trim_start_matches("./").trim_start_matches("../");
            index.at_address(path, Some(Kind::Runbook))
        });
        found.map_or(RunbookTarget::Dead, RunbookTarget::Entity)
    };
    for (at, entity) in entities.iter_mut().enumerate() {
        let Detail::Alert(alert) = &mut entity.detail else { continue };
        for link in alert.runbook.iter_mut().chain(alert.rules.iter_mut().filter_map(|rule| rule.runbook.as_mut())) {
            link.target = target(link);
            if let RunbookTarget::Entity(id) = link.target {
                backlinks[id.0 as usize].push(Backlink { from: EntityId(at as u32), field: "runbook" });
            }
        }
    }
}

pub(super) fn resolve_prose(
    entities: &mut [Entity],
    index: &Index,
    assets: &[Asset],
    folders: &[Arc<str>],
    backlinks: &mut [Vec<Backlink>],
    findings: &mut Vec<Diagnostic>,
) {
    let targets = Targets::new(entities, index, assets, folders);
    let resolved: Vec<_> = (0..entities.len()).into_par_iter().map(|at| targets.resolve(EntityId(at as u32))).collect();
    for (at, (links, told)) in resolved.into_iter().enumerate() {
        for link in &links {
            if let ProseLink::Entity { id, .. } = link
                && id.0 as usize != at
            {
                backlinks[id.0 as usize].push(Backlink { from: EntityId(at as u32), field: "body" });
            }
        }
        entities[at].prose = links;
        findings.extend(told);
    }
}
