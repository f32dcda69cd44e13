//! Tests of the real `weir` on real files.

mod crash;
mod directory;
pub mod program;
mod table;
