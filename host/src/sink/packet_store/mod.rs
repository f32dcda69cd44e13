//! Packets in sequence files, as Apache Metron's topology stores them, written exactly once.
//!
//! ```text
//! STORE/pcap_TOPIC_TIME_PARTITION_ID       a sequence file: keys are times, values captures of one packet
//! STORE/.weir/…                            records and files that are being written, as of a table
//! ```
//!
//! A file appears under its name whole, by the commit protocol of [`table`](super::table): a reader never meets half a packet. `TIME` is that of the
//! file's earliest packet, unsigned nanoseconds since 1970; where packets come in order that is its first one, as in Metron. No packet of a file is
//! earlier than its name says, and none is later by the time after which files are rolled.

mod file;
mod roll;
mod writer;

pub use writer::{Partition, StoreWriter};
