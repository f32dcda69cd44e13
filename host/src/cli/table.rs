//! `weir table`: looking at tables.

use std::io::Write;

use clap::{Args, Subcommand};

use super::Exit;
use super::head::{self, Head};

/// Looks at tables
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weir table head out/flow      the first rows")]
pub(super) struct Table {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Head(Head),
}

pub(super) fn table(args: &Table, out: &mut impl Write) -> anyhow::Result<Exit> {
    match &args.command {
        Command::Head(args) => head::head(args, out),
    }
}
