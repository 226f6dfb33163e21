//! What a long run shows on a terminal: the stage it is at, from half a second on.

use std::io::IsTerminal;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::ProgressBar;

use crate::pipeline::{Observer, Stage};

/// Work that is done sooner shows nothing: a flash of text helps nobody.
const PATIENCE: Duration = Duration::from_millis(500);

/// Shows the stage until it is dropped.
pub struct Progress {
    stages: Option<(Sender<Stage>, JoinHandle<()>)>,
}

impl Progress {
    pub fn start() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self { stages: None };
        }
        let (sender, stages) = mpsc::channel::<Stage>();
        let thread = thread::spawn(move || {
            let mut last = Stage::Load;
            let begun = std::time::Instant::now();
            while let Some(left) = PATIENCE.checked_sub(begun.elapsed()) {
                match stages.recv_timeout(left) {
                    Ok(stage) => last = stage,
                    Err(mpsc::RecvTimeoutError::Timeout) => break,
                    Err(mpsc::RecvTimeoutError::Disconnected) => return,
                }
            }
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(100));
            bar.set_message(words(last));
            while let Ok(stage) = stages.recv() {
                bar.set_message(words(stage));
            }
            bar.finish_and_clear();
        });
        Self { stages: Some((sender, thread)) }
    }
}

impl Observer for Progress {
    fn begins(&self, stage: Stage) {
        if let Some((sender, _)) = &self.stages {
            // The thread ends only with the sender.
            let _ = sender.send(stage);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.stages.take() {
            drop(sender);
            let _ = thread.join();
        }
    }
}

fn words(stage: Stage) -> &'static str {
    match stage {
        Stage::Load => "reading the content folder",
        Stage::Parse => "parsing",
        Stage::Link => "linking",
        Stage::Check => "checking",
        Stage::Plan => "planning pages",
        Stage::Render => "rendering pages",
        Stage::Search => "indexing",
        Stage::Write => "writing the site",
    }
}
