//! Searches in the bytes of lines, with words of eight bytes on every target: the usual ones take four at a time, or one, where there are no vectors.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Where the first line feed is.
#[inline]
pub fn line_feed(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    for block in bytes.as_chunks::<32>().0 {
        if block.as_chunks::<8>().0.iter().fold(0, |all, word| all | matches(word, b'\n')) != 0 {
            break;
        }
        at += 32;
    }
    bytes.get(at..)?.iter().position(|byte| *byte == b'\n').map(|found| at + found)
}

/// Where the first quote from `at` on is.
#[inline]
pub fn quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let found = matches(word, b'"');
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    bytes.get(at..)?.iter().position(|byte| *byte == b'"').map(|found| at + found)
}

/// The top bit of the first byte that is `byte`; above it there may be wrong ones.
#[inline]
fn matches(word: &[u8; 8], byte: u8) -> u64 {
    let word = u64::from_le_bytes(*word) ^ (ONES * u64::from(byte));
    word.wrapping_sub(ONES) & !word & HIGHS
}

/// Whether all bytes are ASCII.
#[inline]
pub fn is_ascii(bytes: &[u8]) -> bool {
    let (blocks, rest) = bytes.as_chunks::<32>();
    let or = |all: u64, word: &[u8; 8]| all | u64::from_le_bytes(*word);
    let all = blocks.iter().fold(0, |all, block| block.as_chunks::<8>().0.iter().fold(all, or));
    rest.iter().fold(all, |all, byte| all | u64::from(*byte)) & HIGHS == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_found_wherever_it_is() {
        for length in 0..100 {
            assert_eq!((line_feed(&vec![b'\x0b'; length]), quote(&vec![b'#'; length], 0)), (None, None));
            for at in 0..length {
                let mut bytes = vec![b'x'; length];
                assert!(is_ascii(&bytes));
                bytes[at] = b'\n';
                assert_eq!(line_feed(&bytes), Some(at));
                bytes[at] = b'"';
                assert_eq!((quote(&bytes, 0), quote(&bytes, at), quote(&bytes, at + 1)), (Some(at), Some(at), None));
                bytes[at] = 0x80;
                assert!(!is_ascii(&bytes));
            }
        }
    }
}
