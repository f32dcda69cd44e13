//! `weir pcap`

pub(super) mod filter;
pub(super) mod inspect;
mod moment;
pub(super) mod query;

use std::io::Write;

use clap::Subcommand;

use super::Exit;

/// Packets: of captures, and of a packet store
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir pcap filter 'tcp port 80' a.pcap -w web.pcap     the packets that a filter selects
  weir pcap filter 'host 10.0.0.1' a.pcap --count       how many there are
  weir pcap inspect a.pcap -n 10                        one line a packet
  weir pcap query /data/pcap 'host 10.0.0.1' -w a.pcap  packets of a store, in the order of time")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Filter(filter::Args),
    Inspect(inspect::Args),
    Query(query::Args),
}

pub(super) fn pcap(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    match &args.command {
        Command::Filter(args) => filter::filter(args, out),
        Command::Inspect(args) => inspect::inspect(args, out),
        Command::Query(args) => query::query(args, out),
    }
}
