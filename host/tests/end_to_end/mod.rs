//! Tests of the real `weir` on real files.

mod compressed;
mod crash;
mod directory;
mod hostile;
mod packets;
pub mod program;
mod table;
