//! What Spot's `bluecoat.py` does to a line before it takes it apart: tabs become blanks, then each two blanks one. Outside of quotes it changes nothing
//! that is seen; within it does.

use crate::text::Text;

const ONES: u64 = 0x0101_0101_0101_0101;
const LOWS: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// A quoted value after that, in `scratch` where it differs.
#[inline]
pub fn tidy<'a>(text: Text<'a>, scratch: &'a mut Vec<u8>) -> Text<'a> {
    if !is_untidy(text.bytes()) {
        return text;
    }
    scratch.clear();
    let mut single = false;
    for byte in text.bytes().iter().map(|byte| if *byte == b'\t' { b' ' } else { *byte }) {
        single = byte == b' ' && !single;
        if byte != b' ' || single {
            scratch.push(byte);
        }
    }
    Text::alone(scratch)
}

/// Whether there is a tab or a blank behind a blank; eight bytes at a time.
#[inline]
fn is_untidy(text: &[u8]) -> bool {
    let (words, rest) = text.as_chunks::<8>();
    let mut before = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let blanks = zeros(word ^ (ONES * u64::from(b' ')));
        if zeros(word ^ (ONES * u64::from(b'\t'))) | (blanks & ((blanks << 8) | before)) != 0 {
            return true;
        }
        before = blanks >> 56;
    }
    let mut before = before != 0;
    rest.iter().any(|byte| {
        let pair = before && *byte == b' ';
        before = *byte == b' ';
        pair || *byte == b'\t'
    })
}

/// The top bit of each byte that is 0, and of no other.
#[inline]
fn zeros(word: u64) -> u64 {
    !((word & LOWS).wrapping_add(LOWS) | word | LOWS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_blanks_become_one_once_and_tabs_are_blanks() {
        let mut scratch = Vec::new();
        let mut of = |text: &str| String::from_utf8(tidy(Text::alone(text.as_bytes()), &mut scratch).bytes().to_vec()).unwrap();
        for same in ["", "\"\"", "\"a b c d e f g h i j k\"", "\"1234567 \"", " 234567 9 "] {
            assert_eq!(of(same), same);
        }
        assert_eq!(of("\"a  b\""), "\"a b\"");
        assert_eq!(of("\"a   b    c\""), "\"a  b  c\"");
        assert_eq!(of("\"a\tb \t c\""), "\"a b  c\"");
        assert_eq!(of("1234567  0"), "1234567 0");
        assert_eq!(of("1234567890\t"), "1234567890 ");
    }
}
