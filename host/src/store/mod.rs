//! The packet store of Apache Metron: how its files are written, what they are called, and which of them a time range needs. Its files are read by
//! [`capture`](crate::capture), as captures are.

mod choice;
mod file_name;
mod sequence_writer;

pub use choice::{Choice, choose};
pub use file_name::FileName;
pub use sequence_writer::SequenceWriter;
