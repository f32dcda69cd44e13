//! The tokens of a line of Blue Coat's `main` format and of ELFF: what Spot's parser (Python's shlex, not in POSIX mode, quotes `"` only) makes of it.
//!
//! Blank, tab, CR and LF separate; runs of them are one. A token that begins with `"` ends at the next `"`, even where no blank follows, and keeps both
//! quotes. Within a word `"` is a character like any other. Nothing escapes and nothing comments.

use crate::bytes::{BLOCK, Marks, marks};
use crate::record::Span;

/// A quote without an end; where it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unclosed(pub usize);

/// Positions that are written at once, needed or not: to ask before each costs more.
const GROUP: usize = 8;

/// The tokens of a line.
#[derive(Debug, Default)]
pub struct Tokens {
    /// Begin and end of each in turn. What lies behind `count` is room.
    positions: Vec<u32>,
    count: usize,
}

impl Tokens {
    /// Takes a line apart. With `doubled`, as ELFF has it, `""` within quotes is a quote.
    ///
    /// # Errors
    /// A quote is not closed; the tokens are those before it.
    #[inline]
    pub fn read(&mut self, line: &[u8], doubled: bool) -> Result<(), Unclosed> {
        if self.read_regular(line) { Ok(()) } else { self.read_any(line, doubled) }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count / 2
    }

    /// In order.
    #[inline]
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        let pairs = self.positions.as_chunks().0.iter().take(self.len());
        pairs.map(|[start, end]| Span { start: *start as usize, end: *end as usize })
    }

    /// Where each quote opens or closes a whole token, tokens are what lies between blanks that are not quoted, and no byte must wait for the one before
    /// it. False: it is not so.
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn read_regular(&mut self, line: &[u8]) -> bool {
        self.count = 0;
        // Of the byte before the block: all bits if it is quoted, one if it separates, one if it closes a quote.
        let (mut quoted, mut separates, mut closes) = (0, 1, 0);
        for at in (0..line.len()).step_by(BLOCK) {
            let Marks { blanks, quotes } = marks(line, at);
            let within = running_parity(quotes) ^ quoted;
            let (separators, closing) = (blanks & !within, quotes & !within);
            let (behind_separator, behind_closing) = (separators << 1 | separates, closing << 1 | closes);
            let valid = u64::MAX >> (BLOCK - (line.len() - at).min(BLOCK));
            if (quotes & within & !behind_separator | behind_closing & !separators) & valid != 0 {
                return false;
            }
            self.add(at, (separators ^ behind_separator) & valid);
            (separates, closes) = (separators >> 63, closing >> 63);
            quoted = (within >> 63).wrapping_neg();
        }
        self.close(line.len());
        quoted == 0
    }

    /// Adds the positions of a block at which a token begins or ends.
    #[inline]
    fn add(&mut self, at: usize, mut bits: u64) {
        let needed = self.count + BLOCK + GROUP;
        if self.positions.len() < needed {
            self.positions.resize(needed * 2, 0);
        }
        let count = bits.count_ones() as usize;
        let room = self.positions.get_mut(self.count..).unwrap_or_default();
        for group in room.as_chunks_mut::<GROUP>().0.iter_mut().take(count.div_ceil(GROUP)) {
            for position in group {
                *position = at as u32 + bits.trailing_zeros();
                bits &= bits.wrapping_sub(1);
            }
        }
        self.count += count;
    }

    /// A token that is open ends at the end of the line.
    fn close(&mut self, end: usize) {
        if self.count % 2 == 1 {
            self.push(end);
        }
    }

    fn push(&mut self, position: usize) {
        self.positions.truncate(self.count);
        self.positions.push(position as u32);
        self.count += 1;
    }

    /// Token by token.
    #[inline(never)]
    fn read_any(&mut self, line: &[u8], doubled: bool) -> Result<(), Unclosed> {
        self.count = 0;
        let mut end = 0;
        while let Some(start) = line.get(end..).and_then(|rest| rest.iter().position(|byte| !is_blank(*byte))).map(|blanks| end + blanks) {
            end = match line.get(start) {
                Some(b'"') => closing(line, start, doubled).ok_or(Unclosed(start))?,
                _ => {
                    line.get(start..).and_then(|rest| rest.iter().position(|byte| is_blank(*byte))).map_or(line.len(), |word| start + word)
                }
            };
            self.push(start);
            self.push(end);
        }
        Ok(())
    }
}

/// Each bit says whether there is an odd number of bits up to and with it.
#[inline]
fn running_parity(mut bits: u64) -> u64 {
    for distance in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << distance;
    }
    bits
}

/// Whether a byte separates tokens.
#[inline]
pub fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Behind the quote that closes the one at `at`.
fn closing(line: &[u8], at: usize, doubled: bool) -> Option<usize> {
    let mut from = at + 1;
    loop {
        let end = from + line.get(from..)?.iter().position(|byte| *byte == b'"')? + 1;
        if !doubled || line.get(end) != Some(&b'"') {
            return Some(end);
        }
        from = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str, doubled: bool) -> Result<Vec<&str>, Unclosed> {
        let mut tokens = Tokens::default();
        let read = tokens.read(line.as_bytes(), doubled);
        let found: Vec<_> = tokens.spans().map(|span| &line[span.start..span.end]).collect();
        assert_eq!(tokens.len(), found.len());
        read.map(|()| found)
    }

    #[test]
    fn blanks_of_every_kind_and_number_separate() {
        assert_eq!(of("  a\tb \r c-is-longer-than-eight  d\r\n", false), Ok(vec!["a", "b", "c-is-longer-than-eight", "d"]));
        assert_eq!(of(" \t\r", false), Ok(vec![]));
        assert_eq!(of("a\u{1}\u{b}b \u{7f}é", false), Ok(vec!["a\u{1}\u{b}b", "\u{7f}é"]));
    }

    #[test]
    fn a_token_that_begins_with_a_quote_ends_at_the_next_and_keeps_both() {
        assert_eq!(of(r#""a b"c "" d"e f"g "#, false), Ok(vec![r#""a b""#, "c", r#""""#, r#"d"e"#, r#"f"g"#]));
        assert_eq!(of(r#"'a b' # \" x""#, false), Ok(vec!["'a", "b'", "#", r#"\""#, r#"x""#]));
    }

    #[test]
    fn a_quote_that_is_not_closed_is_found() {
        assert_eq!(of(r#"a "b c"#, false), Err(Unclosed(2)));
        assert_eq!(of(r#"a "b""#, true), Ok(vec!["a", r#""b""#]));
        assert_eq!(of(r#"a "b"" c"#, true), Err(Unclosed(2)));
    }

    #[test]
    fn a_doubled_quote_of_elff_does_not_end_the_token() {
        let line = r#""ua with ""doubled"" quotes" x"#;
        assert_eq!(of(line, true), Ok(vec![r#""ua with ""doubled"" quotes""#, "x"]));
        assert_eq!(of(line, false), Ok(vec![r#""ua with ""#, r#""doubled""#, r#"" quotes""#, "x"]));
    }

    /// Numbers that look like chance, the same each time.
    fn chance(state: &mut u64) -> u64 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *state >> 33
    }

    #[test]
    fn both_ways_find_the_same_tokens() {
        let (mut state, mut regular) = (1, 0);
        let (mut one, mut other) = (Tokens::default(), Tokens::default());
        for round in 0..100_000 {
            let length = chance(&mut state) % 200;
            let kinds: &[u8] = if round % 2 == 0 { b" a\"bcdefgh" } else { b" abcdefghijklmnopqrs\t\"" };
            let mut line: Vec<u8> = (0..length).map(|_| kinds[chance(&mut state) as usize % kinds.len()]).collect();
            if round % 3 == 0 {
                line = line.split(|byte| *byte == b'"').collect::<Vec<_>>().join(&b" \"quoted words\" "[..]);
            }
            if one.read_regular(&line) {
                regular += 1;
                assert_eq!(other.read_any(&line, round % 5 == 0), Ok(()));
                assert!(one.spans().eq(other.spans()), "{}", String::from_utf8_lossy(&line));
            }
        }
        assert!(regular > 30_000, "{regular}");
    }
}
