//! Where rows go.

pub mod kafka;
pub mod table;
