//! The 28 columns of Apache Spot's table `flow`, in its order and types.

use std::io::Write;
use std::ops::Range;

use weir_sdk::{Column, DataType, EventTime, Field, NumberCells, Schema, TextCells, TimeUnit};

use crate::clock::Civil;
use crate::protocol;
use crate::record::{Address, Flow};
use crate::text::write_tcp_flags;

/// Most rows that the columns hold, and that a call gives: here and in the host they then stay in a core's cache.
pub const MAX_ROWS: usize = 2048;

type Numbers<T> = NumberCells<T, MAX_ROWS>;
type Texts<K> = TextCells<K, MAX_ROWS>;

/// Builds the columns.
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
    proto: Texts<u8>,
    flag: Texts<u8>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    V4(u32),
    V6(u64, u64),
}

impl Key {
    #[inline]
    fn of(address: Address) -> Self {
        match address {
            Address::None => Self::V4(0),
            Address::V4(number) => Self::V4(number),
            Address::V6(number) => Self::V6((number >> 64) as u64, number as u64),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match *self {
            Self::V4(number) => Address::V4(number).write(out),
            Self::V6(upper, lower) => Address::V6(u128::from(upper) << 64 | u128::from(lower)).write(out),
        }
    }
}

impl Spot {
    /// With `last_seen`, flows without a received time take that of their last packet, not 1970.
    pub fn new(last_seen: bool) -> Self {
        Self { last_seen, ..Self::default() }
    }

    /// Adds a row; one behind [`MAX_ROWS`] is passed over.
    pub fn push(&mut self, flow: &Flow<'_>) {
        let row = self.rows;
        if row >= MAX_ROWS {
            return;
        }
        self.rows += 1;
        self.set_time(row, flow);
        self.tdur.set(row, (flow.duration() as f64 / 1000.0) as f32);
        self.sip.set(row, Key::of(flow.src), Key::write);
        self.dip.set(row, Key::of(flow.dst), Key::write);
        self.sport.set(row, flow.src_port.into());
        self.dport.set(row, flow.dst_port.into());
        self.proto.set(row, flow.protocol, write_protocol);
        self.flag.set(row, flow.tcp_flags, |&flags, out| write_tcp_flags(flags, out));
        self.fwd.set(row, flow.forwarding_status.into());
        self.stos.set(row, flow.src_tos.into());
        self.set_counters(row, flow);
        self.set_routing(row, flow);
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

    #[inline(always)]
    fn set_counters(&mut self, row: usize, flow: &Flow<'_>) {
        self.ipkt.set_option(row, i64::try_from(flow.packets).ok());
        self.ibyt.set_option(row, i64::try_from(flow.bytes).ok());
        self.opkt.set_option(row, i64::try_from(flow.out_packets.unwrap_or_default()).ok());
        self.obyt.set_option(row, i64::try_from(flow.out_bytes.unwrap_or_default()).ok());
    }

    #[inline(always)]
    fn set_routing(&mut self, row: usize, flow: &Flow<'_>) {
        let interfaces = flow.interfaces.unwrap_or_default();
        let systems = flow.autonomous_systems.unwrap_or_default();
        let misc = flow.misc.unwrap_or_default();
        self.input.set_option(row, i32::try_from(interfaces.src).ok());
        self.output.set_option(row, i32::try_from(interfaces.dst).ok());
        self.sas.set_option(row, i32::try_from(systems.src).ok());
        self.das.set_option(row, i32::try_from(systems.dst).ok());
        self.dtos.set(row, misc.dst_tos.into());
        self.dir.set(row, misc.direction.into());
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

fn write_protocol(number: &u8, out: &mut Vec<u8>) {
    match protocol::name(*number) {
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
