//! Packets to a topic and back: captures, or what passes an interface, as the records that Apache Metron stores, and such records as a capture.

mod counts;
mod files;
#[cfg(feature = "live")]
mod live;
mod receive;
mod sender;

pub use counts::{Counts, Tally};
pub use files::{readable, send_file};
#[cfg(feature = "live")]
pub use live::send_live;
pub use receive::{Receiver, Taken, Unreadable};
pub use sender::{Sender, SensorError};
