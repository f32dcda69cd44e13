//! NetFlow v1, v5 and v7: a header and records of one fixed shape, IPv4 alone.
//!
//! Layouts: Cisco, "NetFlow Export Datagram Format". All three begin alike: version u16, count u16, uptime u32 (ms), seconds u32, nanoseconds u32;
//! v5 and v7 go on with sequence u32, engine type u8, engine id u8, sampling u16 (v5; v7 has nothing there). Records of v1 are 48 or 52 bytes long,
//! as exporters differ in what follows the part that is used.

use flow::record::{Address, Engine, Flow, Misc, Pair, Sampler};
use weir_sdk::{OutOfBounds, Reader};

use crate::completion::{multiply, origin, swapped_icmp};
use crate::damage::Damage;
use crate::exporters::Identity;
use crate::held::Header;
use crate::message::{Cursor, Tables};
use crate::times::before_sent;

/// A datagram whose records can be read.
#[derive(Debug, Clone, Copy)]
pub struct Export<'a> {
    /// Of the datagram.
    pub header: Header,
    /// All records.
    pub records: &'a [u8],
    /// Bytes of one.
    size: usize,
    engine: Option<Engine>,
    /// One of so many packets; 0 and 1: all.
    interval: u16,
    algorithm: u16,
}

/// Opens a datagram.
///
/// # Errors
/// One that is shorter than its header says.
pub fn open(payload: &[u8], version: u16, header: Header) -> Result<Export<'_>, Damage> {
    let mut reader = Reader::new(payload);
    let (count, mut export) = read_header(&mut reader, version, header).map_err(|_| Damage::HeaderCut)?;
    let records = reader.rest();
    export.size = match version {
        1 if records.len() == count * 52 => 52,
        1 | 5 => 48,
        _ => 52,
    };
    let held = records.len() / export.size;
    export.records = records.get(..count * export.size).filter(|_| count > 0).ok_or(Damage::Count(count as u16, held))?;
    Ok(export)
}

fn read_header<'a>(reader: &mut Reader<'a>, version: u16, header: Header) -> Result<(usize, Export<'a>), OutOfBounds> {
    let (_version, count) = (reader.u16_be()?, usize::from(reader.u16_be()?));
    let (uptime, seconds, nanoseconds) = (reader.u32_be()?, reader.u32_be()?, reader.u32_be()?);
    let sent = u64::from(seconds) * 1000 + u64::from(nanoseconds / 1_000_000);
    let mut export = Export { header: Header { sent, uptime, ..header }, records: &[], size: 0, engine: None, interval: 0, algorithm: 0 };
    let mut domain = 0;
    if version != 1 {
        let _sequence = reader.u32_be()?;
        let (kind, id, sampling) = (reader.u8()?, reader.u8()?, reader.u16_be()?);
        if version == 5 {
            domain = u32::from(u16::from_be_bytes([kind, id]));
            export.engine = Some(Engine { kind, id });
            (export.algorithm, export.interval) = (sampling >> 14, sampling & 0x3fff);
        }
    }
    export.header.exporter = Identity { protocol: version, domain, ..header.exporter };
    Ok((count, export))
}

/// Bytes of the header of v1.
const V1_HEADER: usize = 16;
/// Bytes of the header of v5 and v7.
const HEADER: usize = 24;

impl Export<'_> {
    /// Nothing comes behind it, or another of its version.
    pub fn is_followed_by(&self, payload: &[u8]) -> bool {
        let rest = payload.get(self.length()..).unwrap_or_default();
        rest.is_empty() || rest.starts_with(&self.header.exporter.protocol.to_be_bytes())
    }

    /// Bytes of header and records.
    fn length(&self) -> usize {
        self.records.len() + if self.header.exporter.protocol == 1 { V1_HEADER } else { HEADER }
    }
}

impl Tables {
    /// Reads a datagram on from `from`; where it stopped, when there is enough for one call. Some exporters send several messages in one.
    ///
    /// # Errors
    /// A message that is shorter than it says.
    pub fn read_exports(&mut self, payload: &[u8], version: u16, header: Header, from: Cursor) -> Result<Option<Cursor>, Damage> {
        let mut cursor = from;
        loop {
            let rest = payload.get(cursor.set..).unwrap_or_default();
            let export = open(rest, version, header)?;
            if let Some(record) = self.read_fixed(&export, cursor.record) {
                return Ok(Some(Cursor { record, ..cursor }));
            }
            cursor = Cursor { set: cursor.set + export.length(), record: 0 };
            if rest.get(export.length()..export.length() + 2) != Some(&version.to_be_bytes()) {
                return Ok(None);
            }
        }
    }

    /// Reads records on from `from`; where it stopped, when there is enough for one call.
    fn read_fixed(&mut self, export: &Export<'_>, from: usize) -> Option<usize> {
        let number = self.exporters.meet(export.header.exporter).number;
        let records = export.records.get(from..).unwrap_or_default();
        for (at, record) in records.chunks_exact(export.size).enumerate() {
            if self.is_full() {
                return Some(from + at * export.size);
            }
            if let Ok(mut flow) = flow(record, export) {
                origin(&mut flow, &export.header, number);
                self.rows.push(&flow, &[], self.exporters.known());
            }
        }
        None
    }
}

fn flow(record: &[u8], export: &Export<'_>) -> Result<Flow<'static>, OutOfBounds> {
    let mut reader = Reader::new(record);
    let v1 = export.header.exporter.protocol == 1;
    let [src, dst, hop] = [reader.u32_be()?, reader.u32_be()?, reader.u32_be()?].map(Address::V4);
    let interfaces = Pair { src: reader.u16_be()?.into(), dst: reader.u16_be()?.into() };
    let [packets, bytes] = [reader.u32_be()?, reader.u32_be()?].map(u64::from);
    let [first, last] = [reader.u32_be()?, reader.u32_be()?].map(|uptime| before_sent(uptime, &export.header));
    let (src_port, dst_port, _, tcp_flags) = (reader.u16_be()?, reader.u16_be()?, reader.u8()?, reader.u8()?);
    let (protocol, src_tos) = (reader.u8()?, reader.u8()?);
    let mut flow = Flow {
        src,
        dst,
        next_hop: hop,
        interfaces: Some(interfaces),
        packets,
        bytes,
        first,
        last,
        src_port,
        dst_port,
        tcp_flags: if v1 { reader.u8()? } else { tcp_flags },
        protocol,
        src_tos,
        engine: export.engine,
        ..Flow::default()
    };
    if !v1 {
        flow.autonomous_systems = Some(Pair { src: reader.u16_be()?.into(), dst: reader.u16_be()?.into() });
        flow.misc = Some(Misc { src_mask: reader.u8()?, dst_mask: reader.u8()?, ..Misc::default() });
    }
    if protocol == 1 {
        swapped_icmp(&mut flow);
    }
    sample(&mut flow, export);
    Ok(flow)
}

fn sample(flow: &mut Flow<'_>, export: &Export<'_>) {
    if export.interval > 1 {
        flow.sampler = Some(Sampler { id: 0, interval: export.interval.into(), mode: export.algorithm });
        multiply(flow, 1, u32::from(export.interval) - 1);
    }
}
