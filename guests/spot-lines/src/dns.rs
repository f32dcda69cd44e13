//! A line of tshark's ten fields for Spot, separated by commas. tshark's text of the time has a comma of its own, so that fields are eleven; where a
//! later tshark prints the time without one, they are ten. The second, `frame.time_epoch`, is what counts.

use std::borrow::Cow;

use weir_sdk::DataType::{Int32, Int64, Text};

use crate::clock;
use crate::flow::{set, short};
use crate::line::Line;
use crate::table::{NotANumber, Row, Spec, Value};

/// Index of the time of a row.
pub const TIME: usize = 1;

/// The columns of Spot's table `dns`, in its order.
pub const COLUMNS: [Spec; 10] = [
    ("frame_time", Text, "When the packet was captured, in UTC, as Spot's listener spells it: `Sep  8,  2017 11:37:04.123456789 UTC`."),
    ("unix_tstamp", Int64, "The same in whole seconds since 1970-01-01 UTC."),
    ("frame_len", Int32, "Bytes of the packet on the wire."),
    ("ip_dst", Text, "Who asked."),
    ("ip_src", Text, "Who answered."),
    ("dns_qry_name", Text, "Name of the first record of the response; null where there is none."),
    ("dns_qry_class", Text, "Class of that record; null where there is none."),
    ("dns_qry_type", Int32, "Type of that record; null where there is none."),
    ("dns_qry_rcode", Int32, "Response code, 0 to 15."),
    ("dns_a", Text, "Address of the first A record of the response; null where there is none."),
];

/// The fields of a line, by the number of fields that the text of the time takes.
struct Fields<'a> {
    day: &'a str,
    time: Option<&'a str>,
    epoch: (i64, &'a str),
    /// From `frame.len` on.
    rest: std::str::Split<'a, char>,
}

impl<'a> Fields<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let mut fields = line.trim().split(',');
        let (day, second) = (fields.next()?, fields.next()?);
        if let Some(epoch) = epoch(second) {
            return Some(Self { day, time: None, epoch, rest: fields });
        }
        let epoch = epoch(fields.next()?)?;
        Some(Self { day, time: Some(second), epoch, rest: fields })
    }
}

/// Seconds and the nine digits behind them.
fn epoch(field: &str) -> Option<(i64, &str)> {
    let (seconds, fraction) = field.trim().split_once('.')?;
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(seconds, 10) && digits(fraction, 9)).then_some((seconds.parse().ok()?, fraction))
}

/// The time by the epoch.
pub fn time(line: &str) -> Option<i64> {
    Fields::of(line).map(|fields| fields.epoch.0)
}

/// Takes a line apart. Fields behind the last are passed over.
pub fn line(line: &str) -> Line<'_> {
    let Some(fields) = Fields::of(line) else {
        let header = line.trim_start().starts_with("frame.time,");
        return if header {
            Line::Nothing
        } else {
            Line::Bad("expected seconds with nine digits behind the point in the third field".to_owned())
        };
    };
    let mut row: Box<Row<'_>> = Box::default();
    let (second, fraction) = fields.epoch;
    set(&mut row, 0, Value::Text(Cow::Owned(frame_time(&fields, second, fraction))));
    set(&mut row, TIME, Value::Long(second));
    let mut count = 0;
    // The line has source before destination and type before class, the table the other way round.
    for (column, field) in [2, 4, 3, 5, 7, 6, 8, 9].into_iter().zip(fields.rest) {
        let value = match column {
            2 | 7 | 8 => Value::int(field),
            5 if field.contains("\\044") => Ok(Value::Text(Cow::Owned(field.replace("\\044", ",")))),
            _ => Ok(Value::text(field)),
        };
        match value {
            Ok(value) => set(&mut row, column, value),
            Err(NotANumber) => {
                return Line::Bad(format!("{} is not a number: {}", COLUMNS.get(column).map_or("", |(name, ..)| name), short(field)));
            }
        }
        count += 1;
    }
    match count {
        8 => Line::Row(row, second),
        count => Line::Bad(format!("expected 8 fields behind the time, found {count}")),
    }
}

/// As Spot's listener joins the two fields. A text in another zone than UTC is not kept: its hour would be of another partition.
fn frame_time(fields: &Fields<'_>, second: i64, fraction: &str) -> String {
    match fields.time {
        Some(time) if time.trim_end().ends_with(" UTC") => format!("{}, {}", fields.day, time),
        _ => {
            let (day, time) = clock::frame_time(second, fraction);
            format!("{day}, {time}")
        }
    }
}
