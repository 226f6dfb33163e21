//! `onus theme`.

use std::path::PathBuf;

use clap::Subcommand;

use crate::cli::{Exit, root};
use crate::pipeline::PipelineError;
use crate::theme;

#[derive(clap::Args, Debug)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Write the built-in theme to `themes/NAME`, to start from; files that are there stay as they are
    Eject {
        /// The name of the folder
        #[arg(default_value = "default")]
        name: String,
    },
}

pub fn run(given: Option<PathBuf>, arguments: Arguments) -> anyhow::Result<Exit> {
    let root = root(given)?;
    let Command::Eject { name } = arguments.command;
    if name.contains(['/', '\\']) || name == ".." || name == "." {
        return Err(super::Usage(format!("`{name}` is not the name of a folder in `themes/`")).into());
    }
    let folder = root.join("themes").join(&name);
    let written = theme::eject(&folder).map_err(PipelineError::from)?;
    anstream::println!("{written} files written to {}", folder.display());
    Ok(Exit::Clean)
}
