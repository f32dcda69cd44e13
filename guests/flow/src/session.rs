//! One file, from bytes cut anywhere to rows: header, blocks, records.
//!
//! A block's rows are handed out over as many calls as they need; the input counts as done when its block is.

use weir_sdk::{Output, ParseError, SavedState, StreamBuffer, log};

use crate::block::{FRAME, Frame, Kind};
use crate::compression::{Compression, MAX_BLOCK};
use crate::damage::Damage;
use crate::header::Header;
use crate::known::Known;
use crate::order::{Big, Little};
use crate::reading::{Open, Reading};
use crate::rejects::Rejects;
use crate::rows::Rows;
use crate::settings::Settings;
use crate::skipped::Skipped;
use crate::state::{self, State};

/// Decompressed bytes after which a call gives what it has: some hundred bytes may become a block of 5 MiB that holds nothing.
const MAX_WORK: usize = 32 << 20;

/// The parse of one file.
#[derive(Debug)]
pub struct Session {
    rows: Rows,
    buffer: StreamBuffer,
    done_to: u64,
    header: Option<Header>,
    blocks: u32,
    known: Known,
    /// What was known before the block that is open, once it taught something.
    before: Option<Known>,
    open: Option<Open>,
    plain: Vec<u8>,
    /// Bytes that this call decompressed.
    work: usize,
    /// Where nothing more can be read, and why.
    lost: Option<(u64, Damage)>,
    rejects: Rejects,
    skipped: Skipped,
}

impl Session {
    /// Starts at the beginning of a file, or behind what `state` was learned from.
    pub fn new(settings: &Settings, state: Option<State>) -> Self {
        let State { header, blocks, known } = state.unwrap_or_default();
        Self {
            rows: Rows::new(settings),
            buffer: StreamBuffer::default(),
            done_to: 0,
            header,
            blocks,
            known,
            before: None,
            open: None,
            plain: Vec::new(),
            work: 0,
            lost: None,
            rejects: Rejects::default(),
            skipped: Skipped::default(),
        }
    }

    /// Takes the next bytes of the file.
    ///
    /// # Errors
    /// When the file is no nfcapd file.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<Output, ParseError> {
        self.buffer.push(chunk);
        while !self.is_full() && self.step()? {}
        Ok(self.output())
    }

    /// The file has ended.
    ///
    /// # Errors
    /// When the file is no nfcapd file.
    pub fn finish(&mut self) -> Result<Output, ParseError> {
        while !self.is_full() && self.step()? {}
        if !self.is_full() {
            self.end();
        }
        Ok(self.output())
    }

    /// What was learned before the input that is done.
    pub fn save(&self) -> Option<SavedState> {
        let known = self.before.as_ref().unwrap_or(&self.known);
        self.header.map(|header| state::write(header, self.blocks, known))
    }

    fn is_full(&self) -> bool {
        self.rows.is_full() || self.rejects.is_full() || self.open.is_none() && self.work >= MAX_WORK
    }

    fn output(&mut self) -> Output {
        let more = self.is_full();
        self.work = 0;
        let (rows, columns) = self.rows.take();
        // Some rows of an open block are handed out and others are not: done_to waits for its end.
        if self.open.is_none() {
            self.done_to = self.lost.map_or(self.buffer.position(), |(at, _)| at);
        }
        Output { rows, columns, rejects: self.rejects.take(), done_to: self.done_to, more }
    }

    /// One header, one frame, or records of one block; false: more input is needed.
    fn step(&mut self) -> Result<bool, ParseError> {
        if self.lost.is_some() {
            self.buffer.consume(self.buffer.bytes().len());
            return Ok(false);
        }
        match self.header {
            None => self.read_header(),
            Some(header) if self.open.is_some() => Ok(self.read_records(header)),
            Some(header) => Ok(self.read_frame(header)),
        }
    }

    fn read_header(&mut self) -> Result<bool, ParseError> {
        let parsed = Header::parse(self.buffer.bytes()).map_err(|foreign| ParseError::WrongFormat(foreign.to_string()))?;
        let Some((header, size)) = parsed else { return Ok(false) };
        self.header = Some(header);
        self.buffer.consume(size);
        Ok(true)
    }

    fn read_frame(&mut self, header: Header) -> bool {
        let Some((frame, rest)) = self.buffer.bytes().split_first_chunk::<FRAME>() else { return false };
        let frame = match header.big_endian {
            true => Frame::parse::<Big>(frame),
            false => Frame::parse::<Little>(frame),
        };
        match frame {
            Ok(frame) if rest.len() < frame.size => false,
            Ok(frame) => {
                self.blocks = self.blocks.saturating_add(1);
                self.open_block(frame, header);
                true
            }
            Err(damage) => {
                self.lost = Some((self.buffer.position(), damage));
                true
            }
        }
    }

    fn open_block(&mut self, frame: Frame, header: Header) {
        match frame.kind {
            Kind::Records => match self.decompress(frame, header) {
                Ok(open) if open.compressed => self.open_compressed(open, header),
                Ok(open) => self.open = Some(open),
                Err(damage) => self.refuse(frame, damage),
            },
            Kind::Array => {
                self.skipped.arrays += 1;
                self.buffer.consume(FRAME + frame.size);
            }
            Kind::Unknown => self.refuse(frame, Damage::BlockKind(frame.id)),
        }
    }

    /// What is damaged has no place of its own in the compressed bytes, so the block can only be kept whole: then none of its flows may become rows, or
    /// whoever reads the block again would have them twice. What it teaches of other blocks is taken all the same.
    fn open_compressed(&mut self, open: Open, header: Header) {
        let skipped = self.skipped;
        let mut whole = open;
        self.walk::<false>(&mut whole, header);
        if let Some(wounds) = whole.wounds {
            self.rejects.push_block(self.buffer.position(), open.stored as u64, wounds);
            return self.close(&open);
        }
        self.skipped = skipped;
        if let Some(before) = &self.before {
            self.known = before.clone();
        }
        self.open = Some(open);
    }

    fn refuse(&mut self, frame: Frame, damage: Damage) {
        let length = FRAME + frame.size;
        self.rejects.push(self.buffer.position(), length as u64, damage);
        self.buffer.consume(length);
    }

    fn decompress(&mut self, frame: Frame, header: Header) -> Result<Open, Damage> {
        let compressed = header.compression != Compression::None && !frame.stored;
        let size = if compressed {
            let stored = self.buffer.bytes().get(FRAME..FRAME + frame.size).unwrap_or_default();
            let size = header.compression.undo(stored, &mut self.plain);
            // What is wrong at its end has cost as much as what is right.
            self.work += size.unwrap_or(MAX_BLOCK);
            size.map_err(Damage::Compressed)?
        } else {
            frame.size
        };
        Ok(Open { stored: FRAME + frame.size, size, compressed, at: 0, left: frame.records, wounds: None })
    }

    /// Reads records until the block ends or enough wait to be handed out.
    fn read_records(&mut self, header: Header) -> bool {
        let Some(mut open) = self.open.take() else { return true };
        if self.walk::<true>(&mut open, header) {
            self.close(&open);
        } else {
            self.open = Some(open);
        }
        true
    }

    fn close(&mut self, open: &Open) {
        self.buffer.consume(open.stored);
        self.before = None;
    }

    fn walk<const ROWS: bool>(&mut self, open: &mut Open, header: Header) -> bool {
        let bytes = match open.compressed {
            true => self.plain.get(..open.size),
            false => self.buffer.bytes().get(FRAME..FRAME + open.size),
        };
        let mut reading = Reading {
            bytes: bytes.unwrap_or_default(),
            place: self.buffer.position() + FRAME as u64,
            header,
            known: &mut self.known,
            before: &mut self.before,
            rows: &mut self.rows,
            rejects: &mut self.rejects,
            skipped: &mut self.skipped,
        };
        match header.big_endian {
            true => reading.walk::<Big, ROWS>(open),
            false => reading.walk::<Little, ROWS>(open),
        }
    }

    /// What is left when nothing more comes: a cut header or block, or everything behind a place where the way was lost.
    fn end(&mut self) {
        let (at, left) = (self.buffer.position(), self.buffer.bytes());
        let damage = match (self.header, left.get(4..8).and_then(|size| size.first_chunk())) {
            (None, _) => Damage::HeaderCut,
            (Some(header), Some(size)) => {
                let size = if header.big_endian { u32::from_be_bytes(*size) } else { u32::from_le_bytes(*size) };
                Damage::BlockCut(left.len(), FRAME.saturating_add(size as usize))
            }
            _ => Damage::BlockCut(left.len(), FRAME),
        };
        if !left.is_empty() {
            self.rejects.push(at, left.len() as u64, damage);
        }
        if let Some((from, damage)) = self.lost.take() {
            self.rejects.push(from, at - from, damage);
        }
        self.buffer.consume(left.len());
        self.report();
    }

    fn report(&mut self) {
        let expected = self.header.map_or(0, |header| header.blocks);
        if self.blocks < expected {
            log::warn(&format!("the file holds {} blocks, its header says {expected}", self.blocks));
        }
        std::mem::take(&mut self.skipped).report();
    }
}
