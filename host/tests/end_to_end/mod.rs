//! Tests of the real `weir` on real files.

mod crash;
mod directory;
mod hostile;
pub mod program;
mod table;
