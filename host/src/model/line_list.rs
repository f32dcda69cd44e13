//! The value of a message of Spot's distributed collector: lines as one Avro datum, without a header or a schema's id.
//!
//! The schema is a record of one field, the union of an array of strings and null in this order (`common/serializer.py` of Apache Spot). Its bytes:
//! the branch of the union (`00` array, `02` null), then blocks of a count and as many strings, each its length and its UTF-8; a block of
//! no strings ends the array. Counts and lengths are zig-zag varints. A block whose count is negative has its size in bytes behind the count.

/// Lines on their way into a datum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineList {
    strings: Vec<u8>,
    count: u64,
}

impl LineList {
    /// Adds a line.
    pub fn push(&mut self, line: &[u8]) {
        write_long(&mut self.strings, line.len() as u64);
        self.strings.extend_from_slice(line);
        self.count += 1;
    }

    /// Lines so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The datum, in one block as Spot writes it.
    pub fn datum(&self) -> Vec<u8> {
        let mut datum = Vec::with_capacity(self.strings.len() + 12);
        datum.push(0);
        if self.count > 0 {
            write_long(&mut datum, self.count);
            datum.extend_from_slice(&self.strings);
        }
        datum.push(0);
        datum
    }
}

/// Why bytes are no datum of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotLines {
    /// It ends too early.
    #[error("the list of lines ends too early")]
    Short,
    /// The first byte names no branch.
    #[error("the value begins with {0:#04x}, where a list of lines begins with 0x00")]
    Branch(u8),
    /// A number of more than 64 bits, or below zero where a length is due.
    #[error("byte {0} is not a length")]
    Length(usize),
    /// Bytes behind the end.
    #[error("the list of lines ends at byte {0}, and bytes follow")]
    Behind(usize),
}

/// The lines of a datum, which are not looked into: they may be anything but text.
///
/// # Errors
/// It is no list of lines.
pub fn lines(datum: &[u8]) -> Result<Vec<&[u8]>, NotLines> {
    let mut reader = Reader { bytes: datum, at: 0 };
    let mut lines = Vec::new();
    match reader.byte()? {
        0 => while reader.block(&mut lines)? {},
        2 => {}
        branch => return Err(NotLines::Branch(branch)),
    }
    if reader.at < datum.len() { Err(NotLines::Behind(reader.at)) } else { Ok(lines) }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// False: it was the one that ends the array.
    fn block(&mut self, lines: &mut Vec<&'a [u8]>) -> Result<bool, NotLines> {
        let count = self.long()?;
        if count < 0 {
            self.long()?;
        }
        let count = count.unsigned_abs();
        // Each string takes a byte at least: a count that lies ends before it is believed.
        for _ in 0..count {
            lines.push(self.string()?);
        }
        Ok(count > 0)
    }

    fn string(&mut self) -> Result<&'a [u8], NotLines> {
        let begins = self.at;
        let length = usize::try_from(self.long()?).map_err(|_| NotLines::Length(begins))?;
        let end = self.at.checked_add(length).ok_or(NotLines::Length(begins))?;
        let string = self.bytes.get(self.at..end).ok_or(NotLines::Short)?;
        self.at = end;
        Ok(string)
    }

    fn long(&mut self) -> Result<i64, NotLines> {
        let begins = self.at;
        let (mut number, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte()?;
            if shift > 63 || shift == 63 && byte > 1 {
                return Err(NotLines::Length(begins));
            }
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok((number >> 1) as i64 ^ -((number & 1) as i64));
            }
            shift += 7;
        }
    }

    fn byte(&mut self) -> Result<u8, NotLines> {
        let byte = self.bytes.get(self.at).copied().ok_or(NotLines::Short)?;
        self.at += 1;
        Ok(byte)
    }
}

fn write_long(out: &mut Vec<u8>, number: u64) {
    let mut rest = number << 1;
    while rest >= 0x80 {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datum(lines: &[&str]) -> Vec<u8> {
        let mut list = LineList::default();
        lines.iter().for_each(|line| list.push(line.as_bytes()));
        list.datum()
    }

    #[test]
    fn two_lines_are_the_bytes_that_spot_writes() {
        assert_eq!(datum(&["a", "bc"]), [0x00, 0x04, 0x02, b'a', 0x04, b'b', b'c', 0x00]);
        assert_eq!(datum(&[]), [0, 0]);
    }

    #[test]
    fn what_was_written_is_read() {
        let long = "x".repeat(70_000);
        assert_eq!(lines(&datum(&["", &long, "ü"])).unwrap(), [&b""[..], long.as_bytes(), "ü".as_bytes()]);
        assert_eq!(lines(&[0, 0]), Ok(vec![]));
        assert_eq!(lines(&[2]), Ok(vec![]));
    }

    #[test]
    fn an_array_in_several_blocks_is_one_list() {
        assert_eq!(lines(&[0, 2, 2, b'a', 1, 4, 2, b'b', 0]).unwrap(), [b"a", b"b"]);
    }

    #[test]
    fn what_is_no_list_is_refused_with_the_reason() {
        assert_eq!(lines(&[]), Err(NotLines::Short));
        assert_eq!(lines(&[4]), Err(NotLines::Branch(4)));
        assert_eq!(lines(&[0, 2, 9, b'a']), Err(NotLines::Length(2)));
        assert_eq!(lines(&[0, 0, 7]), Err(NotLines::Behind(2)));
        assert_eq!(lines(&[0, 0xfe, 0xff, 0xff, 0xff, 0x0f, 2, b'a']), Err(NotLines::Short));
        assert_eq!(lines(&[0; 1]), Err(NotLines::Short));
        assert_eq!(lines(&[&[0][..], &[0xff; 10]].concat()), Err(NotLines::Length(1)));
    }
}
