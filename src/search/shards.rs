//! Terms with their pages as bytes: the binary half of the published index. `docs/search-format.md` describes every byte.

use std::collections::BTreeMap;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::termdict::TermStreamer;
use tantivy::{DocSet, InvertedIndexReader, SegmentReader, TERMINATED};

use crate::search::index::{BODY, FIELDS, KEY, NORMED, SCORED};
use crate::search::rank::Names;
use crate::search::words::Forms;
use crate::text::fingerprint;

/// Bytes of a shard before it is compressed. Every word of a query costs one shard; every shard costs a line in the root.
const SHARD: usize = 3584;

/// Bytes of postings from which a term has a file of its own, so that its neighbours are read without it.
const LONG: usize = 1536;

/// Of the pages, the part above which a term does not repeat the lengths of their texts: the root names a file with all.
const COMMON: u64 = 2;

/// Bits of an entry's first byte, above the six of its fields.
const HAS_FORMS: u8 = 1 << 6;
const IS_LONG: u8 = 1 << 7;

/// The terms of an index in shards.
pub struct Shards {
    /// For each shard, the shortest beginning of its first term that is greater than the term before, and its bytes.
    pub shards: Vec<(String, Vec<u8>)>,
    /// Postings that stand outside, by their name.
    pub long: BTreeMap<String, Vec<u8>>,
    /// For each scored field, how many terms all pages have in it.
    pub tokens: [u64; SCORED],
    /// For each page, the length of its text, as tantivy keeps it.
    pub norms: Vec<u8>,
}

/// One field of the index with its terms in order.
struct Column<'i> {
    inverted: &'i InvertedIndexReader,
    terms: TermStreamer<'i>,
    norms: Option<FieldNormReader>,
    more: bool,
}

/// Encodes every term of a segment. `names` tell for each page how likely its kind
/// is what a name means, and which names it has only by the last part of its id.
///
/// # Errors
/// When the segment cannot be read.
pub fn encode(segment: &SegmentReader, forms: &[Forms], names: &Names) -> tantivy::Result<Shards> {
    let inverted = FIELDS
        .iter()
        .map(|name| segment.inverted_index(segment.schema().get_field(name)?))
        .collect::<tantivy::Result<Vec<_>>>()?;
    let mut columns = Vec::new();
    for (at, inverted) in inverted.iter().enumerate() {
        let norms = match NORMED.get(at) {
            Some(true) => Some(segment.get_fieldnorms_reader(segment.schema().get_field(FIELDS[at])?)?),
            _ => None,
        };
        let mut terms = inverted.terms().stream()?;
        let more = terms.advance();
        columns.push(Column { inverted, terms, norms, more });
    }
    let tokens = std::array::from_fn(|at| inverted[at].total_num_tokens());
    let mut writer = Writer { shards: Vec::new(), long: BTreeMap::new(), last: String::new(), redirects: Vec::new() };
    let mut forms = forms.iter().peekable();
    while let Some(term) = columns.iter().filter(|column| column.more).map(|column| column.terms.key()).min() {
        let term = String::from_utf8_lossy(term).into_owned();
        let mut entry = Entry::default();
        for (at, column) in columns.iter_mut().enumerate() {
            if column.more && column.terms.key() == term.as_bytes() {
                entry.fields |= 1 << at;
                if at == KEY {
                    column.keys(&mut entry, &term, names)?
                } else {
                    column.postings(at, &mut entry)?
                }
                column.more = column.terms.advance();
            }
        }
        while forms.next_if(|forms| forms.stem < term).is_some() {}
        let forms = forms.next_if(|forms| forms.stem == term).map_or(&[][..], |forms| &forms.others);
        writer.add(&term, forms, entry);
    }
    let norms = columns[BODY].norms.as_ref();
    let norms = norms.map(|norms| (0..norms.num_docs()).map(|page| norms.fieldnorm_id(page)).collect());
    Ok(Shards {
        tokens,
        norms: norms.unwrap_or_default(),
        long: std::mem::take(&mut writer.long),
        shards: writer.finish(),
    })
}

/// What one term has: the fields it is in, how many pages in each, and the postings.
#[derive(Default)]
struct Entry {
    fields: u8,
    counts: Vec<u8>,
    postings: Vec<u8>,
}

impl Column<'_> {
    /// Pages as distances, then how often, then the lengths of the field.
    fn postings(&self, at: usize, entry: &mut Entry) -> tantivy::Result<()> {
        let mut postings =
            self.inverted.read_postings_from_terminfo(self.terms.value(), IndexRecordOption::WithFreqs)?;
        number(u64::from(self.terms.value().doc_freq), &mut entry.counts);
        let mut often = Vec::new();
        let mut norms = Vec::new();
        let common = |norms: &&FieldNormReader| {
            at == BODY && u64::from(self.terms.value().doc_freq) * COMMON > u64::from(norms.num_docs())
        };
        let own_norms = self.norms.as_ref().filter(|norms| !common(norms));
        let mut last = 0;
        let mut page = postings.doc();
        while page != TERMINATED {
            // The lowest bit tells whether the word is there more than once.
            let times = postings.term_freq();
            number(u64::from(page - last) << 1 | u64::from(times > 1), &mut entry.postings);
            if times > 1 {
                number(u64::from(times) - 2, &mut often);
            }
            norms.extend(own_norms.map(|norms| norms.fieldnorm_id(page)));
            last = page;
            page = postings.advance();
        }
        entry.postings.extend(often);
        entry.postings.extend(norms);
        Ok(())
    }

    /// Pages of this name, the likeliest kind first, each with its rank.
    fn keys(&self, entry: &mut Entry, key: &str, names: &Names) -> tantivy::Result<()> {
        let mut postings = self.inverted.read_postings_from_terminfo(self.terms.value(), IndexRecordOption::Basic)?;
        let mut pages = Vec::new();
        let mut page = postings.doc();
        while page != TERMINATED {
            pages.push((names.rank(page, key), page));
            page = postings.advance();
        }
        pages.sort_unstable();
        number(pages.len() as u64, &mut entry.counts);
        let mut names = Vec::new();
        for (rank, page) in pages {
            number(u64::from(rank), &mut names);
            number(u64::from(page), &mut names);
        }
        // They stand first, so that a name is found without going through the rest.
        entry.postings.splice(0..0, names);
        Ok(())
    }
}

struct Writer {
    shards: Vec<(String, Vec<u8>)>,
    long: BTreeMap<String, Vec<u8>>,
    /// The term before, which the next one is told apart from.
    last: String,
    /// Forms and their stems.
    redirects: Vec<(String, String)>,
}

impl Writer {
    fn add(&mut self, term: &str, forms: &[String], entry: Entry) {
        if self.shards.last().is_none_or(|(_, bytes)| bytes.len() >= SHARD) {
            self.shards.push((separator(&self.last, term).to_string(), Vec::with_capacity(SHARD + LONG)));
            self.last.clear();
        }
        let (_, bytes) = self.shards.last_mut().expect("a shard was begun");
        front_code(&self.last, term, bytes);
        let long = entry.postings.len() > LONG;
        let mut head = entry.fields;
        head |= if forms.is_empty() { 0 } else { HAS_FORMS };
        head |= if long { IS_LONG } else { 0 };
        bytes.push(head);
        if !forms.is_empty() {
            number(forms.len() as u64, bytes);
            for form in forms {
                front_code(term, form, bytes);
            }
            self.redirects.extend(forms.iter().map(|form| (form.clone(), term.to_string())));
        }
        bytes.extend(&entry.counts);
        if long {
            let name = fingerprint::of(&entry.postings)[..12].to_string();
            bytes.extend(name.as_bytes());
            self.long.insert(name, entry.postings);
        } else {
            number(entry.postings.len() as u64, bytes);
            bytes.extend(&entry.postings);
        }
        self.last = term.to_string();
    }

    /// Closes every shard with an empty entry, and tells the shards in which a form would be looked for where its stem is, if
    /// that is elsewhere.
    fn finish(mut self) -> Vec<(String, Vec<u8>)> {
        if self.shards.is_empty() {
            self.shards.push((String::new(), Vec::new()));
        }
        if self.shards.is_empty() {
            // A reader looks up every word in some shard.
            self.shards.push((String::new(), Vec::new()));
        }
        let shard_of = |shards: &[(String, Vec<u8>)], word: &str| {
            shards.partition_point(|(first, _)| first.as_str() <= word).saturating_sub(1)
        };
        let mut astray: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
        for (form, stem) in std::mem::take(&mut self.redirects) {
            let at = shard_of(&self.shards, &form);
            if at != shard_of(&self.shards, &stem) {
                astray.entry(at).or_default().push((form, stem));
            }
        }
        for (at, (_, bytes)) in self.shards.iter_mut().enumerate() {
            bytes.extend([0, 0]);
            for (form, stem) in astray.get(&at).into_iter().flatten() {
                front_code("", form, bytes);
                front_code(form, stem, bytes);
            }
        }
        self.shards
    }
}

/// The shortest beginning of a term that is greater than the term before it.
fn separator<'t>(before: &str, term: &'t str) -> &'t str {
    let shared = before.bytes().zip(term.bytes()).take_while(|(a, b)| a == b).count();
    let end = (shared + 1..term.len()).find(|end| term.is_char_boundary(*end));
    &term[..end.unwrap_or(term.len())]
}

/// Appends a number, seven bits a byte, the lowest first, the highest bit of a byte telling that more follow.
pub fn number(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends a word as what it shares with another: bytes shared, bytes that follow, and those bytes. Letters are never cut.
pub fn front_code(other: &str, word: &str, out: &mut Vec<u8>) {
    let mut shared = other.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
    while !word.is_char_boundary(shared) {
        shared -= 1;
    }
    number(shared as u64, out);
    number((word.len() - shared) as u64, out);
    out.extend(&word.as_bytes()[shared..]);
}
