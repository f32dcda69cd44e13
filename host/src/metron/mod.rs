//! What weir shares with Apache Metron's packet capture: its Kafka record and its configuration.


mod packet;

mod record;


pub use packet::{HEADERS, LINK_TYPE, Malformed, ORIGINAL_LENGTH, PacketHeaders, ethernet, framed_time};

pub use record::{Granularity, Scheme};
