//! Lines of any bytes as text. Nothing is lost: every byte has a character.

use std::fmt::Write;

use crate::bytes::is_ascii;
use crate::damage::Damage;

/// How bytes that are not ASCII are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8; bytes that are not are Latin-1.
    #[default]
    Auto,
    /// UTF-8; lines that are not are rejected.
    Utf8,
    /// Latin-1.
    Latin1,
    /// UTF-8; bytes that are not are written as `\xNN`.
    Escape,
}

impl Encoding {
    /// By the value of the option.
    pub fn named(name: &str) -> Self {
        match name {
            "utf-8" => Self::Utf8,
            "latin-1" => Self::Latin1,
            "escape" => Self::Escape,
            _ => Self::Auto,
        }
    }

    /// The line as text, in `scratch` where it differs.
    ///
    /// # Errors
    /// Bytes that are not UTF-8, where they are not allowed.
    #[inline]
    pub fn decode<'a>(self, line: &'a [u8], scratch: &'a mut String) -> Result<&'a [u8], Damage> {
        if is_ascii(line) {
            return Ok(line);
        }
        self.decode_rest(line, scratch)
    }

    fn decode_rest<'a>(self, line: &'a [u8], scratch: &'a mut String) -> Result<&'a [u8], Damage> {
        match (self, str::from_utf8(line)) {
            (Self::Auto | Self::Utf8 | Self::Escape, Ok(_)) => return Ok(line),
            (Self::Utf8, Err(wrong)) => return Err(Damage::NotUtf8(wrong.valid_up_to())),
            _ => scratch.clear(),
        }
        if self == Self::Latin1 {
            scratch.extend(line.iter().copied().map(char::from));
            return Ok(scratch.as_bytes());
        }
        for chunk in line.utf8_chunks() {
            scratch.push_str(chunk.valid());
            chunk.invalid().iter().for_each(|byte| self.push(*byte, scratch));
        }
        Ok(scratch.as_bytes())
    }

    fn push(self, byte: u8, out: &mut String) {
        match self {
            Self::Escape => _ = write!(out, "\\x{byte:02X}"),
            _ => out.push(char::from(byte)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(encoding: Encoding, line: &[u8]) -> Result<String, Damage> {
        let mut scratch = String::new();
        encoding.decode(line, &mut scratch).map(|line| String::from_utf8(line.to_vec()).unwrap())
    }

    #[test]
    fn bytes_that_are_not_utf8_are_kept_in_the_way_that_is_asked_for() {
        let line = b"caf\xc3\xa9 caf\xe9 \xff";
        assert_eq!(of(Encoding::Auto, line).unwrap(), "café café ÿ");
        assert_eq!(of(Encoding::Escape, line).unwrap(), "café caf\\xE9 \\xFF");
        assert_eq!(of(Encoding::Latin1, line).unwrap(), "cafÃ© café ÿ");
        assert_eq!(of(Encoding::Utf8, line), Err(Damage::NotUtf8(9)));
    }

    #[test]
    fn utf8_is_itself_unless_latin1_is_said() {
        for encoding in [Encoding::Auto, Encoding::Utf8, Encoding::Escape] {
            assert_eq!(of(encoding, "café".as_bytes()).unwrap(), "café");
        }
        assert_eq!(of(Encoding::Latin1, "é".as_bytes()).unwrap(), "Ã©");
    }
}
