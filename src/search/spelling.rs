//! Words that may have been meant by one that no page holds.

use std::collections::BTreeMap;

use tantivy::SegmentReader;

use crate::search::index::{FIELDS, SCORED};
use crate::search::words::Forms;

/// Letters of the shortest word that is corrected, and of the shortest that may have two errors.
const SHORTEST: usize = 4;
const TWO_ERRORS: usize = 8;

/// Pages that a word of prose has to be on before it is offered; a word of a title, a name or a heading is always.
const COMMON: u32 = 3;

/// Fields whose words are always offered.
const ALWAYS: usize = 3;

/// Words that are offered at most for one that is unknown.
const OFFERED: usize = 3;

/// Words with the binary logarithm of how many pages hold them, in order.
///
/// # Errors
/// When the segment cannot be read.
pub fn list(segment: &SegmentReader, forms: &[Forms]) -> tantivy::Result<Vec<(String, u8)>> {
    let mut found: BTreeMap<String, u32> = BTreeMap::new();
    for (at, name) in FIELDS.iter().take(SCORED).enumerate() {
        let inverted = segment.inverted_index(segment.schema().get_field(name)?)?;
        let mut terms = inverted.terms().stream()?;
        while let Some((term, info)) = terms.next() {
            let Ok(term) = std::str::from_utf8(term) else { continue };
            // What is on enough pages is offered whatever field it is in.
            let pages = if at < ALWAYS { info.doc_freq.max(COMMON) } else { info.doc_freq };
            if pages >= COMMON && term.chars().all(char::is_alphabetic) && term.chars().nth(SHORTEST - 2).is_some() {
                let known = found.entry(term.to_string()).or_default();
                *known = pages.max(*known);
            }
        }
    }
    let mut words: Vec<(String, u8)> = Vec::with_capacity(found.len() * 2);
    for forms in forms {
        let Some(pages) = found.get(&forms.stem).copied() else { continue };
        if !forms.is_word {
            found.remove(&forms.stem);
        }
        words.extend(forms.others.iter().map(|form| (form.clone(), pages.ilog2() as u8)));
    }
    words.extend(found.into_iter().map(|(word, pages)| (word, pages.ilog2() as u8)));
    words.retain(|(word, _)| word.chars().nth(SHORTEST - 1).is_some());
    words.sort();
    words.dedup_by(|a, b| a.0 == b.0);
    Ok(words)
}

/// The words nearest to one that is unknown, the likeliest first: one error away from four letters on, two from eight; two
/// letters in each other's place are one error.
pub fn near<'w>(word: &str, words: &'w [(String, u8)]) -> Vec<&'w str> {
    let length = word.chars().count();
    let limit = match length {
        0..SHORTEST => return Vec::new(),
        SHORTEST..TWO_ERRORS => 1,
        _ => 2,
    };
    let letters = mask(word);
    let mut found: Vec<(usize, bool, u8, &str)> = Vec::new();
    for (known, pages) in words {
        // Each error changes two letters of the set at most.
        if (mask(known) ^ letters).count_ones() as usize > 2 * limit || known.chars().count().abs_diff(length) > limit {
            continue;
        }
        let errors = strsim::osa_distance(word, known);
        if errors <= limit {
            found.push((errors, known.chars().next() != word.chars().next(), u8::MAX - pages, known));
        }
    }
    found.sort_unstable();
    let nearest = found.first().map_or(0, |(errors, ..)| *errors);
    found.into_iter().take_while(|(errors, ..)| *errors == nearest).take(OFFERED).map(|(.., word)| word).collect()
}

/// The set of a word's letters, as bits.
fn mask(word: &str) -> u32 {
    word.chars().fold(0, |mask, c| mask | 1 << (c as u32 & 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(words: &[(&str, u8)]) -> Vec<(String, u8)> {
        words.iter().map(|(word, pages)| (word.to_string(), *pages)).collect()
    }

    #[test]
    fn as_many_errors_are_mended_as_a_word_is_long() {
        let words = known(&[("card", 1), ("cart", 1), ("gateway", 1), ("kubernetes", 1)]);
        assert_eq!(near("gatewya", &words), ["gateway"], "two letters in each other's place are one error");
        assert_eq!(near("gatway", &words), ["gateway"]);
        assert_eq!(near("gatwya", &words), Vec::<&str>::new(), "two errors need eight letters");
        assert_eq!(near("kubernets", &words), ["kubernetes"]);
        assert_eq!(near("kubrentes", &words), ["kubernetes"]);
        assert_eq!(near("kbrnts", &words), Vec::<&str>::new());
        assert_eq!(near("cad", &words), Vec::<&str>::new(), "three letters are not mended");
        assert_eq!(near("carx", &words), ["card", "cart"]);
    }

    #[test]
    fn the_nearest_come_first_then_those_that_begin_alike_then_the_frequent() {
        let words = known(&[("bards", 9), ("cards", 0), ("carts", 3), ("corks", 9)]);
        assert_eq!(near("carbs", &words), ["carts", "cards"]);
        assert_eq!(near("ards", &words), ["bards", "cards"]);
    }

    #[test]
    fn letters_of_every_script_have_errors() {
        let words = known(&[("платеж", 2), ("kurumsal", 1), ("πληρωμη", 1)]);
        assert_eq!(near("платиж", &words), ["платеж"]);
        assert_eq!(near("пратеж", &words), ["платеж"]);
        assert_eq!(near("πληρομη", &words), ["πληρωμη"]);
    }
}
