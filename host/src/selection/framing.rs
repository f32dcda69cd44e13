//! Finds the packets of a piece, with what the pieces before it left.

use super::chunk::Chunk;
use super::found::Found;
use crate::capture::{Damage, Framer, Preamble};

/// Packets of a batch at most: what a module looks at of them stays in the caches.
const PACKETS: usize = 4096;

/// What goes from piece to piece.
#[derive(Debug, Default)]
pub(super) struct Framing {
    framer: Framer,
    left: Vec<u8>,
    /// Of the first input that says something.
    pub preamble: Option<Preamble>,
}

/// The packets of a piece.
#[derive(Debug, Default)]
pub(super) struct Framed {
    found: Vec<Found>,
    /// So many of them are in use.
    count: usize,
    pub damage: Vec<Damage>,
    pub preamble: Option<Preamble>,
}

impl Framing {
    /// Begins another input.
    pub fn begin(&mut self, chunk: &Chunk) {
        self.framer = Framer::default();
        self.left.clear();
        if self.preamble.is_none() {
            self.preamble = Preamble::read(chunk.bytes());
        }
    }

    pub fn frame(&mut self, chunk: &mut Chunk, last: bool, framed: &mut Framed) {
        chunk.prepend(&self.left);
        framed.count = 0;
        let bytes = chunk.bytes();
        let mut done = 0;
        loop {
            let rest = bytes.get(done..).unwrap_or_default();
            let before = self.framer.packets();
            let step = self.framer.frame(rest, last, PACKETS);
            if self.framer.packets() > before {
                framed.keep(&mut self.framer, done);
            }
            done += step.consumed;
            if done == bytes.len() || step.needs > 0 && !last {
                break;
            }
        }
        self.left.clear();
        self.left.extend_from_slice(bytes.get(done..).unwrap_or_default());
        framed.damage = self.framer.take_damage();
        framed.preamble = self.preamble;
    }
}

impl Framed {
    fn keep(&mut self, framer: &mut Framer, start: usize) {
        if self.count == self.found.len() {
            self.found.push(Found::default());
        }
        if let Some(found) = self.found.get_mut(self.count) {
            found.take(framer, start);
            self.count += 1;
        }
    }

    pub fn batches(&self) -> &[Found] {
        self.found.get(..self.count).unwrap_or_default()
    }
}
