//! The 28 columns of Apache Spot's table `proxy`, in its order and types. The time of a row is a field of its own that is no column of the table: Spot
//! has times as text alone.

use weir_sdk::{Bytes, Column, DataType, EventTime, Field as Column_, Numbers, Schema, TimeUnit, Values, log};

use crate::clock::Stamp;
use crate::damage::Damage;
use crate::field::Field;
use crate::number::{duration, integer};
use crate::record::Record;
use crate::repeated::Repeated;
use crate::url::Url;

type Part = for<'a> fn(&Url<'a>) -> &'a [u8];

/// A column of text: the fields it is taken from, the first that the line has, and what part of the URL it is where there is none.
struct Text(&'static str, &'static [Field], Option<Part>, &'static str);

/// Columns before `duration`, without date and time.
const BEFORE: [Text; 5] = [
    Text("clientip", &[Field::ClientIp], None, "Address of the client."),
    Text("host", &[Field::Host, Field::HostHeader], Some(|url| url.host), "Host of the URL."),
    Text("reqmethod", &[Field::Method], None, "Method of the request."),
    Text("useragent", &[Field::UserAgent], None, "Header User-Agent of the request, with its quotes."),
    Text("resconttype", &[Field::ContentType], None, "Header Content-Type of the response."),
];

/// Columns between `duration` and `uripath`.
const BETWEEN: [Text; 10] = [
    Text("username", &[Field::UserName], None, "User who was authenticated."),
    Text("authgroup", &[Field::AuthGroup], None, "Group of that user."),
    Text("exceptionid", &[Field::ExceptionId], None, "Which exception page was sent."),
    Text("filterresult", &[Field::FilterResult], None, "What content filtering did."),
    Text("webcat", &[Field::Categories, Field::FilterCategory], None, "Categories of the URL, with their quotes."),
    Text("referer", &[Field::Referer], None, "Header Referer of the request."),
    Text("respcode", &[Field::Status], None, "Status of the response."),
    Text("action", &[Field::Action], None, "What the cache did."),
    Text("urischeme", &[Field::UriScheme], Some(|url| url.scheme), "Scheme of the URL."),
    Text("uriport", &[Field::UriPort], Some(|url| url.port), "Port of the URL."),
];

/// Columns of which hardly two rows have the same.
const VARIED: [Text; 2] = [
    Text("uripath", &[Field::UriPath, Field::UriStem], Some(|url| url.path), "Path of the URL."),
    Text("uriquery", &[Field::UriQuery], Some(|url| url.query), "Query of the URL, with its question mark."),
];

/// Columns between `uriquery` and `scbytes`.
const BEHIND: [Text; 2] = [
    Text("uriextension", &[Field::UriExtension], Some(|url| url.extension), "Extension of the document."),
    Text(
        "serverip",
        &[Field::ServerIp, Field::SupplierIp, Field::RemoteIp],
        None,
        "Address of the server or of the proxy, as the log has it.",
    ),
];

/// Columns behind `csbytes`.
const LAST: [Text; 3] = [
    Text("virusid", &[Field::VirusId], None, "Virus that was found."),
    Text("bcappname", &[Field::Application], None, "Web application, with its quotes."),
    Text("bcappoper", &[Field::Operation], None, "What was done in it, with its quotes."),
];

/// Builds the columns.
#[derive(Debug, Default)]
pub struct Spot {
    p_date: Repeated,
    p_time: Repeated,
    before: [Repeated; 5],
    duration: Numbers<i32>,
    between: [Repeated; 10],
    varied: [weir_sdk::Binary; 2],
    behind: [Repeated; 2],
    scbytes: Numbers<i32>,
    csbytes: Numbers<i32>,
    last: [Repeated; 3],
    fulluri: Bytes,
    time: Numbers<i64>,
    /// Numbers that no INT holds.
    too_large: u64,
    scratch: Vec<u8>,
}

/// A line, as a row is made of it.
#[derive(Clone, Copy)]
struct Row<'a> {
    line: &'a [u8],
    record: &'a Record,
    url: Option<Url<'a>>,
    quotes: bool,
}

impl<'a> Row<'a> {
    /// Inlined, so that the fields of a column are known where it is built.
    #[inline(always)]
    fn text(&self, Text(_, fields, part, _): &Text) -> Option<&'a [u8]> {
        let found = self.record.any(self.line, fields);
        found.or_else(|| Some(part.as_ref()?(self.url.as_ref()?)))
    }

    #[inline(always)]
    fn push<const N: usize>(&self, texts: &[Text; N], columns: &mut [Repeated; N], scratch: &mut Vec<u8>) {
        for (text, column) in texts.iter().zip(columns) {
            match self.text(text) {
                Some(value @ [b'"', ..]) if self.quotes => column.push_tidy(value, scratch),
                value => column.push_option(value),
            }
        }
    }
}

impl Spot {
    /// Adds a row. `quotes`: quoted values still have their quotes.
    ///
    /// # Errors
    /// A number that is none; nothing was added.
    #[inline]
    pub fn push(&mut self, line: &[u8], record: &Record, stamp: Stamp, quotes: bool) -> Result<(), Damage> {
        let numbers = [duration(line, record)?, integer(line, record, Field::ScBytes)?, integer(line, record, Field::CsBytes)?];
        let url = if record.get(line, Field::Host).is_none() { record.get(line, Field::Uri).map(Url::of) } else { None };
        let row = Row { line, record, url, quotes };
        self.time.push(stamp.seconds);
        match record.get(line, Field::Date) {
            Some(date) => self.p_date.push(date),
            None => self.p_date.push(&stamp.date()),
        }
        match record.get(line, Field::Time) {
            Some(time) => self.p_time.push(time),
            None => self.p_time.push(&stamp.time()),
        }
        row.push(&BEFORE, &mut self.before, &mut self.scratch);
        row.push(&BETWEEN, &mut self.between, &mut self.scratch);
        row.push(&BEHIND, &mut self.behind, &mut self.scratch);
        row.push(&LAST, &mut self.last, &mut self.scratch);
        self.push_uri(&row);
        for (number, column) in numbers.into_iter().zip([&mut self.duration, &mut self.scbytes, &mut self.csbytes]) {
            let fitting = number.and_then(|number| i32::try_from(number).ok());
            self.too_large += u64::from(number.is_some() && fitting.is_none());
            column.push_option(fitting);
        }
        Ok(())
    }

    /// Path, query and, of host, path and query, the whole: a part of one character says nothing.
    #[inline]
    fn push_uri(&mut self, row: &Row<'_>) {
        let [_, host, ..] = &BEFORE;
        self.fulluri.data.extend_from_slice(row.text(host).unwrap_or(b"-"));
        for (text, column) in VARIED.iter().zip(&mut self.varied) {
            let value = row.text(text);
            column.push_option(value);
            if let Some(value) = value.filter(|value| value.len() > 1) {
                self.fulluri.data.extend_from_slice(value);
            }
        }
        self.fulluri.offsets.extend_from_slice(&(self.fulluri.data.len() as u32).to_le_bytes());
    }

    /// The columns; the builder starts anew.
    pub fn finish(&mut self) -> Vec<Column> {
        let mut columns = vec![self.p_date.finish(), self.p_time.finish()];
        columns.extend(self.before.iter_mut().map(Repeated::finish));
        columns.push(self.duration.finish());
        columns.extend(self.between.iter_mut().map(Repeated::finish));
        columns.extend(self.varied.iter_mut().map(weir_sdk::Binary::finish));
        columns.extend(self.behind.iter_mut().map(Repeated::finish));
        columns.extend([self.scbytes.finish(), self.csbytes.finish()]);
        columns.extend(self.last.iter_mut().map(Repeated::finish));
        let room = Bytes { offsets: vec![0; 4], data: Vec::with_capacity(self.fulluri.data.len()) };
        let values = Values::Bytes(std::mem::replace(&mut self.fulluri, room));
        columns.extend([Column { valid: None, lists: None, values }, self.time.finish()]);
        columns
    }

    /// Says once what was left out.
    pub fn report(&mut self) {
        match std::mem::take(&mut self.too_large) {
            0 => {}
            count => log::warn(&format!("{count} values of duration, scbytes and csbytes beyond {} are null", i32::MAX)),
        }
    }

    /// The fields.
    pub fn schema() -> Schema {
        let texts = |texts: &[Text]| -> Vec<Column_> {
            texts.iter().map(|Text(name, _, _, doc)| Column_::new(name, DataType::Text, doc).nullable()).collect()
        };
        let number = |name, doc| vec![Column_::new(name, DataType::Int32, doc).nullable()];
        let mut fields = vec![
            Column_::new("p_date", DataType::Text, "Day, YYYY-MM-DD, as the log has it, else in UTC."),
            Column_::new("p_time", DataType::Text, "Time of day, HH:MM:SS, as the log has it, else in UTC."),
        ];
        fields.extend(texts(&BEFORE));
        fields.extend(number("duration", "How long it took, milliseconds."));
        fields.extend(texts(&BETWEEN));
        fields.extend(texts(&VARIED));
        fields.extend(texts(&BEHIND));
        fields.extend(number("scbytes", "Bytes sent to the client; null beyond 2147483647."));
        fields.extend(number("csbytes", "Bytes received from the client; null beyond 2147483647."));
        fields.extend(texts(&LAST));
        fields.push(Column_::new(
            "fulluri",
            DataType::Text,
            "Host, path and query, the latter two where they are longer than one character.",
        ));
        let time = EventTime { field: fields.len() as u32, unit: TimeUnit::Seconds, hidden: true };
        fields.push(Column_::new("event_time", DataType::Int64, "p_date and p_time, taken as UTC, seconds since 1970."));
        Schema { fields, event_time: Some(time) }
    }
}
