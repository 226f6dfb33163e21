//! site.toml as a [`Config`]. It says what the settings are; what they do is up to the stages that read them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSetBuilder};
use jiff::Span as Duration;
use serde::{Deserialize, Deserializer};

use crate::diagnostic::rule::Severity;
use crate::text::duration::parse_duration;
use crate::text::pattern::Pattern;
use crate::text::{Span, Spanned, likeness, list};

/// The file that makes a folder a handbook.
pub const FILE: &str = "site.toml";

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("no `site.toml` in `{0}` or any folder above it")]
    NotFound(PathBuf),
    #[error("cannot read `{path}`")]
    Read { path: PathBuf, source: io::Error },
    /// The text of the error shows the place.
    #[error("{path}:{line}:{column}: {message}{help}")]
    Invalid { path: String, line: usize, column: usize, message: String, help: String },
}

/// A handbook's settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The handbook's name.
    pub title: String,
    /// Where the site will stand, for feeds, canonical links and runbook addresses; pages link relatively.
    #[serde(default, deserialize_with = "base_url")]
    pub base_url: Option<String>,
    /// A folder in `themes/`, or `default`.
    #[serde(default = "default_theme")]
    pub theme: String,
    /// The language of the text, as BCP 47.
    #[serde(default = "default_language")]
    pub language: String,
    /// Address of a page's source; `{path}` is its path below `content/`.
    #[serde(default, deserialize_with = "edit_url")]
    pub edit_url: Option<String>,
    /// Address of a new issue; `{title}` and `{body}` are filled in.
    #[serde(default, deserialize_with = "issue_url")]
    pub issue_url: Option<String>,
    #[serde(default)]
    pub content: Content,
    #[serde(default)]
    pub sources: Sources,
    #[serde(default)]
    pub ownership: Ownership,
    #[serde(default)]
    pub review: Review,
    #[serde(default)]
    pub rules: BTreeMap<String, Severity>,
    #[serde(default)]
    pub runbook: Runbook,
    #[serde(default)]
    pub alerts: Alerts,
    #[serde(default)]
    pub markdown: Markdown,
    #[serde(default)]
    pub search: Search,
    #[serde(default)]
    pub serve: Serve,
    /// The text it was read from, for findings that point into it.
    #[serde(skip)]
    pub text: String,
}

/// `[content]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Front matter fields of other generators that pass unread.
    #[serde(default)]
    pub ignore_fields: BTreeSet<String>,
}

/// `[sources]`: documents that stay where they are, and are read at every build.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sources {
    /// Patterns of Prometheus rule files, from the handbook's folder on.
    #[serde(deserialize_with = "paths")]
    pub prometheus: Vec<Spanned<Pattern>>,
}

/// `[ownership]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ownership {
    /// Who decides when nobody owns a thing: a reference to a team, person or role.
    pub arbiter: Option<toml::Spanned<String>>,
    /// Per cent of all escalation steps and holdings that one person may carry; 1 to 100.
    #[serde(deserialize_with = "percentage")]
    pub concentration: u8,
}

impl Default for Ownership {
    fn default() -> Self {
        Self { arbiter: None, concentration: 25 }
    }
}

/// `[review]`: how often each kind is reviewed where its entries do not say so themselves.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Review {
    /// How long before its day a review counts as due soon; 14 days where not set.
    pub due_soon: Option<Length>,
    pub team: Option<Length>,
    pub person: Option<Length>,
    pub role: Option<Length>,
    pub service: Option<Length>,
    pub responsibility: Option<Length>,
    pub runbook: Option<Length>,
    pub alert: Option<Length>,
    pub escalation: Option<Length>,
    pub decision: Option<Length>,
    pub drill: Option<Length>,
    pub learning: Option<Length>,
    pub improvement: Option<Length>,
    pub clarification: Option<Length>,
    pub page: Option<Length>,
}

/// `[runbook]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Runbook {
    /// Headings that every runbook has, compared without case.
    pub sections: Vec<String>,
}

/// `[alerts]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Alerts {
    /// Labels of a rule that name its service, the first that is there counts.
    #[serde(deserialize_with = "one_or_more")]
    pub service_label: Vec<String>,
    /// Labels that name the owning team.
    #[serde(deserialize_with = "one_or_more")]
    pub team_label: Vec<String>,
    /// Labels that name the severity.
    #[serde(deserialize_with = "one_or_more")]
    pub severity_label: Vec<String>,
    /// Annotations that name the runbook.
    #[serde(deserialize_with = "one_or_more")]
    pub runbook_annotation: Vec<String>,
    /// Annotations that say in short what is wrong.
    #[serde(deserialize_with = "one_or_more")]
    pub summary_annotation: Vec<String>,
    /// Addresses below which runbooks of this handbook are found, besides `base_url`.
    pub runbook_prefixes: Vec<String>,
}

impl Default for Alerts {
    fn default() -> Self {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_string()).collect();
        Self {
            service_label: list(&["service"]),
            team_label: list(&["team"]),
            severity_label: list(&["severity"]),
            runbook_annotation: list(&["runbook_url", "runbook"]),
            summary_annotation: list(&["summary", "message", "description"]),
            runbook_prefixes: Vec::new(),
        }
    }
}

/// `[markdown]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Markdown {
    #[serde(deserialize_with = "raw_html")]
    pub raw_html: RawHtml,
}

/// What becomes of raw HTML in Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RawHtml {
    /// Harmless elements pass.
    #[default]
    Sanitise,
    /// It is shown as text.
    Escape,
}

/// `[search]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Search {
    /// Sets of words that mean the same.
    pub synonyms: Vec<Vec<String>>,
    /// Patterns of content paths that search leaves out.
    #[serde(deserialize_with = "patterns")]
    pub exclude: Vec<String>,
}

/// `[serve]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Serve {
    /// The address that opens a file in the editor, with `{path}`, `{line}` and `{column}`.
    #[serde(deserialize_with = "editor")]
    pub editor: Option<String>,
}

/// Editors that are known by name, and the address that opens a file in them.
const EDITORS: [(&str, &str); 4] = [
    ("vscode", "vscode://file{path}:{line}:{column}"),
    ("idea", "idea://open?file={path}&line={line}&column={column}"),
    ("zed", "zed://file{path}:{line}:{column}"),
    ("sublime", "subl://open?url=file://{path}&line={line}&column={column}"),
];

fn editor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if let Some((_, address)) = EDITORS.iter().find(|(name, _)| *name == text) {
        return Ok(Some((*address).to_string()));
    }
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
    if text.contains("{path}") && !scheme.is_empty() && !["javascript", "data", "vbscript"].contains(&&*scheme) {
        return Ok(Some(text));
    }
    let names: Vec<String> = EDITORS.iter().map(|(name, _)| format!("`{name}`")).collect();
    let names = list::joined(&names, "or");
    Err(serde::de::Error::custom(format!("`editor` is {names}, or an address that holds `{{path}}`, not `{text}`")))
}

/// A length of time as site.toml writes it.
#[derive(Debug, Clone, Copy)]
pub struct Length(pub Duration);

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || serde::de::Error::custom(format!("`{text}` is not a duration such as `90d`, `6w`, `6 months`"));
        parse_duration(&text).map(Self).ok_or_else(wrong)
    }
}

fn base_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let base = address(deserializer, "base_url", &["https://", "http://"])?;
    Ok(Some(if base.ends_with('/') { base } else { format!("{base}/") }))
}

fn edit_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    address(deserializer, "edit_url", &["https://", "http://"]).map(Some)
}

fn issue_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    address(deserializer, "issue_url", &["https://", "http://", "mailto:"]).map(Some)
}

/// An address that becomes a link of every page: it begins with one of `schemes`.
fn address<'de, D: Deserializer<'de>>(deserializer: D, setting: &str, schemes: &[&str]) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if schemes.iter().any(|scheme| text.starts_with(scheme)) {
        return Ok(text);
    }
    let schemes: Vec<String> = schemes.iter().map(|scheme| format!("`{scheme}`")).collect();
    let schemes = list::joined(&schemes, "or");
    Err(serde::de::Error::custom(format!("`{setting}` is an address that starts with {schemes}, not `{text}`")))
}

fn percentage<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let number = u8::deserialize(deserializer)?;
    if (1..=100).contains(&number) {
        return Ok(number);
    }
    Err(serde::de::Error::custom(format!("{number} is not a percentage from 1 to 100")))
}

fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Words {
        One(String),
        More(Vec<String>),
    }
    Ok(match Words::deserialize(deserializer)? {
        Words::One(word) => vec![word],
        Words::More(words) => words,
    })
}

fn paths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Spanned<Pattern>>, D::Error> {
    let patterns = Vec::<toml::Spanned<Pattern>>::deserialize(deserializer)?;
    let place = |pattern: toml::Spanned<Pattern>| {
        let span = pattern.span();
        Spanned::new(pattern.into_inner(), Span::new(span.start, span.end))
    };
    Ok(patterns.into_iter().map(place).collect())
}

fn patterns<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let patterns = Vec::<String>::deserialize(deserializer)?;
    let mut all = GlobSetBuilder::new();
    for pattern in &patterns {
        let wrong = |error: globset::Error| format!("`{pattern}` is not a pattern of paths: {}", error.kind());
        all.add(Glob::new(pattern).map_err(|error| serde::de::Error::custom(wrong(error)))?);
    }
    all.build().map_err(serde::de::Error::custom)?;
    Ok(patterns)
}

fn raw_html<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RawHtml, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "sanitize" | "sanitise" => Ok(RawHtml::Sanitise),
        "escape" => Ok(RawHtml::Escape),
        other => Err(serde::de::Error::custom(format!("`{other}` is not `sanitize` or `escape`"))),
    }
}

fn default_theme() -> String {
    "default".to_string()
}

fn default_language() -> String {
    "en".to_string()
}

/// Finds the handbook that `start` stands in: the folder itself, or the nearest above it with a site.toml.
///
/// # Errors
/// When there is none.
pub fn find_root(start: &Path) -> Result<PathBuf, ConfigError> {
    let start = start.canonicalize().map_err(|source| ConfigError::Read { path: start.to_path_buf(), source })?;
    let found = start.ancestors().find(|folder| folder.join(FILE).is_file());
    found.map(Path::to_path_buf).ok_or(ConfigError::NotFound(start))
}

/// Reads `root/site.toml`.
///
/// # Errors
/// When it cannot be read, is not TOML, or holds an unknown setting or a wrong value.
pub fn read(root: &Path) -> Result<Config, ConfigError> {
    let path = root.join(FILE);
    let text = fs::read_to_string(&path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => ConfigError::NotFound(root.to_path_buf()),
        // What is not UTF-8 is not TOML: that is the author's to mend.
        io::ErrorKind::InvalidData => invalid("", None, "this is not UTF-8 text"),
        _ => ConfigError::Read { path, source },
    })?;
    parse(&text)
}

/// Parses site.toml's text.
///
/// # Errors
/// As [`read`].
pub fn parse(text: &str) -> Result<Config, ConfigError> {
    let mut config: Config = toml::from_str(text).map_err(|error| invalid(text, error.span(), error.message()))?;
    let themes = ["/", "\\", ".."];
    if themes.iter().any(|part| config.theme.contains(part)) || config.theme.is_empty() {
        return Err(invalid(
            text,
            None,
            &format!("`theme` is the name of a folder in `themes/`, not `{}`", config.theme),
        ));
    }
    config.text = text.to_string();
    Ok(config)
}

impl Config {
    /// An error at the place where a word stands in site.toml.
    pub fn error_at(&self, word: &str, message: &str) -> ConfigError {
        let span = self.text.find(word).map(|at| at..at + word.len());
        invalid(&self.text, span, message)
    }
}

fn invalid(text: &str, span: Option<Range<usize>>, message: &str) -> ConfigError {
    let at = span.map_or(0, |span| span.start.min(text.len()));
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let mut help = String::new();
    // serde's message lists what would be known: `unknown field `x`, expected one of `a`, `b``.
    if let Some((unknown, known)) = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`')) {
        let words: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        if let Some(near) = likeness::nearest(unknown, words) {
            help = format!("; did you mean `{near}`?");
        }
    }
    ConfigError::Invalid { path: FILE.to_string(), line, column, message: message.to_string(), help }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_written_wrongly_is_told_with_place_and_guess() {
        let error = parse("title = \"x\"\n[review]\nrunbok = \"90d\"\n").expect_err("an unknown setting");
        let text = error.to_string();
        assert!(text.starts_with("site.toml:3:1: unknown field `runbok`"), "{text}");
        assert!(text.ends_with("did you mean `runbook`?"), "{text}");
    }

    #[test]
    fn values_are_checked() {
        for (line, wrong) in [
            ("[review]\nteam = \"soon\"", "not a duration"),
            ("[ownership]\nconcentration = 0", "percentage"),
            ("[rules]\n\"review/overdue\" = \"fatal\"", "unknown variant"),
            ("theme = \"../x\"", "folder in `themes/`"),
            ("[serve]\neditor = \"emacs\"", "an address that holds `{path}`"),
            ("[serve]\neditor = \"javascript:{path}\"", "an address that holds `{path}`"),
            (
                "[sources]\nprometheus = [\"../m/*.yaml\", \"/etc/*.yaml\"]",
                "site.toml:4:14: `/etc/*.yaml` does not start",
            ),
            ("[sources]\nbackstage = [\"../catalog-info.yaml\"]", "unknown field `backstage`"),
            ("issue_url = \"javascript:alert(1)\"", "`issue_url` is an address that starts with"),
            (
                "[search]\nexclude = [\"drafts/**\", \"people/[a\"]",
                "`people/[a` is not a pattern of paths: unclosed character class",
            ),
        ] {
            let (top, table) = if line.starts_with('[') { ("", line) } else { (line, "") };
            let error = parse(&format!("title = \"x\"\n{top}\n{table}\n")).expect_err(line).to_string();
            assert!(error.contains(wrong), "{line}: {error}");
        }
    }
}
