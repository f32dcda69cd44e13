//! The 28 columns of Apache Spot's table `flow`, in its order and types.

use weir_sdk::{Column, DataType, Dictionary, EventTime, Field, Numbers, Schema, TimeUnit};

use crate::clock::Civil;
use crate::protocol;
use crate::record::{Address, Flow};
use crate::text::write_tcp_flags;

/// Builds the columns.
#[derive(Debug, Default)]
pub struct Spot {
    last_seen: bool,
    clock: Clock,
    treceived: Dictionary<i64>,
    unix_tstamp: Numbers<i64>,
    tryear: Numbers<i32>,
    trmonth: Numbers<i32>,
    trday: Numbers<i32>,
    trhour: Numbers<i32>,
    trminute: Numbers<i32>,
    trsec: Numbers<i32>,
    tdur: Numbers<f32>,
    sip: Dictionary<Key>,
    dip: Dictionary<Key>,
    sport: Numbers<i32>,
    dport: Numbers<i32>,
    proto: Dictionary<u8>,
    flag: Dictionary<u8>,
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
    rip: Dictionary<Key>,
}

/// An address in 20 bytes instead of 32: a table of thousands of them then stays in the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    V4(u32),
    V6([u32; 4]),
}

impl Key {
    #[inline]
    fn of(address: Address) -> Self {
        match address {
            Address::None => Self::V4(0),
            Address::V4(number) => Self::V4(number),
            Address::V6(number) => Self::V6([96, 64, 32, 0].map(|shift| (number >> shift) as u32)),
        }
    }

    fn write(&self, out: &mut String) {
        match *self {
            Self::V4(number) => Address::V4(number).write(out),
            Self::V6(parts) => Address::V6(parts.into_iter().fold(0, |number, part| number << 32 | u128::from(part))).write(out),
        }
    }
}

/// Remembers the last second: a collector receives hundreds of flows in each.
#[derive(Debug)]
struct Clock {
    second: i64,
    civil: Civil,
}

impl Default for Clock {
    fn default() -> Self {
        Self { second: 0, civil: Civil::of(0) }
    }
}

impl Clock {
    #[inline]
    fn at(&mut self, second: i64) -> Civil {
        if second != self.second {
            *self = Self { second, civil: Civil::of(second) };
        }
        self.civil
    }
}

impl Spot {
    /// With `last_seen`, flows without a received time take that of their last packet, not 1970.
    pub fn new(last_seen: bool) -> Self {
        Self { last_seen, ..Self::default() }
    }

    /// Adds a row.
    pub fn push(&mut self, flow: &Flow<'_>) {
        self.push_time(flow);
        self.tdur.push((flow.duration() as f64 / 1000.0) as f32);
        self.sip.push(Key::of(flow.src), Key::write);
        self.dip.push(Key::of(flow.dst), Key::write);
        self.sport.push(flow.src_port.into());
        self.dport.push(flow.dst_port.into());
        self.proto.push(flow.protocol, |&number, out| match protocol::name(number) {
            Some(name) => out.push_str(name),
            None => out.push_str(&number.to_string()),
        });
        self.flag.push(flow.tcp_flags, |&flags, out| write_tcp_flags(flags, out));
        self.fwd.push(flow.forwarding_status.into());
        self.stos.push(flow.src_tos.into());
        self.push_counters(flow);
        self.push_routing(flow);
        self.rip.push(Key::of(flow.exporter_address), Key::write);
    }

    #[inline]
    fn push_time(&mut self, flow: &Flow<'_>) {
        let received = if flow.received == 0 && self.last_seen { flow.last } else { flow.received };
        let second = (received / 1000) as i64;
        let civil = self.clock.at(second);
        self.treceived.push(second, |_, out| out.push_str(&civil.to_string()));
        self.unix_tstamp.push(second);
        self.tryear.push(civil.year);
        self.trmonth.push(civil.month);
        self.trday.push(civil.day);
        self.trhour.push(civil.hour);
        self.trminute.push(civil.minute);
        self.trsec.push(civil.second);
    }

    #[inline]
    fn push_counters(&mut self, flow: &Flow<'_>) {
        self.ipkt.push_option(i64::try_from(flow.packets).ok());
        self.ibyt.push_option(i64::try_from(flow.bytes).ok());
        self.opkt.push_option(i64::try_from(flow.out_packets.unwrap_or_default()).ok());
        self.obyt.push_option(i64::try_from(flow.out_bytes.unwrap_or_default()).ok());
    }

    #[inline]
    fn push_routing(&mut self, flow: &Flow<'_>) {
        let interfaces = flow.interfaces.unwrap_or_default();
        let systems = flow.autonomous_systems.unwrap_or_default();
        let misc = flow.misc.unwrap_or_default();
        self.input.push_option(i32::try_from(interfaces.src).ok());
        self.output.push_option(i32::try_from(interfaces.dst).ok());
        self.sas.push_option(i32::try_from(systems.src).ok());
        self.das.push_option(i32::try_from(systems.dst).ok());
        self.dtos.push(misc.dst_tos.into());
        self.dir.push(misc.direction.into());
    }

    /// The columns; the builder starts anew.
    pub fn finish(&mut self) -> Vec<Column> {
        vec![
            self.treceived.finish(),
            self.unix_tstamp.finish(),
            self.tryear.finish(),
            self.trmonth.finish(),
            self.trday.finish(),
            self.trhour.finish(),
            self.trminute.finish(),
            self.trsec.finish(),
            self.tdur.finish(),
            self.sip.finish(),
            self.dip.finish(),
            self.sport.finish(),
            self.dport.finish(),
            self.proto.finish(),
            self.flag.finish(),
            self.fwd.finish(),
            self.stos.finish(),
            self.ipkt.finish(),
            self.ibyt.finish(),
            self.opkt.finish(),
            self.obyt.finish(),
            self.input.finish(),
            self.output.finish(),
            self.sas.finish(),
            self.das.finish(),
            self.dtos.finish(),
            self.dir.finish(),
            self.rip.finish(),
        ]
    }

    /// The fields, event time `unix_tstamp`.
    pub fn schema() -> Schema {
        let fields = FIELDS.iter().map(|(name, of, nullable, doc)| Field { nullable: *nullable, ..Field::new(name, *of, doc) }).collect();
        Schema { fields, event_time: Some(EventTime { field: 1, unit: TimeUnit::Seconds, hidden: false }) }
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
