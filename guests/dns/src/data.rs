//! The data of resource records in presentation format (RFC 1035, 5.1, and the RFC of each type).
//!
//! Data of a type that is not known here, or that does not keep the rules of its type, is shown as RFC 3597 has it: `\# length hexadecimal`.

use std::io::Write;
use std::net::Ipv6Addr;

use crate::bits;
use crate::clock;
use crate::message::Record;
use crate::name::{self, Checked};
use crate::service;

/// The data of one record while it is read.
pub struct Data<'a> {
    /// Of which the data is a part, for compressed names.
    message: &'a [u8],
    at: usize,
    end: usize,
}

/// Appends the data of a record.
pub fn write(message: &[u8], record: &Record, out: &mut Vec<u8>) {
    let start = out.len();
    let mut data = Data { message, at: record.data, end: record.data + record.length };
    let whole = data.write(record.kind, out).is_some() && data.at == data.end;
    if !whole {
        out.truncate(start);
        let bytes = message.get(record.data..record.data + record.length).unwrap_or_default();
        // Writing to a Vec cannot fail.
        let _ = write!(out, "\\# {}", bytes.len());
        if !bytes.is_empty() {
            out.push(b' ');
            bits::write_hex(bytes, out);
        }
    }
}

/// A blank where something stands before.
fn blank(out: &mut Vec<u8>) {
    out.push(b' ');
}

impl<'a> Data<'a> {
    /// `None`: it does not keep the rules of its type.
    fn write(&mut self, kind: u16, out: &mut Vec<u8>) -> Option<()> {
        match kind {
            1 => self.v4(out),
            28 => self.v6(out),
            2..=5 | 7..=9 | 12 | 39 => self.name(out),
            6 => self.soa(out),
            13 => self.strings(2, out),
            14 | 17 => self.fields("nn", out),
            15 | 18 | 21 | 36 => self.fields("2n", out),
            16 | 99 => self.texts(out),
            29 => crate::location::write(self.rest(), out),
            33 => self.fields("222n", out),
            35 => self.fields("22sssn", out),
            43 | 59 => self.fields("211x", out),
            44 => self.fields("11x", out),
            24 | 46 => self.signature(out),
            47 => self.name(out).and_then(|()| self.types(out)),
            25 | 48 | 60 => self.fields("211b", out),
            50 => self.hashed(out),
            51 => self.fields("112", out).and_then(|()| self.salt(out)),
            52 | 53 => self.fields("111x", out),
            63 => self.fields("411x", out),
            64 | 65 => self.fields("2n", out).and_then(|()| service::write(self.rest(), out)),
            256 => self.uri(out),
            257 => self.authorization(out),
            _ => None,
        }
    }

    /// One field after the other with blanks between: 1, 2 and 4 are numbers of so many bytes, n a name, s a string, x the rest in hexadecimal,
    /// b the rest in base64.
    fn fields(&mut self, layout: &str, out: &mut Vec<u8>) -> Option<()> {
        for (place, field) in layout.bytes().enumerate() {
            if place > 0 {
                blank(out);
            }
            match field {
                b'n' => self.name(out)?,
                b's' => self.string(out)?,
                b'x' => bits::write_hex(self.rest(), out),
                b'b' => bits::write_base64(self.rest(), out),
                width => {
                    let value = self.number(usize::from(width - b'0'))?;
                    bits::write_number(value, out);
                }
            }
        }
        Some(())
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(length).filter(|&end| end <= self.end)?;
        let bytes = self.message.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }

    fn rest(&mut self) -> &'a [u8] {
        self.take(self.end - self.at).unwrap_or_default()
    }

    fn number(&mut self, width: usize) -> Option<u32> {
        Some(self.take(width)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    fn v4(&mut self, out: &mut Vec<u8>) -> Option<()> {
        for (place, byte) in self.take(4)?.iter().enumerate() {
            if place > 0 {
                out.push(b'.');
            }
            bits::write_number((*byte).into(), out);
        }
        Some(())
    }

    fn v6(&mut self, out: &mut Vec<u8>) -> Option<()> {
        let address = Ipv6Addr::from(*self.take(16)?.first_chunk()?);
        write!(out, "{address}").ok()
    }

    fn name(&mut self, out: &mut Vec<u8>) -> Option<()> {
        let end = Checked::default().skip(self.message, self.at).ok().filter(|&end| end <= self.end)?;
        name::write(self.message, self.at, ".", out);
        self.at = end;
        Some(())
    }

    fn string(&mut self, out: &mut Vec<u8>) -> Option<()> {
        let length = self.number(1)? as usize;
        write_quoted(self.take(length)?, out);
        Some(())
    }

    fn strings(&mut self, count: usize, out: &mut Vec<u8>) -> Option<()> {
        for place in 0..count {
            if place > 0 {
                blank(out);
            }
            self.string(out)?;
        }
        Some(())
    }

    fn texts(&mut self, out: &mut Vec<u8>) -> Option<()> {
        self.string(out)?;
        while self.at < self.end {
            blank(out);
            self.string(out)?;
        }
        Some(())
    }

    fn soa(&mut self, out: &mut Vec<u8>) -> Option<()> {
        self.fields("nn", out)?;
        blank(out);
        self.fields("44444", out)
    }

    /// RFC 4034, 3.
    fn signature(&mut self, out: &mut Vec<u8>) -> Option<()> {
        bits::write_type(self.number(2)? as u16, out);
        blank(out);
        self.fields("114", out)?;
        for _ in 0..2 {
            blank(out);
            clock::write_digits(self.number(4)?, out);
        }
        blank(out);
        self.fields("2nb", out)
    }

    /// The types that a name has, RFC 4034, 4.1.2.
    fn types(&mut self, out: &mut Vec<u8>) -> Option<()> {
        while self.at < self.end {
            let (window, length) = (self.number(1)?, self.number(1)? as usize);
            for (place, byte) in self.take(length)?.iter().enumerate() {
                for bit in (0..8).filter(|bit| byte << bit & 0x80 != 0) {
                    blank(out);
                    bits::write_type((window << 8) as u16 | (place * 8 + bit) as u16, out);
                }
            }
        }
        Some(())
    }

    /// NSEC3, RFC 5155.
    fn hashed(&mut self, out: &mut Vec<u8>) -> Option<()> {
        self.fields("112", out)?;
        self.salt(out)?;
        blank(out);
        let length = self.number(1)? as usize;
        bits::write_base32hex(self.take(length)?, out);
        self.types(out)
    }

    fn salt(&mut self, out: &mut Vec<u8>) -> Option<()> {
        blank(out);
        let length = self.number(1)? as usize;
        match self.take(length)? {
            [] => out.push(b'-'),
            salt => bits::write_hex(salt, out),
        }
        Some(())
    }

    fn uri(&mut self, out: &mut Vec<u8>) -> Option<()> {
        self.fields("22", out)?;
        blank(out);
        write_quoted(self.rest(), out);
        Some(())
    }

    /// CAA, RFC 8659.
    fn authorization(&mut self, out: &mut Vec<u8>) -> Option<()> {
        self.fields("1", out)?;
        blank(out);
        let length = self.number(1)? as usize;
        self.take(length)?.iter().for_each(|&byte| name::write_byte(byte, b"\\\" ", out));
        blank(out);
        write_quoted(self.rest(), out);
        Some(())
    }
}

/// Appends a text between quotation marks.
pub fn write_quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    text.iter().for_each(|&byte| name::write_byte(byte, b"\\\"", out));
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::damage::Section;

    fn text(kind: u16, bytes: &[u8]) -> String {
        let record = Record { section: Section::Answer, name: 0, kind, class: 1, ttl: 0, data: 0, length: bytes.len() };
        let mut out = Vec::new();
        write(bytes, &record, &mut out);
        String::from_utf8(out).expect("ascii")
    }

    #[test]
    fn data_is_shown_as_the_rfc_of_its_type_has_it() {
        let cases: [(u16, &[u8], &str); 20] = [
            (1, &[192, 0, 2, 1], "192.0.2.1"),
            (28, &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "2001:db8::1"),
            (5, b"\x03www\x00", "www"),
            (15, b"\x00\x0a\x02mx\x00", "10 mx"),
            (16, b"\x03a\"b\x00\x02\\\xff", "\"a\\\"b\" \"\" \"\\\\\\255\""),
            (33, b"\x00\x01\x00\x02\x01\xbb\x01h\x00", "1 2 443 h"),
            (35, b"\x00\x64\x00\x0a\x01u\x03sip\x00\x01r\x00", "100 10 \"u\" \"sip\" \"\" r"),
            (43, &[0xec, 0x45, 5, 1, 0x2b, 0xb1], "60485 5 1 2bb1"),
            (44, &[2, 1, 0x12, 0x34], "2 1 1234"),
            (47, b"\x01a\x00\x00\x06\x40\x01\x00\x00\x00\x03\x01\x01\x40", "a A MX RRSIG NSEC CAA"),
            (48, &[1, 1, 3, 5, 1, 3], "257 3 5 AQM="),
            (50, &[1, 1, 0, 12, 2, 0xaa, 0xbb, 5, 0x2b, 0x12, 0x66, 0, 0xff, 0, 1, 0x40], "1 1 12 aabb 5c96c07v A"),
            (51, &[1, 0, 0, 10, 0], "1 0 10 -"),
            (52, &[3, 1, 1, 0xab], "3 1 1 ab"),
            (
                46,
                b"\x00\x01\x05\x02\x00\x00\x00\x3c\x59\xb2\x80\x90\x59\xb2\x80\x90\x00\x07\x00\x01\x02\x03",
                "A 5 2 60 20170908113544 20170908113544 7 . AQID",
            ),
            (6, b"\x01n\x00\x01m\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00\x05", "n m 1 2 3 4 5"),
            (257, b"\x00\x05issueca.example", "0 issue \"ca.example\""),
            (256, b"\x00\x0a\x00\x01ftp://x/", "10 1 \"ftp://x/\""),
            (65280, &[1, 2, 255], "\\# 3 0102ff"),
            (250, &[], "\\# 0"),
        ];
        for (kind, bytes, expected) in cases {
            assert_eq!(text(kind, bytes), expected, "type {kind}");
        }
    }

    #[test]
    fn data_that_breaks_the_rules_of_its_type_is_shown_as_bytes() {
        assert_eq!(text(1, &[1, 2, 3]), "\\# 3 010203");
        assert_eq!(text(1, &[1, 2, 3, 4, 5]), "\\# 5 0102030405");
        assert_eq!(text(16, b"\x05a"), "\\# 2 0561");
        assert_eq!(text(5, b"\x05a"), "\\# 2 0561");
        assert_eq!(text(15, b"\x00"), "\\# 1 00");
        assert_eq!(text(50, &[1, 1, 0, 12, 9, 1]), "\\# 6 0101000c0901");
    }
}
