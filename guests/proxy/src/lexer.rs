//! The tokens of a line of Blue Coat's `main` format and of ELFF: what Spot's parser (Python's shlex, not in POSIX mode, quotes `"` only) makes of it.
//!
//! Blank, tab, CR and LF separate; runs of them are one. A token that begins with `"` ends at the next `"`, even where no blank follows, and keeps both
//! quotes. Within a word `"` is a character like any other. Nothing escapes and nothing comments.

use crate::bytes::quote;
use crate::record::Span;

/// A quote without an end; where it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unclosed(pub usize);

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Gives each token with its number from 0; returns how many there are. With `doubled`, as ELFF has it, `""` within quotes is a quote.
///
/// # Errors
/// A quote is not closed; the tokens before it were given.
#[inline]
pub fn tokens(line: &[u8], doubled: bool, mut each: impl FnMut(usize, Span)) -> Result<usize, Unclosed> {
    let (mut at, mut count) = (0, 0);
    loop {
        let first = loop {
            match line.get(at) {
                Some(byte) if is_blank(*byte) => at += 1,
                Some(byte) => break *byte,
                None => return Ok(count),
            }
        };
        let end = if first == b'"' { closing(line, at, doubled).ok_or(Unclosed(at))? } else { word_end(line, at) };
        each(count, Span { start: at, end });
        count += 1;
        at = end;
    }
}

/// Whether a byte separates tokens.
#[inline]
pub fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Behind the quote that closes the one at `at`.
#[inline]
fn closing(line: &[u8], at: usize, doubled: bool) -> Option<usize> {
    let mut from = at + 1;
    loop {
        let end = quote(line, from)? + 1;
        if !doubled || line.get(end) != Some(&b'"') {
            return Some(end);
        }
        from = end + 1;
    }
}

/// Where the word ends that begins at `at`; eight bytes at a time.
#[inline]
fn word_end(line: &[u8], mut at: usize) -> usize {
    while let Some(eight) = line.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*eight);
        // The top bit of each byte that is a blank or a control character. Borrows reach only bytes behind the first of these.
        let low = word.wrapping_sub(ONES * 0x21) & !word & HIGHS;
        if low == 0 {
            at += 8;
            continue;
        }
        at += low.trailing_zeros() as usize / 8;
        match line.get(at) {
            Some(b' ' | b'\t' | b'\r' | b'\n') => return at,
            _ => at += 1,
        }
    }
    line.get(at..).and_then(|rest| rest.iter().position(|byte| is_blank(*byte))).map_or(line.len(), |length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str, doubled: bool) -> Result<Vec<&str>, Unclosed> {
        let mut found = Vec::new();
        tokens(line.as_bytes(), doubled, |_, span| found.push(&line[span.start..span.end])).map(|_| found)
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
}
