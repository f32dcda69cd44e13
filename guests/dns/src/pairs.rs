//! Exchanges: a query and its response in one row, with the response time.
//!
//! They belong together when addresses, ports, transport and id agree and the query came first. A query that comes again before it was answered is
//! an exchange of its own: the first one stays without a response. A response without a query is a row without one.

use std::net::IpAddr;

use weir_sdk::layers::Aging;
use weir_sdk::{Column, DataType, Dictionary, EventTime, Field, Numbers, Schema, TimeUnit};

use crate::address;
use crate::damage::Damage;
use crate::edns::EdnsColumns;
use crate::flags::FlagColumns;
use crate::frame::{Frame, Transport};
use crate::full::SECTIONS;
use crate::message::{Header, Parsed};
use crate::question::QuestionColumns;
use crate::sections::SectionColumns;

/// Queries that wait for their responses.
const MAX_QUERIES: usize = 32_768;
/// Bytes of them.
const MAX_BYTES: usize = 4 << 20;

/// What a query and its response have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    pub(crate) client: (IpAddr, u16),
    pub(crate) server: (IpAddr, u16),
    pub(crate) transport: Transport,
    pub(crate) id: u16,
}

/// A query that waits.
#[derive(Debug)]
pub struct Query {
    pub(crate) timestamp: i64,
    pub(crate) number: u64,
    pub(crate) frame_length: u32,
    pub(crate) message: Vec<u8>,
}

/// A response.
struct Response<'a> {
    frame: &'a Frame,
    message: &'a [u8],
    parsed: &'a Parsed,
}

/// What one message added.
#[derive(Debug, Clone, Copy, Default)]
pub struct Added {
    /// Rows.
    pub rows: u32,
    /// Bytes of text in them.
    pub text: usize,
}

/// Open exchanges, and the rows of those that are closed.
#[derive(Debug)]
pub struct Pairs {
    pub(crate) open: Aging<Key, Query>,
    timeout: i64,
    columns: PairColumns,
}

impl Pairs {
    /// None open; a query waits so many nanoseconds.
    pub fn new(timeout: i64) -> Self {
        Self { open: Aging::new(MAX_QUERIES, MAX_BYTES), timeout, columns: PairColumns::default() }
    }

    /// No query waits.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Takes a message.
    ///
    /// # Errors
    /// A message that breaks the rules.
    pub fn push(&mut self, frame: &Frame, message: &[u8], parsed: &mut Parsed) -> Result<Added, Damage> {
        parsed.parse(message)?;
        let key = Key::of(frame, parsed.header);
        let mut added = Added::default();
        if parsed.header.is_response() {
            let query = self.open.remove(&key);
            added.add(self.columns.push(&key, query.as_ref(), Some(&Response { frame, message, parsed })));
        } else {
            let query = Query { timestamp: frame.timestamp, number: frame.number, frame_length: frame.length, message: message.to_vec() };
            if let Some(earlier) = self.put(key, query) {
                added.add(self.columns.push(&key, Some(&earlier), None));
            }
        }
        self.close_old(frame.timestamp, &mut added);
        Ok(added)
    }

    /// Takes a query that waits; gives the one that it replaces.
    pub(crate) fn put(&mut self, key: Key, query: Query) -> Option<Query> {
        let size = query.message.len();
        self.open.insert(key, query, size)
    }

    fn close_old(&mut self, now: i64, added: &mut Added) {
        let timeout = self.timeout;
        let old = |query: &Query| now.saturating_sub(query.timestamp) > timeout;
        while let Some((key, query)) = self.open.pop_if(old).or_else(|| self.open.pop_excess()) {
            added.add(self.columns.push(&key, Some(&query), None));
        }
    }

    /// The oldest query becomes a row without a response; gives its bytes of text. `None`: none waits.
    pub fn end_oldest(&mut self) -> Option<usize> {
        let (key, query) = self.open.pop_if(|_| true)?;
        Some(self.columns.push(&key, Some(&query), None))
    }

    /// The columns; the builder starts anew.
    pub fn finish(&mut self) -> Vec<Column> {
        self.columns.finish()
    }

    /// The fields, event time `timestamp`.
    pub fn schema() -> Schema {
        PairColumns::schema()
    }
}

impl Added {
    fn add(&mut self, text: usize) {
        self.rows += 1;
        self.text += text;
    }
}

impl Key {
    fn of(frame: &Frame, header: Header) -> Self {
        let (src, dst) = ((frame.addresses.src, frame.src_port), (frame.addresses.dst, frame.dst_port));
        let (client, server) = if header.is_response() { (dst, src) } else { (src, dst) };
        Self { client, server, transport: frame.transport, id: header.id }
    }
}

/// Builds the columns.
#[derive(Debug, Default)]
struct PairColumns {
    timestamp: Numbers<i64>,
    query_timestamp: Numbers<i64>,
    response_timestamp: Numbers<i64>,
    response_time: Numbers<i64>,
    query_frame_number: Numbers<u64>,
    response_frame_number: Numbers<u64>,
    query_frame_length: Numbers<u32>,
    response_frame_length: Numbers<u32>,
    query_length: Numbers<u32>,
    response_length: Numbers<u32>,
    client_ip: Dictionary<IpAddr>,
    client_port: Numbers<u16>,
    server_ip: Dictionary<IpAddr>,
    server_port: Numbers<u16>,
    transport: Dictionary<u8>,
    id: Numbers<u16>,
    flags: FlagColumns,
    question: QuestionColumns,
    sections: [SectionColumns; 3],
    query_edns: EdnsColumns,
    response_edns: EdnsColumns,
    parsed: Parsed,
}

impl PairColumns {
    /// Adds a row; gives how many bytes of text it has.
    fn push(&mut self, key: &Key, query: Option<&Query>, response: Option<&Response<'_>>) -> usize {
        self.push_times(query, response);
        self.client_ip.push_utf8(key.client.0, address::write);
        self.client_port.push(key.client.1);
        self.server_ip.push_utf8(key.server.0, address::write);
        self.server_port.push(key.server.1);
        self.transport.push(key.transport as u8, |_, out| out.push_str(key.transport.name()));
        self.id.push(key.id);
        let asked = query.map_or(&[][..], |query| &query.message);
        // It was parsed when it came.
        let asked_parsed = query.filter(|query| self.parsed.parse(&query.message).is_ok()).map(|_| &self.parsed);
        self.query_edns.push(asked, asked_parsed.and_then(|parsed| parsed.opt));
        let Some(&Response { message, parsed, .. }) = response else {
            self.flags.push(None);
            self.sections.iter_mut().for_each(SectionColumns::push_null);
            self.response_edns.push(&[], None);
            return self.question.push(asked, &self.parsed);
        };
        self.flags.push(Some(parsed));
        let mut text = 0;
        for (columns, section) in self.sections.iter_mut().zip(SECTIONS) {
            text += columns.push(message, parsed, section);
        }
        self.response_edns.push(message, parsed.opt);
        // A response need not repeat the question.
        text + match asked_parsed {
            Some(asked_parsed) if parsed.question.is_none() => self.question.push(asked, asked_parsed),
            _ => self.question.push(message, parsed),
        }
    }

    fn push_times(&mut self, query: Option<&Query>, response: Option<&Response<'_>>) {
        let asked = query.map(|query| query.timestamp);
        let answered = response.map(|response| response.frame.timestamp);
        self.timestamp.push(asked.or(answered).unwrap_or_default());
        self.query_timestamp.push_option(asked);
        self.response_timestamp.push_option(answered);
        self.response_time.push_option(asked.zip(answered).map(|(asked, answered)| answered.saturating_sub(asked)));
        self.query_frame_number.push_option(query.map(|query| query.number + 1));
        self.response_frame_number.push_option(response.map(|response| response.frame.number + 1));
        self.query_frame_length.push_option(query.map(|query| query.frame_length));
        self.response_frame_length.push_option(response.map(|response| response.frame.length));
        self.query_length.push_option(query.map(|query| query.message.len() as u32));
        self.response_length.push_option(response.map(|response| response.message.len() as u32));
    }

    fn finish(&mut self) -> Vec<Column> {
        let mut columns = vec![
            self.timestamp.finish(),
            self.query_timestamp.finish(),
            self.response_timestamp.finish(),
            self.response_time.finish(),
            self.query_frame_number.finish(),
            self.response_frame_number.finish(),
            self.query_frame_length.finish(),
            self.response_frame_length.finish(),
            self.query_length.finish(),
            self.response_length.finish(),
            self.client_ip.finish(),
            self.client_port.finish(),
            self.server_ip.finish(),
            self.server_port.finish(),
            self.transport.finish(),
            self.id.finish(),
        ];
        self.flags.finish(&mut columns);
        self.question.finish(&mut columns);
        self.sections.iter_mut().for_each(|section| section.finish(&mut columns));
        self.query_edns.finish(&mut columns);
        self.response_edns.finish(&mut columns);
        columns
    }

    fn schema() -> Schema {
        use DataType::{Int64, Text, Timestamp, Uint16, Uint32, Uint64};
        let mut fields = vec![
            Field::new("timestamp", Timestamp, "When the query was captured; of a response without a query, when that was."),
            Field::new("query_timestamp", Timestamp, "When the query was captured.").nullable(),
            Field::new("response_timestamp", Timestamp, "When the response was captured.").nullable(),
            Field::new("response_time", Int64, "Nanoseconds from the query to its response.").nullable(),
            Field::new("query_frame_number", Uint64, "Number of the query's packet in its capture, from 1.").nullable(),
            Field::new("response_frame_number", Uint64, "Number of the response's packet in its capture, from 1.").nullable(),
            Field::new("query_frame_length", Uint32, "Bytes of the query's packet on the wire.").nullable(),
            Field::new("response_frame_length", Uint32, "Bytes of the response's packet on the wire.").nullable(),
            Field::new("query_length", Uint32, "Bytes of the query.").nullable(),
            Field::new("response_length", Uint32, "Bytes of the response.").nullable(),
            Field::new("client_ip", Text, "Who asked; in a tunnel the innermost address."),
            Field::new("client_port", Uint16, "Its port."),
            Field::new("server_ip", Text, "Who was asked; in a tunnel the innermost address."),
            Field::new("server_port", Uint16, "Its port."),
            Field::new("transport", Text, "udp or tcp."),
            Field::new("id", Uint16, "The client's number of its query."),
        ];
        FlagColumns::fields(true, &mut fields);
        QuestionColumns::fields(&mut fields);
        SECTIONS.iter().for_each(|section| SectionColumns::fields(*section, &mut fields));
        EdnsColumns::fields("query_", &mut fields);
        EdnsColumns::fields("response_", &mut fields);
        Schema { fields, event_time: Some(EventTime { field: 0, unit: TimeUnit::Nanoseconds, hidden: false }) }
    }
}
