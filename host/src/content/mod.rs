//! What a file or a stream holds once its compression is taken off, whatever it is called.
//!
//! Files are read in large pieces and not mapped: a page fault for each stretch costs as much as the copy that it saves, and a file that shrinks while
//! it is mapped ends the process. See `examples/capture_read.rs` for the measurement.

mod coding;
mod input;
mod positioned;

pub use coding::Coding;
pub use input::{Content, Damaged};
pub use positioned::Positioned;
