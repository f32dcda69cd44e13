//! The command line: the only place that knows arguments and a terminal.

mod check;
mod colour;
mod config;
mod console;
mod engine;
mod exit;
mod head;
mod lineage;
mod log;
mod meter;
mod metron;
mod module;
mod pcap;
mod printable;
mod quantity;
mod quarantine;
mod run;
mod spot;
mod status;
mod table;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::{ExitCode, Termination};

use clap::{CommandFactory, Parser, Subcommand};

pub use exit::Exit;

use crate::config::ConfigErrors;
use crate::metron::MetronError;
use crate::spot::SpotError;
use colour::Colour;

const EXIT_CODES: &str = "\
Exit codes:
   0  done
   1  failed: standard error says why
   2  done, but some input was quarantined or left (`run --once`) or could not be read (`pcap filter`, `pcap query`)
  64  the command line is wrong
  78  the configuration is wrong
 255  `weir metron`: the command line is wrong, as Metron's programs said it
 130  a second Ctrl-C, 143 a second SIGTERM: ended at once (only `run`)

Errors and the log go to standard error, data to standard output.

Examples:
  weir check config/flow.toml          everything that can be wrong before a run
  weir run config/flow.toml            ingest for ever; Ctrl-C ends and commits
  weir run config/flow.toml --once     ingest what is there, then end
  weir module inspect flow             what a module reads, its options, its columns
  weir pcap filter udp a.pcap --count  how many packets of a capture a filter selects";

/// Ingests network-security telemetry: from where it lands to tables where it is used.
///
/// A pipeline of weir takes files from a source, has a parser module make rows of them, and writes the rows to a sink. One TOML file describes
/// pipelines. Parsers are sandboxed WebAssembly modules: a new format is a new file, never a new weir.
#[derive(Debug, Parser)]
#[command(name = "weir", version, after_help = EXIT_CODES, arg_required_else_help = true)]
struct Cli {
    /// What the log shows: error, warn, info, debug, trace, or a filter like `warn,weir::sink=debug` [default: $WEIR_LOG, then info]
    #[arg(long, value_name = "LEVEL", global = true, display_order = 100)]
    log: Option<String>,
    /// When to use colours; auto: on a terminal, unless NO_COLOR is set
    #[arg(long = "color", value_name = "WHEN", value_enum, default_value_t, global = true, display_order = 101)]
    colour: Colour,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Args),
    Check(check::Args),
    Status(status::Args),
    Config(config::Args),
    Spot(spot::Args),
    Metron(metron::Args),
    Table(table::Args),
    Module(module::Args),
    Pcap(pcap::Args),
    Quarantine(quarantine::Args),
    Lineage(lineage::Args),
}

/// A command line that is wrong in a way that only its meaning shows.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct UsageError(String);

/// Does what the command line says.
pub fn main() -> ExitCode {
    let arguments = metron::spelling::for_clap(spot::spelling::for_clap(std::env::args_os()));
    let exit = match Cli::try_parse_from(&arguments) {
        Ok(cli) => run_command(cli),
        Err(refusal) => refused(&refusal),
    };
    if is_spot(&arguments) { exit.as_spot() } else { exit.report() }
}

fn run_command(cli: Cli) -> Exit {
    let (level, file) = match &cli.command {
        Command::Spot(args) => (cli.log.or_else(|| args.log_level()), args.log_file()),
        Command::Metron(args) => (cli.log.or_else(|| args.log_level()), None),
        _ => (cli.log, None),
    };
    let result = log::start(level, cli.colour, file).and_then(|()| match &cli.command {
        Command::Run(args) => run::run(args, &mut io::stdout().lock()),
        Command::Check(args) => check::check(args, &mut io::stdout().lock()),
        Command::Status(args) => status::status(args, &mut io::stdout().lock()),
        Command::Config(args) => config::config(args, &mut io::stdout().lock()),
        Command::Spot(args) => spot::spot(args, &mut io::stdout().lock()),
        Command::Metron(args) => metron::metron(args, &mut io::stdout().lock()),
        Command::Table(args) => table::table(args, &mut io::stdout().lock()),
        Command::Module(args) => module::module(args, &mut io::stdout().lock()),
        Command::Pcap(args) => pcap::pcap(args, &mut io::stdout().lock()),
        Command::Quarantine(args) => quarantine::quarantine(args, &mut io::stdout().lock()),
        Command::Lineage(args) => lineage::lineage(args, &mut io::stdout().lock()),
    });
    result.unwrap_or_else(|error| failed(&error, cli.colour))
}

/// Whether the exit code is for those who started Spot's programs before.
fn is_spot(arguments: &[OsString]) -> bool {
    let matches = Cli::command().ignore_errors(true).try_get_matches_from(arguments);
    matches.is_ok_and(|matches| matches.subcommand_name() == Some("spot"))
}

/// `--help`, `--version`, or a usage error.
fn refused(refusal: &clap::Error) -> Exit {
    // The stream that would say that printing failed is the one that failed.
    _ = refusal.print();
    if refusal.use_stderr() { Exit::Usage } else { Exit::Done }
}

/// Prints the error and its causes, once.
fn failed(error: &anyhow::Error, colour: Colour) -> Exit {
    let (text, exit) = if let Some(errors) = error.downcast_ref::<ConfigErrors>() {
        (errors.report(colour.on(&io::stderr())), Exit::Configuration)
    } else if error.is::<SpotError>() || error.is::<MetronError>() {
        (format!("weir: {error:#}\n"), Exit::Configuration)
    } else if is_broken_pipe(error) {
        // Whoever reads our output has seen enough.
        return Exit::Done;
    } else {
        let exit = if error.is::<UsageError>() { Exit::Usage } else { Exit::Failed };
        (format!("weir: {error:#}\n"), exit)
    };
    _ = io::stderr().write_all(text.as_bytes());
    exit
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_does_not_contradict_itself() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_explains_itself_and_shows_examples() {
        fn look(command: &clap::Command) {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name} says nothing of itself");
            let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(examples.contains("Examples:\n  weir "), "{name} has no examples");
            command.get_subcommands().for_each(look);
        }
        look(&Cli::command());
    }
}
