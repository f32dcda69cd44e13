//! What a file or a stream holds once its compression is taken off, whatever it is called.
//!
//! Files are read in large pieces into one buffer, and not mapped. A file that shrinks while it is mapped ends the process, and mapping does not even
//! pay: over a capture of 490 MB and 1.2 million packets in the page cache, framing and a filter took 45 ms of a processor from a buffer of 512 KiB
//! that the caches hold, 130 ms from a map (page faults), and 128 ms in `tcpdump --count udp`. `examples/capture_read.rs` measures it again.

mod coding;
mod input;
mod positioned;

pub use coding::Coding;
pub use input::{Content, Damaged};
pub use positioned::Positioned;
