//! A pattern of paths: a folder by its names, and what matches below it. What is there on disk is not its business.

use globset::{GlobBuilder, GlobMatcher};
use serde::{Deserialize, Deserializer};

/// A pattern of paths from some folder on, with `/`. It may begin with `../`; `*` stands for a part of a name, `**` for any folders.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    folder: String,
    below: GlobMatcher,
    depth: usize,
    hidden: bool,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Says in words what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with(['/', '\\', '~']) || text.get(1..3).is_some_and(|drive| [":/", ":\\"].contains(&drive)) {
            return Err(format!("`{text}` does not start from the handbook's folder; write a relative path"));
        }
        let parts: Vec<&str> = text.split('/').filter(|part| !["", "."].contains(part)).collect();
        let Some((last, above)) = parts.split_last().filter(|(last, _)| **last != "..") else {
            return Err(format!("`{text}` names no file"));
        };
        let wild = |part: &&&str| part.contains(['*', '?', '[', '{', '\\']);
        let named = above.iter().take_while(|part| !wild(part)).count();
        let (folder, between) = above.split_at(named);
        let ups = folder.iter().take_while(|part| **part == "..").count();
        if parts[ups..].contains(&"..") {
            return Err(format!("`{text}` goes up with `..` in its middle; write `..` at its beginning only"));
        }
        let below = between.iter().chain([last]).copied().collect::<Vec<_>>();
        let glob = GlobBuilder::new(&below.join("/")).literal_separator(true).backslash_escape(true).build();
        let glob = glob.map_err(|error| format!("`{text}` is not a pattern of paths: {}", error.kind()))?;
        Ok(Self {
            text: text.to_string(),
            folder: folder.join("/"),
            below: glob.compile_matcher(),
            depth: if below.contains(&"**") { usize::MAX } else { below.len() },
            hidden: below.iter().any(|part| part.starts_with('.')),
        })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The folder in which everything stands that matches, with `/`; empty where that is the one the pattern starts from.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// Whether a path below [`Self::folder`] matches, with `/`.
    pub fn matches(&self, below: &str) -> bool {
        self.below.is_match(below)
    }

    /// How many names a path below the folder has at most.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Whether it asks for hidden files or folders, which are left out else.
    pub fn takes_hidden(&self) -> bool {
        self.hidden
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Pattern {
        Pattern::parse(text).expect("a pattern")
    }

    #[test]
    fn names_before_the_first_wildcard_are_the_folder() {
        for (text, folder, depth) in [
            ("../monitoring/**/*.yaml", "../monitoring", usize::MAX),
            ("../../ops/rules.yaml", "../../ops", 1),
            ("./alerts//*/rules.yaml", "alerts", 2),
            ("rules.yaml", "", 1),
            ("../{a/b,c}/x.yaml", "..", 3),
        ] {
            let pattern = parsed(text);
            assert_eq!((pattern.folder(), pattern.depth()), (folder, depth), "{text}");
        }
    }

    #[test]
    fn one_star_stays_in_its_folder_and_two_go_anywhere() {
        let pattern = parsed("../m/**/*.yaml");
        for (path, is) in [("a.yaml", true), ("b/c/a.yaml", true), ("a.yml", false)] {
            assert_eq!(pattern.matches(path), is, "{path}");
        }
        let pattern = parsed("../m/*/r.yaml");
        for (path, is) in [("a/r.yaml", true), ("r.yaml", false), ("a/b/r.yaml", false)] {
            assert_eq!(pattern.matches(path), is, "{path}");
        }
        assert!(parsed("m/[ab].{yaml,yml}").matches("b.yml"));
    }

    #[test]
    fn hidden_folders_are_taken_where_they_are_asked_for() {
        assert!(!parsed("../.ops/*.yaml").takes_hidden(), "a folder that is named is no question");
        assert!(parsed("../*/.ops/*.yaml").takes_hidden());
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        for (text, told) in [
            ("/etc/rules.yaml", "does not start from the handbook's folder"),
            ("C:/rules.yaml", "does not start from the handbook's folder"),
            ("~/rules.yaml", "does not start from the handbook's folder"),
            ("../a/../b.yaml", "at its beginning only"),
            ("../*/../b.yaml", "at its beginning only"),
            ("..", "names no file"),
            ("./", "names no file"),
            ("../[a.yaml", "unclosed character class"),
        ] {
            let error = Pattern::parse(text).expect_err(text);
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
