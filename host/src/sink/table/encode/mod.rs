//! Rows to the pages of a row group.
//!
//! The parquet crate's encoder looks every value of every row up in a hash table: of a row of flows that is two thirds of all work. Columns of text
//! and of whole numbers are therefore encoded here, after three observations: a module sends each text once a batch, so one lookup for each distinct
//! text of a batch is enough; small numbers need no hashing; a column that does not vary needs no work at all. All other types, the statistics'
//! types, the page headers and the file around them are the crate's.

mod bounds;
mod codec;
mod column;
mod hybrid;
mod known;
mod numbers;
mod pages;
mod row_group;
mod texts;

pub(super) use codec::Codec;
pub(super) use row_group::{RowGroup, RowGroups};
