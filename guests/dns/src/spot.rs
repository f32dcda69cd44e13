//! The ten columns of Apache Spot's table `dns`: one row for each response, as tshark prints the first occurrence of each field.
//!
//! Although they are called `dns_qry_…`, name, class and type are those of the first record of answer, authority and additional section.
//! Beyond tshark: addresses of IPv6 are there, where tshark leaves `ip.src` and `ip.dst` empty.

use weir_sdk::{Bytes, Column, DataType, DistinctTexts, EventTime, Field, Schema, TimeUnit, Values, write_ipv4};

use crate::address::Key;
use crate::clock::FrameTimes;
use crate::damage::Damage;
use crate::dictionary::TextNumbers;
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
    rows: Vec<Row>,
    frame_time: FrameTimes,
    ip_dst: DistinctTexts<Key>,
    ip_src: DistinctTexts<Key>,
    dns_qry_name: TextNumbers,
    dns_qry_class: DistinctTexts<u16>,
    dns_a: DistinctTexts<u32>,
}

/// What the columns have of a row, texts by their numbers: one list has room for all of it or grows, not each column.
#[derive(Debug, Clone, Copy)]
struct Row {
    unix_tstamp: i64,
    frame_len: i32,
    ip_dst: u32,
    ip_src: u32,
    dns_qry_name: u32,
    dns_qry_class: u32,
    dns_qry_type: u32,
    dns_qry_rcode: i32,
    dns_a: u32,
}

/// What is null: no text has this number, and no type.
const NULL: u32 = u32::MAX;

impl Spot {
    /// Adds the row of a response; gives how many bytes of text it has.
    ///
    /// # Errors
    /// A message that breaks the rules: no row is added.
    #[inline]
    pub fn push(&mut self, frame: &Frame, header: Header, message: &[u8]) -> Result<usize, Damage> {
        let (first, address) = summary(header, message)?;
        let multicast = [frame.src_port, frame.dst_port].contains(&MULTICAST);
        let (mut name, mut class, mut kind, mut text) = (NULL, NULL, NULL, 0);
        if let Some(record) = first {
            (name, text) = self.dns_qry_name.number(|out| name::write(message, record.name, ROOT, out));
            class = self.class(record, multicast);
            kind = record.kind.into();
        }
        self.rows.push(Row {
            unix_tstamp: self.frame_time.push(frame.timestamp),
            frame_len: i32::try_from(frame.length).unwrap_or(i32::MAX),
            ip_dst: self.ip_dst.number(Key::of(&frame.outer.dst), Key::write),
            ip_src: self.ip_src.number(Key::of(&frame.outer.src), Key::write),
            dns_qry_name: name,
            dns_qry_class: class,
            dns_qry_type: kind,
            dns_qry_rcode: header.rcode().into(),
            dns_a: address.map_or(NULL, |address| self.dns_a.number(address, |&address, out| write_ipv4(address, out))),
        });
        Ok(text)
    }

    #[inline]
    fn class(&mut self, record: Record, multicast: bool) -> u32 {
        if record.kind == OPT {
            // Its class is the size of a buffer, which tshark shows as another field.
            return NULL;
        }
        // Of multicast DNS the highest bit is no part of the class (RFC 6762, 10.2).
        let class = if multicast { record.class & 0x7fff } else { record.class };
        self.dns_qry_class.number(class, |class, out| out.extend_from_slice(format!("0x{class:04x}").as_bytes()))
    }

    /// The columns; the builder starts anew.
    pub fn finish(&mut self) -> Vec<Column> {
        let Self { rows, frame_time, ip_dst, ip_src, dns_qry_name, dns_qry_class, dns_a } = self;
        let columns = vec![
            frame_time.finish(),
            numbers(rows, |row| row.unix_tstamp.to_le_bytes()),
            numbers(rows, |row| row.frame_len.to_le_bytes()),
            texts(rows, |row| row.ip_dst, ip_dst.finish()),
            texts(rows, |row| row.ip_src, ip_src.finish()),
            texts(rows, |row| row.dns_qry_name, dns_qry_name.finish()),
            texts(rows, |row| row.dns_qry_class, dns_qry_class.finish()),
            Column { valid: valid(rows, |row| row.dns_qry_type), ..numbers(rows, |row| or_zero(row.dns_qry_type)) },
            numbers(rows, |row| row.dns_qry_rcode.to_le_bytes()),
            texts(rows, |row| row.dns_a, dns_a.finish()),
        ];
        rows.clear();
        columns
    }

    /// The fields, event time `unix_tstamp`.
    pub fn schema() -> Schema {
        let fields = FIELDS.iter().map(|(name, of, nullable, doc)| Field { nullable: *nullable, ..Field::new(name, *of, doc) }).collect();
        Schema { fields, event_time: Some(EventTime { field: 1, unit: TimeUnit::Seconds, hidden: false }) }
    }
}

fn numbers<const N: usize>(rows: &[Row], number: impl Fn(&Row) -> [u8; N]) -> Column {
    let numbers: Vec<_> = rows.iter().map(number).collect();
    Column { valid: None, lists: None, values: Values::Fixed(numbers.into_flattened()) }
}

fn texts(rows: &[Row], number: impl Fn(&Row) -> u32, distinct: Bytes) -> Column {
    let keys: Vec<_> = rows.iter().map(|row| or_zero(number(row))).collect();
    Column { valid: valid(rows, number), lists: None, values: Values::Dictionary { keys: keys.into_flattened(), distinct } }
}

/// One bit a row, 0 where it is null; none where no row is.
fn valid(rows: &[Row], number: impl Fn(&Row) -> u32) -> Option<Vec<u8>> {
    let bits = |rows: &[Row]| rows.iter().rev().fold(0, |bits, row| bits << 1 | u8::from(number(row) != NULL));
    rows.iter().any(|row| number(row) == NULL).then(|| rows.chunks(8).map(bits).collect())
}

fn or_zero(number: u32) -> [u8; 4] {
    if number == NULL { 0 } else { number }.to_le_bytes()
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
        if first.is_none() {
            first = Some(record);
        }
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
