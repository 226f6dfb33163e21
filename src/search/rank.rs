//! Which pages answer a query, and in which order. The reader in the browser ranks alike, to the last bit.
//!
//! 1. Pages of exactly the name asked for come first, the likeliest kind before the others.
//! 2. All others by BM25 as tantivy has it, summed over the fields with their boosts; of several forms of a word the best counts.
//! 3. That is multiplied with how much of the query a page matches, measured in the rarity of its words.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tantivy::postings::Postings;
use tantivy::query::Bm25Weight;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::termdict::TermStreamer;
use tantivy::{DocSet, InvertedIndexReader, SegmentReader, TERMINATED};

use crate::search::index::{BOOSTS, FIELDS, KEY, NORMED, SCORED};
use crate::search::query::{self, Query, Word};
use crate::search::spelling;
use crate::search::words::Forms;

/// Pages on which a word has to be before longer ones are left alone.
const ENOUGH: u32 = 10;
/// Longer words that are looked at, and those of them that are taken.
const LOOKED_AT: usize = 64;
const COMPLETIONS: usize = 8;
/// Pages of one name, above which it is none.
const NAMESAKES: usize = 8;
/// The share of a query that a page has to match.
const SHARE: f32 = 0.3;
/// Letters that may be cut off an unknown word, and those that have to be left.
const CUT: usize = 3;
const LEFT: usize = 4;

/// What is added to the rank of a page that has a name only by the last part of its id.
const WEAK: u8 = 16;

/// What a form counts that is not the word itself: a synonym, a longer word, a correction, one not as near, a shorter word.
const SYNONYM: f32 = 0.7;
const LONGER: f32 = 0.5;
const CORRECTED: f32 = 0.8;
const FARTHER: f32 = 0.5;
const SHORTER: f32 = 0.6;

/// An index that is ready for queries.
pub struct Ranker {
    segment: SegmentReader,
    fields: Vec<(Field, Arc<InvertedIndexReader>)>,
    /// Words and the stems they have besides themselves.
    stems: HashMap<String, Vec<String>>,
    /// Stems and the words that are written otherwise.
    forms: HashMap<String, Vec<String>>,
    words: Vec<(String, u8)>,
    /// Words and the sets of synonyms they are in: the other members, as one word each.
    synonyms: HashMap<String, Vec<String>>,
    names: Names,
}

/// How likely each page is what its name means.
pub struct Names(pub Vec<(u8, Vec<String>)>);

impl Names {
    /// The rank of a page among those of one name, the likeliest first: the kind's, after all kinds where the page has the
    /// name only by the last part of its id.
    pub fn rank(&self, page: u32, name: &str) -> u8 {
        let (rank, weak) = &self.0[page as usize];
        if weak.iter().any(|weak| weak == name) { rank + WEAK } else { *rank }
    }
}

/// The pages that answer a query.
#[derive(Debug, Default)]
pub struct Ranked {
    /// Pages with their scores, best first.
    pub pages: Vec<(u32, f64)>,
    /// How many of them, from the first, are called what was asked for.
    pub named: usize,
    /// Unknown words, and what was taken instead.
    pub corrected: Vec<(String, String)>,
    /// For each word, its forms, for marking.
    pub forms: Vec<Vec<String>>,
    /// For each word, how rare it is.
    pub rarity: Vec<f32>,
}

/// A word with the terms that stand for it, and what each counts.
#[derive(Debug, Default)]
struct Resolved {
    terms: Vec<(String, f32)>,
}

/// What the words of a query count.
struct Base {
    /// For each page, what tantivy gives it.
    scores: Vec<f32>,
    /// For each page, the rarity of the words that it holds.
    matched: Vec<f64>,
    /// The rarity of all words that some page holds.
    all: f64,
    /// For each word, how rare it is.
    rarity: Vec<f32>,
}

impl Ranker {
    /// # Errors
    /// When the index cannot be read.
    pub fn new(
        segment: SegmentReader,
        forms: &[Forms],
        synonyms: &[Vec<String>],
        names: Vec<(u8, Vec<String>)>,
    ) -> tantivy::Result<Self> {
        let words = spelling::list(&segment, forms)?;
        let mut stems: HashMap<String, Vec<String>> = HashMap::new();
        for forms in forms {
            for form in &forms.others {
                stems.entry(form.clone()).or_default().push(forms.stem.clone());
            }
        }
        let forms = forms.iter().map(|forms| (forms.stem.clone(), forms.others.clone())).collect();
        let fields = FIELDS.iter().map(|name| {
            let field = segment.schema().get_field(name)?;
            Ok((field, segment.inverted_index(field)?))
        });
        let fields = fields.collect::<tantivy::Result<Vec<_>>>()?;
        let mut others: HashMap<String, Vec<String>> = HashMap::new();
        for set in synonyms {
            let joined: Vec<String> = set.iter().map(|synonym| crate::search::words::parts(synonym).concat()).collect();
            for word in &joined {
                let rest = joined.iter().filter(|other| *other != word && !other.is_empty());
                others.entry(word.clone()).or_default().extend(rest.cloned());
            }
        }
        Ok(Self { segment, fields, stems, forms, words, synonyms: others, names: Names(names) })
    }

    fn pages(&self) -> usize {
        self.segment.max_doc() as usize
    }

    /// Ranks all pages that answer a query and that `fits` lets through.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn rank(&self, query: &Query, fits: &dyn Fn(u32) -> bool) -> tantivy::Result<Ranked> {
        let mut ranked = Ranked::default();
        if query.words.is_empty() {
            ranked.pages = (0..self.pages() as u32).filter(|page| fits(*page)).map(|page| (page, 0.0)).collect();
            return Ok(ranked);
        }
        let words = query
            .words
            .iter()
            .map(|word| self.resolve(word, &mut ranked.corrected))
            .collect::<tantivy::Result<Vec<_>>>()?;
        ranked.forms = words.iter().map(|resolved| self.forms_of(resolved)).collect();
        let Base { scores, matched, all, rarity } = self.base(&words)?;
        ranked.rarity = rarity;
        let score = |page: usize| {
            let share = (matched[page] / all) as f32;
            (share, f64::from(scores[page]) * f64::from(share))
        };
        let named = self.named(query, &ranked.corrected)?;
        let mut first: Vec<(u8, f64, u32)> = named
            .into_iter()
            .filter(|(_, page)| fits(*page))
            .map(|(rank, page)| (rank, if all > 0.0 { score(page as usize).1 } else { 0.0 }, page))
            .collect();
        first.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        ranked.named = first.len();
        let mut rest: Vec<(u32, f64)> = (0..self.pages())
            .filter(|page| scores[*page] > 0.0 && fits(*page as u32))
            .map(|page| (page as u32, score(page)))
            .filter(|(page, (share, _))| *share >= SHARE && first.iter().all(|(_, _, named)| named != page))
            .map(|(page, (_, score))| (page, score))
            .collect();
        rest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.pages = first.into_iter().map(|(_, score, page)| (page, score)).chain(rest).collect();
        Ok(ranked)
    }

    /// What the words of a query count on each page.
    fn base(&self, words: &[Resolved]) -> tantivy::Result<Base> {
        let pages = self.pages();
        let mut base = Base {
            scores: vec![0.0; pages],
            matched: vec![0.0; pages],
            all: 0.0,
            rarity: Vec::with_capacity(words.len()),
        };
        let (mut best, mut form) = (vec![0f32; pages], vec![0f32; pages]);
        for resolved in words {
            let mut most = 0;
            best.fill(0.0);
            for (term, weight) in &resolved.terms {
                most = most.max(self.count(term)?);
                form.fill(0.0);
                self.score(term, *weight, &mut form)?;
                best.iter_mut().zip(&form).for_each(|(best, form)| *best = best.max(*form));
            }
            let rarity = rarity(most, pages);
            base.rarity.push(rarity as f32);
            if resolved.terms.is_empty() {
                continue;
            }
            base.all += rarity;
            for (page, best) in best.iter().enumerate().filter(|(_, best)| **best > 0.0) {
                base.scores[page] += best;
                base.matched[page] += rarity;
            }
        }
        Ok(base)
    }

    /// Reads a query: several words may be one synonym.
    pub fn read(&self, text: &str) -> Query {
        query::read(text, |word| self.synonyms.contains_key(word))
    }

    /// The terms that stand for a word.
    fn resolve(&self, word: &Word, corrected: &mut Vec<(String, String)>) -> tantivy::Result<Resolved> {
        let mut resolved = Resolved::default();
        let mut most = 0;
        for term in self.look_up(&word.text)? {
            most = most.max(self.count(&term)?);
            resolved.add(term, 1.0);
        }
        for synonym in self.synonyms.get(&word.text).into_iter().flatten() {
            self.look_up(synonym)?.into_iter().for_each(|term| resolved.add(term, SYNONYM));
        }
        if word.begins && most < ENOUGH {
            let mut longer = self.beginning(&word.text)?;
            longer.retain(|(term, _)| *term != word.text);
            longer.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            longer.into_iter().take(COMPLETIONS).for_each(|(term, _)| resolved.add(term, LONGER));
        }
        if !resolved.terms.is_empty() || word.whole {
            return Ok(resolved);
        }
        let near = spelling::near(&word.text, &self.words);
        for (at, near) in near.iter().enumerate() {
            let weight = if at == 0 { CORRECTED } else { FARTHER };
            self.look_up(near)?.into_iter().for_each(|term| resolved.add(term, weight));
        }
        if let Some(first) = near.first() {
            corrected.push((word.text.clone(), first.to_string()));
        }
        let letters: Vec<usize> = word.text.char_indices().map(|(at, _)| at).collect();
        for left in (LEFT.max(letters.len().saturating_sub(CUT))..letters.len()).rev() {
            if resolved.terms.is_empty() {
                self.look_up(&word.text[..letters[left]])?.into_iter().for_each(|term| resolved.add(term, SHORTER));
            }
        }
        Ok(resolved)
    }

    /// The terms of a word: itself, and its stem.
    fn look_up(&self, word: &str) -> tantivy::Result<Vec<String>> {
        let mut terms = Vec::new();
        for term in std::iter::once(word).chain(self.stems.get(word).into_iter().flatten().map(String::as_str)) {
            if self.count(term)? > 0 {
                terms.push(term.to_string());
            }
        }
        Ok(terms)
    }

    /// On how many pages a term is, in the field where it is on most.
    fn count(&self, term: &str) -> tantivy::Result<u32> {
        let mut most = 0;
        for (_, inverted) in &self.fields[..SCORED] {
            most = most.max(inverted.terms().get(term)?.map_or(0, |info| info.doc_freq));
        }
        Ok(most)
    }

    /// Terms that begin with some letters, with how many pages have each: the first of them in order.
    fn beginning(&self, letters: &str) -> tantivy::Result<Vec<(String, u32)>> {
        let mut found: BTreeMap<String, u32> = BTreeMap::new();
        for (_, inverted) in &self.fields[..SCORED] {
            for (term, pages) in from(inverted, letters)? {
                let known = found.entry(term).or_default();
                *known = pages.max(*known);
            }
        }
        Ok(found.into_iter().take(LOOKED_AT).collect())
    }

    /// Adds what a term counts on each page.
    fn score(&self, term: &str, weight: f32, scores: &mut [f32]) -> tantivy::Result<()> {
        let pages = self.pages();
        for (at, (field, inverted)) in self.fields[..SCORED].iter().enumerate() {
            let Some(info) = inverted.terms().get(term)? else { continue };
            let average = inverted.total_num_tokens() as f32 / pages as f32;
            let bm25 = Bm25Weight::for_one_term_without_explain(u64::from(info.doc_freq), pages as u64, average)
                .boost_by(BOOSTS[at] * weight);
            let norms = if NORMED[at] { Some(self.segment.get_fieldnorms_reader(*field)?) } else { None };
            let mut postings = inverted.read_postings_from_terminfo(&info, IndexRecordOption::WithFreqs)?;
            let mut page = postings.doc();
            while page != TERMINATED {
                let norm = norms.as_ref().map_or(1, |norms| norms.fieldnorm_id(page));
                scores[page as usize] += bm25.score(norm, postings.term_freq());
                page = postings.advance();
            }
        }
        Ok(())
    }

    /// Pages that are called what was asked for: in whole, with its errors mended, or as the only ones whose names begin so.
    fn named(&self, query: &Query, corrected: &[(String, String)]) -> tantivy::Result<Vec<(u8, u32)>> {
        let mend = |name: &Vec<String>| {
            let right =
                |word: &String| corrected.iter().find(|(from, _)| from == word).map_or(word, |(_, to)| to).clone();
            name.iter().map(right).collect::<Vec<_>>().concat()
        };
        let whole = query.names.iter().map(|name| name.concat());
        let mended = query.names.iter().map(mend).filter(|_| !corrected.is_empty());
        for key in whole.chain(mended) {
            let pages = self.called(&key)?;
            if !pages.is_empty() {
                return Ok(if pages.len() > NAMESAKES { Vec::new() } else { pages });
            }
        }
        if !query.words.iter().any(|word| word.begins) {
            return Ok(Vec::new());
        }
        let Some(key) = query.names.last().map(|name| name.concat()).filter(|key| key.chars().count() >= 3) else {
            return Ok(Vec::new());
        };
        let names: Vec<_> = from(&self.fields[KEY].1, &key)?;
        let mut pages: BTreeMap<u32, u8> = BTreeMap::new();
        for (name, _) in &names {
            for (rank, page) in self.called(name)? {
                let known = pages.entry(page).or_insert(rank);
                *known = rank.min(*known);
            }
        }
        let single = names.len() == 1 || pages.len() == 1;
        let pages = pages.into_iter().map(|(page, rank)| (rank, page)).collect::<Vec<_>>();
        Ok(if single && pages.len() <= NAMESAKES { pages } else { Vec::new() })
    }

    /// Pages of a name with their ranks.
    fn called(&self, key: &str) -> tantivy::Result<Vec<(u8, u32)>> {
        let inverted = &self.fields[KEY].1;
        let Some(info) = inverted.terms().get(key)? else { return Ok(Vec::new()) };
        let mut postings = inverted.read_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
        let mut pages = Vec::new();
        let mut page = postings.doc();
        while page != TERMINATED {
            pages.push((self.names.rank(page, key), page));
            page = postings.advance();
        }
        Ok(pages)
    }

    /// Everything that is marked for a word: its terms, and the words that have them as their stem.
    fn forms_of(&self, resolved: &Resolved) -> Vec<String> {
        let terms = resolved.terms.iter().map(|(term, _)| term);
        let others = terms.clone().filter_map(|term| self.forms.get(term)).flatten();
        let mut forms: Vec<String> = terms.chain(others).cloned().collect();
        forms.sort();
        forms.dedup();
        forms
    }
}

impl Resolved {
    fn add(&mut self, term: String, weight: f32) {
        if self.terms.iter().all(|(known, _)| *known != term) {
            self.terms.push((term, weight));
        }
    }
}

/// The first terms of a field, in order, that begin with some letters.
fn from(inverted: &InvertedIndexReader, letters: &str) -> tantivy::Result<Vec<(String, u32)>> {
    let mut terms: TermStreamer = inverted.terms().range().ge(letters).into_stream()?;
    let mut found = Vec::new();
    while let Some((term, info)) = terms.next() {
        if !term.starts_with(letters.as_bytes()) || found.len() == LOOKED_AT {
            break;
        }
        found.push((String::from_utf8_lossy(term).into_owned(), info.doc_freq));
    }
    Ok(found)
}

/// The inverse document frequency of BM25.
fn rarity(with: u32, pages: usize) -> f64 {
    let (with, pages) = (f64::from(with), pages as f64);
    (1.0 + (pages - with + 0.5) / (with + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use tantivy::collector::TopDocs;
    use tantivy::query::{BooleanQuery, BoostQuery, DisjunctionMaxQuery, QueryClone as _, TermQuery};
    use tantivy::{Index, Term};

    use super::*;
    use crate::search::index;
    use crate::site::documents::{Document, Documents};

    const PAGES: usize = 300;

    /// Pages of made-up words in every field, some of them frequent and some rare, the same each time.
    fn documents() -> Documents {
        const WORDS: &[&str] = &[
            "checkout",
            "payments",
            "card",
            "refund",
            "refunds",
            "refunded",
            "declines",
            "kubernetes",
            "deploying",
            "deployed",
            "KubePodCrashLooping",
            "checkout-api",
            "ERR-4711",
            "gateway",
            "rollback",
            "on",
            "call",
            "pager",
            "till",
            "point of sale",
        ];
        let mut state = 7u64;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        // The smaller of two: the first words are frequent, the last are rare.
        let mut words = |many: usize| -> String {
            let words: Vec<&str> = (0..many).map(|_| WORDS[next(WORDS.len()).min(next(WORDS.len()))]).collect();
            words.join(" ")
        };
        let page = |at: usize| Document {
            route: format!("p/{at:03}.html"),
            title: words(1 + at % 4),
            kind: "page",
            rank: 9,
            names: Vec::new(),
            last: format!("p{at}"),
            handles: (0..at % 3).map(|_| words(1)).collect(),
            tags: (0..at % 5).map(|_| words(2)).collect(),
            lead: at.is_multiple_of(2).then(|| words(8)),
            texts: vec![words(at % 120)],
            body: None,
            owner: None,
            team: None,
            due: None,
            unowned: false,
            card: None,
        };
        Documents {
            language: "en".to_string(),
            synonyms: vec![vec!["card".to_string(), "till".to_string(), "point of sale".to_string()]],
            today: date(2026, 11, 22),
            pages: (0..PAGES).map(page).collect(),
            ..Documents::default()
        }
    }

    fn ranker(documents: &Documents) -> (Index, Ranker) {
        let directory = tantivy::directory::RamDirectory::create();
        let built = index::build(documents, directory, |_, _| (None, ())).expect("an index");
        let names = documents.pages.iter().map(|page| page.rank).zip(built.weak).collect();
        let segment = index::segment(&built.index).expect("a segment");
        let ranker = Ranker::new(segment, &built.forms, &documents.synonyms, names).expect("a ranker");
        (built.index, ranker)
    }

    /// The same words as a query of tantivy's own.
    fn as_tantivy(ranker: &Ranker, words: &[Resolved]) -> BooleanQuery {
        let in_fields = |term: &str, weight: f32| {
            let fields = ranker.fields[..SCORED].iter().zip(BOOSTS).map(|((field, _), boost)| {
                let term = TermQuery::new(Term::from_field_text(*field, term), IndexRecordOption::WithFreqs);
                BoostQuery::new(Box::new(term), boost * weight).box_clone()
            });
            BooleanQuery::union(fields.collect()).box_clone()
        };
        let word = |resolved: &Resolved| {
            let forms = resolved.terms.iter().map(|(term, weight)| in_fields(term, *weight));
            DisjunctionMaxQuery::new(forms.collect()).box_clone()
        };
        BooleanQuery::union(words.iter().filter(|word| !word.terms.is_empty()).map(word).collect())
    }

    #[test]
    fn the_base_score_is_that_of_tantivy() {
        let documents = documents();
        let (index, ranker) = ranker(&documents);
        let searcher = index.reader().expect("a reader").searcher();
        let mut forms = 0;
        for text in [
            "checkout",
            "refund",
            "refunding deploys",
            "card",
            "point of sale",
            "gatewya",
            "KubePodCrash",
            "checkout-api ERR-4711",
            "on call pager for the till",
            "declined card refunds gateway rollback kubernetes",
        ] {
            let query = ranker.read(text);
            let resolve = |word| ranker.resolve(word, &mut Vec::new()).expect("a word is looked up");
            let words: Vec<Resolved> = query.words.iter().map(resolve).collect();
            forms = forms.max(words.iter().map(|word| word.terms.len()).max().unwrap_or(0));
            let ours = ranker.base(&words).expect("scores").scores;
            let collector = TopDocs::with_limit(PAGES).order_by_score();
            let theirs = searcher.search(&as_tantivy(&ranker, &words), &collector).expect("tantivy answers");
            assert!(!theirs.is_empty(), "{text}");
            assert_eq!(theirs.len(), ours.iter().filter(|score| **score > 0.0).count(), "{text}");
            for (score, address) in theirs {
                let own = ours[address.doc_id as usize];
                assert!((own - score).abs() <= 1e-5 * score, "{text}: {own}, not {score}, on page {}", address.doc_id);
            }
        }
        assert!(forms > 2, "no word had several forms");
    }

    #[test]
    fn a_page_that_holds_more_of_the_query_counts_more() {
        let documents = documents();
        let (_, ranker) = ranker(&documents);
        let query = ranker.read("rollback pager ");
        let ranked = ranker.rank(&query, &|_| true).expect("an answer");
        let holds = |page: u32, word: &str| {
            let page = &documents.pages[page as usize];
            [&page.title, &page.texts[0]]
                .into_iter()
                .chain(&page.lead)
                .chain(&page.tags)
                .chain(&page.handles)
                .any(|text| text.contains(word))
        };
        let both = |page: u32| holds(page, "rollback") && holds(page, "pager");
        let with = ranked.pages.iter().filter(|(page, _)| both(*page)).count();
        assert!(with > 3 && with < ranked.pages.len());
        let first = ranked.pages.iter().take(3).filter(|(page, _)| both(*page)).count();
        assert_eq!(first, 3, "{:?}", &ranked.pages[..3]);
        let odd = ranker.rank(&query, &|page| page % 2 == 1).expect("an answer");
        assert!(!odd.pages.is_empty() && odd.pages.iter().all(|(page, _)| page % 2 == 1));
        let scores: HashMap<u32, f64> = ranked.pages.into_iter().collect();
        assert!(odd.pages.iter().all(|(page, score)| scores[page] == *score), "a filter changes a score");
    }
}
