//! Rows as the lines that Spot's tools print: what Spot's collector sends, and its listener takes apart again.
//!
//! | columns | line |
//! |---|---|
//! | Spot's table `flow` | the 27 fields of spot-nfdump's csv |
//! | Spot's table `dns` | the ten fields of tshark that Spot asks for, separated by commas |
//! | Spot's table `proxy` | the 27 fields of Blue Coat's log, separated by blanks |
//! | `line` | itself |

use std::io::Write;

use arrow_array::{Array, RecordBatch};

use super::cells::Cells;
use super::error::KafkaError;
use crate::model::TableSchema;

/// How rows of some columns become lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// The line is a column.
    Line,
    /// nfdump's csv.
    Flow,
    /// tshark's fields.
    Dns,
    /// An access log.
    Proxy,
}

const LINE: [&str; 1] = ["line"];
/// In the order of the line; the table has `unix_tstamp` besides.
const FLOW: [&str; 27] = [
    "treceived",
    "tryear",
    "trmonth",
    "trday",
    "trhour",
    "trminute",
    "trsec",
    "tdur",
    "sip",
    "dip",
    "sport",
    "dport",
    "proto",
    "flag",
    "fwd",
    "stos",
    "ipkt",
    "ibyt",
    "opkt",
    "obyt",
    "input",
    "output",
    "sas",
    "das",
    "dtos",
    "dir",
    "rip",
];
/// `frame_time` and `unix_tstamp` give the first two fields together.
const DNS: [&str; 10] = [
    "frame_time",
    "unix_tstamp",
    "frame_len",
    "ip_src",
    "ip_dst",
    "dns_qry_name",
    "dns_qry_type",
    "dns_qry_class",
    "dns_qry_rcode",
    "dns_a",
];
const PROXY: [&str; 27] = [
    "p_date",
    "p_time",
    "duration",
    "clientip",
    "username",
    "authgroup",
    "exceptionid",
    "filterresult",
    "webcat",
    "referer",
    "respcode",
    "action",
    "reqmethod",
    "resconttype",
    "urischeme",
    "host",
    "uriport",
    "uripath",
    "uriquery",
    "uriextension",
    "useragent",
    "serverip",
    "scbytes",
    "csbytes",
    "virusid",
    "bcappname",
    "bcappoper",
];
/// Characters of `Sep  8`, before the comma that tshark sets in `frame.time`.
const DAY: usize = 6;

impl Layout {
    const ALL: [Self; 4] = [Self::Line, Self::Flow, Self::Dns, Self::Proxy];

    /// The layout whose columns a schema has.
    ///
    /// # Errors
    /// There is none.
    pub fn of(schema: &TableSchema) -> Result<Self, KafkaError> {
        let has = |name: &&str| schema.columns().any(|field| field.name() == name);
        Self::ALL.into_iter().find(|layout| layout.columns().iter().all(has)).ok_or(KafkaError::NoLines)
    }

    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Line => &LINE,
            Self::Flow => &FLOW,
            Self::Dns => &DNS,
            Self::Proxy => &PROXY,
        }
    }

    /// The columns of a batch that its lines are made of.
    pub fn cells(self, batch: &RecordBatch) -> Option<Vec<Cells<'_>>> {
        self.columns().iter().map(|name| Cells::of(batch.column_by_name(name)?)).collect()
    }

    /// Writes a row's line, without a line end. Gives the nanoseconds of its time that the event time lacks.
    pub fn write(self, cells: &[Cells<'_>], row: usize, out: &mut Vec<u8>) -> u32 {
        match self {
            Self::Line => {
                for cell in cells {
                    match cell {
                        // Bytes are a line as it was, and hold no line end.
                        Cells::Binary(_) => cell.write(row, out),
                        _ => clean(cell.text(row), b" ", out),
                    }
                }
                0
            }
            Self::Flow => flow(cells, row, out),
            Self::Dns => dns(cells, row, out),
            Self::Proxy => proxy(cells, row, out),
        }
    }
}

fn flow(cells: &[Cells<'_>], row: usize, out: &mut Vec<u8>) -> u32 {
    for (number, cell) in cells.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        match cell {
            // nfdump prints durations to the millisecond.
            Cells::Float32(values) if !values.is_null(row) => _ = write!(out, "{:.3}", values.value(row)),
            Cells::Text(_) | Cells::Dictionary(..) => clean(cell.text(row), b",", out),
            _ => cell.write(row, out),
        }
    }
    0
}

fn dns(cells: &[Cells<'_>], row: usize, out: &mut Vec<u8>) -> u32 {
    let [time, second, rest @ ..] = cells else { return 0 };
    let text = time.text(row).unwrap_or_default();
    // `Sep  8 2017 11:37:04.123456789 UTC`: the fraction ends at the last blank.
    let fraction = text.rsplit_once('.').map_or("", |(_, rest)| rest.split(' ').next().unwrap_or_default());
    match text.split_at_checked(DAY) {
        Some((day, rest)) if !day.contains(',') => _ = write!(out, "{day},{rest}"),
        _ => out.extend_from_slice(text.as_bytes()),
    }
    out.push(b',');
    second.write(row, out);
    let _ = write!(out, ".{fraction:0<9.9}");
    for cell in rest {
        out.push(b',');
        match cell {
            Cells::Text(_) | Cells::Dictionary(..) => commas_escaped(cell.text(row).unwrap_or_default(), out),
            _ => cell.write(row, out),
        }
    }
    format!("{fraction:0<9.9}").parse().unwrap_or(0)
}

/// A name may hold a comma, and the line has no quotes: `\044` is how names spell what is not printable.
fn commas_escaped(text: &str, out: &mut Vec<u8>) {
    for (number, part) in text.split(',').enumerate() {
        if number > 0 {
            out.extend_from_slice(b"\\044");
        }
        clean(Some(part), b"", out);
    }
}

fn proxy(cells: &[Cells<'_>], row: usize, out: &mut Vec<u8>) -> u32 {
    for (number, cell) in cells.iter().enumerate() {
        if number > 0 {
            out.push(b' ');
        }
        match cell {
            Cells::Text(_) | Cells::Dictionary(..) => token(cell.text(row), out),
            _ if cell.is_null(row) => out.push(b'-'),
            _ => cell.write(row, out),
        }
    }
    0
}

/// A value that blanks cannot part: what has blanks and no quotes gets quotes, what is not there is a dash.
fn token(text: Option<&str>, out: &mut Vec<u8>) {
    let text = text.unwrap_or_default();
    let quoted = text.len() > 1 && text.starts_with('"') && text.ends_with('"');
    if text.is_empty() {
        out.push(b'-');
    } else if quoted || !text.starts_with('"') && !text.contains([' ', '\t', '\r', '\n']) {
        clean(Some(text), b"", out);
    } else {
        out.push(b'"');
        clean(Some(&text.replace('"', "'")), b"", out);
        out.push(b'"');
    }
}

/// A text in which nothing ends the line or, by one of `separators`, the field.
fn clean(text: Option<&str>, separators: &[u8], out: &mut Vec<u8>) {
    let text = text.unwrap_or_default().as_bytes();
    let breaks = |byte: &u8| matches!(byte, b'\n' | b'\r') || *byte != b' ' && separators.contains(byte);
    if text.iter().any(breaks) {
        out.extend(text.iter().map(|byte| if breaks(byte) { b' ' } else { *byte }));
    } else {
        out.extend_from_slice(text);
    }
}
