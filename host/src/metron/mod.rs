//! What weir shares with Apache Metron's packet capture: its Kafka record and its configuration.


mod packet;

mod record;


pub use packet::{Framed, HEADERS, LINK_TYPE, Malformed, ORIGINAL_LENGTH, PacketHeaders, ethernet, framed};

pub use record::{Granularity, Scheme};
