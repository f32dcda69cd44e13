//! A line of Blue Coat's `main` log: 27 fields separated by blanks, as Spot's lexer finds them (Python's shlex, not in POSIX mode, quotes `"` only): a
//! field that begins with a quote ends at the next one and keeps both.

use std::borrow::Cow;

use weir_sdk::DataType::{self, Int32, Int64, Text};

use crate::clock;
use crate::flow::{set, short};
use crate::line::Line;
use crate::table::{NotANumber, Row, Spec, Value};

/// Fields of a line.
const FIELDS: usize = 27;
/// Field of the line for each of the columns before `fulluri`.
const ORDER: [usize; FIELDS] = [0, 1, 3, 15, 12, 20, 13, 2, 4, 5, 6, 7, 8, 9, 10, 11, 14, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26];
const FULL_URI: usize = 27;

/// Index of the time of a row.
pub const TIME: usize = 28;

/// The columns of Spot's table `proxy`, in its order, and the time of a row, which is none of them.
pub const COLUMNS: [Spec; 29] = [
    ("p_date", Text, "Day, YYYY-MM-DD, as the log has it."),
    ("p_time", Text, "Time of day, hh:mm:ss, as the log has it."),
    ("clientip", Text, "Address of the client."),
    ("host", Text, "Host of the URL."),
    ("reqmethod", Text, "Method of the request."),
    ("useragent", Text, "Header User-Agent of the request, with its quotes."),
    ("resconttype", Text, "Header Content-Type of the response."),
    ("duration", Int32, "How long it took, milliseconds."),
    ("username", Text, "User who was authenticated."),
    ("authgroup", Text, "Group of that user."),
    ("exceptionid", Text, "Which exception page was sent."),
    ("filterresult", Text, "What content filtering did."),
    ("webcat", Text, "Categories of the URL, with their quotes."),
    ("referer", Text, "Header Referer of the request."),
    ("respcode", Text, "Status of the response."),
    ("action", Text, "What the cache did."),
    ("urischeme", Text, "Scheme of the URL."),
    ("uriport", Text, "Port of the URL."),
    ("uripath", Text, "Path of the URL."),
    ("uriquery", Text, "Query of the URL, with its question mark."),
    ("uriextension", Text, "Extension of the document."),
    ("serverip", Text, "Address of the proxy."),
    ("scbytes", Int32, "Bytes sent to the client; null beyond 2147483647."),
    ("csbytes", Int32, "Bytes received from the client; null beyond 2147483647."),
    ("virusid", Text, "Virus that was found."),
    ("bcappname", Text, "Web application, with its quotes."),
    ("bcappoper", Text, "What was done in it, with its quotes."),
    ("fulluri", Text, "Host, path and query, the latter two where they are longer than one character."),
    ("event_time", Int64, "p_date and p_time, taken as UTC, seconds since 1970."),
];

/// The time in the first two fields.
pub fn time(line: &str) -> Option<i64> {
    let mut words = line.split_ascii_whitespace();
    let (date, time) = (words.next()?, words.next()?);
    clock::seconds(&format!("{date} {time}"))
}

/// Takes a line apart. Fields behind the 27th are passed over.
pub fn line(line: &str) -> Line<'_> {
    let Some(second) = time(line) else {
        return match line.trim_start().starts_with('#') {
            true => Line::Nothing,
            false => Line::Bad("expected a time, YYYY-MM-DD hh:mm:ss, in the first two fields".to_owned()),
        };
    };
    let Some((fields, count)) = fields(line) else { return Line::Bad("a quote is not closed".to_owned()) };
    if count < FIELDS {
        return Line::Bad(format!("expected 27 fields, found {count}"));
    }
    let mut row: Box<Row<'_>> = Box::default();
    for (column, field) in ORDER.into_iter().enumerate() {
        let text = fields.get(field).copied().unwrap_or_default();
        match (COLUMNS.get(column).map(|(_, data_type, _)| *data_type), text) {
            (Some(DataType::Int32), "-") => {}
            (Some(DataType::Int32), text) => match Value::int(text) {
                Ok(value) => set(&mut row, column, value),
                Err(NotANumber) => return Line::Bad(format!("field {} is not a number: {}", field + 1, short(text))),
            },
            _ => set(&mut row, column, Value::text(text)),
        }
    }
    let part = |field: usize| fields.get(field).copied().unwrap_or_default();
    let longer = |field| Some(part(field)).filter(|text| text.len() > 1).unwrap_or_default();
    set(&mut row, FULL_URI, Value::Text(Cow::Owned([part(15), longer(17), longer(18)].concat())));
    set(&mut row, TIME, Value::Long(second));
    Line::Row(row, second)
}

/// The first 27 fields, and how many there are; none: a quote is not closed.
fn fields(line: &str) -> Option<([&str; FIELDS], usize)> {
    let (mut fields, mut count) = ([""; FIELDS], 0);
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        if rest.is_empty() {
            return Some((fields, count));
        }
        let length = match rest.strip_prefix('"') {
            Some(quoted) => memchr::memchr(b'"', quoted.as_bytes())? + 2,
            None => rest.find([' ', '\t', '\r', '\n']).unwrap_or(rest.len()),
        };
        let (field, behind) = rest.split_at_checked(length)?;
        if let Some(place) = fields.get_mut(count) {
            *place = field;
        }
        count += 1;
        rest = behind;
    }
}
