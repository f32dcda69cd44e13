//! Selects packets: captures in, a filter module asked of every packet, and what it selects counted or written, in the order of the input.
//!
//! Inputs are cut into pieces of a megabyte. Each thread reads a piece into a buffer of its own, waits for its turn to find the packets in it (where a
//! piece's first record begins is known only when the piece before it was looked through), filters them, and waits for its turn to hand out what was
//! selected. Of these steps only the second and the last go one after the other, and both are short.

mod chunk;
mod error;
mod filters;
mod found;
mod framing;
mod input;
mod pieces;
mod range;
mod run;
mod sink;
mod turns;

pub use error::SelectionError;
pub use filters::Filters;
pub use input::Input;
pub use range::TimeRange;
pub use run::{Job, run};
pub use sink::{Each, Loss, Output, Summary};
