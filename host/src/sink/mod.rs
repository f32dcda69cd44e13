//! Where rows go.

pub mod kafka;
pub mod originals;
pub mod packet_store;
pub mod table;
