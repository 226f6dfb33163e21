//! `onus check`.

use std::path::PathBuf;

use crate::cli::progress::Progress;
use crate::cli::{Checking, Exit, Format, findings, root};
use crate::pipeline;

#[derive(clap::Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    checking: Checking,
}

pub fn run(given: Option<PathBuf>, arguments: Arguments) -> anyhow::Result<Exit> {
    let root = root(given)?;
    let request = arguments.checking.asked.request()?;
    let progress = Progress::start();
    let checked = pipeline::check(&root, &request, &progress)?;
    pipeline::check_theme(&root, &checked.handbook.config)?;
    drop(progress);
    anstream::print!("{}", findings::write(&checked, &arguments.checking));
    match arguments.checking.format {
        Format::Json => anstream::eprintln!("{}", findings::summary(&checked)),
        Format::Human | Format::Short => anstream::println!("{}", findings::summary(&checked)),
    }
    let exit = arguments.checking.exit(&checked.report);
    std::mem::forget(checked);
    Ok(exit)
}
