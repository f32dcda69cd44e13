//! Where rows go.

pub mod kafka;
pub mod originals;
pub mod table;
