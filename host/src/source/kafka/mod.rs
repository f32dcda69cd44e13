//! A topic of Kafka: its partitions come and go, and each gives its messages in order.
//!
//! Positions are the caller's: nothing is read before it says where to begin, and the group's offsets are committed as it says. So is the order of things
//! when a partition goes: the caller is told, ends what it does with it, and only then lets go.

mod client;
mod error;
mod message;
mod packet;
mod replay;
mod subscription;

pub use error::SubscriptionError;
pub use message::{Message, SentRows};
pub use packet::PacketMessage;
pub use replay::{Replay, ReplayFrom, ReplayedPacket};
pub use subscription::{Event, Subscription};
