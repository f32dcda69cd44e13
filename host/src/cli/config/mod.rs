//! `weir config`

mod convert;
mod show;

use std::io::Write;

use clap::Subcommand;

use super::Exit;

/// Makes and shows configurations
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir config convert ingest_conf.json        what Apache Spot was configured to do, as a configuration of weir
  weir config show config/flow.toml           what a configuration comes to, with every default")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Convert(convert::Args),
    Show(show::Args),
}

pub(super) fn config(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    match &args.command {
        Command::Convert(args) => convert::convert(args, out),
        Command::Show(args) => show::show(args, out),
    }
}
