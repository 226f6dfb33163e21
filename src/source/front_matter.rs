//! Where a Markdown file's front matter ends and its prose begins.

use std::ops::Range;

/// The two parts of a Markdown file, as byte ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The YAML between the `---` lines; none where the file has no front matter.
    pub matter: Option<Range<usize>>,
    pub body: Range<usize>,
    /// Set where the file opens with `---` and `key:` but no line closes it.
    pub unclosed: bool,
}

/// Splits a file. The opening `---` is the first line (a byte order mark may stand before it); `---` or `...` closes.
pub fn split(text: &str) -> Split {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let whole = Split { matter: None, body: start..text.len(), unclosed: false };
    let mut lines = Lines { text, at: start };
    let Some(first) = lines.next() else { return whole };
    if text[first.clone()].trim_end() != "---" {
        return whole;
    }
    let matter = lines.at;
    while let Some(line) = lines.next() {
        let trimmed = text[line.clone()].trim_end();
        if trimmed == "---" || trimmed == "..." {
            return Split { matter: Some(matter..line.start), body: lines.at..text.len(), unclosed: false };
        }
    }
    // A thematic break at the top of prose looks the same: it is front matter only if a key follows.
    let next = text[matter..].lines().next().unwrap_or_default();
    let key = next
        .split_once(':')
        .is_some_and(|(key, _)| !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-'));
    Split { unclosed: key, ..whole }
}

struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl Lines<'_> {
    fn next(&mut self) -> Option<Range<usize>> {
        if self.at >= self.text.len() {
            return None;
        }
        let start = self.at;
        self.at = self.text[start..].find('\n').map_or(self.text.len(), |end| start + end + 1);
        Some(start..self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_split_with_any_line_ending_and_a_byte_order_mark() {
        for text in ["---\ntitle: x\n---\nbody", "\u{feff}---\r\ntitle: x\r\n---\r\nbody"] {
            let split = split(text);
            assert_eq!(text[split.matter.expect("front matter")].trim(), "title: x");
            assert_eq!(&text[split.body], "body");
        }
    }

    #[test]
    fn a_thematic_break_is_prose_and_a_lost_end_is_told() {
        assert_eq!(split("---\n\nprose\n"), Split { matter: None, body: 0..11, unclosed: false });
        assert!(split("---\ntitle: x\nprose").unclosed);
        assert_eq!(split("").body, 0..0);
    }
}
