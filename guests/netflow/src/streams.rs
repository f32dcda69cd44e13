//! IPFIX over TCP (RFC 7011, 10.4): messages one after the other, cut anywhere into segments.
//!
//! Segments are put into order within limits; where one is missing for too long, the stream goes on at the next segment that begins with a message.

use std::collections::BTreeMap;

use weir_sdk::layers::{Addresses, Tcp};
use weir_sdk::{OutOfBounds, Reader};

/// Connections at a time; the one that was silent for longest makes room.
const MAX_STREAMS: usize = 64;
/// Bytes that wait in one stream behind a missing segment.
const MAX_AHEAD: usize = 64 << 10;
/// Bytes of an IPFIX header.
const HEADER: usize = 16;

/// One direction of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Connection {
    /// Ends.
    pub addresses: Addresses,
    /// Source and destination port.
    pub ports: (u16, u16),
}

/// All streams.
#[derive(Debug, Default)]
pub struct Streams {
    all: BTreeMap<Connection, Stream>,
    clock: u64,
}

#[derive(Debug, Default)]
struct Stream {
    /// Number of the byte behind `bytes`.
    next: u32,
    /// What came in order and is no whole message yet.
    bytes: Vec<u8>,
    /// Segments that came too early, by how far behind `next` they began when they came.
    ahead: Vec<(u32, Vec<u8>)>,
    used: u64,
}

/// What a segment completed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Messages {
    /// Whole messages.
    pub whole: Vec<Vec<u8>>,
    /// Bytes were lost, or are no message.
    pub lost: bool,
}

impl Streams {
    /// Takes a segment.
    pub fn take(&mut self, connection: Connection, segment: &Tcp<'_>) -> Messages {
        self.clock += 1;
        if segment.syn() {
            self.all.remove(&connection);
        }
        if segment.payload.is_empty() {
            return Messages::default();
        }
        if !self.all.contains_key(&connection) {
            if !begins_message(segment.payload) {
                return Messages::default();
            }
            self.make_room();
        }
        let fresh = Stream { next: segment.sequence.wrapping_add(segment.syn().into()), ..Stream::default() };
        let stream = self.all.entry(connection).or_insert(fresh);
        stream.used = self.clock;
        stream.put(segment.sequence.wrapping_add(segment.syn().into()), segment.payload);
        let messages = stream.messages();
        if segment.fin() && stream.ahead.is_empty() || segment.rst() {
            self.all.remove(&connection);
        }
        messages
    }

    fn make_room(&mut self) {
        if self.all.len() >= MAX_STREAMS
            && let Some(oldest) = self.all.iter().min_by_key(|(_, stream)| stream.used).map(|(connection, _)| *connection)
        {
            self.all.remove(&oldest);
        }
    }

    /// Appends them for a saved state: count u32; each ends, ports u16, next u32, bytes, count of segments u32, each number u32 and bytes; bytes begin
    /// with their length u32.
    pub fn save(&self, out: &mut Vec<u8>) {
        let mut put = |number: u32| out.extend(number.to_le_bytes());
        put(self.all.len() as u32);
        for (connection, stream) in &self.all {
            connection.addresses.save(out);
            out.extend(connection.ports.0.to_le_bytes());
            out.extend(connection.ports.1.to_le_bytes());
            out.extend(stream.next.to_le_bytes());
            save_bytes(&stream.bytes, out);
            out.extend((stream.ahead.len() as u32).to_le_bytes());
            for (sequence, bytes) in &stream.ahead {
                out.extend(sequence.to_le_bytes());
                save_bytes(bytes, out);
            }
        }
    }

    /// Reads what [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// When the bytes end too early.
    pub fn restore(saved: &mut Reader<'_>) -> Result<Self, OutOfBounds> {
        let mut all = BTreeMap::new();
        for _ in 0..saved.u32_le()? {
            let connection = Connection { addresses: Addresses::restore(saved)?, ports: (saved.u16_le()?, saved.u16_le()?) };
            let mut stream = Stream { next: saved.u32_le()?, bytes: restore_bytes(saved)?, ..Stream::default() };
            for _ in 0..saved.u32_le()? {
                stream.ahead.push((saved.u32_le()?, restore_bytes(saved)?));
            }
            all.insert(connection, stream);
        }
        Ok(Self { all, clock: 0 })
    }
}

fn save_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend((bytes.len() as u32).to_le_bytes());
    out.extend(bytes);
}

fn restore_bytes(saved: &mut Reader<'_>) -> Result<Vec<u8>, OutOfBounds> {
    let length = saved.u32_le()?;
    saved.take(length as usize).map(<[u8]>::to_vec)
}

/// A header of IPFIX, and behind it a set of templates or data.
fn begins_message(bytes: &[u8]) -> bool {
    let number = |at: usize| bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u16::from_be_bytes(*bytes));
    number(0) == 10 && usize::from(number(2)) >= HEADER + 4 && !matches!(number(HEADER), 0 | 1 | 4..=255)
}

impl Stream {
    fn put(&mut self, sequence: u32, payload: &[u8]) {
        match sequence.wrapping_sub(self.next).cast_signed() {
            0 => self.append(payload),
            early if early > 0 => self.ahead.push((sequence, payload.to_owned())),
            late => self.append(payload.get(late.unsigned_abs() as usize..).unwrap_or_default()),
        }
        self.catch_up();
    }

    fn append(&mut self, payload: &[u8]) {
        self.bytes.extend_from_slice(payload);
        self.next = self.next.wrapping_add(payload.len() as u32);
    }

    /// Takes segments that came too early and now are due.
    fn catch_up(&mut self) {
        while let Some(at) = self.ahead.iter().position(|(sequence, _)| sequence.wrapping_sub(self.next).cast_signed() <= 0) {
            let (sequence, payload) = self.ahead.swap_remove(at);
            let known = self.next.wrapping_sub(sequence) as usize;
            self.append(payload.get(known..).unwrap_or_default());
        }
    }

    fn messages(&mut self) -> Messages {
        let mut messages = Messages::default();
        if self.ahead.iter().map(|(_, bytes)| bytes.len() + 64).sum::<usize>() > MAX_AHEAD {
            messages.lost = true;
            self.skip();
        }
        while let [0, 10, high, low, ..] = *self.bytes {
            let length = usize::from(u16::from_be_bytes([high, low]));
            if length < HEADER || self.bytes.len() < length {
                break;
            }
            messages.whole.push(self.bytes.drain(..length).collect());
        }
        if self.bytes.len() >= 4 && !matches!(*self.bytes, [0, 10, high, low, ..] if u16::from_be_bytes([high, low]) >= HEADER as u16) {
            messages.lost = true;
            self.bytes.clear();
        }
        messages
    }

    /// Goes on at the first segment that waits and begins with a message.
    fn skip(&mut self) {
        self.bytes.clear();
        let next = self.next;
        self.ahead.sort_by_key(|(sequence, _)| sequence.wrapping_sub(next));
        let first = self.ahead.iter().position(|(_, bytes)| begins_message(bytes));
        match first {
            Some(at) => {
                self.ahead.drain(..at);
                self.next = self.ahead.first().map_or(next, |(sequence, _)| *sequence);
            }
            None => {
                let (sequence, bytes) = self.ahead.pop().unwrap_or_default();
                self.next = sequence.wrapping_add(bytes.len() as u32);
                self.ahead.clear();
            }
        }
        self.catch_up();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message of 24 bytes.
    fn message(mark: u8) -> Vec<u8> {
        vec![0, 10, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 8, mark, mark, mark, mark]
    }

    fn take(streams: &mut Streams, sequence: u32, payload: &[u8]) -> Messages {
        let mut bytes = vec![0; 20];
        bytes[4..8].copy_from_slice(&sequence.to_be_bytes());
        bytes[12] = 0x50;
        bytes.extend(payload);
        let connection = Connection { addresses: Addresses::default(), ports: (1, 2) };
        streams.take(connection, &Tcp::parse(&bytes, 0).unwrap())
    }

    fn whole(messages: &[u8]) -> Messages {
        Messages { whole: messages.iter().map(|mark| message(*mark)).collect(), lost: false }
    }

    #[test]
    fn messages_are_whole_whatever_the_order_of_their_segments() {
        let stream: Vec<u8> = [1, 2, 3].into_iter().flat_map(message).collect();
        let mut streams = Streams::default();
        // The numbers of the bytes pass 2^32.
        let start = u32::MAX - 30;
        assert_eq!(take(&mut streams, start, &stream[..30]), whole(&[1]));
        assert_eq!(take(&mut streams, start.wrapping_add(50), &stream[50..]), whole(&[]));
        assert_eq!(take(&mut streams, start, &stream[..30]), whole(&[]));
        assert_eq!(take(&mut streams, start.wrapping_add(20), &stream[20..52]), whole(&[2, 3]));
    }

    #[test]
    fn a_stream_that_was_saved_goes_on_within_a_message() {
        let mut streams = Streams::default();
        take(&mut streams, 7, &message(1)[..20]);
        let mut saved = Vec::new();
        streams.save(&mut saved);
        let mut streams = Streams::restore(&mut Reader::new(&saved)).unwrap();
        assert_eq!(take(&mut streams, 27, &message(1)[20..]), whole(&[1]));
    }

    #[test]
    fn bytes_that_are_no_message_are_lost_and_the_next_message_is_found() {
        let mut streams = Streams::default();
        assert_eq!(take(&mut streams, 0, &message(1)), whole(&[1]));
        assert_eq!(take(&mut streams, 24, &[9; 24]), Messages { whole: vec![], lost: true });
        assert_eq!(take(&mut streams, 48, &message(2)), whole(&[2]));
    }

    #[test]
    fn a_segment_that_never_comes_costs_its_messages_alone() {
        let mut streams = Streams::default();
        assert_eq!(take(&mut streams, 0, &message(1)), whole(&[1]));
        let (mut found, mut lost) = (0, false);
        for at in 2..3000u32 {
            let messages = take(&mut streams, at * 24, &message(1));
            found += messages.whole.len();
            lost |= messages.lost;
        }
        assert_eq!((found, lost), (2998, true));
    }
}
