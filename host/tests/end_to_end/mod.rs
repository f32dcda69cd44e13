//! Tests of the real `weir` on real files.

mod carry;
mod compressed;
mod crash;
mod directory;
mod head;
mod hostile;
mod memory;
mod packets;
pub mod program;
mod quarantine;
mod sharing;
mod stop;
pub mod table;
mod trouble;
