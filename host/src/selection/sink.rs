//! What becomes of the packets that were selected.

use std::io::{self, Write};

use super::error::SelectionError;
use super::found::{Found, packet};
use crate::capture::{Damage, Encoder, Format, Preamble};
use crate::content::Damaged;
use crate::model::{Packet, RejectReason};

/// Damage that is told of; the rest is counted.
const TOLD: usize = 100;

/// Where selected packets go.
pub enum Output {
    /// They are only counted.
    Count,
    /// They are written.
    Write(Box<dyn Write + Send>, Format),
    /// Each is given to whoever orders them, with its link type.
    Each(Each),
}

/// Takes a packet.
pub type Each = Box<dyn FnMut(u32, &Packet<'_>) -> io::Result<()> + Send>;

/// What came of a selection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Packets that were found.
    pub packets: u64,
    /// Packets that were selected.
    pub selected: u64,
    /// The first stretches of input that hold no packets that can be read.
    pub losses: Vec<Loss>,
    /// How many more there are.
    pub more_losses: u64,
    /// What was found out about the expression, each once.
    pub warnings: Vec<String>,
}

/// A stretch of an input that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Which input.
    pub input: usize,
    /// First byte of it, decompressed.
    pub at: u64,
    /// Bytes; `None`: unknown.
    pub length: Option<u64>,
    /// The input ends in the middle of something: it may still be written.
    pub truncated: bool,
    /// For people.
    pub detail: String,
}

/// Takes what was selected, piece after piece.
pub(super) struct Sink {
    out: Option<Box<dyn Write + Send>>,
    each: Option<Each>,
    format: Format,
    /// Made for the first packet that is written.
    encoder: Option<Encoder>,
    buffer: Vec<u8>,
    preamble: Option<Preamble>,
    /// There are several inputs, which need not be alike.
    several: bool,
    pub summary: Summary,
}

impl Sink {
    pub fn new(output: Output, several: bool) -> Self {
        let (out, each, format) = match output {
            Output::Count => (None, None, Format::Pcap),
            Output::Write(out, format) => (Some(out), None, format),
            Output::Each(each) => (None, Some(each), Format::Pcap),
        };
        Self { out, each, format, encoder: None, buffer: Vec::new(), preamble: None, several, summary: Summary::default() }
    }

    /// Packets of one batch, and the bits of those that were selected.
    pub fn take(&mut self, found: &Found, chunk: &[u8], bits: &[u8]) -> Result<(), SelectionError> {
        let count = bits.iter().map(|byte| u64::from(byte.count_ones())).sum::<u64>();
        self.summary.selected += count;
        if let Some(each) = &mut self.each {
            let batch = found.batch(chunk);
            let mut packets = selected(bits).filter_map(|index| packet(&batch, index));
            return packets.try_for_each(|(packet, _)| each(batch.link_type, &packet)).map_err(SelectionError::Write);
        }
        if self.out.is_none() || count == 0 {
            return Ok(());
        }
        let batch = found.batch(chunk);
        self.begin(batch.link_type);
        let Some(encoder) = &mut self.encoder else { return Ok(()) };
        for index in selected(bits) {
            if let Some((packet, before)) = packet(&batch, index) {
                if encoder.takes_over(batch.link_type, &packet, before) {
                    let record = batch.data.get(before.len() - 16..before.len() + packet.bytes.len());
                    self.buffer.extend_from_slice(record.unwrap_or_default());
                } else {
                    encoder.push(batch.link_type, &packet, &mut self.buffer)?;
                }
            }
        }
        Ok(())
    }

    /// The first input decides what the header says.
    fn begin(&mut self, link_type: u32) {
        if self.encoder.is_some() {
            return;
        }
        let mut preamble = self.preamble.unwrap_or(Preamble { link_type, snapshot: 256 << 10, nanoseconds: false });
        if self.several {
            preamble = Preamble { link_type, snapshot: preamble.snapshot.max(256 << 10), nanoseconds: preamble.nanoseconds };
        }
        let mut encoder = Encoder::new(self.format, preamble);
        encoder.begin(&mut self.buffer);
        self.encoder = Some(encoder);
    }

    pub fn know(&mut self, preamble: Option<Preamble>) {
        self.preamble = self.preamble.or(preamble);
    }

    /// Hands out what has gathered.
    pub fn write(&mut self) -> Result<(), SelectionError> {
        if let Some(out) = self.out.as_mut().filter(|_| !self.buffer.is_empty()) {
            out.write_all(&self.buffer).map_err(SelectionError::Write)?;
        }
        self.buffer.clear();
        Ok(())
    }

    /// The inputs are at their end: a capture without packets still has a header.
    pub fn finish(mut self) -> Result<Summary, SelectionError> {
        const ETHERNET: u32 = 1;
        if self.out.is_some() {
            self.begin(self.preamble.map_or(ETHERNET, |preamble| preamble.link_type));
            self.write()?;
        }
        if let Some(out) = &mut self.out {
            out.flush().map_err(SelectionError::Write)?;
        }
        Ok(self.summary)
    }

    pub fn damaged(&mut self, input: usize, damage: Vec<Damage>) {
        for Damage { packets, at, length, reason, detail, .. } in damage {
            let truncated = reason == RejectReason::Truncated;
            self.lost(Loss { input, at, length: Some(length), truncated, detail: format!("behind {packets} packets: {detail}") });
        }
    }

    pub fn undecoded(&mut self, input: usize, damage: Option<Damaged>) {
        if let Some(Damaged { at, coding, detail }) = damage {
            self.lost(Loss { input, at, length: None, truncated: false, detail: format!("{coding}: {detail}") });
        }
    }

    fn lost(&mut self, loss: Loss) {
        if self.summary.losses.len() < TOLD {
            self.summary.losses.push(loss);
        } else {
            self.summary.more_losses += 1;
        }
    }

    pub fn warn(&mut self, warnings: Vec<String>) {
        for warning in warnings {
            if !self.summary.warnings.contains(&warning) {
                self.summary.warnings.push(warning);
            }
        }
    }
}

/// Places of the bits that are set.
fn selected(bits: &[u8]) -> impl Iterator<Item = usize> {
    bits.iter().enumerate().flat_map(|(byte, bits)| {
        let mut rest = *bits;
        std::iter::from_fn(move || {
            let place = rest.trailing_zeros() as usize;
            rest &= rest.wrapping_sub(1);
            (place < 8).then_some(byte * 8 + place)
        })
    })
}
