//! `weir config`

mod convert;

use std::io::Write;

use clap::Subcommand;

use super::Exit;

/// Makes configurations
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir config convert ingest_conf.json        what Apache Spot was configured to do, as a configuration of weir")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Convert(convert::Args),
}

pub(super) fn config(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    match &args.command {
        Command::Convert(args) => convert::convert(args, out),
    }
}
