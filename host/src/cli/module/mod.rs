//! `weir module`

mod deploy;
pub(super) mod inspect;
mod list;
mod profile;

use std::io::Write;

use clap::Subcommand;

use super::Exit;

/// Modules: what weir can read
///
/// A module knows one format: it makes rows of the bytes of a source. It is a WebAssembly component in a file, found by its name or by its path, and runs
/// without access to anything but the bytes that it is handed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir module list                      the modules that are found by their names
  weir module inspect flow              what one reads, its options, its columns
  weir module inspect ./new.wasm        the same of a file
  weir module deploy weir.toml flow new.wasm   have a running weir run another one")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Args),
    Inspect(inspect::Args),
    Deploy(deploy::Args),
}

pub(super) fn module(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    match &args.command {
        Command::List(args) => list::list(args, out),
        Command::Inspect(args) => inspect::inspect(args, out),
        Command::Deploy(args) => deploy::deploy(args, out),
    }
}
