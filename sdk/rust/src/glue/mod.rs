//! From the traits of this crate to the exports of the contract. Each kind of module has a world, and each world a feature.

mod conversions;
#[cfg(feature = "packet-filter")]
pub mod packet_filter;
#[cfg(feature = "packet-parser")]
pub mod packet_parser;
#[cfg(feature = "stream-parser")]
pub mod stream_parser;
