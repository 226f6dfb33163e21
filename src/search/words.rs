//! Text to words, the same way for pages and for queries: split, folded, and for pages cut to their stems.
//!
//! The reader in the browser splits and folds alike; `tests/search/words.json` holds both to it. What it cannot do is stem, so
//! every form met here is kept with its stem and published.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::RandomState;
use frostem::{Algorithm, Stemmer};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest word in characters: what is longer is a key or a hash that nobody types.
pub const LONGEST: usize = 64;

/// Letters that have no decomposition and are still typed without their sign, and the sigma that ends a word.
const FOLDED: [(char, &str); 10] = [
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ø', "o"),
    ('đ', "d"),
    ('ð', "d"),
    ('ł', "l"),
    ('ı', "i"),
    ('þ', "th"),
    ('ς', "σ"),
];

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'t> {
    /// A word, or a part of an identifier: of `KubePodCrash`, `kube`, `pod` and `crash`.
    Part(&'t str),
    /// An identifier or a compound in one piece: `kubepodcrash`, `checkoutapi`.
    Whole(&'t str),
}

/// Splits a text and folds its pieces: parts in their order, each identifier in one piece after its parts.
///
/// A word is a run of letters, digits and combining marks. Words with one `-`, `_` or `.` between them make a compound. Inside a
/// word a part ends where a small letter meets a capital, where capitals meet a capital with two small letters after it, and
/// where three letters or more meet a digit. An `s` after an apostrophe is left out.
pub fn split(text: &str, mut visit: impl FnMut(Piece)) {
    split_written(text, |piece, _| visit(piece));
}

/// Splits a text as [`split`] does, and gives each part as it is written as well.
fn split_written(text: &str, mut visit: impl FnMut(Piece, &str)) {
    let mut compound = String::new();
    let mut members = 0;
    let mut scratch = String::new();
    let mut rest = text;
    loop {
        let skipped = run(rest, false);
        let between = &rest[..skipped];
        if members > 0 && !matches!(between, "-" | "_" | ".") {
            flush(&mut compound, &mut members, &mut visit);
        }
        rest = &rest[skipped..];
        if rest.is_empty() {
            break;
        }
        let word = &rest[..run(rest, true)];
        let possessive = word.eq_ignore_ascii_case("s") && matches!(between, "'" | "’");
        rest = &rest[word.len()..];
        if possessive {
            continue;
        }
        let from = compound.len();
        if is_plain(word) {
            compound.push_str(word);
            compound[from..].make_ascii_lowercase();
            members += 1;
            if fits(word) {
                visit(Piece::Part(&compound[from..]), word);
            }
            continue;
        }
        let mut parts = 0;
        for part in parts_of(word) {
            scratch.clear();
            fold(part, &mut scratch);
            if !scratch.is_empty() {
                parts += 1;
                compound.push_str(&scratch);
                if fits(&scratch) {
                    visit(Piece::Part(&scratch), part);
                }
            }
        }
        // Marks alone are no member.
        members += usize::from(parts > 0);
        if parts > 1 && fits(&compound[from..]) {
            visit(Piece::Whole(&compound[from..]), word);
        }
    }
    flush(&mut compound, &mut members, &mut visit);
}

fn flush(compound: &mut String, members: &mut usize, visit: &mut impl FnMut(Piece, &str)) {
    if *members > 1 && fits(compound) {
        visit(Piece::Whole(compound), "");
    }
    compound.clear();
    *members = 0;
}

fn fits(word: &str) -> bool {
    word.len() <= LONGEST || word.chars().count() <= LONGEST
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || (!c.is_ascii() && (c.is_alphanumeric() || is_combining_mark(c)))
}

/// How many bytes of words, or between words, a text begins with.
fn run(text: &str, of_words: bool) -> usize {
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        if byte.is_ascii() {
            if byte.is_ascii_alphanumeric() != of_words {
                break;
            }
            at += 1;
        } else {
            let Some(c) = text[at..].chars().next().filter(|c| is_word(*c) == of_words) else { break };
            at += c.len_utf8();
        }
    }
    at
}

/// Whether a word is small letters, but for the first: most are, and have no seam and nothing to fold.
fn is_plain(word: &str) -> bool {
    let mut bytes = word.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic()) && bytes.all(|b| b.is_ascii_lowercase())
}

/// The parts of a word, as written.
fn parts_of(word: &str) -> impl Iterator<Item = &str> {
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let at = |i: usize| chars.get(i).map(|(_, c)| *c);
    let letters = |range: std::ops::Range<usize>| {
        range.len() == 3 && range.into_iter().all(|i| at(i).is_some_and(char::is_alphabetic))
    };
    let seam = |i: usize| {
        let (Some(before), Some(after)) = (at(i - 1), at(i)) else { return false };
        let small = |n: usize| at(i + n).is_some_and(char::is_lowercase);
        (before.is_lowercase() && after.is_uppercase())
            || (before.is_uppercase() && after.is_uppercase() && small(1) && small(2))
            || (after.is_ascii_digit() && i >= 3 && letters(i - 3..i))
            || (before.is_ascii_digit() && letters(i..i + 3))
    };
    let mut cuts: Vec<usize> = (1..chars.len()).filter(|i| seam(*i)).map(|i| chars[i].0).collect();
    cuts.push(word.len());
    let mut from = 0;
    cuts.into_iter().map(move |to| &word[std::mem::replace(&mut from, to)..to])
}

/// Appends a word in lower case, without accents, compatibility forms or anything but letters and digits.
pub fn fold(word: &str, out: &mut String) {
    if word.is_ascii() {
        out.extend(word.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase() as char));
        return;
    }
    for c in word.chars().flat_map(char::to_lowercase).nfkd() {
        match FOLDED.iter().find(|(letter, _)| *letter == c) {
            Some((_, plain)) => out.push_str(plain),
            None if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            None => {}
        }
    }
}

/// A name as one word: `Checkout API`, `checkout-api` and `#checkout_api` are all `checkoutapi`.
pub fn key(name: &str) -> String {
    let key = parts(name).concat();
    if fits(&key) { key } else { String::new() }
}

/// How a handbook's texts become terms.
pub struct Analysis {
    stemmer: Option<Stemmer>,
    /// Synonyms of several words, by their first word: the words after it, and all in one.
    phrases: HashMap<String, Vec<(Vec<String>, String)>>,
}

impl Analysis {
    /// For a language by its code (`en`, `de-CH`) and the synonyms of site.toml. Of an unknown language, words are only folded.
    pub fn new(language: &str, synonyms: &[Vec<String>]) -> Self {
        let mut phrases: HashMap<String, Vec<(Vec<String>, String)>> = HashMap::new();
        for phrase in synonyms.iter().flatten() {
            let words = parts(phrase);
            if let [first, rest @ ..] = words.as_slice()
                && !rest.is_empty()
            {
                phrases.entry(first.clone()).or_default().push((rest.to_vec(), words.concat()));
            }
        }
        Self { stemmer: algorithm(language).map(Stemmer::new), phrases }
    }

    /// The stem of a folded word. It is taken with the accents that are written, which endings are known by (`ção`, `ità`),
    /// and then folded as well.
    fn stem(&self, word: &str, written: &str) -> String {
        let Some(stemmer) = &self.stemmer else { return word.to_string() };
        if word.bytes().any(|b| b.is_ascii_digit()) {
            return word.to_string();
        }
        let stem = if written.is_ascii() {
            stemmer.stem(word).into_owned()
        } else {
            let lower: String = written.to_lowercase().nfc().collect();
            let mut stem = String::new();
            fold(&stemmer.stem(&lower), &mut stem);
            stem
        };
        if stem.is_empty() { word.to_string() } else { stem }
    }
}

/// The stemmer of a language, by the first part of its code.
fn algorithm(language: &str) -> Option<Algorithm> {
    Some(match language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "en" => Algorithm::English,
        "de" => Algorithm::German,
        "fr" => Algorithm::French,
        "es" => Algorithm::Spanish,
        "it" => Algorithm::Italian,
        "pt" => Algorithm::Portuguese,
        "nl" => Algorithm::Dutch,
        "da" => Algorithm::Danish,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "sv" => Algorithm::Swedish,
        "fi" => Algorithm::Finnish,
        _ => return None,
    })
}

/// The folded parts of a text, without identifiers in one piece.
pub fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    split(text, |piece| {
        if let Piece::Part(part) = piece {
            parts.push(part.to_string());
        }
    });
    parts
}

/// Turns texts into terms, and remembers which form had which stem.
pub struct Terms<'a> {
    analysis: &'a Analysis,
    pub stems: Stems,
}

/// Words, as they are written where that is not ASCII, with their forms and stems.
pub type Stems = HashMap<Box<str>, Stemmed, RandomState>;

/// A word's form, where that is not how it is written, and its stem.
pub struct Stemmed {
    form: Option<Box<str>>,
    stem: Box<str>,
}

impl<'a> Terms<'a> {
    pub fn new(analysis: &'a Analysis) -> Self {
        Self { analysis, stems: Stems::default() }
    }

    /// Appends a text's terms, each with a space after it.
    pub fn add(&mut self, text: &str, out: &mut String) {
        let Self { analysis, stems } = self;
        let phrases = !analysis.phrases.is_empty();
        let mut recent: Vec<String> = Vec::new();
        split_written(text, |piece, written| match piece {
            Piece::Part(part) => {
                let key = if written.is_ascii() { part } else { written };
                let stemmed = match stems.get(key) {
                    Some(stemmed) => stemmed,
                    None => stems.entry(key.into()).or_insert_with(|| Stemmed {
                        form: (key != part).then(|| part.into()),
                        stem: analysis.stem(part, written).into(),
                    }),
                };
                out.push_str(&stemmed.stem);
                out.push(' ');
                if phrases {
                    recent.push(part.to_string());
                }
            }
            Piece::Whole(whole) => {
                out.push_str(whole);
                out.push(' ');
            }
        });
        for (at, word) in recent.iter().enumerate() {
            for (rest, whole) in analysis.phrases.get(word).into_iter().flatten() {
                if recent[at + 1..].starts_with(rest) {
                    out.push_str(whole);
                    out.push(' ');
                }
            }
        }
    }
}

/// A stem with the words it was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forms {
    pub stem: String,
    /// Words that are written otherwise than the stem, in order.
    pub others: Vec<String>,
    /// Whether the stem is a word of its own.
    pub is_word: bool,
}

/// What is remembered, by stem. Stems whose only form is the stem itself are left out.
pub fn forms(known: &Stems) -> Vec<Forms> {
    let mut stems: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (word, Stemmed { form, stem }) in known {
        stems.entry(stem).or_default().insert(form.as_deref().unwrap_or(word));
    }
    let all = stems.into_iter().map(|(stem, mut forms)| {
        let is_word = forms.remove(stem);
        Forms { stem: stem.to_string(), others: forms.into_iter().map(str::to_string).collect(), is_word }
    });
    all.filter(|forms| !forms.others.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of a text and its pieces, folded; an identifier in one piece has a `=` before it.
    fn rows() -> Vec<(String, String)> {
        serde_json::from_str(include_str!("../../tests/search/words.json")).expect("rows")
    }

    fn pieces(text: &str) -> Vec<String> {
        let mut pieces = Vec::new();
        split(text, |piece| {
            pieces.push(match piece {
                Piece::Part(part) => part.to_string(),
                Piece::Whole(whole) => format!("={whole}"),
            });
        });
        pieces
    }

    #[test]
    fn texts_are_split_and_folded_as_the_reader_does_it() {
        assert!(rows().len() > 100);
        let wrong: Vec<String> = rows()
            .iter()
            .map(|(text, expected)| (text, expected, pieces(text).join(" ")))
            .filter(|(_, expected, got)| got != *expected)
            .map(|(text, expected, got)| format!("{text:?}: {got:?}, not {expected:?}"))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn stems_are_taken_with_accents_and_kept_without() {
        let stem = |language: &str, written: &str| Analysis::new(language, &[]).stem(&key(written), written);
        for (language, words) in [
            ("pt", ["devolução", "Devoluções", "DEVOLUC\u{327}A\u{303}O"]),
            ("it", ["responsabilità", "responsabili", "RESPONSABILE"]),
            ("de", ["Häuser", "Haus", "Ha\u{308}usern"]),
        ] {
            let stems = words.map(|word| stem(language, word));
            assert!(stems.iter().all(|stem| *stem == stems[0] && stem.is_ascii()), "{words:?}: {stems:?}");
        }
        assert_eq!(stem("en", "sha256s"), "sha256s");
        assert_eq!(stem("none", "Refunds"), "refunds");
    }

    #[test]
    fn folding_what_is_folded_changes_nothing() {
        for (text, _) in rows() {
            for part in parts(&text) {
                assert_eq!(key(&part), part, "of {text:?}");
            }
        }
    }

    #[test]
    fn a_name_is_one_word_however_it_is_written() {
        for name in ["Checkout API", "checkout-api", "#checkout_api", "CheckoutApi", "Ｃheckout  ÁPÍ"] {
            assert_eq!(key(name), "checkoutapi", "{name}");
        }
        assert_eq!(key("ΟΔΟΣ.ΑΒ"), parts("ΟΔΟΣ.ΑΒ").concat());
        assert_eq!(key(&"x".repeat(LONGEST + 1)), "");
    }
}
