//! Searches in the bytes of lines, 64 at a time.

use crate::sixteen::{Vector, any, equal, load, or, tops};

/// Bytes that are looked at together.
pub const BLOCK: usize = 64;

/// Which bytes of a block are of a kind: a bit each, the first byte the lowest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// Blank, tab, CR, LF.
    pub blanks: u64,
    /// `"`.
    pub quotes: u64,
}

/// The marks of the block that begins at `at`; behind the last byte of the line nothing is marked.
#[inline]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub fn marks(line: &[u8], at: usize) -> Marks {
    let rest = line.get(at..).unwrap_or_default();
    if let Some(block) = rest.first_chunk() {
        return marks_of(block);
    }
    let (block, shift) = last_block(line, rest);
    let Marks { blanks, quotes } = marks_of(&block);
    Marks { blanks: blanks.checked_shr(shift).unwrap_or(0), quotes: quotes.checked_shr(shift).unwrap_or(0) }
}

/// The last bytes of a line, and how many of them lie before `rest`. A line that is no block is filled up with what is no mark.
#[inline]
fn last_block(line: &[u8], rest: &[u8]) -> ([u8; BLOCK], u32) {
    match line.last_chunk() {
        Some(block) => (*block, (BLOCK - rest.len()) as u32),
        None => {
            let mut block = [0; BLOCK];
            block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            (block, 0)
        }
    }
}

#[inline]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
fn marks_of(block: &[u8; BLOCK]) -> Marks {
    let [mut blanks, mut quotes] = [0, 0];
    for vector in vectors(block).into_iter().rev() {
        let lines = or(equal(vector, b'\n'), equal(vector, b'\r'));
        let blank = or(or(equal(vector, b' '), equal(vector, b'\t')), lines);
        blanks = blanks << 16 | u64::from(tops(blank));
        quotes = quotes << 16 | u64::from(tops(equal(vector, b'"')));
    }
    Marks { blanks, quotes }
}

/// Where the first line feed is.
#[inline]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub fn line_feed(bytes: &[u8]) -> Option<usize> {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    for (at, block) in blocks.iter().enumerate() {
        let [a, b, c, d] = vectors(block).map(|vector| equal(vector, b'\n'));
        if any(or(or(a, b), or(c, d))) {
            let found = [d, c, b, a].into_iter().fold(0, |found, vector| found << 16 | u64::from(tops(vector)));
            return Some(at * BLOCK + found.trailing_zeros() as usize);
        }
    }
    rest.iter().position(|byte| *byte == b'\n').map(|found| blocks.len() * BLOCK + found)
}

/// Whether all bytes are ASCII.
#[inline]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub fn is_ascii(bytes: &[u8]) -> bool {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut all = load([0; 16]);
    for block in blocks {
        let [a, b, c, d] = vectors(block);
        all = or(all, or(or(a, b), or(c, d)));
    }
    let (words, rest) = rest.as_chunks::<8>();
    let words = words.iter().fold(0, |all, word| all | u64::from_le_bytes(*word));
    let rest = rest.iter().fold(words, |all, byte| all | u64::from(*byte));
    tops(all) == 0 && rest & 0x8080_8080_8080_8080 == 0
}

#[inline]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
fn vectors(block: &[u8; BLOCK]) -> [Vector; 4] {
    [0, 1, 2, 3].map(|vector| load(block.as_chunks().0.get(vector).copied().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_feed_is_found_wherever_it_is() {
        for length in 0..200 {
            assert_eq!(line_feed(&vec![b'\x0b'; length]), None);
            for at in 0..length {
                let mut bytes = vec![b'x'; length];
                bytes[at] = b'\n';
                bytes[length - 1] = b'\n';
                assert_eq!(line_feed(&bytes), Some(at));
            }
        }
    }

    #[test]
    fn one_byte_that_is_not_ascii_is_seen_wherever_it_is() {
        for length in 0..200 {
            assert!(is_ascii(&vec![0x7f; length]));
            for at in 0..length {
                let mut bytes = vec![b'x'; length];
                bytes[at] = 0x80;
                assert!(!is_ascii(&bytes));
            }
        }
    }

    #[test]
    fn marks_are_where_the_bytes_are_and_nowhere_behind_the_line() {
        for length in 0..150 {
            let line: Vec<u8> = (0..length).map(|at| b" a\t\"\r~\n\0"[at * 5 % 8]).collect();
            for at in 0..length {
                let bits = |kind: fn(&u8) -> bool| {
                    (0..BLOCK).filter(|bit| line.get(at + bit).is_some_and(kind)).fold(0, |bits, bit| bits | 1 << bit)
                };
                let expected = Marks { blanks: bits(|byte| b" \t\r\n".contains(byte)), quotes: bits(|byte| *byte == b'"') };
                assert_eq!(marks(&line, at), expected, "{length} {at}");
            }
            assert_eq!(marks(&line, length), Marks::default());
        }
    }
}
