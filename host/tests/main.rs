//! Every integration test of the host, in one program.

#![expect(clippy::unwrap_used, reason = "what the tests call fails like a test")]

mod command_line;
mod end_to_end;
mod table;
