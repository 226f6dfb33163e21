//! One handbook, read again whenever it changed: a batch of changes is one reading, and a reading is of one state.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};

use crate::config;
use crate::pipeline::{self, Checked, Observer, PipelineError, Request, Retouched, Session, Stage};
use crate::serve::scope::BESIDE;
use crate::source::elsewhere::with_slashes;
use crate::source::load::{self, from_root};
use crate::text::fingerprint::Print;
use crate::theme::Theme;

/// Events that follow each other faster than this are one batch.
const QUIET: Duration = Duration::from_millis(4);

/// How long a running git command is waited for.
const GIT: Duration = Duration::from_secs(10);

/// Readings of a handbook.
pub struct Runs {
    pub session: Session,
    root: PathBuf,
    polls: bool,
    last: Option<Print>,
}

/// Says nothing.
pub struct Silent;

impl Observer for Silent {
    fn begins(&self, _: Stage) {}
}

impl Runs {
    pub fn new(root: &Path, polls: bool) -> Self {
        Self { session: Session::kept(), root: root.to_path_buf(), polls, last: None }
    }

    /// Reads and checks the handbook; none where it is as it was the last time.
    ///
    /// # Errors
    /// When what was read has no site: as it stands, not while it changes.
    pub fn next(
        &mut self,
        request: &Request,
        observer: &dyn Observer,
    ) -> Result<Option<(Checked, Theme)>, PipelineError> {
        loop {
            self.wait_for_git();
            // Without settings there is nothing to be read elsewhere: the reading says what is wrong with them.
            let patterns = config::read(&self.root).map(|config| config.sources.prometheus).unwrap_or_default();
            let before = load::stamps(&self.root, &BESIDE, &patterns);
            let read = self.read(request, observer);
            // What changed while it was read may be half of one state and half of another.
            if before != load::stamps(&self.root, &BESIDE, &patterns) {
                std::thread::sleep(QUIET);
                continue;
            }
            let (loaded, theme) = match read {
                Ok((loaded, _)) if loaded.config.sources.prometheus != patterns => continue,
                Ok(read) => read,
                Err(error) => {
                    self.last = None;
                    return Err(error);
                }
            };
            let state = self.session.state(&loaded, &theme);
            if self.last.replace(state) == Some(state) {
                return Ok(None);
            }
            return Ok(Some((self.session.check(loaded, observer), theme)));
        }
    }

    /// Forgets the last state, so that the next reading counts in any case.
    pub fn again(&mut self) {
        self.last = None;
    }

    /// Takes in changes of which all but the words of one file are known to be none. `checked` and `theme` are those of the last run;
    /// they are spent where a whole run is needed.
    pub fn retouch(
        &mut self,
        changed: &BTreeSet<PathBuf>,
        checked: &mut Checked,
        theme: &Theme,
        revision: Option<String>,
    ) -> Retouched {
        let Ok(content) = self.root.join("content").canonicalize() else { return Retouched::More };
        // Editors make files beside the one they save, and take them away again.
        let counts = |path: &&PathBuf| {
            path.symlink_metadata().is_ok()
                || path.strip_prefix(&content).map_or(true, |_| is_known(checked, &content, path))
        };
        let mut counting = changed.iter().filter(counts);
        let (Some(from), None) = (counting.next(), counting.next()) else {
            return if changed.iter().any(|path| counts(&path)) { Retouched::More } else { Retouched::Same };
        };
        if !from.starts_with(&content) || self.git_lock().is_some_and(|lock| lock.exists()) {
            return Retouched::More;
        }
        let path = with_slashes(&content, from);
        let retouched = self.session.retouch(&path, from, theme, checked, revision, &Silent);
        if matches!(retouched, Ok(Retouched::Pages(_))) {
            self.again();
        }
        // A whole run tells what is wrong.
        retouched.unwrap_or(Retouched::More)
    }

    fn read(&mut self, request: &Request, observer: &dyn Observer) -> Result<(pipeline::Loaded, Theme), PipelineError> {
        // Where changes are polled for, the disk's times are not to be relied on either.
        if !self.polls {
            self.session.rely_on_times(SystemTime::now());
        }
        let loaded = self.session.load(&self.root, request, observer)?;
        let theme = pipeline::theme(&self.root, &loaded.config)?;
        Ok((loaded, theme))
    }

    /// git holds this file while it changes the files of a branch.
    fn git_lock(&self) -> Option<PathBuf> {
        let git = self.root.ancestors().map(|folder| folder.join(".git")).find(|git| git.exists())?;
        if git.is_dir() {
            return Some(git.join("index.lock"));
        }
        // A worktree says in a file where its own folder is.
        let text = std::fs::read_to_string(&git).ok()?;
        Some(git.parent()?.join(text.trim().strip_prefix("gitdir: ")?).join("index.lock"))
    }

    fn wait_for_git(&self) {
        let Some(lock) = self.git_lock() else { return };
        let begun = Instant::now();
        while lock.exists() && begun.elapsed() < GIT {
            std::thread::sleep(QUIET);
        }
    }
}

/// Whether something stood at a path below the content folder in a run.
fn is_known(checked: &Checked, content: &Path, path: &Path) -> bool {
    let below = with_slashes(content, path);
    let file = from_root(&below);
    checked.files.iter().any(|(_, known)| *known.path == *file)
        || checked.handbook.folders.iter().any(|known| **known == *below)
}

/// Waits until events that follow a first one have ended. Anything else that arrives meanwhile is given to `other`.
pub fn settle<T>(events: &Receiver<T>, is_change: impl Fn(&T) -> bool, mut other: impl FnMut(T)) {
    let mut last = Instant::now();
    while let Some(left) = QUIET.checked_sub(last.elapsed()) {
        match events.recv_timeout(left) {
            Ok(event) if is_change(&event) => last = Instant::now(),
            Ok(event) => other(event),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
}
