//! `weir metron`: the programs of Apache Metron's packet capture.

mod pycapa;
pub(super) mod spelling;
pub(super) mod spout;

use std::io::Write;

use clap::Subcommand;

use super::Exit;

/// Runs what Apache Metron's packet capture ran, by its own command lines and files
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir metron spout --config pcap.properties --brokers kafka:6667
  weir metron pycapa --consumer -k kafka:6667 -t pcap -o begin -m 100 | tshark -r -")]
pub(super) struct Args {
    #[command(subcommand)]
    program: Program,
}

#[derive(Debug, Subcommand)]
enum Program {
    Spout(spout::Args),
    Pycapa(pycapa::Args),
}

impl Args {
    /// What the program's own option says that the log shows.
    pub fn log_level(&self) -> Option<String> {
        match &self.program {
            Program::Pycapa(args) => args.level().map(str::to_owned),
            Program::Spout(_) => None,
        }
    }
}

pub(super) fn metron(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    match &args.program {
        Program::Spout(args) => spout::spout(args, out),
        Program::Pycapa(args) => pycapa::pycapa(args, out),
    }
}
