//! Tests of the real `weir` on real files.

mod crash;
mod directory;
mod table;
mod program;
