//! The stages in order, for every command; `session` runs them.

mod session;

pub use session::{Index, Indexed, Loaded, Retouched, Session};

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::civil::Date;

use crate::config::{self, Config, ConfigError};
use crate::diagnostic::levels::Levels;
use crate::diagnostic::report::Report;
use crate::diagnostic::rule::Severity;
use crate::history::Kept;
use crate::model::Handbook;
use crate::output::{self, OutputError, Written};
use crate::render::{self, Output, RenderError};
use crate::rules;
use crate::source::load::{self, LoadError};
use crate::text::files::Files;
use crate::text::{fingerprint, likeness};
use crate::theme::{self, Theme, ThemeError};

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Theme(#[from] ThemeError),
    #[error(transparent)]
    Render(#[from] RenderError),
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error("cannot build the search index")]
    Search(#[from] tantivy::TantivyError),
    #[error("unknown rule `{name}`{help}")]
    UnknownRule { name: String, help: String },
}

/// The stages, as `--timings` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Load,
    Parse,
    Link,
    Check,
    Plan,
    Render,
    /// Runs beside `Render`.
    Search,
    Write,
}

impl Stage {
    pub fn name(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Parse => "parse",
            Self::Link => "link",
            Self::Check => "check",
            Self::Plan => "plan",
            Self::Render => "render",
            Self::Search => "search",
            Self::Write => "write",
        }
    }
}

/// Is told when a stage begins.
pub trait Observer {
    fn begins(&self, stage: Stage);
}

/// What a run is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The day that decides what is stale, who is away and which dates lie in the future.
    pub today: Date,
    /// Levels from the command line, in their order: rule or group, and level.
    pub levels: Vec<(String, Severity)>,
    /// Whether a history is begun where none is kept.
    pub record: bool,
}

/// A checked handbook.
pub struct Checked {
    pub handbook: Handbook,
    pub report: Report,
    pub files: Files,
    /// What builds found until today, this one included.
    pub history: Kept,
    pub timings: Timings,
}

/// How long each stage took, in the order they ran.
#[derive(Debug, Clone, Default)]
pub struct Timings(pub Vec<(Stage, Duration)>);

impl Timings {
    fn time<T>(&mut self, stage: Stage, observer: &dyn Observer, work: impl FnOnce() -> T) -> T {
        observer.begins(stage);
        let start = Instant::now();
        let result = work();
        self.0.push((stage, start.elapsed()));
        result
    }
}

/// Loads, parses, links and checks the handbook in `root`.
///
/// # Errors
/// When site.toml or the content folder cannot be read, or a rule that is given a level does not exist.
pub fn check(root: &Path, request: &Request, observer: &dyn Observer) -> Result<Checked, PipelineError> {
    let mut session = Session::default();
    let loaded = session.load(root, request, observer)?;
    Ok(session.check(loaded, observer))
}

/// Names the state of a handbook: the same files, settings, day and version of onus have the same name.
///
/// # Errors
/// When site.toml or the content folder cannot be read.
pub fn state(root: &Path, request: &Request) -> Result<String, PipelineError> {
    let config = config::read(root)?;
    let sources = load::load(root, &config.text, &config.sources.prometheus, &mut load::Memo::default())?;
    let day = request.today.to_string();
    let files = sources.texts.iter().flat_map(|source| [&*source.path, &*sources.files.get(source.file).text]);
    let parts = [env!("CARGO_PKG_VERSION"), &day, &config.text].into_iter().chain(files);
    Ok(fingerprint::of_all(parts.map(str::as_bytes)))
}

/// Reads the theme and parses its templates, so that a check finds what a build would stop at.
///
/// # Errors
/// When the theme cannot be read, or a template is wrong.
pub fn check_theme(root: &Path, config: &Config) -> Result<(), PipelineError> {
    Ok(render::check_templates(&theme(root, config)?)?)
}

/// Reads the theme that site.toml names.
///
/// # Errors
/// When it is not there, or cannot be read.
pub fn theme(root: &Path, config: &Config) -> Result<Theme, PipelineError> {
    theme::load(root, &config.theme).map_err(|error| match error {
        ThemeError::Unknown(name, help) => {
            config.error_at(&name, &format!("there is no theme `{name}`: no folder `themes/{name}`{help}")).into()
        }
        error => error.into(),
    })
}

/// Publishes a rendered site.
///
/// # Errors
/// When it cannot be written; what was published before is as it was.
pub fn write(
    dir: &Path,
    output: &Output,
    timings: &mut Timings,
    observer: &dyn Observer,
) -> Result<Written, PipelineError> {
    Ok(timings.time(Stage::Write, observer, || output::write(dir, output))?)
}

/// The levels in force: defaults, site.toml, command line.
fn levels(config: &Config, request: &Request) -> Result<Levels, PipelineError> {
    let mut levels = Levels::default();
    // `group/*` sorts before the rules of the group, so a rule can be set apart from its group.
    for (name, level) in &config.rules {
        if let Some(help) = unknown_rule(name) {
            return Err(config.error_at(name, &format!("unknown rule `{name}`{help}")).into());
        }
        levels.set(name, *level);
    }
    // Groups first, so that a rule can be set apart from its group in any order of the options.
    let (groups, single): (Vec<_>, Vec<_>) = request.levels.iter().partition(|(name, _)| rules::named(name).is_none());
    for (name, level) in groups.into_iter().chain(single) {
        if let Some(help) = unknown_rule(name) {
            return Err(PipelineError::UnknownRule { name: name.clone(), help });
        }
        levels.set(name, *level);
    }
    Ok(levels)
}

/// What to say after the name of a rule or group that is none.
fn unknown_rule(name: &str) -> Option<String> {
    let group = name.strip_suffix("/*").unwrap_or(name);
    let known = rules::named(name).is_some() || rules::is_group(group);
    (!known).then(|| near_rule(name).map_or(String::new(), |near| format!("; did you mean `{near}`?")))
}

/// The rule, or the group where no `/` or a `/*` names one, that somebody may have meant.
pub fn near_rule(name: &str) -> Option<&'static str> {
    match name.strip_suffix("/*").or((!name.contains('/')).then_some(name)) {
        Some(group) => likeness::nearest(group, rules::TABLE.iter().map(|row| row.rule.group())),
        None => likeness::nearest(name, rules::TABLE.iter().map(|row| row.rule.name)),
    }
}
