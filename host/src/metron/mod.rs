//! What weir shares with Apache Metron's packet capture: its Kafka record and its configuration.

mod convert;
mod packet;
mod properties;

mod record;

pub use convert::{Conversion, MetronError, Note, Wishes, convert};
pub use packet::{Framed, HEADERS, LINK_TYPE, Malformed, ORIGINAL_LENGTH, PacketHeaders, ethernet, framed};

pub use properties::Properties;
pub use record::{Granularity, Scheme};
