//! What a message holds, as the bytes that a module is fed.

use std::ops::Range;

use crate::config::MessageFormat;
use crate::model;

/// The rows of a message.
#[derive(Debug, PartialEq, Eq)]
pub struct Rows<'a> {
    lines: Vec<&'a [u8]>,
}

impl<'a> Rows<'a> {
    /// Takes the value of a message apart.
    ///
    /// # Errors
    /// Why it is not of the format.
    pub fn of(format: MessageFormat, value: &'a [u8]) -> Result<Self, String> {
        match format {
            MessageFormat::SpotAvro => model::lines(value).map(|lines| Self { lines }).map_err(|error| error.to_string()),
            MessageFormat::Text => Ok(Self { lines: ended(value).split(|byte| *byte == b'\n').collect() }),
            MessageFormat::Record | MessageFormat::Path | MessageFormat::Arrow | MessageFormat::Packets => {
                Ok(Self { lines: vec![ended(value)] })
            }
        }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.lines.len() as u64
    }

    /// The bytes of some of them, each a line.
    pub fn text(&self, wanted: &[Range<u64>]) -> Vec<u8> {
        let mut text = Vec::new();
        for range in wanted {
            let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).min(self.lines.len());
            for line in self.lines.get(place(range.start)..place(range.end)).unwrap_or_default() {
                text.extend_from_slice(line);
                text.push(b'\n');
            }
        }
        text
    }
}

/// Without the last line end.
fn ended(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\n").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;

    fn text_of(rows: &Rows<'_>, wanted: Range<u64>) -> Vec<u8> {
        rows.text(slice::from_ref(&wanted))
    }

    #[test]
    fn a_block_of_text_is_its_lines_whether_the_last_one_ends_or_not() {
        for text in [&b"a\nb\n"[..], b"a\nb"] {
            let rows = Rows::of(MessageFormat::Text, text).unwrap();
            assert_eq!((rows.count(), text_of(&rows, 0..2)), (2, b"a\nb\n".to_vec()));
            assert_eq!(text_of(&rows, 1..2), b"b\n");
        }
    }

    #[test]
    fn a_record_is_one_row_whatever_it_holds() {
        let rows = Rows::of(MessageFormat::Record, b"a\nb").unwrap();
        assert_eq!((rows.count(), text_of(&rows, 0..1)), (1, b"a\nb\n".to_vec()));
    }
}
