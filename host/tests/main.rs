//! Every integration test of the host, in one program.

#![expect(clippy::unwrap_used, reason = "what the tests call fails like a test")]

mod end_to_end;
mod sandbox;
mod table;
