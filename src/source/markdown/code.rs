//! What stands after the fence of a code block: its language, a title, and lines to mark. Colours are `highlight`'s.

use pulldown_cmark::CodeBlockKind;

/// Ranges of one block, and lines of it; what is beyond is not read.
const MOST: usize = 1_000;

/// The info string of a code block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Info<'i> {
    pub language: &'i str,
    /// `title="…"`.
    pub title: Option<&'i str>,
    /// What names the lines to mark, as written.
    pub marks: Option<&'i str>,
}

/// Reads the info string. Lines are named as in Docusaurus, VitePress and Starlight (`{3,5-7}`) or in MkDocs
/// (`hl_lines="3 5-7"`); braces that begin with anything but a digit are another generator's business.
pub fn info<'k>(kind: &'k CodeBlockKind) -> Info<'k> {
    let CodeBlockKind::Fenced(text) = kind else { return Info::default() };
    let language = text.split([' ', '\t', ',', '{']).next().unwrap_or_default().trim();
    if language.len() == text.len() {
        return Info { language, ..Info::default() };
    }
    let rest = &text[language.len()..];
    let braces = || {
        let inside = &rest[rest.find('{')? + 1..];
        Some(&inside[..inside.find('}')?])
            .filter(|inside| inside.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    };
    Info {
        language,
        title: value(rest, "title=").filter(|title| !title.is_empty()),
        marks: value(rest, "hl_lines=").or_else(braces),
    }
}

/// The value after a name, in quotes of either sort.
fn value<'i>(text: &'i str, name: &str) -> Option<&'i str> {
    let rest = &text[text.find(name)? + name.len()..];
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inside = &rest[1..];
    Some(inside[..inside.find(quote)?].trim())
}

/// Lines to mark, from 1; ranges with both ends in them, as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines(Vec<(usize, usize)>);

impl Lines {
    /// Reads `3,5-7`, or gives the part that names no line of a block of some length.
    pub fn read(text: &str, length: usize) -> Result<Self, &str> {
        let mut lines = Vec::new();
        for part in text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty()).take(MOST) {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            match (from.trim().parse::<usize>(), to.trim().parse::<usize>()) {
                (Ok(from), Ok(to)) if (1..=length).contains(&from) && (from..=length).contains(&to) => {
                    lines.push((from, to));
                }
                _ => return Err(part),
            }
        }
        Ok(Self(lines))
    }

    /// As [`Lines::read`], but parts that name no line are passed over.
    pub fn read_fitting(text: &str, length: usize) -> Self {
        let parts = text.split([',', ' ']).take(MOST).filter_map(|part| Self::read(part, length).ok());
        Self(parts.flat_map(|lines| lines.0).collect())
    }

    /// For each line of a block, whether it is marked; none where no line is.
    pub fn over(&self, length: usize) -> Option<Vec<bool>> {
        if self.0.is_empty() {
            return None;
        }
        // How many ranges begin before a line and do not end: one pass, however many ranges there are.
        let mut turns = vec![0i32; length + 2];
        for (from, to) in &self.0 {
            turns[*from] += 1;
            turns[*to + 1] -= 1;
        }
        let mut depth = 0;
        let marked = turns[1..=length].iter().map(|turn| {
            depth += turn;
            depth > 0
        });
        Some(marked.collect())
    }
}

/// Puts the marked lines of highlighted code into `<mark>`. The code's spans are not nested; those that go on into the next
/// line are closed and opened again, and line breaks stay where they are, so that what is copied is the code.
pub fn mark_lines(html: &str, marked: &[bool]) -> String {
    let mut out = String::with_capacity(html.len() + 32 * marked.len());
    let mut open: Option<&str> = None;
    for (at, line) in html.split_inclusive('\n').enumerate() {
        let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
        let is = marked.get(at).copied().unwrap_or(false);
        let before = open;
        open = still_open(text, open);
        if !is {
            out.push_str(line);
            continue;
        }
        // A span that was opened above is around the mark's start: it is closed before, and opened inside.
        out.push_str(if before.is_some() { "</span><mark>" } else { "<mark>" });
        out.extend(before);
        out.push_str(text);
        out.push_str(if open.is_some() { "</span></mark>" } else { "</mark>" });
        out.extend(open);
        out.push_str(end);
    }
    out
}

/// The opening tag of the span that is open after a line.
fn still_open<'h>(line: &'h str, before: Option<&'h str>) -> Option<&'h str> {
    match (line.rfind("<span"), line.rfind("</span>")) {
        (Some(opened), closed) if closed.is_none_or(|closed| closed < opened) => {
            line[opened..].find('>').map(|end| &line[opened..=opened + end])
        }
        (_, Some(_)) => None,
        _ => before,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Info<'_> {
        // Leaked for the test alone: the info borrows from the kind.
        info(Box::leak(Box::new(CodeBlockKind::Fenced(text.into()))))
    }

    #[test]
    fn lines_and_titles_are_read_as_other_generators_write_them() {
        let yaml = |title, marks| Info { language: "yaml", title, marks };
        assert_eq!(of("yaml {3,5-7} title=\"deploy.yaml\""), yaml(Some("deploy.yaml"), Some("3,5-7")));
        assert_eq!(of("yaml{1}"), yaml(None, Some("1")));
        assert_eq!(of("yaml title='a b' hl_lines=\"1 3\""), yaml(Some("a b"), Some("1 3")));
        assert_eq!(of("{.yaml .numberLines}").marks, None);
        assert_eq!(of("yaml {linenos=table}"), yaml(None, None));
    }

    #[test]
    fn a_part_that_names_no_line_is_given_back() {
        assert_eq!(Lines::read("1, 2-3", 3).expect("lines").over(4), Some(vec![true, true, true, false]));
        for (text, part) in [("4", "4"), ("1,0", "0"), ("3-2", "3-2"), ("1-9", "1-9"), ("2,x", "x"), ("1-", "1-")] {
            assert_eq!(Lines::read(text, 3), Err(part));
        }
        assert_eq!(Lines::read_fitting("9,2", 3).over(3), Some(vec![false, true, false]));
    }

    #[test]
    fn a_marked_line_takes_its_part_of_a_longer_span() {
        let html = "a <span class=\"s\">b\nc\nd</span> e\n";
        assert_eq!(
            mark_lines(html, &[false, true, false]),
            "a <span class=\"s\">b\n</span><mark><span class=\"s\">c</span></mark><span class=\"s\">\nd</span> e\n"
        );
        assert_eq!(
            mark_lines(html, &[true, false, true]),
            "<mark>a <span class=\"s\">b</span></mark><span class=\"s\">\nc\n</span><mark><span class=\"s\">d</span> e</mark>\n"
        );
    }
}
