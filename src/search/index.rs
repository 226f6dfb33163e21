//! The index, built with tantivy: one segment, a document for each page, in the order of their addresses.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tantivy::directory::Directory;
use tantivy::schema::{Field, IndexRecordOption, STORED, Schema, TantivyDocument, TextFieldIndexing, TextOptions};
use tantivy::{Index, SegmentReader};

use crate::search::words::{self, Analysis, Forms, Terms};
use crate::site::documents::{Document, Documents};

/// Fields of terms, in the order of the format; `key` holds whole names and is not scored.
pub const FIELDS: [&str; 6] = ["title", "names", "headings", "body", "tags", "key"];

/// Fields that are scored: all but the last.
pub const SCORED: usize = 5;

/// The number of the field of a page's text.
pub const BODY: usize = 3;

/// The number of the field of whole names.
pub const KEY: usize = 5;

/// What a match in a scored field counts. A name says what a page is, its headings what it speaks about, its body what it mentions;
/// tags and what other pages call it stand between.
pub const BOOSTS: [f32; SCORED] = [6.0, 4.0, 2.0, 1.0, 1.5];

/// Whether the length of a field tells anything: a long title says less with each word, a list of names does not.
pub const NORMED: [bool; SCORED] = [true, false, false, true, false];

/// The field with a page's stored form, where there is one.
pub const STORED_PAGE: &str = "page";

/// Memory that tantivy is told to use, in bytes. It sizes tables by it; one segment is written whatever it needs.
const MEMORY: usize = 32 << 20;

/// Characters of a page's text that are kept for excerpts and exact phrases. Terms are taken from all of it.
const KEPT_TEXT: usize = 64 * 1024;

/// Pages that are analysed while as many before them are indexed. Their terms are let go then: together they would take as much memory
/// as the handbook.
const BATCH: usize = 64;

/// A page's terms and what is shown of it.
struct Analysed<K> {
    fields: [String; SCORED],
    keys: Vec<String>,
    weak: Vec<String>,
    stored: Option<String>,
    kept: K,
}

/// A stretch of a page: the id of its heading, the heading, the text below.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Section(pub String, pub String, pub String);

/// The index with what goes beside it.
pub struct Built<K> {
    pub index: Index,
    /// Stems with the words that the pages use.
    pub forms: Vec<Forms>,
    /// For each page, those of its whole names that are only the last part of its id.
    pub weak: Vec<Vec<String>>,
    /// For each page, what is kept of it.
    pub kept: Vec<K>,
}

/// Indexes documents into a directory. `show` makes of a page and its sections what the index stores, and what is kept beside it.
///
/// # Errors
/// When the directory cannot be written.
pub fn build<K: Send>(
    documents: &Documents,
    directory: impl Into<Box<dyn Directory>>,
    show: impl Fn(&Document, &[Section]) -> (Option<String>, K) + Sync,
) -> tantivy::Result<Built<K>> {
    let analysis = Analysis::new(&documents.language, &documents.synonyms);
    let mut terms = Terms::new(&analysis);
    let mut batches = documents.pages.chunks(BATCH);
    let mut analysed = || -> Vec<Analysed<K>> {
        let pages = batches.next().unwrap_or_default();
        pages.iter().map(|page| analyse(page, &mut terms, &show)).collect()
    };
    let (schema, fields, page) = schema();
    let mut writer = Index::builder().schema(schema).single_segment_index_writer(directory, MEMORY)?;
    let mut kept = Vec::with_capacity(documents.pages.len());
    let mut weak = Vec::with_capacity(documents.pages.len());
    let mut add = |analysed: Analysed<K>| {
        let mut document = TantivyDocument::new();
        for (field, text) in fields.iter().zip(&analysed.fields) {
            document.add_text(*field, text);
        }
        for key in &analysed.keys {
            document.add_text(fields[KEY], key);
        }
        if let Some(stored) = &analysed.stored {
            document.add_text(page, stored);
        }
        kept.push(analysed.kept);
        weak.push(analysed.weak);
        writer.add_document(document)
    };
    let mut batch = analysed();
    while !batch.is_empty() {
        let mut next = Vec::new();
        // The writer stays on this thread.
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| next = analysed());
            batch.into_iter().try_for_each(&mut add)
        })?;
        batch = next;
    }
    let forms = words::forms(&terms.stems);
    Ok(Built { index: writer.finalize()?, forms, weak, kept })
}

fn schema() -> (Schema, [Field; 6], Field) {
    let mut schema = Schema::builder();
    let fields = std::array::from_fn(|at| {
        let normed = NORMED.get(at).copied().unwrap_or(false);
        let indexing = TextFieldIndexing::default().set_fieldnorms(normed);
        // Terms come ready made, with a space after each.
        let indexing = if at == KEY {
            indexing.set_tokenizer("raw").set_index_option(IndexRecordOption::Basic)
        } else {
            indexing.set_tokenizer("whitespace").set_index_option(IndexRecordOption::WithFreqs)
        };
        schema.add_text_field(FIELDS[at], TextOptions::default().set_indexing_options(indexing))
    });
    let page = schema.add_text_field(STORED_PAGE, STORED);
    (schema.build(), fields, page)
}

fn analyse<K>(
    page: &Document,
    terms: &mut Terms,
    show: &impl Fn(&Document, &[Section]) -> (Option<String>, K),
) -> Analysed<K> {
    let mut fields: [String; SCORED] = Default::default();
    let [title, names, headings, body, tags] = &mut fields;
    terms.add(&page.title, title);
    page.handles.iter().for_each(|handle| terms.add(handle, names));
    page.tags.iter().for_each(|tag| terms.add(tag, tags));
    page.lead.iter().for_each(|lead| terms.add(lead, headings));
    let mut sections = vec![Section(String::new(), String::new(), one_line(&page.texts))];
    if let Some(prose) = &page.body {
        let outline = &prose.outline;
        outline.headings.iter().for_each(|heading| terms.add(&heading.text, headings));
        for section in &outline.sections {
            // The heading that became the title is not on the page again.
            let heading = section.heading.filter(|at| *at > 0 || !outline.opens_with_title);
            match heading.map(|at| &outline.headings[at]) {
                Some(heading) => sections.push(Section(heading.id.clone(), heading.text.clone(), section.text.clone())),
                None => {
                    let first = &mut sections[0].2;
                    let gap = if first.is_empty() || section.text.is_empty() { "" } else { " · " };
                    first.push_str(gap);
                    first.push_str(&section.text);
                }
            }
        }
    }
    body.reserve(sections.iter().map(|section| section.2.len()).sum::<usize>() * 5 / 4);
    sections.iter().for_each(|section| terms.add(&section.2, body));
    let keys = |names: &[String]| -> BTreeSet<String> {
        names.iter().map(|name| words::key(name)).filter(|key| key.len() > 1).collect()
    };
    let strong = keys(&page.names);
    let weak: BTreeSet<String> = keys(std::slice::from_ref(&page.last)).difference(&strong).cloned().collect();
    cut(&mut sections);
    let (stored, kept) = show(page, &sections);
    Analysed { fields, keys: strong.union(&weak).cloned().collect(), weak: weak.into_iter().collect(), stored, kept }
}

/// Texts in one line.
fn one_line(texts: &[String]) -> String {
    let texts = texts.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Cuts a page's text to what is kept of it.
fn cut(sections: &mut Vec<Section>) {
    let mut left = KEPT_TEXT;
    sections.retain_mut(|Section(id, heading, text)| {
        let mut end = text.len().min(left);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        left -= end;
        left = left.saturating_sub(id.len() + heading.len());
        left > 0 || end > 0
    });
}

/// The segment of an index. An index of no pages has one all the same.
///
/// # Errors
/// When it cannot be read.
pub fn segment(index: &Index) -> tantivy::Result<SegmentReader> {
    let metas = index.searchable_segments()?;
    match metas.as_slice() {
        [segment] => SegmentReader::open(segment),
        other => Err(tantivy::TantivyError::InternalError(format!("{} segments where one was written", other.len()))),
    }
}
