//! Tests of the real `weir` on real files.

mod carry;
mod compressed;
pub mod crash;
mod directory;
mod head;
mod hostile;
mod memory;
mod packets;
mod parallel;
pub mod program;
mod quarantine;
mod replay;
pub mod rows;
mod sharing;
mod stop;
mod stream;
pub mod table;
mod trouble;
