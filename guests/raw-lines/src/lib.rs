//! Any text as its lines, each as it is: the column `line`, without the line feed that ends it. So a log goes on to a topic of Kafka unread.

use weir_sdk::{
    Binary, DataType, Description, Field, OpenError, Options, Output, ParseError, Reject, RejectReason, SavedState, Schema, SourceFacts,
    StreamBuffer, StreamParser,
};

/// Rows after which a call gives what it has.
const MAX_ROWS: u32 = 8192;
/// Bytes of lines after which it does.
const MAX_BYTES: usize = 4 << 20;
/// Longest line, bytes: more than a broker takes as one message.
const MAX_LINE: usize = 4 << 20;

/// The lines of one source.
#[derive(Debug, Default)]
pub struct RawLines {
    input: StreamBuffer,
    /// Bytes at the front of the input that hold no line end.
    searched: usize,
    /// Where the line begins that is too long, until its end comes.
    long: Option<u64>,
}

impl StreamParser for RawLines {
    fn describe() -> Description {
        let summary = "Each line of a text as it is: one column, `line`";
        Description { name: "raw-lines", version: env!("CARGO_PKG_VERSION"), summary, reads: &["text"], options: vec![] }
    }

    fn open(_: &Options, _: &SourceFacts, _: Option<&SavedState>) -> Result<Self, OpenError> {
        Ok(Self::default())
    }

    fn schema(&self) -> Schema {
        let line = Field::new("line", DataType::Binary, "The bytes of the line, without the line feed at its end.");
        Schema { fields: vec![line], event_time: None }
    }

    fn feed(&mut self, chunk: &[u8]) -> Result<Output, ParseError> {
        self.input.push(chunk);
        Ok(self.take(false))
    }

    fn finish(&mut self) -> Result<Output, ParseError> {
        Ok(self.take(true))
    }
}

impl RawLines {
    /// Whole lines, as many as one answer should hold; what follows the last line feed waits, unless the input ends there.
    fn take(&mut self, at_end: bool) -> Output {
        let (mut lines, mut bytes, mut output) = (Binary::default(), 0, Output::default());
        while output.rows < MAX_ROWS
            && bytes < MAX_BYTES
            && let Some(length) = self.line_length(at_end)
        {
            let at = self.input.position();
            let line = self.input.bytes().get(..length).unwrap_or_default();
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            match self.long.take().or((line.len() > MAX_LINE).then_some(at)) {
                Some(begins) => output.rejects.push(too_long(begins, at + length as u64)),
                None => {
                    lines.push(line);
                    output.rows += 1;
                }
            }
            bytes += length;
            self.input.consume(length);
            self.searched = 0;
        }
        output.more = output.rows >= MAX_ROWS || bytes >= MAX_BYTES;
        output.columns = if output.rows > 0 { vec![lines.finish()] } else { Vec::new() };
        output.done_to = self.long.unwrap_or(self.input.position());
        output
    }

    /// Bytes of the next line, its end included; none: it has not come yet. Of a line that is too long nothing is kept.
    fn line_length(&mut self, at_end: bool) -> Option<usize> {
        let bytes = self.input.bytes();
        if let Some(end) = memchr::memchr(b'\n', bytes.get(self.searched..).unwrap_or_default()) {
            return Some(self.searched + end + 1);
        }
        if at_end && (!bytes.is_empty() || self.long.is_some()) {
            return Some(bytes.len());
        }
        self.searched = bytes.len();
        if self.long.is_some() || self.searched > MAX_LINE {
            self.long.get_or_insert(self.input.position());
            self.input.consume(self.searched);
            self.searched = 0;
        }
        None
    }
}

fn too_long(begins: u64, end: u64) -> Reject {
    let detail = format!("a line of more than {MAX_LINE} bytes");
    Reject { at: begins, length: end - begins, reason: RejectReason::TooLarge, detail }
}

weir_sdk::stream_parser!(RawLines);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_a_line_stays_and_the_last_line_needs_no_end() {
        let text = b"#Fields: date\r\n\n\xff\xfe caf\xe9\nlast";
        let whole = RawLines::default().feed(text).unwrap();
        assert_eq!((whole.rows, whole.done_to, whole.more), (3, 24, false));
        for size in 1..text.len() {
            let mut session = RawLines::default();
            let fed: u32 = text.chunks(size).map(|chunk| session.feed(chunk).unwrap().rows).sum();
            let last = session.finish().unwrap();
            assert_eq!((fed, last.rows, last.done_to), (3, 1, text.len() as u64));
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_a_reject_and_costs_no_memory() {
        let mut session = RawLines::default();
        let mut rejects = Vec::new();
        for _ in 0..20 {
            rejects.extend(session.feed(&vec![b'x'; 1 << 20]).unwrap().rejects);
            assert!(session.input.bytes().len() <= 5 << 20);
        }
        let output = session.feed(b"\nnext\n").unwrap();
        rejects.extend(output.rejects);
        assert_eq!(rejects, [too_long(0, (20 << 20) + 1)]);
        assert_eq!((output.rows, output.done_to), (1, (20 << 20) + 6));
    }

    #[test]
    fn many_lines_come_in_several_answers() {
        let mut session = RawLines::default();
        let first = session.feed("\n".repeat(10_000).as_bytes()).unwrap();
        assert_eq!((first.rows, first.more), (MAX_ROWS, true));
        let rest = session.feed(&[]).unwrap();
        assert_eq!((rest.rows, rest.more, rest.done_to), (10_000 - MAX_ROWS, false, 10_000));
    }
}
