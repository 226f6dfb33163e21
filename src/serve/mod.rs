//! A handbook that is built again whenever it changes: served from memory to a browser, or kept current in a folder.
//!
//! What is built is what `onus build` builds, by the same pipeline. What is said about it on the terminal is the command line's.

mod http;
mod preview;
mod runs;
mod scope;
mod served;
mod watch;

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use notify_debouncer_full::notify;
use tokio::sync::watch as state;

use crate::diagnostic::report::{Finding, Report};
use crate::output::{self, Written};
use crate::pipeline::{Checked, Observer, PipelineError, Request, Stage, Timings};
use crate::render::Output;
use crate::serve::http::Server;
use crate::serve::runs::{Runs, Silent, settle};
use crate::serve::served::{Seen, Served};
use crate::serve::watch::{Changed, Watch};

/// The port, unless it is taken.
pub const PORT: u16 = 4321;

/// Ports that are tried after it.
const NEXT: u16 = 50;

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error("`{0}` is no address of this machine")]
    Host(String),
    #[error("port {0} is taken; choose another with `--port`, or leave it out for the next free one")]
    Taken(u16),
    #[error("cannot listen at {address}")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error("the server failed")]
    Server(#[from] std::io::Error),
    #[error("the handbook cannot be watched")]
    Watch(#[from] notify::Error),
}

/// What is built again and again.
pub struct Subject {
    pub root: PathBuf,
    /// The content's revision, shown on every page.
    pub revision: Option<String>,
    /// How often files are looked at, where the system cannot tell of changes.
    pub poll: Option<Duration>,
}

/// Where it is served.
pub struct Place {
    pub host: String,
    /// The port, taken or not; the next free one where not given.
    pub port: Option<u16>,
}

/// What a rebuild changed in the findings that are not waived.
pub struct Change {
    pub new: Report,
    pub fixed: Vec<Finding>,
    pub left: usize,
}

/// Is told what happens.
pub trait Voice: Send + 'static {
    /// What the next run is asked for.
    fn request(&self) -> Request;
    fn observer(&self) -> Box<dyn Observer> {
        Box::new(Silent)
    }
    /// The first run is done.
    fn built(&self, checked: &Checked, written: Option<Written>);
    /// Pages are served, at an address.
    fn serves(&self, address: &str);
    /// A later run is done, and how long it took from the first change on; `shown`, how long it took to the pages that somebody looks
    /// at, where these were served first.
    fn rebuilt(
        &self,
        checked: &Checked,
        change: &Change,
        written: Option<Written>,
        took: Duration,
        shown: Option<Duration>,
    );
    /// A later run has no site.
    fn stopped(&self, error: &PipelineError);
    /// The search index followed.
    fn indexed(&self, took: Duration);
    /// Something that is good to know.
    fn note(&self, text: &str);
}

/// Serves a handbook until somebody ends it.
///
/// # Errors
/// When the port is taken, or there is no site to begin with.
pub fn serve(subject: Subject, place: &Place, voice: impl Voice) -> Result<(), ServeError> {
    let listener = listen(place)?;
    let address = listener.local_addr()?;
    listener.set_nonblocking(true)?;
    let root = subject.root.canonicalize()?;
    let subject = Subject { root: root.clone(), ..subject };
    let (sender, served) = state::channel(Arc::new(Served::default()));
    let seen = Arc::new(Seen::default());
    let server = Server { served, seen: seen.clone(), root, host: place.host.clone(), address };
    let (first, begun) = mpsc::channel();
    let named = match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => format!("127.0.0.1:{}", v4.port()),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => format!("[::1]:{}", v6.port()),
        address => address.to_string(),
    };
    let named = format!("http://{named}/");
    let builder = thread::spawn(move || preview::keep(&subject, &sender, &seen, &first, &named, &voice));
    ended_by_hand(async move {
        // The first build fails as `onus build` would.
        if begun.recv().is_err() {
            return match builder.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            };
        }
        let failed = async {
            let (done, ended) = tokio::sync::oneshot::channel();
            thread::spawn(move || {
                let _ = done.send(builder.join());
            });
            match ended.await {
                Ok(Ok(result)) => result,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                Err(_) => Ok(()),
            }
        };
        let listener = tokio::net::TcpListener::from_std(listener)?;
        tokio::select! {
            result = http::serve(listener, server) => Ok(result?),
            result = failed => result,
        }
    })
}

/// Keeps a folder current until somebody ends it.
///
/// # Errors
/// When there is no site to begin with, or the folder cannot be written.
pub fn keep(subject: Subject, out: PathBuf, voice: impl Voice) -> Result<(), ServeError> {
    let root = subject.root.canonicalize()?;
    let subject = Subject { root, ..subject };
    let builder = thread::spawn(move || keep_written(&subject, &out, &voice));
    ended_by_hand(async move {
        let (done, ended) = tokio::sync::oneshot::channel();
        thread::spawn(move || {
            let _ = done.send(builder.join());
        });
        match ended.await {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => Ok(()),
        }
    })
}

/// Runs until the work ends, or until Ctrl-C or a request to end, which are no failure.
fn ended_by_hand(work: impl Future<Output = Result<(), ServeError>>) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        tokio::select! {
            result = work => result,
            result = interrupted() => Ok(result?),
        }
    });
    // A request that is being answered is not waited for.
    runtime.shutdown_background();
    result
}

#[cfg(unix)]
async fn interrupted() -> std::io::Result<()> {
    let mut asked = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = asked.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn interrupted() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

fn listen(place: &Place) -> Result<TcpListener, ServeError> {
    let host = place.host.trim_start_matches('[').trim_end_matches(']');
    let first = place.port.unwrap_or(PORT);
    let last = if place.port.is_some() { first } else { first.saturating_add(NEXT) };
    for port in first..=last {
        let mut addresses = (host, port).to_socket_addrs().map_err(|_| ServeError::Host(host.to_string()))?;
        let address = addresses.next().ok_or_else(|| ServeError::Host(host.to_string()))?;
        match TcpListener::bind(address) {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
            Err(error) if error.kind() == std::io::ErrorKind::AddrNotAvailable => {
                return Err(ServeError::Host(host.to_string()));
            }
            Err(source) => return Err(ServeError::Listen { address, source }),
        }
    }
    Err(ServeError::Taken(first))
}

/// Watches a handbook.
fn watched(
    subject: &Subject,
    wake: impl Fn() + Send + Sync + 'static,
    voice: &impl Voice,
) -> Result<Watch, ServeError> {
    let (watch, note) = Watch::start(&subject.root, subject.poll, wake)?;
    if let Some(note) = note {
        voice.note(&note);
    }
    Ok(watch)
}

/// What changed. Folders that came are watched before anything is read, so that what comes later is told.
fn changed(watch: &mut Watch, voice: &impl Voice) -> Result<Changed, ServeError> {
    let (changed, note) = watch.changed()?;
    if let Some(note) = note {
        voice.note(&note);
    }
    Ok(changed)
}

fn keep_written(subject: &Subject, out: &Path, voice: &impl Voice) -> Result<(), ServeError> {
    let (events, arriving) = mpsc::channel();
    // The receiver ends with the process.
    let wake = move || {
        let _ = events.send(());
    };
    let mut watch = watched(subject, wake, voice)?;
    let mut runs = Runs::new(&subject.root, subject.poll.is_some());
    let mut findings = Findings::default();
    let mut first = true;
    let mut since = Instant::now();
    loop {
        let observer = if first { voice.observer() } else { Box::new(Silent) };
        let built = runs.next(&voice.request(), &*observer).and_then(|read| {
            let Some((mut checked, theme)) = read else { return Ok(None) };
            let output = runs.session.render(&theme, &mut checked, subject.revision.clone(), &*observer)?;
            let mut timings = std::mem::take(&mut checked.timings);
            let written = write(out, &output, &mut timings)?;
            checked.timings = timings;
            Ok(Some((checked, written)))
        });
        drop(observer);
        match built {
            Ok(Some((checked, written))) if first => {
                findings.change(&checked);
                voice.built(&checked, Some(written));
            }
            Ok(Some((checked, written))) => {
                voice.rebuilt(&checked, &findings.change(&checked), Some(written), since.elapsed(), None);
            }
            Ok(None) => {}
            Err(error) if first => return Err(error.into()),
            Err(error) => {
                runs.again();
                voice.stopped(&error);
            }
        }
        first = false;
        if arriving.recv().is_err() {
            return Ok(());
        }
        since = Instant::now();
        settle(&arriving, |_| true, |_| {});
        changed(&mut watch, voice)?;
    }
}

fn write(out: &Path, output: &Output, timings: &mut Timings) -> Result<Written, PipelineError> {
    let begun = Instant::now();
    let written = output::write(out, output)?;
    timings.0.push((Stage::Write, begun.elapsed()));
    Ok(written)
}

/// The findings of the last run, to tell what a run changed.
#[derive(Default)]
struct Findings {
    last: Vec<Finding>,
}

impl Findings {
    /// That a run changed none.
    fn same(&self) -> Change {
        Change { new: Report::default(), fixed: Vec::new(), left: self.last.len() }
    }

    /// What this run adds to the last and takes from it. Lines may have moved: a finding is known by its rule, file and message.
    fn change(&mut self, checked: &Checked) -> Change {
        type Key<'f> = (&'static str, &'f str, &'f str);
        fn key(finding: &Finding) -> Key<'_> {
            (finding.rule.name, &finding.spot.path, &finding.message)
        }
        fn counted(findings: &[Finding]) -> BTreeMap<Key<'_>, usize> {
            let mut counts = BTreeMap::new();
            findings.iter().for_each(|finding| *counts.entry(key(finding)).or_default() += 1);
            counts
        }
        /// Those that another list does not have.
        fn without(these: &[Finding], those: &[Finding]) -> Vec<Finding> {
            let mut counts = counted(those);
            let mut extra = Vec::new();
            for finding in these {
                match counts.get_mut(&key(finding)) {
                    Some(left) if *left > 0 => *left -= 1,
                    _ => extra.push(finding.clone()),
                }
            }
            extra
        }
        let now: Vec<Finding> = checked.report.findings.iter().filter(|finding| !finding.waived).cloned().collect();
        let mut new = Report { findings: without(&now, &self.last), ..Report::default() };
        let Report { findings, counts, .. } = &mut new;
        findings.iter().for_each(|finding| counts.add(finding));
        let fixed = without(&self.last, &now);
        let left = now.len() - new.findings.len();
        self.last = now;
        Change { new, fixed, left }
    }
}
