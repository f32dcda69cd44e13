//! Lines of `seconds host bytes`, as a small web server might log them, to rows.

use weir_sdk::{
    DataType, Description, Dictionary, EventTime, Field, Numbers, OpenError, Options, Output, ParseError, Reject, RejectReason, SavedState,
    Schema, SourceFacts, StreamBuffer, StreamParser, TimeUnit,
};

/// One session: what has been fed and not yet parsed.
pub struct Lines {
    input: StreamBuffer,
}

impl StreamParser for Lines {
    fn describe() -> Description {
        let summary = "One row for each line of `seconds host bytes`";
        Description { name: "lines", version: env!("CARGO_PKG_VERSION"), summary, reads: &["text lines"], options: vec![] }
    }

    fn open(_: &Options, _: &SourceFacts, _: Option<&SavedState>) -> Result<Self, OpenError> {
        Ok(Self { input: StreamBuffer::default() })
    }

    fn schema(&self) -> Schema {
        let fields = vec![
            Field::new("time", DataType::Int64, "when, seconds since 1970-01-01 UTC"),
            Field::new("host", DataType::Text, "who asked"),
            Field::new("bytes", DataType::Int64, "bytes sent"),
        ];
        Schema { fields, event_time: Some(EventTime { field: 0, unit: TimeUnit::Seconds, hidden: false }) }
    }

    fn feed(&mut self, chunk: &[u8]) -> Result<Output, ParseError> {
        self.input.push(chunk);
        Ok(self.parse(false))
    }

    fn finish(&mut self) -> Result<Output, ParseError> {
        Ok(self.parse(true))
    }
}

impl Lines {
    /// Whole lines become rows or rejects, as many as one answer should hold; what follows the last line end waits, unless the input ends there.
    fn parse(&mut self, at_end: bool) -> Output {
        let (mut time, mut host, mut bytes) = (Numbers::<i64>::default(), Dictionary::<String>::default(), Numbers::<i64>::default());
        let mut output = Output::default();
        while !output.is_full()
            && let Some(length) = line_length(self.input.bytes(), at_end)
        {
            let line = self.input.bytes().get(..length).unwrap_or_default();
            match fields(line) {
                Some((seconds, name, count)) => {
                    time.push(seconds);
                    host.push(name, |name, text| text.push_str(name));
                    bytes.push(count);
                    output.rows += 1;
                }
                None => output.rejects.push(reject(self.input.position(), length)),
            }
            self.input.consume(length);
        }
        output.columns = vec![time.finish(), host.finish(), bytes.finish()];
        output.done_to = self.input.position();
        output.more = output.is_full();
        output
    }
}

fn line_length(bytes: &[u8], at_end: bool) -> Option<usize> {
    let line_end = bytes.iter().position(|byte| *byte == b'\n').map(|end| end + 1);
    line_end.or((at_end && !bytes.is_empty()).then_some(bytes.len()))
}

fn fields(line: &[u8]) -> Option<(i64, String, i64)> {
    let mut words = str::from_utf8(line).ok()?.split_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?.to_owned(), words.next()?.parse().ok()?))
}

fn reject(at: u64, length: usize) -> Reject {
    Reject { at, length: length as u64, reason: RejectReason::Malformed, detail: "expected `seconds host bytes`".to_owned() }
}

weir_sdk::stream_parser!(Lines);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cut_by_a_chunk_is_one_row_and_a_bad_one_a_reject() {
        let parsed = weir_sdk::testing::parse::<Lines>(&[], b"1504870624 a.example 512\nnonsense\n1504870625 b.example 7", 10).unwrap();
        assert_eq!(parsed.column("host"), [Some("a.example"), Some("b.example")]);
        assert_eq!(parsed.column("bytes"), [Some("512"), Some("7")]);
        assert_eq!(parsed.rejects, [reject(25, 9)]);
        assert_eq!(parsed.done_to, 56);
    }

    #[test]
    fn lines_beyond_what_one_answer_should_hold_come_with_the_next() {
        let mut session = Lines { input: StreamBuffer::default() };
        let first = session.feed("1 a 1\nx\n".repeat(10_000).as_bytes()).unwrap();
        assert_eq!((first.rows, first.rejects.len(), first.more), (8192, 8191, true));
        let next = session.feed(&[]).unwrap();
        assert_eq!((next.rows, next.rejects.len(), next.more), (1808, 1809, false));
        assert_eq!((next.done_to, session.finish().unwrap().rows), (80_000, 0));
    }
}
