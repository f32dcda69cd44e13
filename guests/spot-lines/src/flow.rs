//! A line of `spot-nfdump -o csv`: 27 fields and, in a file, a header before and three lines of summary behind.

use std::borrow::Cow;

use weir_sdk::DataType::{self, Float32, Int32, Int64, Text};

use crate::clock;
use crate::line::Line;
use crate::table::{NotANumber, Row, Spec, Value};

/// Fields of a line.
const FIELDS: usize = 27;
/// Characters of `YYYY-MM-DD hh:mm:ss`.
const TIME_LENGTH: usize = 19;

/// Index of the time of a row.
pub const TIME: usize = 1;

/// The columns of Spot's table `flow`, in its order: the fields of a line, with `unix_tstamp` behind the first.
pub const COLUMNS: [Spec; 28] = [
    ("treceived", Text, "When the collector received the flow, YYYY-MM-DD hh:mm:ss in UTC."),
    ("unix_tstamp", Int64, "The same in seconds since 1970-01-01 UTC."),
    ("tryear", Int32, "Year of treceived."),
    ("trmonth", Int32, "Month of treceived, 1 to 12."),
    ("trday", Int32, "Day of treceived, 1 to 31."),
    ("trhour", Int32, "Hour of treceived, 0 to 23."),
    ("trminute", Int32, "Minute of treceived, 0 to 59."),
    ("trsec", Int32, "Second of treceived, 0 to 59."),
    ("tdur", Float32, "Seconds from the first to the last packet."),
    ("sip", Text, "Source address."),
    ("dip", Text, "Destination address."),
    ("sport", Int32, "Source port."),
    ("dport", Int32, "Destination port; of ICMP 256 * type + code."),
    ("proto", Text, "IP protocol by nfdump's names, its number where there is no name."),
    ("flag", Text, "TCP flags UAPRSF, a dot for each that is not set."),
    ("fwd", Int32, "Forwarding status."),
    ("stos", Int32, "Type of service, source side."),
    ("ipkt", Int64, "Packets from source to destination; null above 2^63-1."),
    ("ibyt", Int64, "Bytes from source to destination; null above 2^63-1."),
    ("opkt", Int64, "Packets from destination to source; null above 2^63-1."),
    ("obyt", Int64, "Bytes from destination to source; null above 2^63-1."),
    ("input", Int32, "Interface the flow came in by, SNMP ifIndex; null above 2^31-1."),
    ("output", Int32, "Interface the flow went out by, SNMP ifIndex; null above 2^31-1."),
    ("sas", Int32, "AS number of the source; null above 2^31-1."),
    ("das", Int32, "AS number of the destination; null above 2^31-1."),
    ("dtos", Int32, "Type of service, destination side."),
    ("dir", Int32, "0 ingress, 1 egress."),
    ("rip", Text, "Address of the exporter."),
];

/// The time in the first field.
pub fn time(line: &str) -> Option<i64> {
    clock::seconds(line.trim_start())
}

/// Takes a line apart. Fields behind the 27th are passed over.
pub fn line(line: &str) -> Line<'_> {
    let Some(second) = time(line) else {
        return if says_nothing(line) {
            Line::Nothing
        } else {
            Line::Bad("expected a time, YYYY-MM-DD hh:mm:ss, in the first field".to_owned())
        };
    };
    let mut row: Box<Row<'_>> = Box::default();
    let mut fields = line.trim().split(',');
    let first = fields.next().unwrap_or_default();
    set(&mut row, 0, Value::Text(Cow::Borrowed(first.get(..TIME_LENGTH).unwrap_or(first))));
    set(&mut row, TIME, Value::Long(second));
    let mut count = 1;
    for (column, field) in (2..COLUMNS.len()).zip(fields) {
        match value(column, field) {
            Ok(value) => set(&mut row, column, value),
            Err(NotANumber) => return Line::Bad(format!("field {count}, {}, is not a number: {}", name(column), short(field))),
        }
        count += 1;
    }
    match count {
        FIELDS => Line::Row(row, second),
        count => Line::Bad(format!("expected 27 fields, found {count}")),
    }
}

fn value(column: usize, field: &str) -> Result<Value<'_>, NotANumber> {
    match COLUMNS.get(column).map(|(_, data_type, _)| *data_type) {
        Some(DataType::Int32) => Value::int(field),
        Some(DataType::Int64) => Value::long(field),
        Some(DataType::Float32) => Value::float(field),
        _ => Ok(Value::text(field.trim())),
    }
}

fn name(column: usize) -> &'static str {
    COLUMNS.get(column).map_or("", |(name, ..)| name)
}

/// The header, and the lines of the summary.
fn says_nothing(line: &str) -> bool {
    let line = line.trim();
    let numbers = || line.split(',').count() == 6 && line.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'));
    line.starts_with("tr,") || line.starts_with("ts,") || line == "Summary" || line.starts_with("flows,bytes,") || numbers()
}

/// Sets a value of a row.
pub fn set<'a>(row: &mut Row<'a>, column: usize, value: Value<'a>) {
    if let Some(cell) = row.get_mut(column) {
        *cell = value;
    }
}

/// The beginning of a field, for a message.
pub fn short(field: &str) -> &str {
    field.get(..field.floor_char_boundary(40)).unwrap_or(field)
}
