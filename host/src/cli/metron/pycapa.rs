//! `weir metron pycapa`: the sensor for small volumes.

use std::io::{self, Write};

use jiff::Timestamp;
use signal_hook::consts::{SIGINT, SIGTERM};

use super::super::Exit;
use super::super::pcap::brokers::{Brokers, TimeBase};
use super::super::pcap::{receive, send};
use super::super::run::stop_at_signals;
use crate::metron::Granularity;
use crate::metron::Scheme;
use crate::source::kafka::{Replay, ReplayFrom};
use crate::stop::Stop;

/// Packets of an interface to a topic, or of a topic to standard output: pycapa
///
/// As a consumer it writes a capture, or with --pretty-print lines. The log level is that of weir: DEBUG, INFO, WARNING, ERROR.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir metron pycapa --producer -i eth0 -k kafka:6667 -t pcap
  weir metron pycapa --consumer -k kafka:6667 -t pcap -o begin -m 100 | tshark -r -
  weir metron pycapa --consumer -k kafka:6667 -t pcap -o begin -pp 1")]
pub(super) struct Args {
    /// Sends what passes an interface
    #[arg(short, long, required_unless_present = "consumer")]
    producer: bool,
    /// Writes what is in a topic
    #[arg(short, long)]
    consumer: bool,
    /// Brokers: HOST:PORT, separated by commas
    #[arg(short, long, value_name = "HOST:PORT,…")]
    kafka_broker: String,
    /// The topic
    #[arg(short = 't', long, value_name = "TOPIC")]
    kafka_topic: String,
    /// Where a consumer begins: begin, end, stored
    #[arg(short = 'o', long, value_name = "WHERE", default_value = "end", value_parser = receive::offset)]
    kafka_offset: ReplayFrom,
    /// The interface of a producer
    #[arg(short, long, value_name = "NAME", required_if_eq("producer", "true"))]
    interface: Option<String>,
    /// End after so many packets; 0: never
    #[arg(short, long, value_name = "N", default_value_t = 0)]
    max_packets: u64,
    /// A line for every n-th packet; 0: none; also -pp
    #[arg(long, value_name = "N", default_value_t = 0)]
    pretty_print: u64,
    /// What the log shows; also -ll
    #[arg(long, value_name = "LEVEL", default_value = "INFO")]
    log_level: String,
    /// A property of librdkafka; may be given several times
    #[arg(short = 'X', value_name = "KEY=VALUE")]
    properties: Vec<String>,
    /// Bytes of a packet that are sent, or the number in the header of the capture
    #[arg(short, long, value_name = "BYTES", default_value_t = 65_535)]
    snaplen: u32,
}

pub(super) fn pycapa(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    if !args.consumer {
        return send::send(&args.sending(), out);
    }
    if args.pretty_print > 0 {
        return args.print(out);
    }
    receive::receive(&receive::Args {
        brokers: args.brokers(),
        offset: Some(args.kafka_offset),
        group: args.group(),
        write: None,
        format: Some(receive::Format::Pcap),
        time_base: TimeBase::Us,
        scheme: Scheme::FromKey,
        snaplen: args.snaplen,
        count: args.most(),
        once: false,
    })
}

impl Args {
    fn brokers(&self) -> Brokers {
        let properties = self.properties.iter().filter(|property| !property.starts_with("group.id=")).cloned().collect();
        Brokers { brokers: self.kafka_broker.clone(), topic: self.kafka_topic.clone(), properties, properties_file: None }
    }

    fn group(&self) -> String {
        let given = self.properties.iter().find_map(|property| property.strip_prefix("group.id="));
        given.unwrap_or("weir-pycapa").to_owned()
    }

    fn most(&self) -> Option<u64> {
        (self.max_packets > 0).then_some(self.max_packets)
    }

    fn sending(&self) -> send::Args {
        send::Args {
            files: Vec::new(),
            interface: self.interface.clone(),
            no_promiscuous: false,
            brokers: self.brokers(),
            time_base: TimeBase::Us,
            snaplen: Some(self.snaplen as usize),
            count: self.most(),
            statistics: 5,
            create: None,
            replication: 1,
            json: false,
        }
    }

    /// Lines in place of a capture.
    fn print(&self, out: &mut impl Write) -> anyhow::Result<Exit> {
        let stop = Stop::default();
        let mut replay = Replay::open(&self.brokers().kafka()?, &self.group(), self.kafka_offset)?;
        stop_at_signals(&[SIGINT, SIGTERM], vec![stop.clone()])?;
        let time = |key: Option<&Vec<u8>>| key.map_or(0, |key| Granularity::Microseconds.time(key));
        let mut packets = 0;
        while !stop.is_set() && self.most().is_none_or(|most| packets < most) {
            let Some(packet) = replay.next(|packet| time(packet.key.as_ref()))? else { continue };
            packets += 1;
            if packets % self.pretty_print == 0 {
                let nanoseconds = i128::from(time(packet.key.as_ref()));
                let date = Timestamp::from_nanosecond(nanoseconds).map(|time| time.strftime("%Y-%m-%d %H:%M:%S.%6f").to_string());
                let (length, date) = (packet.value.as_ref().map_or(0, Vec::len), date.unwrap_or_default());
                let (topic, partition, offset) = (&self.kafka_topic, packet.partition, packet.offset);
                writeln!(out, "Packet[{packets}]: date={date} topic={topic} partition={partition} offset={offset} len={length}")?;
            }
        }
        writeln!(io::stderr().lock(), "'{packets}' packet(s) in, '{packets}' packet(s) out")?;
        Ok(Exit::Done)
    }
}

impl Args {
    /// Python's level as weir's.
    pub fn level(&self) -> Option<&'static str> {
        match self.log_level.to_ascii_uppercase().as_str() {
            "DEBUG" => Some("debug"),
            "WARNING" | "WARN" => Some("warn"),
            "ERROR" | "CRITICAL" | "FATAL" => Some("error"),
            _ => None,
        }
    }
}
