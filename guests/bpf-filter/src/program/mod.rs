//! Decision programs: tests that follow each other without a loop, each with a way on for yes and one for no. They are built as the expression is
//! read, made smaller, and run over whole batches.

mod build;
mod chain;
mod evaluate;
mod header;
mod known;
mod node;
mod order;
mod packet;
mod reach;
mod simplify;
mod value;

pub use build::{BadStep, Builder, Fragment, apply, load};
pub use chain::Version;
pub use evaluate::Scratch;
pub use node::{Operand, Program};
pub use value::{Base, Field, Header, Operator, Size, Slot, Step};
