//! The command line: arguments, one file a subcommand, and what the process ends with.

mod build;
mod check;
mod explain;
mod findings;
mod list;
mod progress;
mod search;
mod serve;
mod theme;
mod who;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::cli::progress::Progress;
use crate::config;
use crate::diagnostic::rule::Severity;
use crate::pipeline::{self, Checked, PipelineError, Request};
use crate::source::markdown::diagram;

/// Builds an ownership handbook: who owns what, whom to call, what is nobody's.
#[derive(Parser, Debug)]
#[command(name = "onus", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// The handbook's folder; else the current folder or the nearest above it with a site.toml
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Check the handbook and write its site, whatever is found
    Build(build::Arguments),
    /// Preview the handbook in a browser while it is written
    Serve(serve::Arguments),
    /// Check the handbook without writing a site
    Check(check::Arguments),
    /// Explain a rule
    Explain(explain::Arguments),
    /// List what is in the handbook
    List(list::Arguments),
    /// Search everything the handbook says
    Search(search::Arguments),
    /// Tell who owns a thing, how to reach them, and who is next
    Who(who::Arguments),
    /// Work on the handbook's theme
    Theme(theme::Arguments),
}

/// What every command that checks is asked for.
#[derive(clap::Args, Debug)]
struct Asked {
    /// The day to check for, YYYY-MM-DD; else SOURCE_DATE_EPOCH, else the clock
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    today: Option<Date>,
    /// Report a rule or group (`ownership/unowned`, `review/*`) as an error
    #[arg(long, value_name = "RULE")]
    deny: Vec<String>,
    /// Report a rule or group as a warning
    #[arg(long, value_name = "RULE")]
    warn: Vec<String>,
    /// Do not report a rule or group
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
    /// Findings the human form shows at most, the gravest first; 0 shows all
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
}

/// Arguments of every command that checks once.
#[derive(clap::Args, Debug)]
struct Checking {
    #[command(flatten)]
    asked: Asked,
    /// End with exit code 1 when a finding stands at this level or above
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    fail_on: FailOn,
    /// How findings are written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum FailOn {
    Error,
    Warn,
    Never,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// With the lines of the file, as a compiler writes them
    Human,
    /// One line a finding
    Short,
    /// One JSON object a line
    Json,
}

/// What a process ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    Clean = 0,
    /// Findings at or above `--fail-on`.
    Findings = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// onus itself failed.
    Failure = 3,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let usual = std::panic::take_hook();
    // A diagram that cannot be laid out is a finding, which is told like the others.
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(diagram::THREAD) {
            usual(panic);
        }
    }));
    let exit = std::panic::catch_unwind(run).unwrap_or_else(|_| {
        anstream::eprintln!("error: onus failed; this is a mistake in onus, please report it with the text above");
        Exit::Failure
    });
    ExitCode::from(exit as u8)
}

fn run() -> Exit {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are asked for; clap prints them to standard output itself.
            let asked = !error.use_stderr();
            let _ = error.print();
            return if asked { Exit::Clean } else { Exit::Usage };
        }
    };
    let result = match arguments.command {
        Command::Build(build) => build::run(arguments.root, build),
        Command::Serve(serve) => serve::run(arguments.root, serve),
        Command::Check(check) => check::run(arguments.root, check),
        Command::Explain(explain) => explain::run(explain),
        Command::List(list) => list::run(arguments.root, list),
        Command::Search(search) => search::run(arguments.root, search),
        Command::Who(who) => who::run(arguments.root, who),
        Command::Theme(theme) => theme::run(arguments.root, theme),
    };
    result.unwrap_or_else(|error| {
        anstream::eprintln!("\u{1b}[1;31merror\u{1b}[0m: {error:#}");
        exit_for(&error)
    })
}

fn exit_for(error: &anyhow::Error) -> Exit {
    use crate::config::ConfigError;
    use crate::output::OutputError;
    use crate::serve::ServeError;
    use crate::theme::ThemeError;
    if error.is::<Usage>() {
        return Exit::Usage;
    }
    let served = error.downcast_ref::<ServeError>();
    let pipeline = match served {
        Some(ServeError::Pipeline(error)) => Some(error),
        Some(ServeError::Taken(_) | ServeError::Host(_)) => return Exit::Usage,
        _ => error.downcast_ref(),
    };
    match pipeline {
        Some(
            PipelineError::Config(ConfigError::Read { .. })
            | PipelineError::Theme(ThemeError::Read { .. } | ThemeError::Write { .. })
            | PipelineError::Output(OutputError::Write { .. }),
        ) => Exit::Failure,
        Some(_) => Exit::Usage,
        None => Exit::Failure,
    }
}

/// An error of the person at the command line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

fn root(given: Option<PathBuf>) -> Result<PathBuf, PipelineError> {
    match given {
        // A folder that is named is meant: nothing is looked for above it.
        Some(root) if root.join(config::FILE).is_file() => Ok(root),
        Some(root) => Err(config::ConfigError::NotFound(root).into()),
        None => Ok(config::find_root(&PathBuf::from("."))?),
    }
}

/// Checks the handbook for commands that only ask it something: levels and formats do not matter to them.
fn checked(given: Option<PathBuf>, day: Option<Date>) -> anyhow::Result<Checked> {
    let root = root(given)?;
    let request = Request { today: today(day)?, levels: Vec::new(), record: false };
    Ok(pipeline::check(&root, &request, &Progress::start())?)
}

impl Asked {
    fn request(&self) -> anyhow::Result<Request> {
        let level = |names: &[String], level| names.iter().map(move |name| (name.clone(), level)).collect::<Vec<_>>();
        let mut levels = level(&self.allow, Severity::Off);
        levels.extend(level(&self.warn, Severity::Warn));
        levels.extend(level(&self.deny, Severity::Error));
        Ok(Request { today: today(self.today)?, levels, record: false })
    }
}

impl Checking {
    fn exit(&self, report: &crate::diagnostic::report::Report) -> Exit {
        let failed = match self.fail_on {
            FailOn::Error => report.fails(Severity::Error),
            FailOn::Warn => report.fails(Severity::Warn),
            FailOn::Never => false,
        };
        if failed { Exit::Findings } else { Exit::Clean }
    }
}

/// The day of a run: as given, else as `SOURCE_DATE_EPOCH` says (<https://reproducible-builds.org/specs/source-date-epoch/>),
/// else as the clock says, in UTC.
fn today(given: Option<Date>) -> anyhow::Result<Date> {
    if let Some(day) = given {
        return Ok(day);
    }
    let utc = |stamp: jiff::Timestamp| jiff::tz::Offset::UTC.to_datetime(stamp).date();
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => {
            let seconds = text.trim().parse().ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
            let stamp =
                seconds.ok_or_else(|| Usage(format!("SOURCE_DATE_EPOCH is not a number of seconds: `{text}`")))?;
            Ok(utc(stamp))
        }
        Err(_) => Ok(utc(jiff::Timestamp::now())),
    }
}

fn parse_day(text: &str) -> Result<Date, String> {
    crate::source::record::parse_date(text).ok_or_else(|| "write the day as YYYY-MM-DD".to_string())
}
