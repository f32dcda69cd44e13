//! The 28 columns of Apache Spot's table `proxy`, in its order and types. The time of a row is a field of its own that is no column of the table: Spot
//! has times as text alone.

use weir_sdk::{Column, DataType, EventTime, Field as Column_, NumberCells, Schema, TimeUnit, Values, log};

use crate::block::Block;
use crate::field::Field;
use crate::plain::Plain;
use crate::repeated::Repeated;
use crate::rows::ROWS;
use crate::text::Text;
use crate::url::Url;

type Part = for<'a> fn(&Url<'a>) -> &'a [u8];

/// A column of text: the fields it is taken from, the first that the line has, and what part of the URL it is where there is none.
struct Source(&'static str, &'static [Field], Option<Part>, &'static str);

/// Columns before `duration`, without date and time.
const BEFORE: [Source; 5] = [
    Source("clientip", &[Field::ClientIp], None, "Address of the client."),
    Source("host", &[Field::Host, Field::HostHeader], Some(|url| url.host), "Host of the URL."),
    Source("reqmethod", &[Field::Method], None, "Method of the request."),
    Source("useragent", &[Field::UserAgent], None, "Header User-Agent of the request, with its quotes."),
    Source("resconttype", &[Field::ContentType], None, "Header Content-Type of the response."),
];

/// Columns between `duration` and `uripath`.
const BETWEEN: [Source; 10] = [
    Source("username", &[Field::UserName], None, "User who was authenticated."),
    Source("authgroup", &[Field::AuthGroup], None, "Group of that user."),
    Source("exceptionid", &[Field::ExceptionId], None, "Which exception page was sent."),
    Source("filterresult", &[Field::FilterResult], None, "What content filtering did."),
    Source("webcat", &[Field::Categories, Field::FilterCategory], None, "Categories of the URL, with their quotes."),
    Source("referer", &[Field::Referer], None, "Header Referer of the request."),
    Source("respcode", &[Field::Status], None, "Status of the response."),
    Source("action", &[Field::Action], None, "What the cache did."),
    Source("urischeme", &[Field::UriScheme], Some(|url| url.scheme), "Scheme of the URL."),
    Source("uriport", &[Field::UriPort], Some(|url| url.port), "Port of the URL."),
];

/// Columns of which hardly two rows have the same.
const VARIED: [Source; 2] = [
    Source("uripath", &[Field::UriPath, Field::UriStem], Some(|url| url.path), "Path of the URL."),
    Source("uriquery", &[Field::UriQuery], Some(|url| url.query), "Query of the URL, with its question mark."),
];

/// Columns between `uriquery` and `scbytes`.
const BEHIND: [Source; 2] = [
    Source("uriextension", &[Field::UriExtension], Some(|url| url.extension), "Extension of the document."),
    Source(
        "serverip",
        &[Field::ServerIp, Field::SupplierIp, Field::RemoteIp],
        None,
        "Address of the server or of the proxy, as the log has it.",
    ),
];

/// Columns behind `csbytes`.
const LAST: [Source; 3] = [
    Source("virusid", &[Field::VirusId], None, "Virus that was found."),
    Source("bcappname", &[Field::Application], None, "Web application, with its quotes."),
    Source("bcappoper", &[Field::Operation], None, "What was done in it, with its quotes."),
];

/// Builds the columns.
#[derive(Debug, Default)]
pub struct Spot {
    p_date: Repeated,
    p_time: Repeated,
    before: [Repeated; 5],
    duration: NumberCells<i32, ROWS>,
    between: [Repeated; 10],
    varied: Varied,
    behind: [Repeated; 2],
    scbytes: NumberCells<i32, ROWS>,
    csbytes: NumberCells<i32, ROWS>,
    last: [Repeated; 3],
    fulluri: Plain,
    time: NumberCells<i64, ROWS>,
    /// Numbers that no INT holds.
    too_large: u64,
    scratch: Vec<u8>,
}

/// Columns of [`VARIED`].
#[derive(Debug)]
struct Varied([Repeated; 2]);

impl Default for Varied {
    fn default() -> Self {
        Self([Repeated::varied(), Repeated::varied()])
    }
}

/// Lines of which rows are made.
struct Rows<'a> {
    block: &'a Block,
    /// Of each line that has no host of its own; no list where all have.
    urls: Vec<Option<Url<'a>>>,
    /// Number of the row that the first line becomes.
    first: usize,
    /// Quoted values still have their quotes.
    quotes: bool,
}

impl<'a> Rows<'a> {
    fn of(block: &'a Block, first: usize, quotes: bool) -> Self {
        let mut rows = Self { block, urls: Vec::new(), first, quotes };
        let has_host = |line| block.text(line, Field::Host).is_some();
        if !rows.numbers().all(has_host) {
            let url = |line| Some(Url::of(block.text(line, Field::Uri).filter(|_| !has_host(line))?.bytes()));
            rows.urls = rows.numbers().map(url).collect();
        }
        rows
    }

    fn numbers(&self) -> std::ops::Range<usize> {
        0..self.block.lines().len()
    }

    #[inline(always)]
    fn text(&self, line: usize, Source(_, fields, part, _): &Source) -> Option<Text<'a>> {
        let found = fields.iter().find_map(|field| self.block.text(line, *field));
        found.or_else(|| Some(Text::alone(part.as_ref()?(self.urls.get(line)?.as_ref()?))))
    }

    #[inline(never)]
    fn push(&self, source: &Source, column: &mut Repeated, scratch: &mut Vec<u8>) {
        for line in self.numbers() {
            match self.text(line, source) {
                Some(text) if self.quotes && text.onwards().first() == Some(&b'"') => column.push_tidy(self.first + line, text, scratch),
                text => column.push_option(self.first + line, text),
            }
        }
    }
}

impl Spot {
    /// Adds a row for each line, the first of this number. `quotes`: quoted values still have their quotes.
    pub fn push(&mut self, first: usize, block: &Block, quotes: bool) {
        let rows = Rows::of(block, first, quotes);
        self.push_times(&rows);
        let sources = BEFORE.iter().chain(&BETWEEN).chain(&BEHIND).chain(&LAST);
        let columns = self.before.iter_mut().chain(&mut self.between).chain(&mut self.behind).chain(&mut self.last);
        sources.zip(columns).for_each(|(source, column)| rows.push(source, column, &mut self.scratch));
        self.push_uris(&rows);
        self.push_numbers(&rows);
    }

    fn push_times(&mut self, rows: &Rows<'_>) {
        for (number, line) in rows.block.lines().iter().enumerate() {
            match rows.block.text(number, Field::Date) {
                Some(date) => self.p_date.push(rows.first + number, date),
                None => self.p_date.push(rows.first + number, Text::alone(&line.stamp.date())),
            }
            match rows.block.text(number, Field::Time) {
                Some(time) => self.p_time.push(rows.first + number, time),
                None => self.p_time.push(rows.first + number, Text::alone(&line.stamp.time())),
            }
        }
    }

    /// Path, query and, of host, path and query, the whole: a part of one character says nothing.
    fn push_uris(&mut self, rows: &Rows<'_>) {
        let [_, host, ..] = &BEFORE;
        for line in rows.numbers() {
            self.fulluri.append(rows.text(line, host).unwrap_or(Text::alone(b"-")));
            for (source, column) in VARIED.iter().zip(&mut self.varied.0) {
                let text = rows.text(line, source);
                column.push_option(rows.first + line, text);
                if let Some(text) = text.filter(|text| text.len() > 1) {
                    self.fulluri.append(text);
                }
            }
            self.fulluri.end_text();
        }
    }

    fn push_numbers(&mut self, rows: &Rows<'_>) {
        for (number, line) in (rows.first..).zip(rows.block.lines()) {
            self.time.set(number, line.stamp.seconds);
            for (figure, column) in line.figures.into_iter().zip([&mut self.duration, &mut self.scbytes, &mut self.csbytes]) {
                let fitting = figure.and_then(|figure| i32::try_from(figure).ok());
                self.too_large += u64::from(figure.is_some() && fitting.is_none());
                match fitting {
                    Some(fitting) => column.set(number, fitting),
                    None => column.set_null(number),
                }
            }
        }
    }

    /// The columns of the first `rows` rows; the builder starts anew.
    pub fn finish(&mut self, rows: usize) -> Vec<Column> {
        let mut columns = Vec::new();
        let texts = |columns: &mut Vec<Column>, builders: &mut [Repeated]| {
            columns.extend(builders.iter_mut().map(|builder| builder.finish(rows)));
        };
        texts(&mut columns, std::slice::from_mut(&mut self.p_date));
        texts(&mut columns, std::slice::from_mut(&mut self.p_time));
        texts(&mut columns, &mut self.before);
        columns.push(self.duration.finish(rows));
        texts(&mut columns, &mut self.between);
        texts(&mut columns, &mut self.varied.0);
        texts(&mut columns, &mut self.behind);
        columns.extend([self.scbytes.finish(rows), self.csbytes.finish(rows)]);
        texts(&mut columns, &mut self.last);
        columns.push(Column { valid: None, lists: None, values: Values::Bytes(self.fulluri.finish()) });
        columns.push(self.time.finish(rows));
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
        let texts = |texts: &[Source]| -> Vec<Column_> {
            texts.iter().map(|Source(name, _, _, doc)| Column_::new(name, DataType::Text, doc).nullable()).collect()
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
