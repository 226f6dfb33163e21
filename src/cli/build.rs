//! `onus build`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::cli::progress::Progress;
use crate::cli::serve::{Terminal, parse_seconds};
use crate::cli::{Checking, Exit, Format, findings, root};
use crate::history::{self, Recorded};
use crate::output;
use crate::pipeline::{self, PipelineError, Request, Session, Timings};
use crate::serve::{self, Subject};

#[derive(clap::Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    checking: Checking,
    /// The folder to publish to
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The content's revision, to be shown on every page
    #[arg(long, value_name = "TEXT", env = "ONUS_REVISION")]
    revision: Option<String>,
    /// Open the front page in the browser
    #[arg(long)]
    open: bool,
    /// Note in `history.jsonl` what stands today, for the trend and the age of gaps; to be committed
    #[arg(long)]
    record: bool,
    /// Print how long each stage took
    #[arg(long)]
    timings: bool,
    /// Keep the folder current until Ctrl-C: build again whenever the handbook changes
    #[arg(long, conflicts_with_all = ["open", "timings", "format", "fail_on", "record"])]
    watch: bool,
    /// With `--watch`, look for changes this often, in seconds, where the system cannot tell of them
    #[arg(long, value_name = "SECONDS", requires = "watch", value_parser = parse_seconds)]
    poll: Option<Duration>,
}

pub fn run(given: Option<PathBuf>, arguments: Arguments) -> anyhow::Result<Exit> {
    let start = Instant::now();
    let root = root(given)?;
    let out = arguments.out.unwrap_or_else(|| root.join("public"));
    output::check(&out, &root).map_err(PipelineError::from)?;
    if arguments.watch {
        let subject = Subject { root, revision: arguments.revision, poll: arguments.poll };
        let terminal = Terminal::new(arguments.checking.asked, false)?;
        serve::keep(subject, out, terminal)?;
        return Ok(Exit::Clean);
    }
    let request = Request { record: arguments.record, ..arguments.checking.asked.request()? };
    let progress = Progress::start();
    let mut session = Session::default();
    let loaded = session.load(&root, &request, &progress)?;
    let mut checked = session.check(loaded, &progress);
    let theme = pipeline::theme(&root, &checked.handbook.config)?;
    let output = session.render(&theme, &mut checked, arguments.revision, &progress)?;
    let written = pipeline::write(&out, &output, &mut checked.timings, &progress)?;
    drop(progress);
    anstream::eprint!("{}", findings::write(&checked, &arguments.checking));
    let took = start.elapsed();
    // In JSON, standard output holds JSON or nothing.
    if arguments.checking.format != Format::Json {
        anstream::eprintln!("{}", findings::summary(&checked));
        anstream::println!(
            "{} files in {}: {} changed, {} removed, in {:.2} s",
            written.total,
            out.display(),
            written.changed,
            written.removed,
            took.as_secs_f64()
        );
    }
    match arguments.record.then(|| history::record(&root, &checked.history)).transpose()? {
        Some(Recorded::Left(why)) => {
            anstream::eprintln!("\u{1b}[1;33mwarning\u{1b}[0m: nothing is recorded, since {why}");
        }
        Some(Recorded::Written) if arguments.checking.format != Format::Json => {
            anstream::println!("recorded {} in {}", checked.handbook.today, history::FILE);
        }
        _ => {}
    }
    if arguments.timings {
        print_timings(&checked.timings);
    }
    if arguments.open {
        open_front_page(&out);
    }
    let exit = arguments.checking.exit(&checked.report);
    // The process ends here: freeing every page one by one would only make the caller wait.
    std::mem::forget((checked, output));
    Ok(exit)
}

/// Opens the site, or says where it is where nothing can open it: the build has done its work either way.
fn open_front_page(out: &Path) {
    let page = out.join("index.html");
    let page = page.canonicalize().unwrap_or(page);
    let opened = std::io::stdout().is_terminal() && open::that_detached(&page).is_ok();
    anstream::println!("{} {}", if opened { "opened" } else { "open" }, page.display());
}

fn print_timings(timings: &Timings) {
    for (stage, took) in &timings.0 {
        anstream::println!("{:>8.1} ms  {}", took.as_secs_f64() * 1000.0, stage.name());
    }
}
