//! `onus serve`, and what a run that goes on says on the terminal.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

use crate::cli::progress::Progress;
use crate::cli::{Asked, Exit, findings, root};
use crate::diagnostic::human;
use crate::output::Written;
use crate::pipeline::{Checked, Observer, PipelineError, Request};
use crate::serve::{self, Change, Place, Subject, Voice};

#[derive(clap::Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    asked: Asked,
    /// The port; else 4321, or the next that is free
    #[arg(long)]
    port: Option<u16>,
    /// The address or name to listen at; others than this machine's own can be reached from elsewhere
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// Open the front page in the browser
    #[arg(long)]
    open: bool,
    /// Look for changes this often, in seconds, where the system cannot tell of them: network and container mounts
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    poll: Option<Duration>,
    /// The content's revision, to be shown on every page
    #[arg(long, value_name = "TEXT", env = "ONUS_REVISION")]
    revision: Option<String>,
}

pub fn run(given: Option<PathBuf>, arguments: Arguments) -> anyhow::Result<Exit> {
    let subject = Subject { root: root(given)?, revision: arguments.revision, poll: arguments.poll };
    let place = Place { host: arguments.host, port: arguments.port };
    serve::serve(subject, &place, Terminal::new(arguments.asked, arguments.open)?)?;
    Ok(Exit::Clean)
}

/// Seconds, with a fraction where one is wanted.
pub fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| (0.05..=3600.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "write seconds, from 0.05 to 3600".to_string())
}

/// Fixed findings that are named; more are counted.
const FIXED: usize = 20;

/// Says what happens to somebody who looks at the terminal now and then.
pub struct Terminal {
    asked: Asked,
    open: bool,
}

impl Terminal {
    /// # Errors
    /// When the day of the runs is not known.
    pub fn new(asked: Asked, open: bool) -> anyhow::Result<Self> {
        asked.request()?;
        Ok(Self { asked, open })
    }
}

impl Voice for Terminal {
    fn request(&self) -> Request {
        // The day goes on while this runs.
        self.asked.request().expect("the arguments were understood before")
    }

    fn observer(&self) -> Box<dyn Observer> {
        Box::new(Progress::start())
    }

    fn built(&self, checked: &Checked, written: Option<Written>) {
        anstream::eprint!("{}", findings::human(&checked.report, &checked.files, self.asked.limit));
        anstream::eprintln!("{}", findings::summary(checked));
        if let Some(written) = written {
            anstream::println!("{}", files(&written));
            anstream::println!("watching for changes; Ctrl-C ends it");
        }
    }

    fn serves(&self, address: &str) {
        anstream::println!("preview at {address}; Ctrl-C ends it");
        if self.open && (!std::io::stdout().is_terminal() || open::that_detached(address).is_err()) {
            anstream::println!("open {address}");
        }
    }

    fn rebuilt(
        &self,
        checked: &Checked,
        change: &Change,
        written: Option<Written>,
        took: Duration,
        shown: Option<Duration>,
    ) {
        let new = &change.new;
        anstream::eprint!("{}", findings::human(new, &checked.files, self.asked.limit));
        for finding in change.fixed.iter().take(FIXED) {
            anstream::eprintln!("fixed[{}]: {} ({})", finding.rule.name, finding.message, finding.spot.path);
        }
        let stages = checked.timings.0.iter().map(|(stage, took)| format!("{} {}", stage.name(), millis(*took)));
        let stages = stages.collect::<Vec<_>>().join(", ");
        let (new, fixed, left) = (new.findings.len(), change.fixed.len(), change.left);
        let counts = if new + fixed == 0 {
            human::summary(&checked.report.counts)
        } else {
            format!("{new} new, {fixed} fixed, {left} left")
        };
        let shown = shown.map_or(String::new(), |shown| format!(", what you look at in {} ms", millis(shown)));
        anstream::eprintln!("{counts}; rebuilt in {} ms{shown}: {stages}", millis(took));
        if let Some(written) = written {
            anstream::println!("{}", files(&written));
        }
    }

    fn stopped(&self, error: &PipelineError) {
        anstream::eprintln!("\u{1b}[1;31merror\u{1b}[0m: {:#}", anyhow::Error::msg(whole(error)));
        anstream::eprintln!("the last good site stays");
    }

    fn indexed(&self, took: Duration) {
        anstream::eprintln!("search index ready, in {} ms", millis(took));
    }

    fn note(&self, text: &str) {
        anstream::eprintln!("\u{1b}[1;33mnote\u{1b}[0m: {text}");
    }
}

fn whole(error: &dyn std::error::Error) -> String {
    let cause = error.source().map(whole);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

fn files(written: &Written) -> String {
    format!("{} files: {} changed, {} removed", written.total, written.changed, written.removed)
}

fn millis(took: Duration) -> String {
    let millis = took.as_secs_f64() * 1000.0;
    if millis < 10.0 { format!("{millis:.1}") } else { format!("{millis:.0}") }
}
