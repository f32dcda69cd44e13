//! Reads expressions.

mod arithmetic;
mod keyword;
mod lexer;
mod literal;
mod parser;
mod primitive;
mod qualified;
mod resolve;
mod special;
mod token;

pub use parser::{Expression, read};
pub use primitive::{
    Arithmetic, AtmCells, AtmField, Carrier, Comparison, Direction, FirewallField, FirewallName, Item, Numbered, Primitive, Protocol,
    SignalField, SignalKind, SignalUnit, Transport,
};
