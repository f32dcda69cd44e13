//! Where rows go.

pub mod table;
