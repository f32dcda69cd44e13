//! sFlow version 5 (<https://sflow.org/sflow_version_5.txt>): samples of packets become flows of one packet; counters are counted and skipped.
//!
//! As nfdump does it, a sample stands for all packets that were not taken: packets are the sampling rate, bytes the rate times the size of the
//! frame, and begin and end are when it came.

use flow::record::{Address, Flow, Pair, Sampler};
use weir_sdk::{OutOfBounds, Reader};

use crate::completion::origin;
use crate::damage::Damage;
use crate::exporters::{Identity, SFLOW};
use crate::held::Header;
use crate::key::Key;
use crate::message::{Cursor, Tables};
use crate::sample;

/// Header, number of samples and samples of a datagram.
///
/// # Errors
/// One that is not of version 5, or shorter than its header.
pub fn open(payload: &[u8], header: Header) -> Result<(Header, usize, &[u8]), Damage> {
    let mut reader = Reader::new(payload);
    let version = reader.u32_be().map_err(|_| Damage::HeaderCut)?;
    if version != 5 {
        return Err(Damage::SflowVersion(version));
    }
    let read = |reader: &mut Reader<'_>| {
        let _agent = address(reader)?;
        let (sub_agent, _sequence, uptime, samples) = (reader.u32_be()?, reader.u32_be()?, reader.u32_be()?, reader.u32_be()?);
        Ok((sub_agent, uptime, samples as usize))
    };
    let (domain, uptime, samples) = read(&mut reader).map_err(|_: OutOfBounds| Damage::HeaderCut)?;
    let exporter = Identity { protocol: SFLOW, domain, ..header.exporter };
    Ok((Header { exporter, uptime, ..header }, samples, reader.rest()))
}

/// Type u32: 0 unknown, 1 IPv4, 2 IPv6; then its bytes.
pub fn address(reader: &mut Reader<'_>) -> Result<Address, OutOfBounds> {
    Ok(match reader.u32_be()? {
        1 => Address::V4(reader.u32_be()?),
        2 => Address::V6(u128::from_be_bytes(reader.array()?)),
        _ => Address::None,
    })
}

impl Tables {
    /// Reads samples on from `from`; where it stopped, when there is enough for one call.
    pub fn read_samples(&mut self, header: &Header, count: usize, samples: &[u8], from: Cursor) -> Option<Cursor> {
        let number = self.exporters.meet(header.exporter).number;
        let mut reader = Reader::new(samples.get(from.set..).unwrap_or_default());
        for record in from.record..count {
            if self.is_full() {
                return Some(Cursor { set: from.set + reader.position(), record });
            }
            let Ok((tag, sample)) = opaque(&mut reader) else {
                self.rejects.push(header.position, Damage::SampleCut);
                break;
            };
            self.read_sample(header, number, tag, sample);
        }
        None
    }

    /// Formats of samples, enterprise 0: 1 flow, 2 counters, 3 and 4 the same with longer interfaces, 5 discarded packets.
    fn read_sample(&mut self, header: &Header, number: u16, tag: u32, sample: &[u8]) {
        let read = match tag {
            1 | 3 => self.read_flow(header, number, sample, tag == 3),
            2 | 4 => {
                self.skipped.counters += 1;
                Ok(())
            }
            _ => Err(Damage::SampleKind(tag >> 12, tag & 0xfff)),
        };
        if let Err(damage) = read {
            self.rejects.push(header.position, damage);
        }
    }

    fn read_flow(&mut self, header: &Header, number: u16, sample: &[u8], expanded: bool) -> Result<(), Damage> {
        let mut reader = Reader::new(sample);
        let head = Head::read(&mut reader, expanded).map_err(|_| Damage::SampleCut)?;
        let (mut flow, mut others) = (Flow::default(), Vec::new());
        head.fill(&mut flow, header.received);
        origin(&mut flow, header, number);
        // As nfdump marks it: the version with the top bit set.
        flow.netflow_version = 0x85;
        for _ in 0..head.records {
            let (tag, record) = opaque(&mut reader).map_err(|_| Damage::SampleCut)?;
            match sample::read(tag, record, head.rate, &mut flow) {
                Ok(true) => {}
                Ok(false) => others.push((Key { sflow: true, enterprise: tag >> 12, id: (tag & 0xfff) as u16 }, record)),
                Err(_) => return Err(Damage::SampleBroken(tag)),
            }
        }
        self.rows.push(&flow, &others, self.exporters.known());
        Ok(())
    }
}

/// A number, a length and so many bytes.
fn opaque<'a>(reader: &mut Reader<'a>) -> Result<(u32, &'a [u8]), OutOfBounds> {
    let (tag, length) = (reader.u32_be()?, reader.u32_be()?);
    Ok((tag, reader.take(length as usize)?))
}

/// What a flow sample says before its records.
struct Head {
    source: u32,
    rate: u32,
    interfaces: Pair<u32>,
    records: u32,
}

impl Head {
    fn read(reader: &mut Reader<'_>, expanded: bool) -> Result<Self, OutOfBounds> {
        let _sequence = reader.u32_be()?;
        // Of a sample that is not expanded, the type lies in the upper bits: 8 of the source, 2 of an interface.
        let source = if expanded { (reader.u32_be()?, reader.u32_be()?).1 } else { reader.u32_be()? & 0x00ff_ffff };
        let (rate, _pool, _drops) = (reader.u32_be()?, reader.u32_be()?, reader.u32_be()?);
        let mut interface =
            || if expanded { Ok((reader.u32_be()?, reader.u32_be()?).1) } else { reader.u32_be().map(|number| number & 0x3fff_ffff) };
        let interfaces = Pair { src: interface()?, dst: interface()? };
        Ok(Self { source, rate, interfaces, records: reader.u32_be()? })
    }

    fn fill(&self, flow: &mut Flow<'_>, received: u64) {
        (flow.first, flow.last) = (received, received);
        flow.packets = self.rate.into();
        flow.interfaces = Some(self.interfaces);
        flow.sampled = true;
        flow.sampler = Some(Sampler { id: self.source.into(), interval: self.rate, mode: 0 });
    }
}
