//! `weir pcap send`

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};

use super::super::printable::printable;
use super::super::run::stop_at_signals;
use super::super::{Exit, UsageError};
use super::brokers::{Brokers, TimeBase};
use super::statistics::{Statistics, line};
use crate::config::{Create, Kafka};
use crate::sensor::{Counts, Sender, readable, send_file};
use crate::sink::kafka::{PacketTopic, RefusedPacket};
use crate::stop::Stop;

/// Sends the packets of captures to a Kafka topic
///
/// Each packet is a record of Apache Metron's: its key is the time, 8 bytes big-endian, its value the frame as it was captured. Captures are pcap or
/// pcapng, compressed or not. Nothing is dropped: brokers that are slow or away are waited for. Ctrl-C sends what was read and ends.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir pcap send a.pcap b.pcapng.gz -b kafka:9092 -t pcap
  weir pcap send a.pcap -b kafka:9092 -t pcap --create 4
  tcpdump -i eth0 -U -w - | weir pcap send - -b kafka:9092 -t pcap
  weir pcap send a.pcap -b kafka:9093 -t pcap --time-base ns -X security.protocol=SSL")]
pub(super) struct Args {
    /// Captures; `-` is standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    brokers: Brokers,
    /// What the time in a key counts; Metron's default is us
    #[arg(long, value_enum, default_value = "us")]
    time_base: TimeBase,
    /// Bytes of a packet that are sent at most [default: all]
    #[arg(short, long, value_name = "BYTES")]
    snaplen: Option<usize>,
    /// Packets that are sent at most
    #[arg(short = 'c', long, value_name = "N")]
    count: Option<u64>,
    /// Seconds between two lines of statistics; 0: none
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    statistics: u64,
    /// Make the topic with so many partitions if it is not there
    #[arg(long, value_name = "PARTITIONS", value_parser = clap::value_parser!(i32).range(1..=10_000))]
    create: Option<i32>,
    /// How many brokers keep each message of a topic that is made
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..=100))]
    replication: i32,
    /// Print the counters at the end as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn send(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    for path in &args.files {
        readable(path).with_context(|| format!("cannot read {}", path.display()))?;
    }
    if args.snaplen == Some(0) {
        return Err(UsageError("--snaplen must be 1 or more".to_owned()).into());
    }
    let (stop, counts) = (Stop::default(), Arc::new(Counts::default()));
    let create = args.create.map(|partitions| Create { partitions, replication: args.replication });
    let topic = PacketTopic::open(&Kafka { create, ..args.brokers.kafka()? })?;
    stop_at_signals(&[SIGINT, SIGTERM], vec![stop.clone()])?;
    let statistics = Statistics::start(Arc::clone(&counts), Duration::from_secs(args.statistics), false);
    let began = Instant::now();
    let most = args.count.unwrap_or(u64::MAX);
    let mut sender = Sender::new(topic, args.time_base.into(), args.snaplen.unwrap_or(usize::MAX), most, &counts, &stop);
    let mut whole = true;
    for path in &args.files {
        for damage in send_file(path, &mut sender)? {
            whole = false;
            writeln!(io::stderr().lock(), "weir: {}: {}", printable(&path.display().to_string()), printable(&damage))?;
        }
        whole &= told(&sender.look())?;
    }
    // What was read is sent even when it is told to stop; a second signal ends at once.
    while !sender.flush(&Stop::default()) {}
    whole &= told(&sender.look())?;
    statistics.stop();
    let tally = counts.tally();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&tally)?)?;
    } else {
        let rate = tally.packets as f64 / began.elapsed().as_secs_f64().max(f64::EPSILON);
        writeln!(io::stderr().lock(), "{}", line(&tally, rate as u64, false))?;
    }
    Ok(if whole && tally.refused == 0 { Exit::Done } else { Exit::Incomplete })
}

/// Says what the topic does not take. Says whether there was nothing.
fn told(refused: &[RefusedPacket]) -> io::Result<bool> {
    for RefusedPacket { number, bytes, code } in refused {
        writeln!(io::stderr().lock(), "weir: packet {number}, {bytes} bytes, is refused: {code}; raise max.message.bytes of the topic")?;
    }
    Ok(refused.is_empty())
}
