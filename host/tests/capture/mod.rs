//! The capture reader over real captures, damaged ones, and every place where one can be cut.

mod corpus;
mod damage;
pub mod make;
pub mod read;
mod whole;
