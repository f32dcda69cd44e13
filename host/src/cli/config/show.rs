//! `weir config show`

use std::io::Write;
use std::path::PathBuf;

use super::super::Exit;
use crate::config::{effective, load};

/// Shows what a configuration comes to
///
/// Prints the configuration as TOML with every key, those that the file leaves out included: variables of the environment replaced, paths as they are
/// opened, modules by their files. Passwords and what comes from files of secrets is not shown. What is printed is a configuration again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir config show config/flow.toml                    every key and what it is
  weir config show old.toml | diff - <(weir config show new.toml)")]
pub(super) struct Args {
    /// The configuration, a TOML file
    config: PathBuf,
}

pub(super) fn show(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    out.write_all(effective(&load(&args.config)?).as_bytes())?;
    Ok(Exit::Done)
}
