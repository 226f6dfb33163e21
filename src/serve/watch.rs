//! Tells when something in a handbook may have changed. What did change, if anything, is for who reads it to say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use notify_debouncer_full::notify::{
    self, Config, Error, ErrorKind, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher,
};
use notify_debouncer_full::{DebounceEventResult, DebouncedEvent, Debouncer, NoCache, new_debouncer_opt};

use crate::serve::scope::{Identity, Scope};

/// How long an event waits for others of its file.
const TOGETHER: Duration = Duration::from_millis(3);
const TICK: Duration = Duration::from_millis(2);

/// How often files are looked at where the system cannot tell of changes.
const FALLBACK: Duration = Duration::from_secs(2);

/// What changed; none where that is not known, and it may be anything.
pub type Changed = Option<BTreeSet<PathBuf>>;

/// Watches until it is dropped.
pub struct Watch {
    root: PathBuf,
    watcher: Kind,
    shared: Arc<Shared>,
}

/// What the watching thread has to know, and to tell.
struct Shared {
    wake: Box<dyn Fn() + Send + Sync>,
    scope: Mutex<Scope>,
    changed: Mutex<Changed>,
    /// Why the system can watch no more.
    full: Mutex<Option<Error>>,
}

enum Kind {
    System(Debouncer<RecommendedWatcher, NoCache>),
    Poll(Debouncer<PollWatcher, NoCache>),
}

impl Watch {
    /// Watches a handbook, and calls `wake` after every batch of events. With `poll`, files are looked at that often.
    ///
    /// Where the system's watching cannot be had, files are looked at instead, and the text says why.
    ///
    /// # Errors
    /// When the handbook cannot be watched at all.
    pub fn start(
        root: &Path,
        poll: Option<Duration>,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<(Self, Option<String>), Error> {
        let scope = Mutex::new(Scope::new(root));
        let shared = Arc::new(Shared {
            wake: Box::new(wake),
            scope,
            changed: Mutex::new(Some(BTreeSet::new())),
            full: Mutex::default(),
        });
        let system = || shared.debounced::<RecommendedWatcher>(config()).map(Kind::System);
        let (watcher, error) = match poll {
            Some(every) => (shared.polling(every)?, None),
            None => match system() {
                Ok(watcher) => (watcher, None),
                Err(error) => (shared.polling(FALLBACK)?, Some(error)),
            },
        };
        let mut watch = Self { root: root.to_path_buf(), watcher, shared };
        let note = match (watch.follow(&None), error) {
            (Err(error), _) => Some(watch.fall_back(&error)?),
            (Ok(()), error) => error.map(|error| explain(&error)),
        };
        Ok((watch, note))
    }

    /// What changed since it was asked the last time. Folders that came, or came again, are watched from now on.
    ///
    /// Where the system can watch no more, files are looked at from now on, and the text says why.
    ///
    /// # Errors
    /// When the handbook cannot be watched at all any more.
    pub fn changed(&mut self) -> Result<(Changed, Option<String>), Error> {
        let changed = locked(&self.shared.changed).replace(BTreeSet::new());
        let full = locked(&self.shared.full).take();
        let note = match full.map_or_else(|| self.follow(&changed), Err) {
            Ok(()) => None,
            Err(error) => Some(self.fall_back(&error)?),
        };
        Ok((changed, note))
    }

    fn fall_back(&mut self, error: &Error) -> Result<String, Error> {
        if matches!(self.watcher, Kind::System(_)) {
            self.watcher = self.shared.polling(FALLBACK)?;
        }
        locked(&self.shared.scope).folders.clear();
        self.follow(&None)?;
        Ok(explain(error))
    }

    /// Watches the folders that are there now.
    fn follow(&mut self, changed: &Changed) -> Result<(), Error> {
        let shared = self.shared.clone();
        let mut scope = locked(&shared.scope);
        if changed.as_ref().is_some_and(|changed| !changed.iter().any(|path| scope.may_move(path))) {
            return Ok(());
        }
        scope.update();
        // A folder that changed may be another one now, even where the system gives it the number of the one before.
        let again =
            |folder: &Path| changed.as_ref().is_none_or(|paths| paths.iter().any(|path| folder.starts_with(path)));
        let mut known = std::mem::take(&mut scope.folders);
        known.retain(|folder, _| {
            let stays = *folder == self.root || !again(folder);
            if !stays {
                self.watcher.unwatch(folder);
            }
            stays
        });
        let mut folders = BTreeMap::new();
        let result = scope.visit(&mut |folder: &Path| -> Result<(), Error> {
            let Some(now) = identity(folder) else { return Ok(()) };
            if known.get(folder) != Some(&now) && !folders.contains_key(folder) {
                // The system watches folders, not names: one that moved goes by its old name first.
                for (old, _) in known.iter().filter(|(old, known)| **known == now || *old == folder) {
                    self.watcher.unwatch(old);
                }
                self.watcher.watch(folder)?;
            }
            folders.insert(folder.to_path_buf(), now);
            Ok(())
        });
        for gone in known.keys().filter(|folder| !folders.contains_key(*folder)) {
            self.watcher.unwatch(gone);
        }
        scope.folders = folders;
        result
    }
}

impl Kind {
    fn watch(&mut self, path: &Path) -> Result<(), Error> {
        let watched = match self {
            Self::System(debouncer) => debouncer.watch(path, RecursiveMode::NonRecursive),
            Self::Poll(debouncer) => debouncer.watch(path, RecursiveMode::NonRecursive),
        };
        match watched {
            // It went in this moment, of which there is an event.
            Err(_) if !path.exists() => Ok(()),
            watched => watched,
        }
    }

    /// A folder that is gone is watched no more in any case.
    fn unwatch(&mut self, path: &Path) {
        let _ = match self {
            Self::System(debouncer) => debouncer.unwatch(path),
            Self::Poll(debouncer) => debouncer.unwatch(path),
        };
    }
}

impl Shared {
    fn polling(self: &Arc<Self>, every: Duration) -> Result<Kind, Error> {
        // A mount may keep time in whole seconds: only the bytes tell.
        let config = config().with_poll_interval(every).with_compare_contents(true);
        Ok(Kind::Poll(self.debounced(config)?))
    }

    fn debounced<W: Watcher>(self: &Arc<Self>, config: Config) -> Result<Debouncer<W, NoCache>, Error> {
        let shared = self.clone();
        let handler = move |result: DebounceEventResult| {
            let matters = match result {
                Ok(events) => shared.take(events),
                Err(errors) => {
                    *locked(&shared.full) = errors.into_iter().find(is_full);
                    *locked(&shared.changed) = None;
                    true
                }
            };
            if matters {
                (shared.wake)();
            }
        };
        new_debouncer_opt(TOGETHER, Some(TICK), handler, NoCache, config)
    }
}

impl Shared {
    /// Takes note of a batch of events; says whether any of them may change the site.
    fn take(&self, events: Vec<DebouncedEvent>) -> bool {
        let scope = locked(&self.scope);
        let mut changed = locked(&self.changed);
        let mut any = false;
        for event in events {
            if event.need_rescan() {
                *changed = None;
                any = true;
            }
            // onus itself only reads these files.
            if matches!(event.kind, EventKind::Access(_)) {
                continue;
            }
            for path in event.event.paths.into_iter().filter(|path| scope.holds(path)) {
                any = true;
                if let Some(changed) = &mut *changed {
                    changed.insert(path);
                }
            }
        }
        any
    }
}

fn config() -> Config {
    // Links to folders are no part of a handbook.
    Config::default().with_follow_symlinks(false)
}

/// A thread that failed leaves nothing behind that is half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn identity(folder: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    folder.metadata().ok().filter(std::fs::Metadata::is_dir).map(|folder| (folder.dev(), folder.ino()))
}

#[cfg(not(unix))]
fn identity(folder: &Path) -> Option<Identity> {
    folder.is_dir().then_some((0, 0))
}

/// Whether the system can watch no more: ENOSPC for watches, EMFILE for instances and descriptors.
fn is_full(error: &Error) -> bool {
    match &error.kind {
        ErrorKind::MaxFilesWatch => true,
        ErrorKind::Io(io) => matches!(io.raw_os_error(), Some(24 | 28)),
        _ => false,
    }
}

/// Why the system's watching cannot be had, and the way out.
fn explain(error: &Error) -> String {
    let every = FALLBACK.as_secs();
    if is_full(error) {
        format!(
            "the system's limit of watched folders is reached, so files are looked at every {every} seconds; \
             raise it with `sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512`"
        )
    } else {
        let error = notify::Error { kind: ErrorKind::Generic(error.to_string()), paths: error.paths.clone() };
        format!("changes cannot be watched for, so files are looked at every {every} seconds: {error}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_is_reached_is_told_with_the_way_out() {
        let told = explain(&Error::new(ErrorKind::MaxFilesWatch));
        assert!(told.contains("fs.inotify.max_user_watches"), "{told}");
    }
}
