//! Which known word somebody may have meant.

/// Finds the candidate nearest to `word`, if one is near enough to be offered as "did you mean".
///
/// Near enough: at most a third of the word's length in edits (at least one), transpositions counting one, or the same
/// letters and digits otherwise written.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = fold(word);
    let length = word.chars().count();
    let limit = (length / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let folded = fold(candidate);
            if folded.chars().count().abs_diff(length) > limit {
                return None;
            }
            let distance = strsim::osa_distance(&word, &folded);
            (distance <= limit).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

fn fold(word: &str) -> String {
    word.chars().flat_map(char::to_lowercase).map(|c| if c == '_' || c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_the_nearest_word_only_when_it_is_near() {
        let known = ["payments", "platform", "checkout"];
        assert_eq!(nearest("paymnets", known), Some("payments"));
        assert_eq!(nearest("Payments", known), Some("payments"));
        assert_eq!(nearest("fulfilment", known), None);
        assert_eq!(nearest("x", known), None);
    }
}
