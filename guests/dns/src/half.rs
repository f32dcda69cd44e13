//! What one end of a TCP connection sends.

use weir_sdk::layers::Tcp;

use crate::damage::Damage;
use crate::frame::Frame;

/// Bytes behind a gap after which it is given up: more than the longest message and a window of usual size.
const MAX_HELD_BYTES: usize = 256 << 10;
/// Segments behind a gap after which it is given up.
const MAX_HELD: usize = 256;
/// What a held segment costs beside its bytes.
const OVERHEAD: usize = 160;
/// A segment farther away than any window is of another connection that has the same ports.
const MAX_DISTANCE: u32 = 1 << 24;
/// The least that a message has.
const HEADER: u16 = 12;

/// Takes a message and the packet that completed it, or what could not be read of a packet.
pub type Out<'o> = dyn FnMut(&Frame, Result<&[u8], Damage>) + 'o;

/// Where messages, and what is no message, go.
pub struct Sink<'s> {
    /// A message and the packet that completed it, or what could not be read of a packet.
    pub out: &'s mut Out<'s>,
    /// Messages of which a part never came.
    pub incomplete: &'s mut u64,
}

/// What one end of a connection sends.
#[derive(Debug, Default)]
pub struct Half {
    /// Number of the byte that comes next; `None`: where the next segment begins.
    pub(crate) next: Option<u32>,
    /// The next byte is known to begin a message, or to go on with `partial`; else a segment must look as if it did.
    pub(crate) synced: bool,
    /// The beginning of a message, its length included.
    pub(crate) partial: Vec<u8>,
    /// Segments behind a gap, nearest first.
    pub(crate) held: Vec<Held>,
    pub(crate) fin: bool,
}

/// A segment behind a gap.
#[derive(Debug)]
pub struct Held {
    pub(crate) sequence: u32,
    pub(crate) missing: u32,
    pub(crate) frame: Frame,
    pub(crate) bytes: Vec<u8>,
}

impl Half {
    /// Bytes that wait.
    pub fn waiting(&self) -> usize {
        self.partial.len() + self.held.iter().map(|held| held.bytes.len() + OVERHEAD).sum::<usize>()
    }

    /// Everything was sent and read.
    pub fn is_closed(&self) -> bool {
        self.fin && self.held.is_empty()
    }

    /// Takes a segment.
    pub fn push(&mut self, frame: &Frame, tcp: &Tcp<'_>, sink: &mut Sink<'_>) {
        let mut sequence = tcp.sequence;
        if tcp.syn() {
            sequence = sequence.wrapping_add(1);
            // A SYN that comes twice begins nothing anew.
            if self.next != Some(sequence) {
                self.give_up_all(sink);
                *self = Self { next: Some(sequence), synced: true, ..Self::default() };
            }
        }
        if !tcp.payload.is_empty() || tcp.missing > 0 {
            self.place(frame, sequence, tcp.payload, tcp.missing as u32, sink);
        }
        if tcp.fin() || tcp.rst() {
            self.fin = true;
            self.give_up_all(sink);
        }
    }

    /// The other end has everything before `number`: what of it has not come is not in the capture.
    pub fn acknowledged(&mut self, number: u32, sink: &mut Sink<'_>) {
        while self.held.first().is_some_and(|held| before(held.sequence, number)) {
            self.give_up_gap(sink);
        }
    }

    /// Nothing more comes.
    pub fn finish(&mut self, sink: &mut Sink<'_>) {
        self.give_up_all(sink);
        *sink.incomplete += u64::from(!self.partial.is_empty());
    }

    fn place(&mut self, frame: &Frame, sequence: u32, payload: &[u8], missing: u32, sink: &mut Sink<'_>) {
        let next = *self.next.get_or_insert(sequence);
        let (ahead, behind) = (sequence.wrapping_sub(next), next.wrapping_sub(sequence));
        if ahead.min(behind) > MAX_DISTANCE {
            self.give_up_all(sink);
            self.lose_partial(sink);
            self.next = Some(sequence);
            return self.read(frame, payload, missing, sink);
        }
        if ahead == 0 {
            self.read(frame, payload, missing, sink);
        } else if ahead < behind {
            return self.hold(frame, sequence, payload, missing, sink);
        } else if let Some(new) = payload.get(behind as usize..).filter(|new| !new.is_empty()) {
            self.read(frame, new, missing, sink);
        }
        self.read_held(sink);
    }

    fn hold(&mut self, frame: &Frame, sequence: u32, payload: &[u8], missing: u32, sink: &mut Sink<'_>) {
        let place = self.held.partition_point(|held| before(held.sequence, sequence));
        if self.held.get(place).is_some_and(|held| held.sequence == sequence && held.bytes.len() >= payload.len()) {
            return;
        }
        self.held.insert(place, Held { sequence, missing, frame: *frame, bytes: payload.to_vec() });
        let bytes: usize = self.held.iter().map(|held| held.bytes.len()).sum();
        if self.held.len() > MAX_HELD || bytes > MAX_HELD_BYTES {
            self.give_up_gap(sink);
        }
    }

    /// Reads what is no longer behind a gap.
    fn read_held(&mut self, sink: &mut Sink<'_>) {
        while let Some(next) = self.next
            && self.held.first().is_some_and(|held| !before(next, held.sequence))
        {
            let Held { sequence, missing, frame, bytes } = self.held.remove(0);
            let known = next.wrapping_sub(sequence) as usize;
            if let Some(new) = bytes.get(known..).filter(|new| !new.is_empty()) {
                self.read(&frame, new, missing, sink);
            }
        }
    }

    fn give_up_all(&mut self, sink: &mut Sink<'_>) {
        while !self.held.is_empty() {
            self.give_up_gap(sink);
        }
    }

    fn give_up_gap(&mut self, sink: &mut Sink<'_>) {
        let Some(held) = self.held.first() else { return };
        self.next = Some(held.sequence);
        self.lose_partial(sink);
        self.read_held(sink);
    }

    fn lose_partial(&mut self, sink: &mut Sink<'_>) {
        *sink.incomplete += u64::from(!self.partial.is_empty());
        self.partial.clear();
        self.synced = false;
    }

    /// The bytes that come next.
    fn read(&mut self, frame: &Frame, bytes: &[u8], missing: u32, sink: &mut Sink<'_>) {
        let length = (bytes.len() as u32).wrapping_add(missing);
        self.next = self.next.map(|next| next.wrapping_add(length));
        if !self.synced && !begins_message(bytes) {
            return (sink.out)(frame, Err(Damage::StreamLost));
        }
        self.synced = true;
        let read = if self.partial.is_empty() {
            messages(frame, bytes, sink).map(|rest| self.partial.extend_from_slice(rest))
        } else {
            self.partial.extend_from_slice(bytes);
            let buffer = std::mem::take(&mut self.partial);
            let rest = messages(frame, &buffer, sink).map(|rest| rest.len());
            rest.map(|rest| self.keep(buffer, rest))
        };
        if let Err(damage) = read {
            self.synced = false;
            (sink.out)(frame, Err(damage));
        }
        if missing > 0 {
            (sink.out)(frame, Err(Damage::Cut { captured: bytes.len(), length: length as usize }));
            self.partial.clear();
            self.synced = false;
        }
    }

    /// Keeps the last bytes of a buffer, in place.
    fn keep(&mut self, mut buffer: Vec<u8>, rest: usize) {
        buffer.drain(..buffer.len() - rest);
        self.partial = buffer;
    }
}

/// Hands out all whole messages, and gives what is left.
fn messages<'a>(frame: &Frame, mut bytes: &'a [u8], sink: &mut Sink<'_>) -> Result<&'a [u8], Damage> {
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let length = u16::from_be_bytes(*length);
        if length < HEADER {
            return Err(Damage::StreamLength(length));
        }
        let Some((message, rest)) = rest.split_at_checked(length.into()) else { break };
        (sink.out)(frame, Ok(message));
        bytes = rest;
    }
    Ok(bytes)
}

/// It may be a length and a DNS header: an opcode and rcode that exist, the reserved bit 0, no more than a few questions.
fn begins_message(bytes: &[u8]) -> bool {
    match *bytes {
        [l0, l1, _, _, f0, f1, q0, q1, ..] => {
            let opcode = f0 >> 3 & 15;
            u16::from_be_bytes([l0, l1]) >= HEADER && opcode <= 6 && f1 & 0x40 == 0 && u16::from_be_bytes([q0, q1]) <= 4
        }
        [l0, l1, ..] => u16::from_be_bytes([l0, l1]) >= HEADER,
        _ => true,
    }
}

/// One number comes before another, round the end of the numbers.
fn before(one: u32, other: u32) -> bool {
    one != other && other.wrapping_sub(one) < 1 << 31
}
