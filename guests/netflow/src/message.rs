//! NetFlow v9 (RFC 3954) and IPFIX (RFC 7011): messages of sets, which are templates, options or data.

use flow::known::SamplerInfo;
use weir_sdk::Reader;

use crate::completion::complete;
use crate::damage::Damage;
use crate::exporters::{Exporters, GENERIC, Identity};
use crate::held::{Header, Held, Set};
use crate::output::Rows;
use crate::record::{Record, Sampling};
use crate::rejects::Rejects;
use crate::skipped::Skipped;
use crate::structured;
use crate::template::{self, Entry, Kind, Template};

/// Bytes of the header of NetFlow v9.
const V9_HEADER: usize = 20;
/// Bytes of the header of IPFIX.
pub const IPFIX_HEADER: usize = 16;

/// How far the reading of a message is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cursor {
    /// Where the next set begins.
    pub set: usize,
    /// Where the next record begins in the data of that set.
    pub record: usize,
}

/// Everything a message is read into.
#[derive(Debug)]
pub struct Tables {
    /// What exporters taught.
    pub exporters: Exporters,
    /// Data sets that wait.
    pub held: Held,
    /// Those whose template has come.
    pub released: Vec<Set>,
    /// Rows.
    pub rows: Rows,
    /// Rejects.
    pub rejects: Rejects,
    /// What is neither.
    pub skipped: Skipped,
}

impl Tables {
    /// There is enough for one call.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.rows.is_full() || self.rejects.is_full()
    }
}

/// Header and sets of a message of NetFlow v9.
pub fn open_v9(payload: &[u8], header: Header) -> Result<(Header, &[u8]), Damage> {
    let mut reader = Reader::new(payload);
    let read = |reader: &mut Reader<'_>| {
        let (_version, _count) = (reader.u16_be()?, reader.u16_be()?);
        let (uptime, seconds, _sequence, domain) = (reader.u32_be()?, reader.u32_be()?, reader.u32_be()?, reader.u32_be()?);
        Ok((uptime, seconds, domain))
    };
    let (uptime, seconds, domain) = read(&mut reader).map_err(|_: weir_sdk::OutOfBounds| Damage::HeaderCut)?;
    let exporter = Identity { protocol: 9, domain, ..header.exporter };
    let sets = payload.get(V9_HEADER..).unwrap_or_default();
    Ok((Header { exporter, sent: u64::from(seconds) * 1000, uptime, ..header }, sets))
}

/// Header and sets of a message of IPFIX.
pub fn open_ipfix(payload: &[u8], header: Header) -> Result<(Header, &[u8]), Damage> {
    let mut reader = Reader::new(payload);
    let read = |reader: &mut Reader<'_>| {
        let (_version, length) = (reader.u16_be()?, reader.u16_be()?);
        let (seconds, _sequence, domain) = (reader.u32_be()?, reader.u32_be()?, reader.u32_be()?);
        Ok((length, seconds, domain))
    };
    let (length, seconds, domain) = read(&mut reader).map_err(|_: weir_sdk::OutOfBounds| Damage::HeaderCut)?;
    // What a capture cut off is missed when a set passes the end.
    let sets = payload.get(IPFIX_HEADER..payload.len().min(length.into())).ok_or(Damage::MessageLength(length, payload.len()))?;
    let exporter = Identity { protocol: 10, domain, ..header.exporter };
    Ok((Header { exporter, sent: u64::from(seconds) * 1000, uptime: 0, ..header }, sets))
}

impl Tables {
    /// Reads the sets of a message on from `from`; where it stopped, when there is enough for one call.
    pub fn read_sets(&mut self, header: &Header, sets: &[u8], from: Cursor) -> Option<Cursor> {
        let mut cursor = from;
        while let Some(rest) = sets.get(cursor.set..).filter(|rest| rest.len() >= 4) {
            if self.is_full() {
                return Some(cursor);
            }
            let mut reader = Reader::new(rest);
            let (id, length) = (reader.u16_be().unwrap_or_default(), reader.u16_be().unwrap_or_default());
            // Some exporters send a buffer that is not full.
            if length == 0 && rest.iter().all(|byte| *byte == 0) {
                break;
            }
            let Some(data) = rest.get(4..length.into()) else {
                self.rejects.push(header.position, Damage::SetLength(id, length));
                break;
            };
            if let Some(record) = self.read_set(header, id, data, cursor.record) {
                return Some(Cursor { record, ..cursor });
            }
            cursor = Cursor { set: cursor.set + usize::from(length), record: 0 };
        }
        None
    }

    fn read_set(&mut self, header: &Header, id: u16, data: &[u8], from: usize) -> Option<usize> {
        let v9 = header.exporter.protocol == 9;
        match (id, v9) {
            (0, true) | (2, false) => self.read_templates(header, data, Kind { v9, options: false }),
            (1, true) | (3, false) => self.read_templates(header, data, Kind { v9, options: true }),
            (..=255, _) => self.skipped.sets += 1,
            _ => return self.read_data(header, id, data, from),
        }
        None
    }

    fn read_templates(&mut self, header: &Header, data: &[u8], kind: Kind) {
        let mut set = Reader::new(data);
        loop {
            match template::next(&mut set, kind) {
                Ok(None) => return,
                Ok(Some(Entry::Define(id, template))) => self.define(header, id, template),
                Ok(Some(Entry::Withdraw(id))) => self.withdraw(header, id),
                Err(damage) => return self.rejects.push(header.position, damage),
            }
        }
    }

    fn define(&mut self, header: &Header, id: u16, template: Template) {
        if !self.exporters.put_template(header.exporter, id, template) {
            return self.rejects.push(header.position, Damage::TemplateLarge(id));
        }
        let released = self.held.release(header.exporter, id);
        self.skipped.held += released.len() as u64;
        self.released.extend(released);
    }

    /// The numbers of the sets of templates stand for all templates of their kind (RFC 7011, 8.1).
    fn withdraw(&mut self, header: &Header, id: u16) {
        match id {
            2 => self.exporters.withdraw(header.exporter, |_, template| template.scopes == 0),
            3 => self.exporters.withdraw(header.exporter, |_, template| template.scopes > 0),
            _ => self.exporters.withdraw(header.exporter, |known, _| known == id),
        }
    }

    /// Reads the records of a data set on from `from`; where it stopped, when there is enough for one call.
    pub fn read_data(&mut self, header: &Header, id: u16, data: &[u8], from: usize) -> Option<usize> {
        let source = self.exporters.meet(header.exporter);
        let Some(template) = self.exporters.template(header.exporter, id).cloned() else {
            self.hold(header, id, data);
            return None;
        };
        if template.scopes > 0 {
            self.read_options(header, &template, data);
            return None;
        }
        let mut record = Record::default();
        let keep = self.rows.keeps_others();
        let mut reader = Reader::new(data.get(from..).unwrap_or_default());
        while reader.rest().len() >= template.least {
            if self.is_full() {
                return Some(from + reader.position());
            }
            if !record.read(&mut reader, &template, keep) {
                self.rejects.push(header.position, Damage::RecordCut(id));
                break;
            }
            if !record.structured.is_empty() {
                structured::read(&mut record, &self.exporters, header.exporter, keep);
            }
            complete(&mut record, header, source, self.exporters.known());
            self.rows.push(&record.flow, &record.others, self.exporters.known());
        }
        None
    }

    fn hold(&mut self, header: &Header, id: u16, data: &[u8]) {
        // The whole packet goes to the quarantine already.
        if self.rejects.is_last(header.position) {
            return;
        }
        let set = Set { header: *header, id, bytes: data.to_owned() };
        if self.held.push(set).is_err() {
            self.rejects.push(header.position, Damage::TemplateMissing(id));
        }
    }

    /// Records of options: samplers and the exporter's clock are learned, the rest is counted.
    fn read_options(&mut self, header: &Header, template: &Template, data: &[u8]) {
        let mut record = Record::default();
        let mut reader = Reader::new(data);
        while reader.rest().len() >= template.least && record.read(&mut reader, template, false) {
            let init = record.times.system_init;
            if init != 0 {
                self.exporters.put_system_init(header.exporter, init);
            }
            if !self.learn_sampler(header, record.sampling) && init == 0 {
                self.skipped.options += 1;
            }
        }
    }

    fn learn_sampler(&mut self, header: &Header, sampling: Sampling) -> bool {
        let Sampling { id, interval, packets, space, algorithm } = sampling;
        if interval == 0 && packets == 0 && space == 0 {
            return false;
        }
        let (packets, space) = match (packets, interval) {
            (0, 0) => (1, space.saturating_sub(1)),
            (0, _) => (1, interval - 1),
            _ => (packets, space),
        };
        let id = id.filter(|id| *id != 0).and_then(|id| i64::try_from(id).ok()).unwrap_or(GENERIC);
        self.exporters.put_sampler(header.exporter, SamplerInfo { exporter: 0, id, algorithm, packets, space });
        true
    }
}

/// Whether a payload could be a message: its sets fill it, and at least the first makes sense.
pub fn is_plausible(sets: &[u8]) -> bool {
    let mut rest = sets;
    let mut count = 0;
    while let [a, b, c, d, ..] = *rest {
        let (id, length) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        if length == 0 && count > 0 && rest.iter().all(|byte| *byte == 0) {
            break;
        }
        if (4..=255).contains(&id) || length < 4 {
            return false;
        }
        let Some(behind) = rest.get(length.into()..) else { return false };
        (rest, count) = (behind, count + 1);
    }
    count > 0
}
