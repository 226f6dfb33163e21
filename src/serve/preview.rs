//! A handbook that is kept served: built, and built again after each change. The pages that somebody looks at are served first, then
//! all others, and the search index follows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch as state;

use crate::pipeline::{Checked, Index, Indexed, PipelineError, Retouched};
use crate::render::{self, Content, Output, RenderError};
use crate::serve::runs::{Runs, Silent, settle};
use crate::serve::served::{Seen, Served, Troubles};
use crate::serve::watch::{Changed, Watch};
use crate::serve::{Findings, ServeError, Subject, Voice, changed, watched};
use crate::site::documents::{self, Documents};
use crate::text::fingerprint::Hasher;
use crate::theme::Theme;

/// How long nobody saves before the words of the last saves go to be indexed.
const PAUSE: Duration = Duration::from_millis(60);

/// For how long changes that follow each other may keep the other pages from being made.
const WITHOUT_REST: Duration = Duration::from_secs(10);

enum Event {
    Changed,
    Indexed(usize, Result<Indexed, PipelineError>, Duration),
}

/// Keeps a handbook served. `begun` is told once the first pages are.
///
/// # Errors
/// When there is no site to begin with, or it cannot be watched.
pub fn keep(
    subject: &Subject,
    served: &state::Sender<Arc<Served>>,
    seen: &Seen,
    begun: &Sender<()>,
    address: &str,
    voice: &impl Voice,
) -> Result<(), ServeError> {
    let (events, arriving) = mpsc::channel();
    let told = events.clone();
    let newer = Arc::new(AtomicBool::new(false));
    let comes = newer.clone();
    let wake = move || {
        comes.store(true, Ordering::Relaxed);
        // The receiver ends with the process.
        let _ = told.send(Event::Changed);
    };
    let mut watch = watched(subject, wake, voice)?;
    let mut preview = Preview {
        subject,
        served,
        seen,
        voice,
        newer,
        rest_owed: None,
        indexer: Indexer::start(&events),
        runs: Runs::new(&subject.root, subject.poll.is_some()),
        findings: Findings::default(),
        last: None,
        asked: 0,
        owing: false,
    };
    preview.begin(address)?;
    let _ = begun.send(());
    while let Some((since, changed)) = preview.wait(&arriving, &mut watch)? {
        preview.take(since, changed);
    }
    Ok(())
}

struct Preview<'p, V: Voice> {
    subject: &'p Subject,
    served: &'p state::Sender<Arc<Served>>,
    /// The pages that somebody looks at.
    seen: &'p Seen,
    voice: &'p V,
    /// Whether a change came that was not taken in yet.
    newer: Arc<AtomicBool>,
    /// Since when pages that nobody looks at are to be made.
    rest_owed: Option<Instant>,
    indexer: Indexer,
    runs: Runs,
    findings: Findings,
    /// The last whole run, if it has a site, with what was retouched since.
    last: Option<(Checked, Theme)>,
    /// The number of the last documents that were sent to be indexed.
    asked: usize,
    /// Whether words were saved that are not sent yet.
    owing: bool,
}

impl<V: Voice> Preview<'_, V> {
    fn begin(&mut self, address: &str) -> Result<(), ServeError> {
        let observer = self.voice.observer();
        let request = self.voice.request();
        let read = self.runs.next(&request, &*observer)?;
        let (mut checked, theme) = read.expect("a first run has no state before it");
        let revision = self.subject.revision.clone();
        let pages = self.runs.session.pages(&theme, &mut checked, revision, &*observer, &|| true)?;
        drop(observer);
        self.publish(pages, &checked);
        self.findings.change(&checked);
        self.voice.built(&checked, None);
        self.voice.serves(address);
        self.last = Some((checked, theme));
        Ok(())
    }

    /// Waits for a change, and gives when it began and what it was; none when nobody can tell any more.
    fn wait(
        &mut self,
        arriving: &Receiver<Event>,
        watch: &mut Watch,
    ) -> Result<Option<(Instant, Changed)>, ServeError> {
        loop {
            let event = if self.owing {
                arriving.recv_timeout(PAUSE)
            } else {
                arriving.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            match event {
                Ok(Event::Indexed(number, index, took)) => self.put_index(number, index, took),
                Ok(Event::Changed) => {
                    let since = Instant::now();
                    let mut other = Vec::new();
                    settle(arriving, |event| matches!(event, Event::Changed), |event| other.push(event));
                    self.newer.store(false, Ordering::Relaxed);
                    for event in other {
                        if let Event::Indexed(number, index, took) = event {
                            self.put_index(number, index, took);
                        }
                    }
                    let changed = changed(watch, self.voice)?;
                    return Ok(Some((since, changed)));
                }
                Err(RecvTimeoutError::Timeout) => self.settle_up(),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
        }
    }

    /// Takes in a change: in the short way where that will do.
    fn take(&mut self, since: Instant, changed: Changed) {
        let request = self.voice.request();
        if let (Some((mut checked, theme)), Some(changed)) = (self.last.take(), changed)
            && checked.handbook.today == request.today
        {
            match self.runs.retouch(&changed, &mut checked, &theme, self.subject.revision.clone()) {
                Retouched::Same => return self.last = Some((checked, theme)),
                Retouched::Pages(pages) => {
                    self.served.send_modify(|served| *served = Arc::new(served.with(pages)));
                    self.owing = true;
                    self.voice.rebuilt(&checked, &self.findings.same(), None, since.elapsed(), None);
                    return self.last = Some((checked, theme));
                }
                Retouched::More => {}
            }
            // Letting go of ten thousand entities takes a while.
            thread::spawn(move || drop((checked, theme)));
        }
        let built = match self.runs.next(&request, &Silent) {
            Ok(Some((checked, theme))) => self.renew(since, checked, theme),
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        match built {
            Ok(()) => {}
            // The change that came is taken in next, and with it all that was left.
            Err(PipelineError::Render(RenderError::Overtaken)) => self.runs.again(),
            Err(error) => {
                self.runs.again();
                self.stop(&error);
            }
        }
    }

    /// Serves another state of the handbook: first the pages that somebody looks at, then all.
    fn renew(&mut self, since: Instant, mut checked: Checked, theme: Theme) -> Result<(), PipelineError> {
        let revision = || self.subject.revision.clone();
        let first = self.runs.session.some_pages(&theme, &checked, revision(), &self.seen.pages())?;
        let shown = (!first.is_empty()).then(|| {
            self.publish_first(first, &theme, &checked);
            since.elapsed()
        });
        let (newer, owed) = (self.newer.clone(), *self.rest_owed.get_or_insert(since));
        let goes_on = move || !newer.load(Ordering::Relaxed) || owed.elapsed() > WITHOUT_REST;
        let pages = self.runs.session.pages(&theme, &mut checked, revision(), &Silent, &goes_on)?;
        self.publish(pages, &checked);
        self.voice.rebuilt(&checked, &self.findings.change(&checked), None, since.elapsed(), shown);
        self.last = Some((checked, theme));
        Ok(())
    }

    /// Serves some pages of a state of which the others are not made yet.
    fn publish_first(&mut self, mut pages: Vec<(String, Content)>, theme: &Theme, checked: &Checked) {
        pages.extend(render::theme_files(theme));
        let (first, copies) = (Some(Arc::new(pages.into_iter().collect())), self.name_copies(checked));
        let troubles = Arc::new(self.troubles(checked));
        self.served.send_modify(|served| {
            *served = Arc::new(Served { first, copies, troubles, indexed: false, ..Served::clone(served) });
        });
    }

    fn publish(&mut self, (output, documents): (Output, Documents), checked: &Checked) {
        let copies = self.name_copies(checked);
        let (files, troubles) = (Arc::new(output.files), Arc::new(self.troubles(checked)));
        self.served.send_modify(|served| {
            let before = Served::clone(served);
            *served = Arc::new(Served { copies, files, first: None, indexed: false, troubles, ..before });
        });
        self.rest_owed = None;
        self.ask(documents);
    }

    fn troubles(&self, checked: &Checked) -> Troubles {
        Troubles::of(checked, &self.subject.root.to_string_lossy())
    }

    /// Names the bytes of all copied files.
    fn name_copies(&self, checked: &Checked) -> String {
        let mut hasher = Hasher::default();
        for asset in &checked.handbook.assets {
            hasher.part(asset.path.as_bytes());
            match self.runs.session.copied(&asset.from) {
                Some(print) => hasher.named(print),
                None => hasher.part(b"unread"),
            }
        }
        hasher.print().to_string()
    }

    fn ask(&mut self, documents: Documents) {
        self.asked += 1;
        self.owing = false;
        self.indexer.ask(self.asked, documents);
    }

    /// Sends the words of the last saves to be indexed.
    fn settle_up(&mut self) {
        match &self.last {
            Some((checked, _)) => {
                let documents = documents::of(&checked.handbook, &checked.report);
                self.ask(documents);
            }
            None => self.owing = false,
        }
    }

    /// Keeps the last good site and says why there is no newer one.
    fn stop(&self, error: &PipelineError) {
        let stopped = Some(whole(error));
        self.served.send_modify(|served| {
            let troubles = Troubles { stopped, ..Troubles::default() };
            *served = Arc::new(Served { troubles: Arc::new(troubles), first: None, ..Served::clone(served) });
        });
        self.voice.stopped(error);
    }

    fn put_index(&self, number: usize, index: Result<Indexed, PipelineError>, took: Duration) {
        match index {
            Ok(index) => {
                let newest = number == self.asked && !self.owing;
                self.served.send_modify(|served| {
                    let index_before = served.index.clone();
                    *served =
                        Arc::new(Served { index: Some(index), index_before, indexed: newest, ..Served::clone(served) });
                });
                if newest {
                    self.voice.indexed(took);
                }
            }
            Err(error) => self.voice.note(&whole(&error)),
        }
    }
}

/// An error with its causes.
fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Builds the search index beside everything else: the newest documents, and nothing that was overtaken.
struct Indexer {
    documents: Sender<(usize, Documents)>,
}

impl Indexer {
    fn start(events: &Sender<Event>) -> Self {
        let (documents, asked) = mpsc::channel();
        let events = events.clone();
        thread::spawn(move || work(&asked, &events));
        Self { documents }
    }

    fn ask(&self, number: usize, documents: Documents) {
        // The thread ends with the sender.
        let _ = self.documents.send((number, documents));
    }
}

fn work(asked: &Receiver<(usize, Documents)>, events: &Sender<Event>) {
    let mut index = Index::kept();
    // Half of the cores are left to the next rebuild, and where that needs all, it goes first.
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get() / 2).max(1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(cores).start_handler(|_| step_back()).build();
    while let Ok(mut newest) = asked.recv() {
        while let Ok(newer) = asked.try_recv() {
            newest = newer;
        }
        let begun = Instant::now();
        let (number, documents) = newest;
        let built = match &pool {
            Ok(pool) => pool.install(|| index.of(&documents)),
            Err(_) => index.of(&documents),
        };
        if events.send(Event::Indexed(number, built, begun.elapsed())).is_err() {
            return;
        }
    }
}

/// Gives way to other threads.
fn step_back() {
    // On Linux, this is of the thread; elsewhere it would be of the whole process. Where it is refused, nothing is lost.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(10);
}
