//! The 28 columns of Apache Spot's table `flow`, in its order and types.

use std::hash::{Hash, Hasher};
use std::io::Write;
use std::ops::Range;

use weir_sdk::{ByteTextCells, Column, DataType, EventTime, Field, NumberCells, Schema, TextCells, TimeUnit};

use crate::clock::Civil;
use crate::protocol;
use crate::record::{Address, Flow};
use crate::text::write_tcp_flags;

/// Most rows that the columns hold, and that a call gives: here and in the host they then stay in a core's cache.
pub const MAX_ROWS: usize = 2048;

type Numbers<T> = NumberCells<T, MAX_ROWS>;
type Texts<K> = TextCells<K, MAX_ROWS>;
type ByteTexts = ByteTextCells<MAX_ROWS>;

/// Builds the columns. Half a megabyte: it belongs on the heap.
#[derive(Debug, Default)]
pub struct Spot {
    last_seen: bool,
    rows: usize,
    /// The second of the rows from `since` on, whose time is not in the columns yet: a collector receives hundreds of flows in each.
    second: i64,
    since: usize,
    treceived: Texts<i64>,
    unix_tstamp: Numbers<i64>,
    tryear: Numbers<i32>,
    trmonth: Numbers<i32>,
    trday: Numbers<i32>,
    trhour: Numbers<i32>,
    trminute: Numbers<i32>,
    trsec: Numbers<i32>,
    tdur: Numbers<f32>,
    sip: Texts<Key>,
    dip: Texts<Key>,
    sport: Numbers<i32>,
    dport: Numbers<i32>,
    proto: ByteTexts,
    flag: ByteTexts,
    fwd: Numbers<i32>,
    stos: Numbers<i32>,
    ipkt: Numbers<i64>,
    ibyt: Numbers<i64>,
    opkt: Numbers<i64>,
    obyt: Numbers<i64>,
    input: Numbers<i32>,
    output: Numbers<i32>,
    sas: Numbers<i32>,
    das: Numbers<i32>,
    dtos: Numbers<i32>,
    dir: Numbers<i32>,
    rip: Texts<Key>,
}

/// An address in words that one instruction compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    upper: u64,
    lower: u64,
    six: bool,
}

impl Hash for Key {
    /// One word: a hash of more takes a multiplication more.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.upper.rotate_left(32) ^ self.lower);
    }
}

impl Key {
    #[inline(always)]
    fn of(address: Address) -> Self {
        match address {
            Address::None => Self { upper: 0, lower: 0, six: false },
            Address::V4(number) => Self { upper: 0, lower: number.into(), six: false },
            Address::V6(number) => Self { upper: (number >> 64) as u64, lower: number as u64, six: true },
        }
    }

    #[inline(always)]
    fn write(&self, out: &mut Vec<u8>) {
        let address = match self.six {
            false => Address::V4(self.lower as u32),
            true => Address::V6(u128::from(self.upper) << 64 | u128::from(self.lower)),
        };
        address.write(out);
    }
}

impl Spot {
    /// With `last_seen`, flows without a received time take that of their last packet, not 1970.
    pub fn new(last_seen: bool) -> Box<Self> {
        let mut spot = Box::<Self>::default();
        spot.last_seen = last_seen;
        spot
    }

    /// Adds a row; one behind [`MAX_ROWS`] is passed over.
    pub fn push(&mut self, flow: &Flow<'_>) {
        let row = self.rows;
        if row >= MAX_ROWS {
            return;
        }
        self.rows += 1;
        self.set_time(row, flow);
        self.set_numbers(row, flow);
        self.sip.set(row, Key::of(flow.src), Key::write);
        self.dip.set(row, Key::of(flow.dst), Key::write);
        self.proto.set(row, flow.protocol, write_protocol);
        self.flag.set(row, flow.tcp_flags, write_tcp_flags);
        self.rip.set(row, Key::of(flow.exporter_address), Key::write);
    }

    #[inline(always)]
    fn set_time(&mut self, row: usize, flow: &Flow<'_>) {
        let received = if flow.received == 0 && self.last_seen { flow.last } else { flow.received };
        let second = (received / 1000) as i64;
        if second != self.second {
            self.fill_time(self.since..row);
            (self.second, self.since) = (second, row);
        }
    }

    #[inline(never)]
    fn fill_time(&mut self, rows: Range<usize>) {
        if rows.is_empty() {
            return;
        }
        let civil = Civil::of(self.second);
        self.treceived.fill(rows.clone(), self.second, |_, out| {
            let _ = write!(out, "{civil}");
        });
        self.unix_tstamp.fill(rows.clone(), self.second);
        self.tryear.fill(rows.clone(), civil.year);
        self.trmonth.fill(rows.clone(), civil.month);
        self.trday.fill(rows.clone(), civil.day);
        self.trhour.fill(rows.clone(), civil.hour);
        self.trminute.fill(rows.clone(), civil.minute);
        self.trsec.fill(rows, civil.second);
    }

    /// The numbers of a row. A function of its own without a usual call, so that all it works with stays in registers.
    #[inline(never)]
    fn set_numbers(&mut self, row: usize, flow: &Flow<'_>) {
        if row >= MAX_ROWS {
            return;
        }
        self.tdur.set(row, (flow.duration() as f64 / 1000.0) as f32);
        self.sport.set(row, flow.src_port.into());
        self.dport.set(row, flow.dst_port.into());
        self.fwd.set(row, flow.forwarding_status.into());
        self.stos.set(row, flow.src_tos.into());
        let misc = flow.misc.unwrap_or_default();
        self.dtos.set(row, misc.dst_tos.into());
        self.dir.set(row, misc.direction.into());
        // What does not fit its column is negative here.
        let [packets, bytes, out_packets, out_bytes] = counters(flow);
        self.ipkt.set(row, packets);
        self.ibyt.set(row, bytes);
        self.opkt.set(row, out_packets);
        self.obyt.set(row, out_bytes);
        let [input, output, src, dst] = routing(flow);
        self.input.set(row, input);
        self.output.set(row, output);
        self.sas.set(row, src);
        self.das.set(row, dst);
        if (packets | bytes | out_packets | out_bytes) < 0 || (input | output | src | dst) < 0 {
            self.set_nulls(row, flow);
        }
    }

    #[cold]
    #[inline(never)]
    fn set_nulls(&mut self, row: usize, flow: &Flow<'_>) {
        let Self { ipkt, ibyt, opkt, obyt, input, output, sas, das, .. } = self;
        let wide = [ipkt, ibyt, opkt, obyt].into_iter().zip(counters(flow));
        wide.filter(|(_, value)| *value < 0).for_each(|(cells, _)| cells.set_null(row));
        let narrow = [input, output, sas, das].into_iter().zip(routing(flow));
        narrow.filter(|(_, value)| *value < 0).for_each(|(cells, _)| cells.set_null(row));
    }

    /// The columns; the builder starts anew.
    pub fn finish(&mut self) -> Vec<Column> {
        let rows = std::mem::take(&mut self.rows);
        let since = std::mem::take(&mut self.since);
        self.fill_time(since..rows);
        vec![
            self.treceived.finish(rows),
            self.unix_tstamp.finish(rows),
            self.tryear.finish(rows),
            self.trmonth.finish(rows),
            self.trday.finish(rows),
            self.trhour.finish(rows),
            self.trminute.finish(rows),
            self.trsec.finish(rows),
            self.tdur.finish(rows),
            self.sip.finish(rows),
            self.dip.finish(rows),
            self.sport.finish(rows),
            self.dport.finish(rows),
            self.proto.finish(rows),
            self.flag.finish(rows),
            self.fwd.finish(rows),
            self.stos.finish(rows),
            self.ipkt.finish(rows),
            self.ibyt.finish(rows),
            self.opkt.finish(rows),
            self.obyt.finish(rows),
            self.input.finish(rows),
            self.output.finish(rows),
            self.sas.finish(rows),
            self.das.finish(rows),
            self.dtos.finish(rows),
            self.dir.finish(rows),
            self.rip.finish(rows),
        ]
    }

    /// The fields, event time `unix_tstamp`.
    pub fn schema() -> Schema {
        let fields = FIELDS.iter().map(|(name, of, nullable, doc)| Field { nullable: *nullable, ..Field::new(name, *of, doc) }).collect();
        Schema { fields, event_time: Some(EventTime { field: 1, unit: TimeUnit::Seconds, hidden: false }) }
    }
}

/// Packets and bytes, then those of the other direction.
#[inline(always)]
fn counters(flow: &Flow<'_>) -> [i64; 4] {
    [flow.packets, flow.bytes, flow.out_packets.unwrap_or_default(), flow.out_bytes.unwrap_or_default()].map(|count| count as i64)
}

/// Interfaces and AS numbers.
#[inline(always)]
fn routing(flow: &Flow<'_>) -> [i32; 4] {
    let (interfaces, systems) = (flow.interfaces.unwrap_or_default(), flow.autonomous_systems.unwrap_or_default());
    [interfaces.src, interfaces.dst, systems.src, systems.dst].map(|number| number as i32)
}

fn write_protocol(number: u8, out: &mut Vec<u8>) {
    match protocol::name(number) {
        Some(name) => out.extend_from_slice(name.as_bytes()),
        None => out.extend_from_slice(number.to_string().as_bytes()),
    }
}

/// Name, type, may be null, what it is. Where the file holds nothing the number is 0, as Spot's was; null is left to what does not fit the type.
const FIELDS: [(&str, DataType, bool, &str); 28] = {
    use DataType::{Float32, Int32, Int64, Text};
    [
        ("treceived", Text, false, "When the collector received the flow, YYYY-MM-DD hh:mm:ss in UTC; see the option without-received."),
        ("unix_tstamp", Int64, false, "The same in seconds since 1970-01-01 UTC."),
        ("tryear", Int32, false, "Year of treceived."),
        ("trmonth", Int32, false, "Month of treceived, 1 to 12."),
        ("trday", Int32, false, "Day of treceived, 1 to 31."),
        ("trhour", Int32, false, "Hour of treceived, 0 to 23."),
        ("trminute", Int32, false, "Minute of treceived, 0 to 59."),
        ("trsec", Int32, false, "Second of treceived, 0 to 59."),
        (
            "tdur",
            Float32,
            false,
            "Seconds from the first to the last packet; below 0 where the exporter says that the last came before the first, 0 where it says no last.",
        ),
        ("sip", Text, false, "Source address; 0.0.0.0 where there is none."),
        ("dip", Text, false, "Destination address; 0.0.0.0 where there is none."),
        ("sport", Int32, false, "Source port."),
        ("dport", Int32, false, "Destination port; of ICMP 256 * type + code."),
        ("proto", Text, false, "IP protocol by nfdump's names, its number where there is no name."),
        ("flag", Text, false, "TCP flags UAPRSF, a dot for each that is not set; as hexadecimal number where a higher bit is set."),
        ("fwd", Int32, false, "Forwarding status."),
        ("stos", Int32, false, "Type of service, source side."),
        ("ipkt", Int64, true, "Packets from source to destination; null above 2^63-1."),
        ("ibyt", Int64, true, "Bytes from source to destination; null above 2^63-1."),
        ("opkt", Int64, true, "Packets from destination to source; null above 2^63-1."),
        ("obyt", Int64, true, "Bytes from destination to source; null above 2^63-1."),
        ("input", Int32, true, "Interface the flow came in by, SNMP ifIndex; null above 2^31-1."),
        ("output", Int32, true, "Interface the flow went out by, SNMP ifIndex; null above 2^31-1."),
        ("sas", Int32, true, "AS number of the source; null above 2^31-1."),
        ("das", Int32, true, "AS number of the destination; null above 2^31-1."),
        ("dtos", Int32, false, "Type of service, destination side."),
        ("dir", Int32, false, "0 ingress, 1 egress."),
        ("rip", Text, false, "Address of the exporter; 0.0.0.0 where the file does not hold it."),
    ]
};
