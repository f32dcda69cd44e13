//! `weir quarantine`

mod list;
mod show;

use std::io::Write;

use clap::Subcommand;

use super::Exit;

/// Shows what could not be parsed
///
/// Input that did not become rows is kept beside the table, byte for byte, with where it came from, the reason and the module that refused it. The rest
/// of its file was ingested.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir quarantine list out/flow                             every stretch of input, with its reason
  weir quarantine show out/flow 8a3f01c2d4e5-276            one of them, its bytes included
  weir quarantine show out/flow 8a3f01c2d4e5-276 --raw      its bytes alone, for other programs")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
}

pub(super) fn quarantine(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    match &args.command {
        Command::List(args) => list::list(args, out),
        Command::Show(args) => show::show(args, out),
    }
}
