//! Classes with a name: `\d` and the like.

use crate::class::ByteClass;
use crate::element::Element;

/// What a letter behind a backslash means; a capital is the inverse of its small letter.
pub fn shorthand(letter: u8) -> Option<Element> {
    let element = match letter {
        b't' => Element::byte(b'\t'),
        b'n' => Element::byte(b'\n'),
        b'r' => Element::byte(b'\r'),
        b'v' => Element::byte(0x0b),
        b'f' => Element::byte(0x0c),
        // Not 0x1b: so it is in byteseek's documentation and code.
        b'e' => Element::byte(0x1e),
        _ => {
            let class = named(letter.to_ascii_lowercase())?;
            Element::class(if letter.is_ascii_uppercase() { class.inverted() } else { class })
        }
    };
    Some(element)
}

fn named(letter: u8) -> Option<ByteClass> {
    Some(match letter {
        b'd' => ByteClass::of(|byte| byte.is_ascii_digit()),
        b'w' => ByteClass::of(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
        b's' => ByteClass::of(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' ')),
        b'l' => ByteClass::of(|byte| byte.is_ascii_lowercase()),
        b'u' => ByteClass::of(|byte| byte.is_ascii_uppercase()),
        b'i' => ByteClass::of(|byte| byte.is_ascii()),
        _ => return None,
    })
}
