//! Tells when something in a handbook may have changed. What did change, if anything, is for who reads it to say.

use std::path::{Path, PathBuf};
use std::time::Duration;

use notify_debouncer_full::notify::{
    self, Config, Error, ErrorKind, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher,
};
use notify_debouncer_full::{DebounceEventResult, Debouncer, NoCache, new_debouncer_opt};

use crate::{config, history};

/// How long an event waits for others of its file.
const TOGETHER: Duration = Duration::from_millis(10);
const TICK: Duration = Duration::from_millis(5);

/// How often files are looked at where the system cannot tell of changes.
const FALLBACK: Duration = Duration::from_secs(2);

/// What of a handbook's folder makes the site.
const FOLDERS: [&str; 2] = ["content", "themes"];

/// Watches until it is dropped.
pub struct Watch {
    root: PathBuf,
    watcher: Kind,
    /// The folders that are watched, each with what it is told apart by from another of its name.
    watched: [Option<Identity>; 2],
}

enum Kind {
    System(Debouncer<RecommendedWatcher, NoCache>),
    Poll(Debouncer<PollWatcher, NoCache>),
}

type Identity = (u64, u64);

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
        wake: impl Fn() + Clone + Send + 'static,
    ) -> Result<(Self, Option<String>), Error> {
        if let Some(every) = poll {
            return Ok((Self::polling(root, every, wake)?, None));
        }
        let system = Debouncer::<RecommendedWatcher, NoCache>::start(root, Config::default(), wake.clone());
        let system = system.and_then(|debouncer| Self::of(root, Kind::System(debouncer)));
        match system {
            Ok(watch) => Ok((watch, None)),
            Err(error) => Ok((Self::polling(root, FALLBACK, wake)?, Some(explain(&error)))),
        }
    }

    fn polling(root: &Path, every: Duration, wake: impl Fn() + Send + 'static) -> Result<Self, Error> {
        // A mount may keep time in whole seconds: only the bytes tell.
        let config = Config::default().with_poll_interval(every).with_compare_contents(true);
        Self::of(root, Kind::Poll(Debouncer::<PollWatcher, NoCache>::start(root, config, wake)?))
    }

    fn of(root: &Path, watcher: Kind) -> Result<Self, Error> {
        let mut watch = Self { root: root.to_path_buf(), watcher, watched: [None; 2] };
        // The folder itself, for site.toml and for folders that come and go.
        watch.add(root, RecursiveMode::NonRecursive)?;
        watch.follow()?;
        Ok(watch)
    }

    /// Watches folders that came, or came again, since the last time.
    ///
    /// # Errors
    /// When one cannot be watched.
    pub fn follow(&mut self) -> Result<(), Error> {
        for (at, name) in FOLDERS.iter().enumerate() {
            let folder = self.root.join(name);
            let now = identity(&folder);
            if now == self.watched[at] {
                continue;
            }
            if now.is_some() {
                self.add(&folder, RecursiveMode::Recursive)?;
            }
            self.watched[at] = now;
        }
        Ok(())
    }

    fn add(&mut self, path: &Path, mode: RecursiveMode) -> Result<(), Error> {
        match &mut self.watcher {
            Kind::System(debouncer) => debouncer.watch(path, mode),
            Kind::Poll(debouncer) => debouncer.watch(path, mode),
        }
    }
}

trait Start: Sized {
    fn start(root: &Path, config: Config, wake: impl Fn() + Send + 'static) -> Result<Self, Error>;
}

impl<W: Watcher> Start for Debouncer<W, NoCache> {
    fn start(root: &Path, config: Config, wake: impl Fn() + Send + 'static) -> Result<Self, Error> {
        let root = root.to_path_buf();
        let handler = move |result: DebounceEventResult| {
            let matters = match result {
                Ok(events) => {
                    events.iter().any(|event| event.need_rescan() || matters(&root, event.kind, &event.paths))
                }
                Err(_) => true,
            };
            if matters {
                wake();
            }
        };
        new_debouncer_opt(TOGETHER, Some(TICK), handler, NoCache, config)
    }
}

/// Whether an event may change the site: onus itself only reads these files, and hidden ones are no part of it.
fn matters(root: &Path, kind: EventKind, paths: &[PathBuf]) -> bool {
    !matches!(kind, EventKind::Access(_)) && paths.iter().any(|path| is_part(root, path))
}

fn is_part(root: &Path, path: &Path) -> bool {
    let Ok(below) = path.strip_prefix(root) else { return true };
    let mut parts = below.components().map(|part| part.as_os_str().to_string_lossy());
    let Some(first) = parts.next() else { return true };
    ([config::FILE, history::FILE].contains(&&*first) || FOLDERS.contains(&&*first))
        && !parts.any(|part| part.starts_with('.'))
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

/// Why the system's watching cannot be had, and the way out.
fn explain(error: &Error) -> String {
    let every = FALLBACK.as_secs();
    let full = match &error.kind {
        ErrorKind::MaxFilesWatch => true,
        // No more instances or descriptors: EMFILE, and ENOSPC for watches.
        ErrorKind::Io(io) => matches!(io.raw_os_error(), Some(24 | 28)),
        _ => false,
    };
    if full {
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
    fn only_what_the_site_is_made_from_matters() {
        let root = Path::new("/h");
        for (path, is) in [
            ("/h/site.toml", true),
            ("/h/history.jsonl", true),
            ("/h/content/a.md", true),
            ("/h/themes/own/assets/a.css", true),
            ("/h/content", true),
            ("/h/public/index.html", false),
            ("/h/.git/index", false),
            ("/h/content/.a.md.swp", false),
        ] {
            assert_eq!(is_part(root, Path::new(path)), is, "{path}");
        }
    }

    #[test]
    fn a_limit_that_is_reached_is_told_with_the_way_out() {
        let told = explain(&Error::new(ErrorKind::MaxFilesWatch));
        assert!(told.contains("fs.inotify.max_user_watches"), "{told}");
    }
}
