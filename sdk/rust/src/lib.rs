//! What a module author starts from: implement [`StreamParser`], call [`stream_parser!`](crate::stream_parser), build for
//! `wasm32-unknown-unknown`, and weir loads the file. The same goes for [`PacketParser`] and [`PacketFilter`].
//!
//! Everything here also builds natively, so that a module's logic is tested with plain `cargo test`; the glue to the contract
//! (`wit/weir-ingest.wit`) exists only in the wasm build.

mod address;
mod buffer;
mod cells;
mod columns;
mod describe;
mod distinct;
mod filter;
#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod glue;
pub mod layers;
pub mod log;
mod options;
mod output;
mod packets;
mod parser;
mod reader;
mod schema;
pub mod testing;

pub use address::{write_ipv4, write_ipv6};
pub use buffer::StreamBuffer;
pub use cells::{ByteTextCells, DistinctTexts, NumberCells, TextCells};
pub use columns::{Binary, Booleans, Bytes, Column, Dictionary, Lists, Number, Numbers, Texts, Values};
pub use describe::{Description, OptionSpec, OptionValue, SourceFacts};
pub use filter::{Key, Needs, PacketFilter, Selection};
pub use options::Options;
pub use output::{Output, Reject, RejectReason};
pub use packets::{Packet, PacketBatch};
pub use parser::{OpenError, PacketParser, ParseError, SavedState, StreamParser};
pub use reader::{OutOfBounds, Reader};
pub use schema::{DataType, EventTime, Field, Schema, TimeUnit};
