//! What a line comes to.

use crate::table::{Kind, Row};
use crate::{dns, flow, proxy};

/// What a line comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Line<'a> {
    /// A row, and its time in seconds since 1970.
    Row(Box<Row<'a>>, i64),
    /// A header or a summary, which says nothing of its own.
    Nothing,
    /// Neither: what was expected, and what was found.
    Bad(String),
}

impl<'a> Line<'a> {
    /// Takes a line apart.
    pub fn of(kind: Kind, line: &'a str) -> Self {
        match kind {
            Kind::Flow => flow::line(line),
            Kind::Dns => dns::line(line),
            Kind::Proxy => proxy::line(line),
        }
    }

    /// The time of a line as Spot's collector finds it, whatever else the line holds.
    pub fn time(kind: Kind, line: &str) -> Option<i64> {
        match kind {
            Kind::Flow => flow::time(line),
            Kind::Dns => dns::time(line),
            Kind::Proxy => proxy::time(line),
        }
    }
}
