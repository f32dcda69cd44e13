//! A capture in pieces of some packets each, as `editcap -c` makes them: so several workers share it.

use std::io::{self, Read};
use std::sync::Arc;

use super::error::OriginalsError;
use super::hour::{Hour, second};
use super::staged::{Output, Staging};
use super::{Original, clean};
use crate::capture::{Encoder, Format, Preamble, Reader};
use crate::content::Content;
use crate::model::PacketBatch;

/// First bytes of a pcapng capture.
const PCAPNG: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// See the top of the file.
pub(super) struct Pieces<'a> {
    original: &'a Original<'a>,
    most: u64,
    number: u32,
    open: Option<Piece>,
}

/// A piece that is being written.
struct Piece {
    output: Output,
    encoder: Encoder,
    packets: u64,
}

impl<'a> Pieces<'a> {
    /// Of a file, with `most` packets in each.
    pub fn new(original: &'a Original<'a>, most: u64) -> Self {
        Self { original, most: most.max(1), number: 0, open: None }
    }

    /// Writes all pieces. False: the file is no capture, has no packets, or is damaged. It is kept whole then, so that nothing of it is lost.
    pub fn write(mut self, staging: &mut Staging<'_>) -> Result<bool, OriginalsError> {
        let Some((format, preamble)) = self.head().map_err(OriginalsError::Input)? else { return Ok(false) };
        let content = Content::of_file(Arc::clone(self.original.file)).map_err(OriginalsError::Input)?;
        let mut reader = Reader::new(content);
        loop {
            let room = self.most - self.open.as_ref().map_or(0, |piece| piece.packets);
            let Some(batch) = reader.next_packets(room).map_err(OriginalsError::Input)? else { break };
            if !self.take(&batch, (format, preamble), staging)? {
                return Ok(false);
            }
            if !reader.take_damage().is_empty() {
                return Ok(false);
            }
        }
        self.close(staging)?;
        let whole = reader.take_damage().is_empty() && reader.input().damage().is_none();
        Ok(whole && self.number > 0)
    }

    fn head(&self) -> io::Result<Option<(Format, Preamble)>> {
        let mut head = Vec::new();
        Content::of_file(Arc::clone(self.original.file))?.take(Preamble::MOST as u64).read_to_end(&mut head)?;
        let format = if head.starts_with(&PCAPNG) { Format::Pcapng } else { Format::Pcap };
        Ok(Preamble::read(&head).map(|preamble| (format, preamble)))
    }

    /// False: the packets do not go into one capture.
    fn take(&mut self, batch: &PacketBatch<'_>, head: (Format, Preamble), staging: &mut Staging<'_>) -> Result<bool, OriginalsError> {
        let Some(first) = batch.packet(0) else { return Ok(true) };
        let mut bytes = Vec::with_capacity(batch.data.len());
        let mut piece = match self.open.take() {
            Some(piece) => piece,
            None => self.begin(first.timestamp, head, &mut bytes, staging)?,
        };
        for packet in (0..batch.len()).filter_map(|index| batch.packet(index)) {
            if piece.encoder.push(batch.link_type, &packet, &mut bytes).is_err() {
                return Ok(false);
            }
        }
        piece.output.write(&bytes)?;
        piece.packets += batch.len() as u64;
        let is_full = piece.packets >= self.most;
        self.open = Some(piece);
        if is_full {
            self.close(staging)?;
        }
        Ok(true)
    }

    fn begin(
        &mut self,
        time: i64,
        (format, preamble): (Format, Preamble),
        bytes: &mut Vec<u8>,
        staging: &mut Staging<'_>,
    ) -> Result<Piece, OriginalsError> {
        let stem = self.original.name.split('.').next().unwrap_or_default();
        let name = clean(&format!("{stem}_spot_{:05}_{}.pcap", self.number, second(time)));
        self.number += 1;
        let mut encoder = Encoder::new(format, preamble);
        encoder.begin(bytes);
        Ok(Piece { output: staging.begin(&name, Hour::of_nanoseconds(time))?, encoder, packets: 0 })
    }

    fn close(&mut self, staging: &mut Staging<'_>) -> Result<(), OriginalsError> {
        self.open.take().map_or(Ok(()), |piece| staging.close(piece.output))
    }
}
