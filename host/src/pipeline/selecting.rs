//! A filter that looks at packets of messages, batch by batch.

use super::record::Record;
use crate::config::Limits;
use crate::model::PacketBatch;
use crate::sandbox::{FilterError, Module, PacketFilter};

/// Packets that a filter is asked about at once, and their bytes, unless one is larger.
const PACKETS: usize = 4096;
const BYTES: usize = 512 << 10;

/// See the top of the file.
pub struct Selecting {
    filter: PacketFilter,
    packets: u64,
}

/// What becomes of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is stored.
    Keep,
    /// The filter does not select it.
    Drop,
    /// The filter failed on it.
    Fault(String),
}

/// Packets of one link type.
#[derive(Default)]
struct Asked {
    link_type: u32,
    places: Vec<usize>,
    timestamps: Vec<u8>,
    offsets: Vec<u8>,
    captured: Vec<u8>,
    lengths: Vec<u8>,
    data: Vec<u8>,
}

impl Selecting {
    /// With an expression.
    ///
    /// # Errors
    /// The module does not take it.
    pub fn open(module: &Module, limits: &Limits, expression: &str) -> Result<Self, FilterError> {
        Ok(Self { filter: PacketFilter::open(module.clone(), limits.clone(), expression, &[])?, packets: 0 })
    }

    /// Another instance, after a failure.
    ///
    /// # Errors
    /// The module does not take the expression any more.
    pub fn renew(&mut self) -> Result<(), FilterError> {
        self.filter = self.filter.another()?;
        Ok(())
    }

    /// What becomes of messages; of those that are no packets nothing is asked.
    ///
    /// # Errors
    /// The module fails.
    pub fn select<E>(&mut self, records: &[Result<Record<'_>, E>]) -> Result<Vec<Verdict>, FilterError> {
        let mut verdicts = vec![Verdict::Drop; records.len()];
        let mut asked = Asked::default();
        for (place, record) in records.iter().enumerate() {
            let Ok(record) = record else { continue };
            if asked.is_full(record) {
                self.ask(&mut asked, &mut verdicts)?;
            }
            asked.push(place, record);
        }
        self.ask(&mut asked, &mut verdicts)?;
        Ok(verdicts)
    }

    fn ask(&mut self, asked: &mut Asked, verdicts: &mut [Verdict]) -> Result<(), FilterError> {
        if asked.places.is_empty() {
            return Ok(());
        }
        let bits = self.filter.select(asked.batch(self.packets))?;
        self.packets += asked.places.len() as u64;
        for (number, place) in asked.places.iter().enumerate() {
            let is_set = bits.get(number / 8).is_some_and(|byte| byte >> (number % 8) & 1 == 1);
            if let Some(verdict) = verdicts.get_mut(*place).filter(|_| is_set) {
                *verdict = Verdict::Keep;
            }
        }
        *asked = Asked::default();
        Ok(())
    }
}

impl Asked {
    fn is_full(&self, next: &Record<'_>) -> bool {
        let other = !self.places.is_empty() && self.link_type != next.facts.link_type;
        other || self.places.len() >= PACKETS || self.data.len() >= BYTES
    }

    fn push(&mut self, place: usize, record: &Record<'_>) {
        let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
        self.link_type = record.facts.link_type;
        self.places.push(place);
        self.timestamps.extend(i64::try_from(record.time).unwrap_or(i64::MAX).to_le_bytes());
        self.offsets.extend(number(self.data.len()));
        self.captured.extend(number(record.frame.len()));
        self.lengths.extend(record.facts.original.to_le_bytes());
        self.data.extend_from_slice(record.frame);
    }

    fn batch(&self, first: u64) -> PacketBatch<'_> {
        let Self { link_type, timestamps, offsets, captured, lengths, data, .. } = self;
        PacketBatch { link_type: *link_type, first, numbers: None, timestamps, offsets, captured, lengths, data }
    }
}
