//! Lines on their way into a message, and out of one that was refused.

use crate::config::MessageFormat;
use crate::model::{self, LineList};

/// Whole lines, each with its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Block {
    text: Vec<u8>,
    count: u64,
}

impl Block {
    /// Of some lines.
    pub fn of(lines: &[&[u8]]) -> Self {
        let mut block = Self::default();
        lines.iter().for_each(|line| block.push(line));
        block
    }

    /// Adds a line, which holds no line end.
    pub fn push(&mut self, line: &[u8]) {
        self.text.extend_from_slice(line);
        self.text.push(b'\n');
        self.count += 1;
    }

    /// The lines, each with its end.
    pub fn into_text(self) -> Vec<u8> {
        self.text
    }

    /// Lines.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The lines.
    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let text = self.text.strip_suffix(b"\n").unwrap_or(&self.text);
        text.split(|byte| *byte == b'\n').take(usize::try_from(self.count).unwrap_or(usize::MAX))
    }

    /// The value of a message.
    pub fn value(&self, format: MessageFormat) -> Vec<u8> {
        match format {
            MessageFormat::SpotAvro => {
                let mut list = LineList::default();
                self.lines().for_each(|line| list.push(line));
                list.datum()
            }
            MessageFormat::Text | MessageFormat::Arrow => self.text.clone(),
            MessageFormat::Record | MessageFormat::Path | MessageFormat::Packets => {
                self.text.strip_suffix(b"\n").unwrap_or(&self.text).to_vec()
            }
        }
    }

    /// The lines of the value of a message.
    pub fn of_value(format: MessageFormat, value: &[u8]) -> Self {
        let lines = match format {
            MessageFormat::SpotAvro => model::lines(value).unwrap_or_default(),
            MessageFormat::Text | MessageFormat::Record | MessageFormat::Path | MessageFormat::Arrow | MessageFormat::Packets => {
                value.strip_suffix(b"\n").unwrap_or(value).split(|byte| *byte == b'\n').collect()
            }
        };
        Self::of(&lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_holds_is_read_back() {
        for format in [MessageFormat::SpotAvro, MessageFormat::Text] {
            let block = Block::of(&[b"a", b"", b"bc"]);
            assert_eq!(Block::of_value(format, &block.value(format)), block);
        }
        assert_eq!(Block::of(&[b"a", b"bc"]).value(MessageFormat::Text), b"a\nbc\n");
        assert_eq!(Block::of(&[b"a"]).value(MessageFormat::Record), b"a");
    }
}
