//! The packet store of Apache Metron: how its files are written, what they are called, and which of them a time range needs. Its files are read by
//! [`capture`](crate::capture), as captures are.

mod choice;
mod file_name;
mod listing;
mod outline;
mod pages;
mod sequence_writer;
mod time_order;

pub use choice::{Choice, choose};
pub use file_name::FileName;
pub use listing::list;
pub use outline::{Outline, Short};
pub use pages::{PageError, Pages};
pub use sequence_writer::SequenceWriter;
pub use time_order::{TimeOrder, Timed};
