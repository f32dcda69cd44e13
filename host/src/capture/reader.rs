//! Brings a framer the bytes of a capture.

use std::io::{self, Read};

use super::batch::PACKETS;
use super::damage::Damage;
use super::framer::Framer;
use crate::model::PacketBatch;

/// Bytes held at once, unless one record is larger: the size of a batch, which a processor's caches hold while it is used.
const WINDOW: usize = 512 << 10;

/// A capture that is read once, from its first byte to its last. Memory is bounded by the largest record that is taken (17 MiB).
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    framer: Framer,
    window: Vec<u8>,
    /// What of the window is filled, and of that, what is done.
    filled: usize,
    done: usize,
    at_end: bool,
    ended: bool,
}

impl<R: Read> Reader<R> {
    /// Starts at the first byte.
    pub fn new(input: R) -> Self {
        Self { input, framer: Framer::default(), window: vec![0; WINDOW], filled: 0, done: 0, at_end: false, ended: false }
    }

    /// The next packets; `None` at the end.
    ///
    /// # Errors
    /// Of reading.
    pub fn next_batch(&mut self) -> io::Result<Option<PacketBatch<'_>>> {
        self.next_packets(u64::MAX)
    }

    /// The next packets, `most` or fewer; `None` at the end, or when none are wanted.
    ///
    /// # Errors
    /// Of reading.
    pub fn next_packets(&mut self, most: u64) -> io::Result<Option<PacketBatch<'_>>> {
        let most = usize::try_from(most).unwrap_or(PACKETS).min(PACKETS);
        if most == 0 {
            return Ok(None);
        }
        let Some(from) = self.advance(most)? else { return Ok(None) };
        Ok(Some(self.framer.batch(self.window.get(from..self.filled).unwrap_or_default())))
    }

    /// Passes over packets. Says how many there were, fewer at the end of the capture.
    ///
    /// # Errors
    /// Of reading.
    pub fn skip(&mut self, packets: u64) -> io::Result<u64> {
        let goal = self.packets().saturating_add(packets);
        let from = self.packets();
        while self.packets() < goal {
            let left = usize::try_from(goal - self.packets()).unwrap_or(usize::MAX);
            if self.advance(left.min(PACKETS))?.is_none() {
                break;
            }
        }
        Ok(self.packets() - from)
    }

    /// What could not be read since the last call, before the last packet or at the end of the capture. At most one between two packets.
    pub fn take_damage(&mut self) -> Vec<Damage> {
        self.framer.take_damage()
    }

    /// Packets found so far.
    pub fn packets(&self) -> u64 {
        self.framer.packets()
    }

    /// First byte of the capture that was not looked at.
    pub fn position(&self) -> u64 {
        self.framer.position()
    }

    /// Where the records of the packets lie that were delivered or passed over last: first byte, and first byte behind.
    pub fn extent(&self) -> (u64, u64) {
        self.framer.extent()
    }

    /// What the bytes come from.
    pub fn input(&self) -> &R {
        &self.input
    }

    /// Frames the next batch. Gives where in the window its bytes were looked for.
    fn advance(&mut self, most: usize) -> io::Result<Option<usize>> {
        while !self.ended {
            let (from, before) = (self.done, self.framer.packets());
            let bytes = self.window.get(from..self.filled).unwrap_or_default();
            let framed = self.framer.frame(bytes, self.at_end, most);
            self.done += framed.consumed;
            self.ended = self.at_end && self.done == self.filled;
            if self.framer.packets() > before {
                return Ok(Some(from));
            }
            if !self.ended {
                self.fill(framed.needs)?;
            }
        }
        Ok(None)
    }

    /// Moves what is left to the front, and reads until the window is full.
    fn fill(&mut self, needs: usize) -> io::Result<()> {
        self.window.copy_within(self.done..self.filled, 0);
        (self.filled, self.done) = (self.filled - self.done, 0);
        if needs > self.window.len() {
            self.window.resize(needs, 0);
        }
        while let Some(room) = self.window.get_mut(self.filled..).filter(|room| !room.is_empty()) {
            match self.input.read(room) {
                Ok(0) => {
                    self.at_end = true;
                    break;
                }
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
