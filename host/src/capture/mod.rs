//! Finds the packets in a capture: classic pcap and pcapng, in every variant that libpcap reads, and sequence files of Apache Metron's packet store;
//! several captures one after the other included.
//!
//! A [`Framer`] looks at a stretch of bytes and says where packets lie; a [`Reader`] brings it the bytes, in order and each once. Neither copies a
//! packet: a [`PacketBatch`](crate::model::PacketBatch) is a stretch of the capture as it lies in the reader's buffer, with arrays beside it.
//! What cannot be read is [`Damage`]; packets before it are delivered, and those behind it where the format says without a guess where they begin:
//! - a pcapng block that is wrong inside, or too large to hold, is left out, for its length is known;
//! - a pcapng block whose own lengths contradict each other ends its section: reading goes on behind it if the section's header says how long it is;
//! - behind a record of a sequence file that cannot be true, reading goes on at the next mark of the file;
//! - a classic record that cannot be true ends the capture, as it does for libpcap: nothing in the format tells where the next one begins.
//!
//! Packets larger than the snapshot length of their capture are delivered whole, since the file holds them. Packets without a time (pcapng's simple
//! packet block) have the time 0, as in libpcap; times beyond what 64 bits of nanoseconds hold (1677 to 2262) become the nearest that they do.

mod batch;
mod classic;
mod damage;
mod framer;
mod headers;
mod interface;
mod order;
mod pcapng;
mod preamble;
mod reader;
mod record;
mod seam;
mod sequence;
mod writer;

pub use batch::Batch;
pub use damage::Damage;
pub use framer::{Framed, Framer};
pub use headers::{Headers, Stretch};
pub use preamble::Preamble;
pub use reader::Reader;
pub use seam::Seam;
pub use writer::{Encoder, Format, OtherLinkType};
