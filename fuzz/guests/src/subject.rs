//! Sessions of both kinds of parser as one: what is fed is a slice, of bytes or of packets.

use weir_sdk::testing::{Captured, OwnedBatch};
use weir_sdk::{OpenError, Options, Output, PacketBatch, PacketParser, ParseError, SavedState, Schema, SourceFacts, StreamParser};

/// A session.
pub trait Subject: Sized {
    /// What input is made of.
    type Unit;

    /// Opens a session at the beginning, or from `state`.
    fn open(options: &Options, state: Option<&SavedState>) -> Result<Self, OpenError>;
    /// Of every output.
    fn schema(&self) -> Schema;
    /// Units from `at` in the source on, as many as [`at_once`](Self::at_once) allows; none: asks for rows that wait.
    fn feed(&mut self, units: &[Self::Unit], at: usize) -> Result<Output, ParseError>;
    /// The input is at its end.
    fn finish(&mut self) -> Result<Output, ParseError>;
    /// What was learned.
    fn save(&self) -> Option<SavedState>;
    /// How many of these may be fed in one call.
    fn at_once(units: &[Self::Unit]) -> usize;
}

/// A parser of bytes.
pub struct Stream<P>(P);

impl<P: StreamParser> Subject for Stream<P> {
    type Unit = u8;

    fn open(options: &Options, state: Option<&SavedState>) -> Result<Self, OpenError> {
        P::open(options, &SourceFacts::default(), state).map(Self)
    }

    fn schema(&self) -> Schema {
        self.0.schema()
    }

    fn feed(&mut self, units: &[u8], _: usize) -> Result<Output, ParseError> {
        self.0.feed(units)
    }

    fn finish(&mut self) -> Result<Output, ParseError> {
        self.0.finish()
    }

    fn save(&self) -> Option<SavedState> {
        self.0.save()
    }

    fn at_once(units: &[u8]) -> usize {
        units.len()
    }
}

/// A parser of packets.
pub struct Packets<P>(P);

impl<P: PacketParser> Subject for Packets<P> {
    type Unit = Captured;

    fn open(options: &Options, state: Option<&SavedState>) -> Result<Self, OpenError> {
        P::open(options, &SourceFacts::default(), state).map(Self)
    }

    fn schema(&self) -> Schema {
        self.0.schema()
    }

    fn feed(&mut self, units: &[Captured], at: usize) -> Result<Output, ParseError> {
        let batch = OwnedBatch::all(units, units.len()).pop().unwrap_or_default().numbered_from(at as u64);
        self.0.feed(if units.is_empty() { PacketBatch::NONE } else { batch.view() })
    }

    fn finish(&mut self) -> Result<Output, ParseError> {
        self.0.finish()
    }

    fn save(&self) -> Option<SavedState> {
        self.0.save()
    }

    /// A batch is of one link type.
    fn at_once(units: &[Captured]) -> usize {
        let first = units.first().map(|packet| packet.link_type);
        units.iter().take_while(|packet| Some(packet.link_type) == first).count()
    }
}
