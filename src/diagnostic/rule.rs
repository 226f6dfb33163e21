//! A rule's identity and documentation. What it does stands beside the code that does it.

use std::fmt;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Off,
    Info,
    Warn,
    Error,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A rule: its name (`group/name`, stable for ever), default levels, and its page of the reference.
///
/// The texts are Markdown.
#[derive(Debug)]
pub struct Rule {
    pub name: &'static str,
    pub level: Severity,
    /// The level of its worse case, for the few rules that have one.
    pub worse: Severity,
    /// *What it finds*, in one or two sentences.
    pub finds: &'static str,
    /// *Why it matters*: what goes wrong in organisations where this stands.
    pub matters: &'static str,
    /// *Example*: content that is found.
    pub example: &'static str,
    /// *Instead*: the same content, mended.
    pub instead: &'static str,
    /// The source the rule rests on.
    pub source: &'static str,
}

impl Rule {
    /// The part of the name before the `/`.
    pub fn group(&self) -> &'static str {
        self.name.split_once('/').map_or(self.name, |(group, _)| group)
    }

    /// The rule's page, from the site's root.
    pub fn url(&self) -> String {
        format!("rules/{}.html", self.name)
    }

    /// The rule's page as Markdown, headings included.
    pub fn page(&self) -> String {
        let worse =
            if self.worse == self.level { String::new() } else { format!(" ({} in its worse case)", self.worse) };
        format!(
            "# {}\n\nLevel: {}{worse}\n\n## What it finds\n\n{}\n\n## Why it matters\n\n{}\n\n## Example\n\n{}\n\n\
             ## Instead\n\n{}\n\n## Source\n\n{}\n",
            self.name,
            self.level,
            self.finds.trim(),
            self.matters.trim(),
            self.example.trim(),
            self.instead.trim(),
            self.source.trim()
        )
    }
}
