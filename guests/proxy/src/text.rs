//! A value where it lies. The bytes around it let it be read and copied in pieces of a fixed length, without asking for each byte whether it belongs.

use crate::record::Span;

/// Texts of at most so many bytes are two words.
pub const SHORT: usize = 16;

/// A value of a line, or a text on its own.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    around: &'a [u8],
    start: usize,
    end: usize,
}

impl<'a> Text<'a> {
    /// Some of a line; none: it is not within the line.
    #[inline]
    pub fn within(line: &'a [u8], Span { start, end }: Span) -> Option<Self> {
        (start <= end && end <= line.len()).then_some(Self { around: line, start, end })
    }

    /// All of what is given.
    #[inline]
    pub fn alone(bytes: &'a [u8]) -> Self {
        Self { around: bytes, start: 0, end: bytes.len() }
    }

    /// The value itself.
    #[inline]
    pub fn bytes(self) -> &'a [u8] {
        self.around.get(self.start..self.end).unwrap_or_default()
    }

    /// The value and all behind it.
    #[inline]
    pub fn onwards(self) -> &'a [u8] {
        self.around.get(self.start..).unwrap_or_default()
    }

    /// Its number of bytes.
    #[inline]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Of a text of at most [`SHORT`] bytes all there is, together with its length: up to eight bytes and zeros, or the first eight and the last eight.
    #[inline]
    pub fn words(self) -> (u64, u64) {
        let is_word = self.len() >= 8;
        let at = if is_word { self.start } else { self.end.wrapping_sub(8) };
        let (Some(first), Some(last)) = (eight(self.around, at), eight(self.around, self.end.wrapping_sub(8))) else { return self.few() };
        // Twice, because a shift by all 64 bits is none.
        let part = first >> 1 >> (63_usize.wrapping_sub(8 * self.len()) & 63);
        (if is_word { first } else { part }, if is_word { last } else { 0 })
    }

    /// Of less than eight bytes with less than eight before its end.
    #[cold]
    fn few(self) -> (u64, u64) {
        (self.bytes().iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0)
    }
}

#[inline]
fn eight(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map(|eight| u64::from_le_bytes(*eight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_its_two_words_wherever_it_lies() {
        let text = b"abcdefghijklmnop";
        for length in 0..=SHORT {
            let alone = Text::alone(&text[..length]);
            for before in 0..12 {
                for behind in 0..12 {
                    let line = [&vec![b'<'; before], &text[..length], &vec![b'>'; behind]].concat();
                    let within = Text::within(&line, Span { start: before, end: before + length }).unwrap();
                    assert_eq!((within.words(), within.bytes(), within.len()), (alone.words(), &text[..length], length));
                }
            }
        }
        assert_eq!(Text::alone(b"ab").words(), (u64::from(b'a') | u64::from(b'b') << 8, 0));
        assert_eq!(Text::alone(b"").words(), (0, 0));
    }

    #[test]
    fn what_is_not_within_the_line_is_none() {
        for (start, end) in [(usize::MAX, usize::MAX), (2, 1), (0, 4)] {
            assert!(Text::within(b"abc", Span { start, end }).is_none());
        }
    }
}
