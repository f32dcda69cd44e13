//! The Stellar language of Apache Metron 0.7.2, as a packet filter has it: pure, and without a clock.
//!
//! An expression is read ([`Program::new`]) by the grammar of Metron's `Stellar.g4`, its odd rules included: `and` and `or` have no precedence and group
//! to the right, `*` binds tighter than `/`, and a minus sign belongs to a number. What depends on no variable is worked out then and there, so that most
//! mistakes are found before any data, each at its place. Evaluation ([`Program::run`]) is bounded in steps, depth and size.

mod evaluate;
mod fault;
mod fold;
mod functions;
mod kind;
mod lexer;
mod literal;
mod node;
mod number;
mod operator;
mod parser;
mod program;
mod reader;
mod regex;
mod subnet;
mod text;
mod token;
mod value;
mod wrong;

pub use fault::Fault;
pub use kind::Kind;
pub use program::{Program, Variable, Variables};
pub use subnet::Edges;
pub use value::{List, Map, Value};
pub use wrong::Wrong;

#[cfg(test)]
mod tests;
