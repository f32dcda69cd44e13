//! `weir module`

mod author;
mod deploy;
pub(super) mod inspect;
mod list;
mod profile;
mod sign;

use std::io::Write;

use clap::Subcommand;

use super::Exit;
use author::{bench, build, check, new, run, test};

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
  weir module new --language python --kind stream-parser access-log   begin one
  weir module build access-log          with the language's own tool
  weir module deploy weir.toml flow new.wasm   have a running weir run another one")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Args),
    Inspect(inspect::Args),
    New(new::Args),
    Build(build::Args),
    Run(run::Args),
    Test(test::Args),
    Check(check::Args),
    Bench(bench::Args),
    Deploy(deploy::Args),
    Sign(sign::SignArgs),
    Verify(sign::VerifyArgs),
    Key(sign::KeyArgs),
}

pub(super) fn module(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    match &args.command {
        Command::List(args) => list::list(args, out),
        Command::Inspect(args) => inspect::inspect(args, out),
        Command::New(args) => new::new(args, out),
        Command::Build(args) => build::build(args, out),
        Command::Run(args) => run::run(args, out),
        Command::Test(args) => test::test(args, out),
        Command::Check(args) => check::check(args, out),
        Command::Bench(args) => bench::bench(args, out),
        Command::Deploy(args) => deploy::deploy(args, out),
        Command::Sign(args) => sign::sign(args, out),
        Command::Verify(args) => sign::verify(args, out),
        Command::Key(args) => sign::key(args, out),
    }
}
