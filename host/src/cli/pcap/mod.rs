//! `weir pcap`

mod filter;
mod moment;

use std::io::Write;

use clap::Subcommand;

use super::Exit;

/// Packets: of captures
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir pcap filter 'tcp port 80' a.pcap -w web.pcap     the packets that a filter selects
  weir pcap filter 'host 10.0.0.1' a.pcap --count       how many there are")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Filter(filter::Args),
}

pub(super) fn pcap(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    match &args.command {
        Command::Filter(args) => filter::filter(args, out),
    }
}
