//! Hadoop sequence files of packets, version 6, as Apache Metron stores them: a header, then records of a key (nanoseconds since 1970, big-endian) and
//! a value, which is a little capture: a file header of pcap, a record header, the packet. Before a record may stand a mark: -1 and sixteen bytes that
//! the header names. Behind damage, reading goes on at the next mark.

use super::classic::{Classic, HEADER as CAPTURE_HEADER};
use super::damage::Cause;
use super::preamble::Preamble;
use super::record::{LARGEST_PACKET, Packet, Record};

const MAGIC: &[u8] = b"SEQ";
const VERSION: u8 = 6;
const LONG_KEY: &[u8] = b"org.apache.hadoop.io.LongWritable";
/// Of Metron's own sample: the key is then a number without a meaning.
const INT_KEY: &[u8] = b"org.apache.hadoop.io.IntWritable";
const VALUE: &[u8] = b"org.apache.hadoop.io.BytesWritable";
/// Bytes of a mark: the escape and sixteen bytes of the file's own.
pub(super) const MARK: usize = 20;
/// Bytes that a header may have: class names and metadata are short.
const LONGEST_HEADER: usize = 64 << 10;
/// Length of the record, length of the key.
const LENGTHS: usize = 8;
/// The value's own length.
const COUNT: usize = 4;
const RECORD_HEADER: usize = 16;

/// What a sequence file's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sequence {
    /// The escape included.
    pub mark: [u8; MARK],
    key: Key,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Nanoseconds,
    Number,
}

/// The head of a sequence file, as far as it is there.
pub(super) enum Start {
    Sequence { sequence: Sequence, size: usize },
    Bad(Cause),
    Needs { size: usize },
}

impl Sequence {
    #[inline]
    pub fn begins(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    pub fn start(bytes: &[u8]) -> Start {
        let mut fields = Fields { rest: bytes.get(MAGIC.len()..).unwrap_or_default() };
        match Self::fields(&mut fields) {
            Ok(sequence) => Start::Sequence { sequence, size: bytes.len() - fields.rest.len() },
            Err(Ended::Wrong(cause)) => Start::Bad(cause),
            Err(Ended::Missing) if bytes.len() >= LONGEST_HEADER => {
                Start::Bad(Cause::malformed(format!("a sequence file's header of more than {LONGEST_HEADER} bytes")))
            }
            Err(Ended::Missing) => Start::Needs { size: bytes.len() + 1 },
        }
    }

    fn fields(fields: &mut Fields<'_>) -> Result<Self, Ended> {
        let [version] = fields.array()?;
        if version != VERSION {
            return unsupported(format!("version {version} of sequence files, expected {VERSION}"));
        }
        let key = match fields.text()? {
            LONG_KEY => Key::Nanoseconds,
            INT_KEY => Key::Number,
            other => return unsupported(format!("keys of class {}, expected LongWritable", String::from_utf8_lossy(other))),
        };
        let value = fields.text()?;
        if value != VALUE {
            return unsupported(format!("values of class {}, expected BytesWritable", String::from_utf8_lossy(value)));
        }
        if fields.array::<2>()? != [0, 0] {
            return unsupported("a compressed sequence file: packet stores are not compressed".to_owned());
        }
        for _ in 0..u32::from_be_bytes(fields.array()?) {
            fields.text()?;
            fields.text()?;
        }
        let marker: [u8; 16] = fields.array()?;
        let mut mark = [0xff; MARK];
        mark.iter_mut().skip(4).zip(marker).for_each(|(place, byte)| *place = byte);
        Ok(Self { mark, key })
    }

    /// What lies at the head of `bytes`.
    pub fn record(&self, bytes: &[u8]) -> Record {
        let Some(length) = number(bytes, 0) else { return Record::Needs { size: 4 } };
        if length == u32::MAX {
            return self.mark_at(bytes);
        }
        let Some(key_length) = number(bytes, 4) else { return Record::Needs { size: LENGTHS } };
        let expected: u32 = if self.key == Key::Nanoseconds { 8 } else { 4 };
        if key_length != expected || length < key_length + COUNT as u32 || length > LARGEST_PACKET {
            return Record::Lost(Cause::malformed(format!(
                "a record of {length} bytes with a key of {key_length}, expected a key of {expected}"
            )));
        }
        let size = LENGTHS + length as usize;
        match bytes.get(LENGTHS..size) {
            Some(body) => self.packet(body, size).map_or_else(|cause| Record::Bad { size, cause }, Record::Packet),
            None => Record::Needs { size },
        }
    }

    fn mark_at(&self, bytes: &[u8]) -> Record {
        match bytes.get(..MARK) {
            Some(found) if found == self.mark => Record::Other { size: MARK },
            Some(_) => Record::Lost(Cause::malformed("a mark that is not this file's")),
            None => Record::Needs { size: MARK },
        }
    }

    fn packet(&self, body: &[u8], size: usize) -> Result<Packet, Cause> {
        let missing = || Cause::malformed(format!("a value of {} bytes holds no packet", body.len()));
        let key_length = if self.key == Key::Nanoseconds { 8 } else { 4 };
        let value = body.get(key_length..).ok_or_else(missing)?;
        let count = number(value, 0).ok_or_else(missing)? as usize;
        let capture = value.get(COUNT..).filter(|capture| capture.len() == count).ok_or_else(|| {
            Cause::malformed(format!("a value that says it has {count} bytes, and has {}", value.len().saturating_sub(COUNT)))
        })?;
        let header = Classic::header(capture).ok_or_else(|| Cause::malformed("a value that is no capture"))??;
        let record = capture.get(CAPTURE_HEADER..).ok_or_else(missing)?;
        let stored = record.len().checked_sub(RECORD_HEADER).ok_or_else(missing)?;
        let written = header.stored(record).ok_or_else(missing)?;
        let time = match (self.key, body.first_chunk()) {
            (Key::Nanoseconds, Some(key)) => i64::try_from(u64::from_be_bytes(*key)).unwrap_or(i64::MAX),
            _ => written.time,
        };
        let captured = u32::try_from(stored).unwrap_or(u32::MAX).min(written.captured);
        let offset = LENGTHS + key_length + COUNT + CAPTURE_HEADER + RECORD_HEADER;
        Ok(Packet { link_type: written.link_type, time, offset, captured, length: written.length.max(captured), size })
    }

    /// What the first record's own header says.
    pub fn preamble(bytes: &[u8]) -> Option<Preamble> {
        let Start::Sequence { sequence, size } = Self::start(bytes) else { return None };
        let rest = bytes.get(size..)?;
        let key_length = if sequence.key == Key::Nanoseconds { 8 } else { 4 };
        Preamble::read(rest.get(LENGTHS + key_length + COUNT..)?)
    }
}

#[inline]
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

fn unsupported<T>(detail: String) -> Result<T, Ended> {
    Err(Ended::Wrong(Cause::unsupported(detail)))
}

enum Ended {
    /// Bytes are missing.
    Missing,
    Wrong(Cause),
}

struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    fn array<const SIZE: usize>(&mut self) -> Result<[u8; SIZE], Ended> {
        let (array, rest) = self.rest.split_first_chunk().ok_or(Ended::Missing)?;
        self.rest = rest;
        Ok(*array)
    }

    /// A text behind its length, which is one byte up to 127, or as many as the first byte is below -112.
    fn text(&mut self) -> Result<&'a [u8], Ended> {
        let [first] = self.array()?;
        let length = match first as i8 {
            length @ 0.. => usize::from(length.unsigned_abs()),
            -113 => usize::from(u8::from_be_bytes(self.array()?)),
            -114 => usize::from(u16::from_be_bytes(self.array()?)),
            _ => return Err(Ended::Wrong(Cause::malformed("a sequence file's header with a text that is too long"))),
        };
        let (text, rest) = self.rest.split_at_checked(length).ok_or(Ended::Missing)?;
        self.rest = rest;
        Ok(text)
    }
}
