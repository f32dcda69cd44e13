//! `weir table`: looking at tables.

use std::io::Write;

use clap::Subcommand;

use super::Exit;
use super::head;

/// Looks at tables
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir table head out/flow      the first rows")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Head(head::Args),
}

pub(super) fn table(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    match &args.command {
        Command::Head(args) => head::head(args, out),
    }
}
