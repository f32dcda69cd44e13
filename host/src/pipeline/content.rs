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
