//! A buffer with room before its bytes, for the record that began in the piece before.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;

/// Bytes that are read at once: few calls of the system, and a core's caches still hold them when they are looked at.
pub(super) const PIECE: usize = 512 << 10;
/// Room for what is left of the piece before, as a rule.
const ROOM: usize = 64 << 10;

/// Bytes of an input that follow each other.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    bytes: Vec<u8>,
    start: usize,
}

impl Chunk {
    /// Reads a piece of a file. Fewer bytes than a piece: the file ends there.
    pub fn read_at(&mut self, file: &File, at: u64) -> io::Result<()> {
        self.fill(|room, done| file.read_at(room, at + done as u64))
    }

    /// Reads the next piece of a stream.
    pub fn read(&mut self, input: &mut impl Read) -> io::Result<()> {
        self.fill(|room, _| input.read(room))
    }

    fn fill(&mut self, mut read: impl FnMut(&mut [u8], usize) -> io::Result<usize>) -> io::Result<()> {
        self.start = ROOM;
        self.bytes.resize(ROOM + PIECE, 0);
        let mut done = 0;
        while let Some(room) = self.bytes.get_mut(ROOM + done..).filter(|room| !room.is_empty()) {
            match read(room, done) {
                Ok(0) => break,
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.bytes.truncate(ROOM + done);
        Ok(())
    }

    /// Puts what was left of the piece before to the front.
    pub fn prepend(&mut self, left: &[u8]) {
        if let Some(start) = self.start.checked_sub(left.len()) {
            self.start = start;
        } else {
            // A record that is larger than the room.
            let bytes = self.bytes.get(self.start..).unwrap_or_default();
            self.bytes = [left, bytes].concat();
            self.start = 0;
        }
        if let Some(room) = self.bytes.get_mut(self.start..self.start + left.len()) {
            room.copy_from_slice(left);
        }
    }

    /// What is in it.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// Less than a piece was read.
    pub fn is_last(&self) -> bool {
        self.bytes.len() < ROOM + PIECE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_stands_before_what_was_read_however_much_it_is() {
        for left in [0, 1, ROOM, ROOM + 1, 3 * PIECE] {
            let mut chunk = Chunk::default();
            chunk.read(&mut &[7_u8; 10][..]).unwrap();
            chunk.prepend(&vec![1; left]);
            assert_eq!(chunk.bytes(), [vec![1; left], vec![7; 10]].concat());
        }
    }

    #[test]
    fn an_input_of_exactly_one_piece_ends_with_an_empty_one() {
        let (whole, mut chunk) = (vec![1; PIECE], Chunk::default());
        let mut input = &whole[..];
        chunk.read(&mut input).unwrap();
        assert!(!chunk.is_last());
        chunk.read(&mut input).unwrap();
        assert!(chunk.is_last() && chunk.bytes().is_empty());
    }
}
