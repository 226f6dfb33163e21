//! The files of a run by number, with their text, and byte offsets as lines and columns.
//!
//! Reading them from disk is the source's job.

use std::sync::Arc;

use super::Span;

/// A file's number in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// A line and a column, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// One file: its path from the handbook's root, with `/`, and its text.
#[derive(Debug, Clone)]
pub struct File {
    pub path: Arc<str>,
    pub text: Arc<str>,
}

/// Where the lines of a file start, to place many offsets in it.
#[derive(Debug, Clone)]
pub struct Lines {
    text: Arc<str>,
    starts: Vec<u32>,
}

impl File {
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// Counts the lines.
    pub fn lines(&self) -> Lines {
        let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect();
        Lines { text: self.text.clone(), starts }
    }

    /// Cuts a span to the text and to character boundaries.
    pub fn clamp(&self, span: Span) -> Span {
        let floor = |at: u32| {
            let mut at = (at as usize).min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        Span::new(floor(span.start), floor(span.end))
    }
}

impl Lines {
    /// Says at which line and column a byte offset stands; an offset past the end is the end.
    pub fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= offset).max(1);
        let start = self.starts[line - 1] as usize;
        let before = self.text[start..offset].trim_start_matches('\u{feff}');
        Position { line: line as u32, column: before.chars().count() as u32 + 1 }
    }
}

/// All files of a run that a finding can point into.
#[derive(Debug, Clone, Default)]
pub struct Files {
    files: Vec<File>,
}

impl Files {
    pub fn add(&mut self, file: File) -> FileId {
        self.files.push(file);
        FileId(self.files.len() as u32 - 1)
    }

    /// Gives a file another text.
    pub fn replace(&mut self, id: FileId, text: Arc<str>) {
        self.files[id.0 as usize].text = text;
    }

    pub fn get(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &File)> {
        self.files.iter().enumerate().map(|(at, file)| (FileId(at as u32), file))
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let file = File::new("a.md", "one\nzwölf ✓ x");
        let at = file.text.find('x').expect("the text holds an x") as u32;
        let lines = file.lines();
        assert_eq!(lines.position(at), Position { line: 2, column: 9 });
        assert_eq!(lines.position(0), Position { line: 1, column: 1 });
        assert_eq!(lines.position(9999), Position { line: 2, column: 10 });
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let file = File::new("a.md", "\u{feff}title");
        assert_eq!(file.lines().position(3), Position { line: 1, column: 1 });
    }
}
