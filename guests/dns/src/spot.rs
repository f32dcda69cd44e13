//! The ten columns of Apache Spot's table `dns`: one row for each response, as tshark prints the first occurrence of each field.
//!
//! Although they are called `dns_qry_…`, name, class and type are those of the first record of answer, authority and additional section.
//! Beyond tshark: addresses of IPv6 are there, where tshark leaves `ip.src` and `ip.dst` empty.

use std::net::{IpAddr, Ipv4Addr};

use weir_sdk::{Column, DataType, Dictionary, EventTime, Field, Numbers, Schema, TimeUnit};

use crate::address;
use crate::clock::FrameTimes;
use crate::damage::Damage;
use crate::dictionary::TextDictionary;
use crate::frame::Frame;
use crate::message::{Header, OPT, Record, Records};
use crate::name;

/// How tshark spells the root.
const ROOT: &str = "<Root>";
/// The port of multicast DNS.
const MULTICAST: u16 = 5353;

/// Builds the columns.
#[derive(Debug, Default)]
pub struct Spot {
    frame_time: FrameTimes,
    unix_tstamp: Numbers<i64>,
    frame_len: Numbers<i32>,
    ip_dst: Dictionary<IpAddr>,
    ip_src: Dictionary<IpAddr>,
    dns_qry_name: TextDictionary,
    dns_qry_class: Dictionary<u16>,
    dns_qry_type: Numbers<i32>,
    dns_qry_rcode: Numbers<i32>,
    dns_a: Dictionary<u32>,
    name: Vec<u8>,
}

impl Spot {
    /// Adds the row of a response; gives how many bytes of text it has.
    ///
    /// # Errors
    /// A message that breaks the rules: no row is added.
    #[inline]
    pub fn push(&mut self, frame: &Frame, header: Header, message: &[u8]) -> Result<usize, Damage> {
        let (first, address) = summary(header, message)?;
        let second = self.frame_time.push(frame.timestamp);
        self.unix_tstamp.push(second);
        self.frame_len.push(i32::try_from(frame.length).unwrap_or(i32::MAX));
        self.ip_dst.push(frame.outer.dst, address::write);
        self.ip_src.push(frame.outer.src, address::write);
        let multicast = [frame.src_port, frame.dst_port].contains(&MULTICAST);
        self.push_record(first, multicast, message);
        self.dns_qry_rcode.push(header.rcode().into());
        match address {
            Some(bits) => self.dns_a.push(bits, |&bits, out| address::write_v4(Ipv4Addr::from_bits(bits), out)),
            None => self.dns_a.push_null(),
        }
        Ok(self.name.len())
    }

    #[inline]
    fn push_record(&mut self, first: Option<Record>, multicast: bool, message: &[u8]) {
        self.name.clear();
        let Some(record) = first else {
            self.dns_qry_name.push_null();
            self.dns_qry_class.push_null();
            return self.dns_qry_type.push_option(None);
        };
        name::write(message, record.name, ROOT, &mut self.name);
        self.dns_qry_name.push(&self.name);
        match record.kind {
            // Its class is the size of a buffer, which tshark shows as another field.
            OPT => self.dns_qry_class.push_null(),
            _ => {
                // Of multicast DNS the highest bit is no part of the class (RFC 6762, 10.2).
                let class = if multicast { record.class & 0x7fff } else { record.class };
                self.dns_qry_class.push(class, |class, out| out.push_str(&format!("0x{class:04x}")));
            }
        }
        self.dns_qry_type.push(record.kind.into());
    }

    /// The columns; the builder starts anew.
    pub fn finish(&mut self) -> Vec<Column> {
        vec![
            self.frame_time.finish(),
            self.unix_tstamp.finish(),
            self.frame_len.finish(),
            self.ip_dst.finish(),
            self.ip_src.finish(),
            self.dns_qry_name.finish(),
            self.dns_qry_class.finish(),
            self.dns_qry_type.finish(),
            self.dns_qry_rcode.finish(),
            self.dns_a.finish(),
        ]
    }

    /// The fields, event time `unix_tstamp`.
    pub fn schema() -> Schema {
        let fields = FIELDS.iter().map(|(name, of, nullable, doc)| Field { nullable: *nullable, ..Field::new(name, *of, doc) }).collect();
        Schema { fields, event_time: Some(EventTime { field: 1, unit: TimeUnit::Seconds, hidden: false }) }
    }
}

/// The first record behind the question, and the address of the first A record.
#[inline]
fn summary(header: Header, message: &[u8]) -> Result<(Option<Record>, Option<u32>), Damage> {
    let mut records = Records::new(message, header);
    records.question()?;
    let (mut first, mut address) = (None, None);
    while let Some(record) = records.next_one()? {
        if record.kind == 1 && address.is_none() {
            let data = message.get(record.data..record.data + record.length);
            address = data.and_then(|data| data.try_into().ok()).map(u32::from_be_bytes);
        }
        first = first.or(Some(record));
    }
    Ok((first, address))
}

/// Name, type, may be null, what it is.
const FIELDS: [(&str, DataType, bool, &str); 10] = {
    use DataType::{Int32, Int64, Text};
    [
        (
            "frame_time",
            Text,
            false,
            "When the packet was captured, in UTC, as `Sep  8 2017 11:37:04.123456000 UTC`: tshark's spelling without its comma, four words.",
        ),
        ("unix_tstamp", Int64, false, "The same in whole seconds since 1970-01-01 UTC."),
        ("frame_len", Int32, false, "Bytes of the packet on the wire; of a response in several packets, of the one that completed it."),
        ("ip_dst", Text, false, "Who asked, IPv4 or IPv6; in a tunnel the first IPv4 header's destination, as tshark prints it."),
        ("ip_src", Text, false, "Who answered, IPv4 or IPv6; in a tunnel the first IPv4 header's source, as tshark prints it."),
        (
            "dns_qry_name",
            Text,
            true,
            "Name of the first record behind the question; <Root> for the root, null where there is no record; bytes that are not printable as \\DDD.",
        ),
        ("dns_qry_class", Text, true, "Class of that record, as `0x0001`; null where there is no record, or its class is none (EDNS)."),
        ("dns_qry_type", Int32, true, "Type of that record; null where there is no record."),
        ("dns_qry_rcode", Int32, false, "Response code of the header, 0 to 15."),
        ("dns_a", Text, true, "Address of the first A record of the response; null where there is none."),
    ]
};
