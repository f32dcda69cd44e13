//! Tests of the real `weir` on real files.

mod crash;
mod directory;
mod hostile;
mod table;
pub mod program;
