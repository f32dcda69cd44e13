//! Patterns of bytes as byteseek 2.0.3 writes them (its sequence syntax): what Metron's `packet_filter` and `BYTEARRAY_MATCHER` take.
//!
//! A pattern is a row of byte classes of fixed length. It is compiled once, and found anywhere in the data by the automaton of regex-automata.

mod class;
mod element;
mod parser;
mod pattern;
mod set;
mod shorthand;
mod wrong;

pub use class::ByteClass;
pub use pattern::Pattern;
pub use wrong::Wrong;

#[cfg(test)]
mod tests;
