//! The workers of a pipeline, of the kind that its module is.

use super::seat::Seat;
use super::slot::Slot;
use crate::config::Limits;
use crate::model::{ModuleKind, TableSchema};
use crate::sandbox::{Packets, Parser, Streams, WrongKind};

/// Workers that have no instance yet.
pub enum Crew<'a> {
    /// Files are fed as bytes.
    Streams(Vec<Seat<'a, Streams>>),
    /// Files are captures.
    Packets(Vec<Seat<'a, Packets>>),
}

impl<'a> Crew<'a> {
    /// So many workers of a slot's module, whose sessions all have this schema.
    ///
    /// # Errors
    /// The module is no parser.
    pub fn new(slot: &'a Slot, limits: &Limits, schema: &TableSchema, count: usize) -> Result<Self, WrongKind> {
        Ok(match slot.current().module.kind() {
            ModuleKind::PacketParser => Self::Packets(seats(slot, limits, schema, count)?),
            ModuleKind::StreamParser | ModuleKind::PacketFilter => Self::Streams(seats(slot, limits, schema, count)?),
        })
    }
}

fn seats<'a, P: Parser>(slot: &'a Slot, limits: &Limits, schema: &TableSchema, count: usize) -> Result<Vec<Seat<'a, P>>, WrongKind> {
    (0..count).map(|_| Seat::new(slot, limits, schema)).collect()
}
