//! Tests of the real `weir` on real files.

mod crash;
mod directory;
mod hostile;
mod memory;
pub mod program;
mod quarantine;
mod sharing;
mod stop;
mod table;
mod trouble;
