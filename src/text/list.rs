//! Words as a list that can be read aloud.

/// Joins words with commas, the last one with `and` or `or`: `a, b or c`.
pub fn joined(words: &[impl AsRef<str>], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_string(),
        [most @ .., end] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} {last} {}", most.join(", "), end.as_ref())
        }
    }
}

/// Joins the first words with commas, and says how many are left out: `a, b and 3 more`.
pub fn shortened<W: AsRef<str>>(words: impl ExactSizeIterator<Item = W>, most: usize) -> String {
    let left = words.len().saturating_sub(most);
    let words: Vec<W> = words.take(most).collect();
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    let list = words.join(", ");
    if left > 0 { format!("{list} and {left} more") } else { list }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_joined_by_a_word() {
        assert_eq!(joined(&["a"], "or"), "a");
        assert_eq!(joined(&["a", "b"], "and"), "a and b");
        assert_eq!(joined(&["a", "b", "c"], "or"), "a, b or c");
    }

    #[test]
    fn long_lists_end_in_a_count() {
        assert_eq!(shortened(["a", "b"].iter(), 2), "a, b");
        assert_eq!(shortened(["a", "b", "c", "d"].iter(), 2), "a, b and 2 more");
    }
}
