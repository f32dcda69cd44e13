//! The records of one block, one after the other.

use crate::damage::Damage;
use crate::header::Header;
use crate::known::Known;
use crate::layout1::{self, Common};
use crate::layout2;
use crate::order::Order;
use crate::record::Flow;
use crate::rejects::{Rejects, Wounds};
use crate::rows::Rows;
use crate::skipped::Skipped;

/// Bytes of a record's head: its kind and its size.
const HEAD: usize = 4;

/// A block whose records are being read.
#[derive(Debug, Clone, Copy)]
pub struct Open {
    /// Bytes in the file, frame included.
    pub stored: usize,
    /// Bytes of its records.
    pub size: usize,
    /// Its records lie in memory of their own.
    pub compressed: bool,
    /// Where the next record begins.
    pub at: usize,
    /// Records that are still said to come.
    pub left: u32,
    /// What could not be read of a compressed block.
    pub wounds: Option<Wounds>,
}

/// What records are read into.
pub struct Reading<'a> {
    /// The records of the block.
    pub bytes: &'a [u8],
    /// Where they begin in the input; means nothing for a compressed block.
    pub place: u64,
    /// Of the file.
    pub header: Header,
    /// What records teach about others.
    pub known: &'a mut Known,
    /// What was known before this block, once it taught something.
    pub before: &'a mut Option<Known>,
    /// Rows.
    pub rows: &'a mut Rows,
    /// Rejects.
    pub rejects: &'a mut Rejects,
    /// What is neither.
    pub skipped: &'a mut Skipped,
}

impl<'a> Reading<'a> {
    /// Reads on; true: the block is at its end, false: enough rows or rejects wait. Without `ROWS` flows
    /// are checked and become no rows, and the whole block is read.
    #[inline(never)]
    pub fn walk<O: Order, const ROWS: bool>(&mut self, open: &mut Open) -> bool {
        let mut flow = Flow::default();
        while open.left > 0 && open.at < self.bytes.len() {
            if ROWS && (self.rows.is_full() || self.rejects.is_full()) {
                return false;
            }
            let Some(record) = self.next::<O>(open) else { return true };
            let taken = if ROWS { self.take::<O>(record, &mut flow) } else { self.check::<O>(record) };
            if let Err(damage) = taken {
                self.hurt(open, record.len(), damage);
            }
            open.at += record.len();
            open.left -= 1;
        }
        self.hurt(open, self.bytes.len() - open.at, Damage::Leftover);
        true
    }

    /// The next record; `None`, and the rest of the block is refused, where its size cannot be.
    #[inline(always)]
    fn next<O: Order>(&mut self, open: &mut Open) -> Option<&'a [u8]> {
        let rest = self.bytes.get(open.at..)?;
        let size = rest.first_chunk::<HEAD>().map_or(0, |head| O::u16_at(head, 2));
        match rest.get(..usize::from(size)) {
            Some(record) if record.len() >= HEAD => Some(record),
            _ => {
                self.hurt(open, rest.len(), Damage::RecordSize(size));
                None
            }
        }
    }

    fn hurt(&mut self, open: &mut Open, length: usize, damage: Damage) {
        if length == 0 {
            return;
        }
        if open.compressed {
            open.wounds.get_or_insert(Wounds { damage, records: 0, first: open.at }).records += 1;
        } else {
            self.rejects.push(self.place + open.at as u64, length as u64, damage);
        }
    }

    #[inline(always)]
    fn take<O: Order>(&mut self, record: &'a [u8], flow: &mut Flow<'a>) -> Result<(), Damage> {
        let mut anonymized = false;
        match kind_of::<O>(record)? {
            11 => {
                let aside = layout2::take_flow::<O>(record, flow)?;
                self.skipped.extensions += u64::from(aside.unknown);
                anonymized = aside.anonymized;
            }
            10 => layout1::take_flow::<O>(record, Common::V1, self.known, flow)?,
            1 => layout1::take_flow::<O>(record, Common::V0, self.known, flow)?,
            kind => return self.take_other::<O>(kind, record.get(HEAD..).unwrap_or_default()),
        }
        self.rows.push(flow, anonymized || self.header.anonymized, self.known);
        Ok(())
    }

    /// As [`take`](Self::take), for flows only whether they can be taken.
    fn check<O: Order>(&mut self, record: &'a [u8]) -> Result<(), Damage> {
        match kind_of::<O>(record)? {
            11 => layout2::check_flow::<O>(record),
            10 => layout1::check_flow::<O>(record, Common::V1, self.known),
            1 => layout1::check_flow::<O>(record, Common::V0, self.known),
            kind => self.take_other::<O>(kind, record.get(HEAD..).unwrap_or_default()),
        }
    }

    /// Records that are no flows. Kinds: `id.h` of nfdump 1.7.
    #[inline(never)]
    fn take_other<O: Order>(&mut self, kind: u16, body: &[u8]) -> Result<(), Damage> {
        match kind {
            2 | 7 | 9 | 15 => {
                self.before.get_or_insert_with(|| self.known.clone());
            }
            // Port and packet size histograms, exporters of nfdump before 1.6.6, statistics of exporters, names, and the appendix: the file's
            // name and statistics.
            3..=6 | 8 | 12..=14 | 0x8001 | 0x8002 => {
                self.skipped.records += 1;
                return Ok(());
            }
            _ => return Err(Damage::RecordKind(kind)),
        }
        match kind {
            2 => return layout1::take_map::<O>(body, self.known),
            7 => self.known.exporter::<O>(body.first_chunk().ok_or(Damage::RecordCut)?),
            9 => self.known.old_sampler::<O>(body.first_chunk().ok_or(Damage::RecordCut)?),
            _ => self.known.new_sampler::<O>(body.first_chunk().ok_or(Damage::RecordCut)?),
        }
        Ok(())
    }
}

#[inline(always)]
fn kind_of<O: Order>(record: &[u8]) -> Result<u16, Damage> {
    Ok(O::u16_at(record.first_chunk::<HEAD>().ok_or(Damage::RecordCut)?, 0))
}
