//! Where input comes from.

pub mod directory;
