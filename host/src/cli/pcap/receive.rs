//! `weir pcap receive`

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;
use signal_hook::consts::{SIGINT, SIGTERM};

use super::super::run::stop_at_signals;
use super::super::{Exit, UsageError};
use super::brokers::{Brokers, TimeBase};
use super::filter::standard;
use super::moment::moment;
use crate::capture;
use crate::metron::Scheme;
use crate::sensor::{Receiver, Taken};
use crate::source::kafka::{Replay, ReplayFrom};
use crate::stop::Stop;

/// Bytes that wait before they are written.
const BUFFER: usize = 256 << 10;

/// Writes the packets of a Kafka topic as a capture
///
/// The reverse of `weir pcap send`. Packets of several partitions come in the order of their times. It goes on until Ctrl-C, a number of packets, or with
/// --once the end of what is there.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir pcap receive -b kafka:9092 -t pcap | tshark -r -                  what comes from now on
  weir pcap receive -b kafka:9092 -t pcap -o begin --once -w all.pcap    everything that is there
  weir pcap receive -b kafka:9092 -t pcap -o stored -g desk --once -w more.pcap    what came since the last time
  weir pcap receive -b kafka:9092 -t pcap -o 2026-07-05T18:00:00Z -c 100 -w - | tcpdump -r -")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    pub brokers: Brokers,
    /// Where to begin: begin, end, stored (where the group left off), or a time, when the brokers got the packets [default: end, with --once begin]
    #[arg(short, long, value_name = "WHERE", value_parser = offset)]
    pub offset: Option<ReplayFrom>,
    /// The consumer group of `stored`
    #[arg(short, long, default_value = "weir-pcap-receive")]
    pub group: String,
    /// Where to write; `-`, and nothing, is standard output
    #[arg(short, long, value_name = "OUT")]
    pub write: Option<PathBuf>,
    /// The format that is written [default: pcapng if OUT ends in .pcapng, else pcap]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// What the time in a key counts; with ns the capture has nanoseconds
    #[arg(long, value_enum, default_value = "us")]
    pub time_base: TimeBase,
    /// Where the time of a record is: from-key, or from-packet for values that are captures of one packet
    #[arg(long, value_name = "SCHEME", default_value = "from-key", value_parser = scheme)]
    pub scheme: Scheme,
    /// The snapshot length that the capture's header tells
    #[arg(short, long, value_name = "BYTES", default_value_t = 262_144)]
    pub snaplen: u32,
    /// End after so many packets
    #[arg(short = 'c', long, value_name = "N")]
    pub count: Option<u64>,
    /// End when everything that was there at the start is written
    #[arg(long)]
    pub once: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    Pcap,
    Pcapng,
}

pub(in crate::cli) fn offset(text: &str) -> Result<ReplayFrom, String> {
    match text {
        "begin" => Ok(ReplayFrom::Begin),
        "end" => Ok(ReplayFrom::End),
        "stored" => Ok(ReplayFrom::Stored),
        time => match moment(time) {
            Ok(time) => Ok(ReplayFrom::Time(time.div_euclid(1_000_000))),
            Err(error) => Err(format!("expected begin, end, stored or a time: {error}")),
        },
    }
}

pub(in crate::cli) fn scheme(text: &str) -> Result<Scheme, String> {
    Scheme::of(text).ok_or_else(|| format!("`{text}` is no scheme: from-key or from-packet"))
}

pub(in crate::cli) fn receive(args: &Args) -> anyhow::Result<Exit> {
    if args.writes_to_terminal() {
        standard()?;
    }
    let stop = Stop::default();
    let from = args.offset.unwrap_or(if args.once { ReplayFrom::Begin } else { ReplayFrom::End });
    let replay = Replay::open(&args.brokers.kafka()?, &args.group, from)?;
    let mut out = args.out()?;
    stop_at_signals(&[SIGINT, SIGTERM], vec![stop.clone()])?;
    match args.copy(replay, &mut out, &stop) {
        Err(error) if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) => Ok(Exit::Done),
        ended => ended,
    }
}

impl Args {
    fn writes_to_terminal(&self) -> bool {
        self.write.as_deref().is_none_or(|path| path.as_os_str() == "-")
    }

    fn out(&self) -> anyhow::Result<File> {
        match self.write.as_deref().filter(|path| path.as_os_str() != "-") {
            None => standard(),
            Some(path) => File::create(path).with_context(|| format!("cannot write {}", path.display())),
        }
    }

    fn format(&self) -> capture::Format {
        let named = self.write.as_deref().and_then(|path| path.extension()).is_some_and(|extension| extension == "pcapng");
        match self.format {
            Some(Format::Pcapng) => capture::Format::Pcapng,
            None if named => capture::Format::Pcapng,
            Some(Format::Pcap) | None => capture::Format::Pcap,
        }
    }

    fn copy(&self, mut replay: Replay, out: &mut impl Write, stop: &Stop) -> anyhow::Result<Exit> {
        let mut receiver = Receiver::new(self.scheme, self.time_base.into(), self.format(), self.snaplen);
        let (mut buffer, mut packets, mut exit) = (Vec::with_capacity(BUFFER), 0, Exit::Done);
        if self.format() == capture::Format::Pcapng {
            receiver.begin(&mut buffer);
        }
        while !stop.is_set() && self.count.is_none_or(|count| packets < count) && !(self.once && replay.caught_up()) {
            match replay.next(|packet| receiver.time(packet))? {
                Some(packet) => match receiver.take(&packet, &mut buffer).map_err(|error| UsageError(error.to_string()))? {
                    Taken::Packet => packets += 1,
                    Taken::Unreadable(unreadable) => {
                        exit = Exit::Incomplete;
                        writeln!(io::stderr().lock(), "weir: {unreadable}")?;
                    }
                },
                // Nothing comes for a while: whoever reads the capture wants what is there.
                None => write(out, &mut buffer)?,
            }
            if buffer.len() >= BUFFER {
                write(out, &mut buffer)?;
            }
        }
        receiver.begin(&mut buffer);
        write(out, &mut buffer)?;
        out.flush()?;
        if self.offset == Some(ReplayFrom::Stored) {
            replay.store()?;
        }
        Ok(exit)
    }
}

fn write(out: &mut impl Write, buffer: &mut Vec<u8>) -> io::Result<()> {
    out.write_all(buffer)?;
    buffer.clear();
    Ok(())
}
