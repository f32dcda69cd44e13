//! `weir pcap send`

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};
use tracing::warn;

use super::super::printable::printable;
use super::super::run::stop_at_signals;
use super::super::{Exit, UsageError};
use super::brokers::{Brokers, TimeBase};
use super::statistics::{Statistics, line};
use crate::config::{Create, Kafka};
#[cfg(feature = "live")]
use crate::sensor::send_live;
use crate::sensor::{Counts, Sender, readable, send_file};
use crate::sink::kafka::{PacketTopic, RefusedPacket};
#[cfg(feature = "live")]
use crate::source::Interface;
use crate::stop::Stop;

/// Sends the packets of captures, or of an interface, to a Kafka topic
///
/// Each packet is a record of Apache Metron's: its key is the time, 8 bytes big-endian, its value the frame as it was captured. Captures are pcap or
/// pcapng, compressed or not. Nothing is dropped but by the kernel, which is counted and told: brokers that are slow or away are waited for. Ctrl-C sends
/// what was read and ends.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir pcap send a.pcap b.pcapng.gz -b kafka:9092 -t pcap
  weir pcap send a.pcap -b kafka:9092 -t pcap --create 4
  weir pcap send --interface eth0 -b kafka:9092 -t pcap --snaplen 256
  weir pcap send a.pcap -b kafka:9093 -t pcap --time-base ns -X security.protocol=SSL")]
pub(in crate::cli) struct Args {
    /// Captures; `-` is standard input
    #[arg(required_unless_present = "interface")]
    pub files: Vec<PathBuf>,
    /// Capture what passes an interface, until Ctrl-C or --count
    #[arg(short, long, value_name = "NAME", conflicts_with = "files")]
    pub interface: Option<String>,
    /// Only what the interface takes for this machine
    #[arg(long, requires = "interface")]
    pub no_promiscuous: bool,
    #[command(flatten)]
    pub brokers: Brokers,
    /// What the time in a key counts; Metron's default is us
    #[arg(long, value_enum, default_value = "us")]
    pub time_base: TimeBase,
    /// Bytes of a packet that are sent at most [default: all]
    #[arg(short, long, value_name = "BYTES")]
    pub snaplen: Option<usize>,
    /// Packets that are sent at most
    #[arg(short = 'c', long, value_name = "N")]
    pub count: Option<u64>,
    /// Seconds between two lines of statistics; 0: none
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    pub statistics: u64,
    /// Make the topic with so many partitions if it is not there
    #[arg(long, value_name = "PARTITIONS", value_parser = clap::value_parser!(i32).range(1..=10_000))]
    pub create: Option<i32>,
    /// How many brokers keep each message of a topic that is made
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..=100))]
    pub replication: i32,
    /// Print the counters at the end as JSON
    #[arg(long)]
    pub json: bool,
}

pub(in crate::cli) fn send(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    for path in &args.files {
        readable(path).with_context(|| format!("cannot read {}", path.display()))?;
    }
    if args.snaplen == Some(0) {
        return Err(UsageError("--snaplen must be 1 or more".to_owned()).into());
    }
    let live = args.live()?;
    let is_live = live.is_some();
    let (stop, counts) = (Stop::default(), Arc::new(Counts::default()));
    let create = args.create.map(|partitions| Create { partitions, replication: args.replication });
    let topic = PacketTopic::open(&Kafka { create, ..args.brokers.kafka()? })?;
    stop_at_signals(&[SIGINT, SIGTERM], vec![stop.clone()])?;
    let statistics = Statistics::start(Arc::clone(&counts), Duration::from_secs(args.statistics), is_live);
    let began = Instant::now();
    let most = args.count.unwrap_or(u64::MAX);
    let mut sender = Sender::new(topic, args.time_base.into(), args.snaplen.unwrap_or(usize::MAX), most, &counts, &stop);
    let whole = args.travel(live, &mut sender, &counts)?;
    // What was read is sent even when it is told to stop; a second signal ends at once.
    while !sender.flush(&Stop::default()) {}
    told(&sender);
    statistics.stop();
    let tally = counts.tally();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&tally)?)?;
    } else {
        let rate = tally.packets as f64 / began.elapsed().as_secs_f64().max(f64::EPSILON);
        writeln!(io::stderr().lock(), "{}", line(&tally, rate as u64, is_live))?;
    }
    Ok(if whole && tally.refused == 0 { Exit::Done } else { Exit::Incomplete })
}

/// What is captured live.
#[cfg(feature = "live")]
type Live = Interface;
/// Nothing, in a weir that was built without it.
#[cfg(not(feature = "live"))]
type Live = std::convert::Infallible;

impl Args {
    #[cfg(feature = "live")]
    fn live(&self) -> anyhow::Result<Option<Live>> {
        Ok(self.interface.as_deref().map(|name| Interface::open(name, !self.no_promiscuous)).transpose()?)
    }

    #[cfg(not(feature = "live"))]
    fn live(&self) -> anyhow::Result<Option<Live>> {
        match &self.interface {
            None => Ok(None),
            Some(name) => {
                let hint = format!("tcpdump -i {name} -U -w - | weir pcap send -");
                Err(UsageError(format!("this weir was built without live capture (cargo feature `live`): {hint} does the same")).into())
            }
        }
    }

    /// Says whether everything could be read.
    fn travel(&self, live: Option<Live>, sender: &mut Sender<'_>, counts: &Counts) -> anyhow::Result<bool> {
        #[cfg(feature = "live")]
        if let Some(mut interface) = live {
            send_live(&mut interface, sender, counts, told)?;
        }
        #[cfg(not(feature = "live"))]
        let (None, _) = (live, counts);
        let mut whole = true;
        for path in &self.files {
            for damage in send_file(path, sender)? {
                whole = false;
                writeln!(io::stderr().lock(), "weir: {}: {}", printable(&path.display().to_string()), printable(&damage))?;
            }
            told(sender);
        }
        Ok(whole)
    }
}

/// Says what the topic does not take.
fn told(sender: &Sender<'_>) {
    for RefusedPacket { number, bytes, code } in sender.look() {
        warn!("packet {number}, {bytes} bytes, is refused: {code}; raise max.message.bytes of the topic");
    }
}
