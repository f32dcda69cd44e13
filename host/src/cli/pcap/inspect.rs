//! `weir pcap inspect`

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use jiff::Timestamp;

use super::super::Exit;
use super::super::printable::printable;
use crate::capture::{Damage, Reader};
use crate::content::Content;
use crate::model::PacketBatch;
use crate::store::Outline;

/// Shows packets, one line each: time, addresses, ports, protocol
///
/// Reads sequence files of a packet store, and captures, compressed or not. The lines are those of Metron's pcap_inspector, times are UTC. A packet whose
/// headers are cut off and a record that holds no packet have a line that begins with `Error:`, and reading goes on.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir pcap inspect pcap_pcap_1494886105667571000_0_pcap-8-1494965816
  weir pcap inspect a.pcap -n 10
  zcat a.pcap.gz | weir pcap inspect -")]
pub(in super::super) struct Args {
    /// A sequence file or a capture; `-` is standard input
    file: PathBuf,
    /// So many packets at most
    #[arg(short, long, value_name = "N")]
    num_packets: Option<u64>,
}

pub(super) fn inspect(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    show(&args.file, args.num_packets.unwrap_or(u64::MAX), out)
}

/// Shows packets of a file.
pub(in super::super) fn show(file: &Path, most: u64, out: &mut impl Write) -> anyhow::Result<Exit> {
    let mut out = BufWriter::new(out);
    let name = || format!("cannot read {}", file.display());
    let content = if file.as_os_str() == "-" { Content::of_stream(io::stdin()) } else { open(file) }.with_context(name)?;
    let mut reader = Reader::new(content);
    let (mut lines, mut shown) = (Lines { number: 0, time: None }, 0);
    while shown < most {
        let Some(batch) = reader.next_packets(most - shown).with_context(name)? else { break };
        // What a batch says of itself, for the reader is asked for the damage before it.
        let (first, text, count) = (batch.first, Text::of(&batch), batch.len() as u64);
        let mut damage = reader.take_damage().into_iter().peekable();
        for (index, line) in text.0.into_iter().enumerate() {
            while let Some(found) = damage.next_if(|damage| damage.packets <= first + index as u64) {
                lines.damaged(&found, &mut out)?;
            }
            lines.packet(line, &mut out)?;
        }
        damage.try_for_each(|found| lines.damaged(&found, &mut out))?;
        shown += count;
    }
    let rest = if shown < most { reader.take_damage() } else { Vec::new() };
    rest.iter().try_for_each(|found| lines.damaged(found, &mut out))?;
    out.flush()?;
    if let Some(damage) = reader.input().damage() {
        writeln!(io::stderr(), "weir: {}: {}", printable(&file.display().to_string()), printable(&damage.detail))?;
    }
    Ok(Exit::Done)
}

fn open(file: &Path) -> io::Result<Content> {
    Content::of_file(Arc::new(File::open(file)?))
}

/// The time and what stands behind it, of each packet of a batch.
struct Text(Vec<(i64, Result<String, String>)>);

impl Text {
    fn of(batch: &PacketBatch<'_>) -> Self {
        let packets = (0..batch.len()).filter_map(|index| batch.packet(index));
        let one = |packet: crate::model::Packet<'_>| {
            (packet.timestamp, Outline::of(batch.link_type, packet.bytes).map(fields).map_err(|short| short.to_string()))
        };
        Self(packets.map(one).collect())
    }
}

fn fields(outline: Outline) -> String {
    let Outline { addresses, ports, protocol } = outline;
    let fields = [
        ("ip_src_addr", addresses.map(|(source, _)| source.to_string())),
        ("ip_src_port", ports.map(|(source, _)| source.to_string())),
        ("ip_dst_addr", addresses.map(|(_, destination)| destination.to_string())),
        ("ip_dst_port", ports.map(|(_, destination)| destination.to_string())),
        ("protocol", protocol.map(|protocol| protocol.to_string())),
    ];
    fields.into_iter().filter_map(|(name, value)| Some(format!(",{name}: {}", value?))).collect()
}

/// Numbers the records, from 1.
struct Lines {
    number: u64,
    time: Option<i64>,
}

impl Lines {
    fn packet(&mut self, (time, text): (i64, Result<String, String>), out: &mut impl Write) -> io::Result<()> {
        self.number += 1;
        self.time = Some(time);
        match text {
            Ok(fields) => writeln!(out, "TS: {}{fields}", date(time)),
            Err(message) => writeln!(out, "Error: malformed packet #={}, ts={}, error msg={message}", self.number, date(time)),
        }
    }

    /// It has no time of its own: that of the packet before.
    fn damaged(&mut self, damage: &Damage, out: &mut impl Write) -> io::Result<()> {
        self.number += 1;
        let Damage { at, length, detail, .. } = damage;
        let time = self.time.map(date).unwrap_or_default();
        let detail = printable(detail);
        writeln!(out, "Error: malformed packet #={}, ts={time}, error msg={length} bytes from byte {at} on: {detail}", self.number)
    }
}

/// As Java writes a long date and time in English.
fn date(time: i64) -> String {
    let time = Timestamp::from_nanosecond(i128::from(time)).unwrap_or_default();
    time.strftime("%B %-d, %Y %-I:%M:%S %p UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn a_date_is_written_as_java_8_writes_it() {
        assert_eq!(date(1_570_653_819_999_999_999), "October 9, 2019 8:43:39 PM UTC");
        assert_eq!(date(0), "January 1, 1970 12:00:00 AM UTC");
    }
}
