//! The index as `onus search` keeps and asks it: tantivy's own files, and beside them what tantivy has no place for.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tantivy::directory::Directory;
use tantivy::schema::Field;
use tantivy::schema::Value as _;
use tantivy::{DocAddress, Index, Searcher, TantivyDocument};

use crate::search::export::days;
use crate::search::index::{self, STORED_PAGE, Section};
use crate::search::query::{Filters, Query};
use crate::search::rank::{Ranked, Ranker};
use crate::search::words::{self, Forms, Piece};
use crate::site::documents::{Document, Documents};

/// Pages that are read for an exact phrase; those that rank lower are not.
const PHRASE_PAGES: usize = 60;

/// Characters of an excerpt, and of what stands before its first match.
const EXCERPT: usize = 200;
const BEFORE: usize = 40;

/// What stands beside tantivy's files.
#[derive(Debug, Serialize, Deserialize)]
pub struct Beside {
    forms: Vec<Forms>,
    synonyms: Vec<Vec<String>>,
    kinds: Vec<String>,
    teams: Vec<Team>,
    pages: Vec<Facts>,
    today: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct Team {
    id: String,
    title: String,
    parent: Option<usize>,
}

/// What ranking and filters ask of a page.
#[derive(Debug, Serialize, Deserialize)]
struct Facts {
    kind: String,
    rank: u8,
    team: Option<usize>,
    /// Days since 1970; 0 where no review falls due.
    due: u32,
    unowned: bool,
    weak: Vec<String>,
}

/// What is shown of a page.
#[derive(Debug, Serialize, Deserialize)]
struct Shown {
    title: String,
    route: String,
    owner: Option<String>,
    card: Option<Value>,
    sections: Vec<Section>,
}

/// An index that answers.
pub struct Store {
    searcher: Searcher,
    /// The field with what is shown of a page.
    page: Field,
    ranker: Ranker,
    beside: Beside,
}

/// What a query found.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// The best, as many as asked for.
    pub hits: Vec<Hit>,
    /// How many pages answer in all.
    pub total: usize,
    /// Whether the first hit is what the query names.
    pub card: bool,
    /// Words that no page holds, and what was taken instead.
    pub corrected: Vec<(String, String)>,
    /// What is wrong with a filter.
    pub problem: Option<String>,
}

/// A page that answers.
#[derive(Debug, Serialize)]
pub struct Hit {
    pub kind: String,
    pub title: String,
    /// The address from the site's root, without a section.
    pub route: String,
    /// The id of the section that fits best, and its heading; empty where it is the page's beginning.
    pub anchor: String,
    pub section: String,
    pub owner: Option<String>,
    pub stale: bool,
    pub unowned: bool,
    pub score: f64,
    /// Words of the page around the match.
    pub excerpt: String,
    /// Who owns it and how to reach them, for the page that the query names.
    pub card: Option<Value>,
}

/// Indexes documents into a directory, with all that a store needs, and returns what has to be kept beside it.
///
/// # Errors
/// When the directory cannot be written.
pub fn build(documents: &Documents, directory: impl Into<Box<dyn Directory>>) -> tantivy::Result<(Index, Beside)> {
    let show = |page: &Document, sections: &[Section]| {
        let shown = Shown {
            title: page.title.clone(),
            route: page.route.clone(),
            owner: page.owner.clone(),
            card: page.card.as_ref().and_then(|card| serde_json::to_value(card).ok()),
            sections: sections.to_vec(),
        };
        (Some(serde_json::to_string(&shown).unwrap_or_default()), ())
    };
    let built = index::build(documents, directory, show)?;
    let team = |id: &String| documents.team(id);
    let facts = documents.pages.iter().zip(built.weak).map(|(page, weak)| Facts {
        kind: page.kind.to_string(),
        rank: page.rank,
        team: page.team.as_ref().and_then(team),
        due: page.due.map_or(0, days),
        unowned: page.unowned,
        weak,
    });
    let beside = Beside {
        forms: built.forms,
        synonyms: documents.synonyms.clone(),
        kinds: documents.kinds.iter().map(|(name, _)| name.to_string()).collect(),
        teams: documents
            .teams
            .iter()
            .map(|own| Team {
                id: own.id.clone(),
                title: own.title.clone(),
                parent: own.parent.as_ref().and_then(team),
            })
            .collect(),
        pages: facts.collect(),
        today: days(documents.today),
    };
    Ok((built.index, beside))
}

impl Store {
    /// # Errors
    /// When the index cannot be read.
    pub fn new(index: Index, beside: Beside) -> tantivy::Result<Self> {
        let names = beside.pages.iter().map(|page| (page.rank, page.weak.clone())).collect();
        let ranker = Ranker::new(index::segment(&index)?, &beside.forms, &beside.synonyms, names)?;
        let page = index.schema().get_field(STORED_PAGE)?;
        Ok(Self { searcher: index.reader()?.searcher(), page, ranker, beside })
    }

    /// Answers a query; `kinds` narrow it further.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn search(&self, text: &str, kinds: &[String], limit: usize) -> tantivy::Result<Answer> {
        let mut query = self.ranker.read(text);
        query.filters.kinds.extend(kinds.iter().cloned());
        let team = query.filters.team.as_ref().map(|team| self.team(team));
        let problem = self.problem(&query.filters, team);
        let fits = |page: u32| self.fits(&query.filters, team, &self.beside.pages[page as usize]);
        let mut ranked = if query.words.is_empty() && query.filters.is_empty() {
            Ranked::default()
        } else {
            self.ranker.rank(&query, &fits)?
        };
        if !query.phrases.is_empty() {
            self.keep_holding(&query, &mut ranked, limit)?;
        }
        let mut hits = Vec::new();
        for (page, score) in ranked.pages.iter().take(limit) {
            hits.push(self.hit(*page, *score, &ranked)?);
        }
        let card = ranked.named > 0 && hits.first().is_some_and(|hit| query.asks || hit.kind != "page");
        for (at, hit) in hits.iter_mut().enumerate() {
            hit.card = hit.card.take().filter(|_| card && at == 0);
        }
        Ok(Answer { hits, total: ranked.pages.len(), card, corrected: ranked.corrected, problem })
    }

    fn team(&self, name: &str) -> Option<usize> {
        let wanted = words::key(name);
        let called = |team: &Team| {
            let last = team.id.rsplit('/').next().unwrap_or(&team.id);
            [&team.id, last, &team.title].into_iter().any(|name| words::key(name) == wanted)
        };
        self.beside.teams.iter().position(called)
    }

    fn problem(&self, filters: &Filters, team: Option<Option<usize>>) -> Option<String> {
        if let Some(state) = &filters.unknown {
            return Some(format!("`is:{state}` is no filter: there are `is:stale` and `is:unowned`"));
        }
        if let Some(kind) = filters.kinds.iter().find(|kind| !self.beside.kinds.contains(kind)) {
            return Some(format!("there is nothing of the kind `{kind}`"));
        }
        let name = filters.team.as_ref().filter(|_| team == Some(None));
        name.map(|name| format!("there is no team `{name}`"))
    }

    fn fits(&self, filters: &Filters, team: Option<Option<usize>>, page: &Facts) -> bool {
        let teams = std::iter::successors(page.team, |team| self.beside.teams[*team].parent);
        let within = |team: usize| teams.clone().any(|own| own == team);
        (filters.kinds.is_empty() || filters.kinds.contains(&page.kind))
            && team.is_none_or(|team| team.is_some_and(within))
            && (!filters.stale || self.is_stale(page))
            && (!filters.unowned || page.unowned)
    }

    fn is_stale(&self, page: &Facts) -> bool {
        page.due > 0 && page.due < self.beside.today
    }

    fn shown(&self, page: u32) -> tantivy::Result<Shown> {
        let document: TantivyDocument = self.searcher.doc(DocAddress::new(0, page))?;
        let text = document.get_first(self.page).and_then(|value| value.as_str()).unwrap_or_default();
        serde_json::from_str(text).map_err(|error| tantivy::TantivyError::InternalError(error.to_string()))
    }

    /// Keeps the pages that hold every phrase, as many as are asked for.
    fn keep_holding(&self, query: &Query, ranked: &mut Ranked, limit: usize) -> tantivy::Result<()> {
        let mut held = Vec::new();
        let mut named = 0;
        for (at, (page, score)) in ranked.pages.iter().take(PHRASE_PAGES).enumerate() {
            // The browser reads ten pages at a time.
            if at % 10 == 0 && held.len() >= limit {
                break;
            }
            let shown = self.shown(*page)?;
            let mut text = vec![String::new()];
            text.extend(words::parts(&shown.title));
            for Section(_, heading, words) in &shown.sections {
                text.extend(words::parts(heading));
                text.extend(words::parts(words));
            }
            text.push(String::new());
            let text = text.join(" ");
            if query.phrases.iter().all(|phrase| text.contains(&format!(" {} ", phrase.join(" ")))) {
                named += usize::from(at < ranked.named);
                held.push((*page, *score));
            }
        }
        ranked.pages = held;
        ranked.named = named;
        Ok(())
    }

    fn hit(&self, page: u32, score: f64, ranked: &Ranked) -> tantivy::Result<Hit> {
        let facts = &self.beside.pages[page as usize];
        let shown = self.shown(page)?;
        let (section, excerpt) = excerpt(&shown.sections, ranked);
        let Section(anchor, heading, _) = section.cloned().unwrap_or_default();
        Ok(Hit {
            kind: facts.kind.clone(),
            title: shown.title,
            route: shown.route,
            anchor,
            section: heading,
            owner: shown.owner,
            stale: self.is_stale(facts),
            unowned: facts.unowned,
            score,
            excerpt,
            card: shown.card,
        })
    }
}

/// The section that fits best, and its words around the densest match.
fn excerpt<'s>(sections: &'s [Section], ranked: &Ranked) -> (Option<&'s Section>, String) {
    // Of words that have a form in common, the first is marked.
    let mut marked: HashMap<&str, usize> = HashMap::new();
    for (mark, forms) in ranked.forms.iter().enumerate() {
        for form in forms {
            marked.entry(form).or_insert(mark);
        }
    }
    let sum = |marks: &[usize]| marks.iter().map(|mark| ranked.rarity[*mark]).sum::<f32>();
    let marks = |text: &str| {
        let mut found: Vec<usize> = Vec::new();
        words::split(text, |piece| {
            if let Piece::Part(word) = piece {
                found.extend(marked.get(word));
            }
        });
        found.sort_unstable();
        found.dedup();
        found
    };
    let mut best: (f32, Option<&Section>, usize) = (-1.0, None, 0);
    for section in sections {
        let Section(_, heading, text) = section;
        // Words between spaces, and the marks of each.
        let mut found: Vec<(usize, Vec<usize>)> = Vec::new();
        for word in text.split_whitespace() {
            let marks = marks(word);
            if !marks.is_empty() {
                found.push((word.as_ptr() as usize - text.as_ptr() as usize, marks));
            }
        }
        let mut densest = (0.0, 0);
        for (at, (from, _)) in found.iter().enumerate() {
            let within = found[at..].iter().take_while(|(to, _)| *to < from + EXCERPT - BEFORE);
            let mut distinct: Vec<usize> = within.flat_map(|(_, marks)| marks).copied().collect();
            distinct.sort_unstable();
            distinct.dedup();
            let value = sum(&distinct);
            if value > densest.0 {
                densest = (value, *from);
            }
        }
        let mut all: Vec<usize> = found.iter().flat_map(|(_, marks)| marks).copied().collect();
        all.sort_unstable();
        all.dedup();
        let score = sum(&all) + 1.5 * sum(&marks(heading)) + densest.0 / 2.0;
        if score > best.0 {
            best = (score, Some(section), densest.1);
        }
    }
    let text = best.1.map_or("", |section| section.2.as_str());
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let from = floor(best.2.saturating_sub(BEFORE));
    let from = if from > 0 { text[from..best.2].find(' ').map_or(best.2, |space| from + space + 1) } else { 0 };
    let to = floor(from + EXCERPT);
    let to = if to < text.len() { text[from..to].rfind(' ').map_or(to, |space| from + space) } else { to };
    let dots = |shown: bool, dots: &'static str| if shown { dots } else { "" };
    (best.1, format!("{}{}{}", dots(from > 0, "… "), &text[from..to], dots(to < text.len(), " …")))
}
