//! A save that changes nothing but the words of one file's prose, which is what most saves are: the pages that show these words are
//! made again, by the stages that make all pages, and everything else stays as it was made.
//!
//! It is the only place where something is worked out from what changed. Wherever more than words may have changed, it says so and
//! leaves the work to a whole run.

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::report::{Report, Spot};
use crate::model::reference::EntityId;
use crate::pipeline::session::{Known, tools};
use crate::pipeline::{Checked, Observer, PipelineError, Session, Stage, Timings};
use crate::render::{self, Content};
use crate::rules;
use crate::site;
use crate::source::load::{Form, Source};
use crate::source::markdown::outline::Outline;
use crate::source::parse::{self, Base, Body, Document};
use crate::text::files::FileId;
use crate::theme::Theme;

/// What a save came to.
pub enum Retouched {
    /// The file says what it said.
    Same,
    /// The pages that show its words, by address.
    Pages(Vec<(String, Content)>),
    /// More may have changed: a whole run is needed.
    More,
}

impl Session {
    /// Takes in a file of the content folder that was saved after the last run: `path` from that folder, read at `from`. `checked` and
    /// `theme` are those of that run, and nothing else changed since.
    ///
    /// # Errors
    /// When a template fails.
    pub fn retouch(
        &mut self,
        path: &str,
        from: &Path,
        theme: &Theme,
        checked: &mut Checked,
        revision: Option<String>,
        observer: &dyn Observer,
    ) -> Result<Retouched, PipelineError> {
        let mut timings = Timings::default();
        let read = timings.time(Stage::Load, observer, || self.loaded.reread(from, path));
        let Some((old, new)) = read else { return Ok(Retouched::More) };
        if Arc::ptr_eq(&old, &new) {
            return Ok(Retouched::Same);
        }
        let known = self.parsed.get(path).filter(|known| Arc::ptr_eq(&known.text, &old) && known.findings.is_empty());
        let (Some(known), Some((file, id))) = (known, only_entity(checked, path)) else { return Ok(Retouched::More) };
        checked.files.replace(file, new.clone());
        let source = Source { file, path: path.into(), form: Form::Markdown };
        let (parsed, findings) = timings.time(Stage::Parse, observer, || parse::parse(&source, &checked.files));
        let Some((start, body)) = only_words(&known.documents, &parsed.documents, &old, &new) else {
            return Ok(Retouched::More);
        };
        if !findings.is_empty() || is_placed_in(&checked.report, file, start) {
            return Ok(Retouched::More);
        }
        let entity = &mut checked.handbook.entities[id.0 as usize];
        if entity.folder().is_some() || rules::reads_prose(entity.kind) {
            return Ok(Retouched::More);
        }
        entity.body = Some(body.clone());
        let known = Known { text: new, documents: parsed.documents.clone(), findings };
        self.parsed.insert(source.path, known);
        let settings = super::settings(theme, &checked.files, revision);
        let (handbook, report, history) = (&checked.handbook, &checked.report, checked.history.history.as_ref());
        let ids = site::showing(handbook, id);
        let pages = timings.time(Stage::Plan, observer, || site::plan_some(handbook, report, history, &settings, &ids));
        let (tools, memo) = (tools(&self.tools), &mut self.pages);
        let pages = timings.time(Stage::Render, observer, || render::render_some(pages, theme, tools, memo))?;
        checked.timings = timings;
        Ok(Retouched::Pages(pages))
    }
}

/// The one entity that a Markdown file holds.
fn only_entity(checked: &Checked, path: &str) -> Option<(FileId, EntityId)> {
    if ![".md", ".markdown"].iter().any(|ending| path.to_lowercase().ends_with(ending)) {
        return None;
    }
    let mut of_file = checked.handbook.iter().filter(|(_, entity)| *entity.path == *path && entity.body.is_some());
    match (of_file.next(), of_file.next()) {
        (Some((id, entity)), None) => Some((entity.file, id)),
        _ => None,
    }
}

/// Where prose starts and what it is now, if nothing but its words changed: no field, heading, link, anchor or language of code, and
/// nothing of what other pages show of it.
fn only_words<'d>(before: &[Document], after: &'d [Document], old: &str, new: &str) -> Option<(u32, &'d Body)> {
    let ([before], [after]) = (before, after) else { return None };
    let (then, now) = (before.body.as_ref()?, after.body.as_ref()?);
    let (Base::Offset(start), Base::Offset(starts)) = (then.base, now.base) else { return None };
    let same = start == starts && old.get(..start)? == new.get(..start)? && before.broken == after.broken;
    (same && is_alike(then, now)).then_some((start as u32, now))
}

fn is_alike(then: &Body, now: &Body) -> bool {
    // All fields stand here, so that a new one has to be thought of. Tabs and diagrams are the page's own, and mistakes are among the
    // findings.
    let Outline {
        headings,
        links,
        html_ids,
        raw_html,
        languages,
        opens_with_title,
        opening,
        sections: _,
        tabs: _,
        diagrams: _,
        mistakes: _,
    } = &*now.outline;
    let old = &*then.outline;
    let heading = headings.iter().map(|heading| (heading.level, &heading.text, &heading.id));
    let written =
        |body: &Body, at: usize| body.text.as_str().get(body.outline.links[at].span.range()).map(str::to_string);
    heading.eq(old.headings.iter().map(|heading| (heading.level, &heading.text, &heading.id)))
        && links.len() == old.links.len()
        && links.iter().zip(&old.links).all(|(now, then)| now.target == then.target && now.image == then.image)
        && (0..links.len()).all(|at| written(now, at) == written(then, at))
        && (html_ids, raw_html, languages) == (&old.html_ids, &old.raw_html, &old.languages)
        && (opens_with_title, opening) == (&old.opens_with_title, &old.opening)
}

/// Whether a finding points into the prose of a file, where lines may have moved.
fn is_placed_in(report: &Report, file: FileId, start: u32) -> bool {
    let is_there = |spot: &Spot| spot.file == file && spot.span.end > start;
    report.findings.iter().any(|found| is_there(&found.spot) || found.labels.iter().any(|(spot, _)| is_there(spot)))
}
