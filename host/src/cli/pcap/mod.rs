//! `weir pcap`

pub(super) mod brokers;
pub(super) mod filter;
pub(super) mod inspect;
mod moment;
pub(super) mod query;
pub(super) mod receive;
pub(super) mod send;
mod statistics;

use std::io::Write;

use clap::Subcommand;

use super::Exit;

/// Packets: of captures, of a packet store, and through Kafka
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir pcap filter 'tcp port 80' a.pcap -w web.pcap     the packets that a filter selects
  weir pcap filter 'host 10.0.0.1' a.pcap --count       how many there are
  weir pcap inspect a.pcap -n 10                        one line a packet
  weir pcap query /data/pcap 'host 10.0.0.1' -w a.pcap  packets of a store, in the order of time
  weir pcap send a.pcap -b kafka:9092 -t pcap           the packets of a capture to a topic
  weir pcap receive -b kafka:9092 -t pcap --once | tshark -r -")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Filter(filter::Args),
    Inspect(inspect::Args),
    Query(query::Args),
    Send(send::Args),
    Receive(receive::Args),
}

pub(super) fn pcap(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    match &args.command {
        Command::Filter(args) => filter::filter(args, out),
        Command::Inspect(args) => inspect::inspect(args, out),
        Command::Query(args) => query::query(args, out),
        Command::Send(args) => send::send(args, out),
        Command::Receive(args) => receive::receive(args),
    }
}
