//! Domain names in messages (RFC 1035, 4.1.4): labels and pointers.
//!
//! A pointer may point forward, as some servers write it; a name is bounded by its 255 bytes and by the number of its pointers.

use crate::damage::{Damage, Section};

/// Longest name on the wire, its root included.
const MAX_NAME: usize = 255;
/// Most pointers in a name: it has at most 127 labels, and each may be followed by one.
const MAX_POINTERS: usize = 127;

/// What a name's next byte says.
enum Next<'a> {
    Label(&'a [u8]),
    /// Its two bytes, and where they point.
    Pointer([u8; 2], usize),
    Root,
}

#[inline(always)]
fn next(message: &[u8], at: usize) -> Result<Next<'_>, Damage> {
    match message.get(at).copied().ok_or(ENDS)? {
        0 => Ok(Next::Root),
        size @ 1..=63 => message.get(at + 1..at + 1 + usize::from(size)).map(Next::Label).ok_or(ENDS),
        high @ 0xc0.. => {
            let low = *message.get(at + 1).ok_or(ENDS)?;
            let target = u16::from_be_bytes([high & 0x3f, low]);
            if usize::from(target) >= message.len() {
                return Err(Damage::NamePointer(target));
            }
            Ok(Next::Pointer([high, low], target.into()))
        }
        other => Err(Damage::NameLabel(other)),
    }
}

/// Walks a name's labels, each where it begins and its text; gives how many bytes it has without compression, its root included.
#[inline(always)]
fn walk<'a>(message: &'a [u8], mut at: usize, mut label: impl FnMut(usize, &'a [u8])) -> Result<usize, Damage> {
    let (mut length, mut pointers) = (1, 0);
    loop {
        match next(message, at)? {
            Next::Root => return Ok(length),
            Next::Label(text) => {
                label(at + 1, text);
                length += 1 + text.len();
                at += 1 + text.len();
                if length > MAX_NAME {
                    return Err(Damage::NameLength);
                }
            }
            Next::Pointer(_, target) => {
                pointers += 1;
                at = target;
                if pointers > MAX_POINTERS {
                    return Err(Damage::NameLoop);
                }
            }
        }
    }
}

/// The caller knows which record it is.
const ENDS: Damage = Damage::Ends { section: Section::Question, record: 0, of: 0 };

/// Remembers some pointers and how long the names are to which they lead: nearly every name of a response ends with one that was seen before.
#[derive(Debug, Clone, Copy, Default)]
pub struct Checked {
    /// By the pointer's last bits: the pointer in the upper half (0: none), the length in the lower.
    known: [u32; 8],
}

impl Checked {
    /// Checks the name at a place in a message; gives where what follows it begins.
    ///
    /// # Errors
    /// A name that breaks the rules.
    #[inline(always)]
    pub fn skip(&mut self, message: &[u8], at: usize) -> Result<usize, Damage> {
        let pointer = message.get(at..).and_then(|name| name.first_chunk()).map(|pointer| u16::from_be_bytes(*pointer));
        match pointer {
            // Most names of records are one pointer, which was followed before.
            Some(pointer @ 0xc000..) if self.known.get(usize::from(pointer & 7)).is_some_and(|known| known >> 16 == u32::from(pointer)) => {
                Ok(at + 2)
            }
            _ => self.skip_labels(message, at),
        }
    }

    #[inline(never)]
    fn skip_labels(&mut self, message: &[u8], mut at: usize) -> Result<usize, Damage> {
        let start = at;
        loop {
            match message.get(at) {
                Some(0) => break,
                // That the label lies within the message shows when what follows it is read.
                Some(size @ 1..=63) => at += 1 + usize::from(*size),
                _ => return self.end(message, start, at),
            }
        }
        if at - start < MAX_NAME { Ok(at + 1) } else { Err(Damage::NameLength) }
    }

    /// The end of a name whose labels are followed by a pointer, or by nothing good.
    #[inline]
    fn end(&mut self, message: &[u8], start: usize, at: usize) -> Result<usize, Damage> {
        let Next::Pointer(pointer, target) = next(message, at)? else { return Err(ENDS) };
        match at - start + self.length(message, pointer, target)? {
            0..=MAX_NAME => Ok(at + 2),
            _ => Err(Damage::NameLength),
        }
    }

    #[inline]
    fn length(&mut self, message: &[u8], pointer: [u8; 2], target: usize) -> Result<usize, Damage> {
        let key = u32::from(u16::from_be_bytes(pointer)) << 16;
        match self.known.get_mut(usize::from(pointer[1] & 7)) {
            Some(known) if *known & 0xffff_0000 == key => Ok((*known & 0xffff) as usize),
            Some(known) => {
                let length = walk(message, target, |_, _| {})?;
                *known = key | length as u32;
                Ok(length)
            }
            None => walk(message, target, |_, _| {}),
        }
    }
}

/// Appends a name in the presentation format of RFC 1035, 5.1: a dot and a backslash within a label have a backslash before them, what is not
/// printable is a backslash and three decimal digits. A blank stays a blank. The root is `root`. A name that breaks the rules ends where it does.
#[inline]
pub fn write(message: &[u8], at: usize, root: &str, out: &mut Vec<u8>) {
    let start = out.len();
    // The name was checked when its record was.
    let _ = walk(message, at, |at, label| {
        if out.len() > start {
            out.push(b'.');
        }
        if !write_piece(message.get(at..), label.len(), out) {
            write_label(label, out);
        }
    });
    if out.len() == start {
        out.extend_from_slice(root.as_bytes());
    }
}

/// Bytes that are copied at once: nearly all labels are shorter, and in the sandbox a copy of a length that the compiler does not know is a call.
const PIECE: usize = 16;

/// Writes a plain label that one piece holds; false: it is another.
#[inline(always)]
fn write_piece(label: Option<&[u8]>, length: usize, out: &mut Vec<u8>) -> bool {
    let Some(piece) = label.and_then(|label| label.first_chunk::<PIECE>()) else { return false };
    let (words, _) = piece.as_chunks::<8>();
    let &[first, second] = words else { return false };
    if length > PIECE || !is_plain(first, length) || (length > 8 && !is_plain(second, length - 8)) {
        return false;
    }
    let end = out.len() + length;
    out.extend_from_slice(piece);
    out.truncate(end);
    true
}

/// The first bytes of a word are all plain. Behind one that is not, plain ones may seem not to be.
#[inline(always)]
fn is_plain(bytes: [u8; 8], count: usize) -> bool {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let word = u64::from_le_bytes(bytes);
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let strange = (word | word.wrapping_add(ONES) | below(word, b' ') | equal(b'.') | equal(b'\\')) & HIGH;
    count > 0 && strange << (64 - 8 * count.min(8)) == 0
}

#[inline(never)]
fn write_label(label: &[u8], out: &mut Vec<u8>) {
    if label.iter().all(|&byte| PLAIN.get(usize::from(byte)).is_some_and(|&plain| plain)) {
        out.extend_from_slice(label);
    } else {
        label.iter().for_each(|&byte| write_byte(byte, b".\\", out));
    }
}

const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b' ';
    while byte < 0x7f {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            plain[byte as usize] = byte != b'.' && byte != b'\\';
        }
        byte += 1;
    }
    plain
};

/// Appends a byte of text, with a backslash before one of `special`, and as three digits where it is not printable.
pub fn write_byte(byte: u8, special: &[u8], out: &mut Vec<u8>) {
    match byte {
        _ if special.contains(&byte) => out.extend_from_slice(&[b'\\', byte]),
        b' '..=b'~' => out.push(byte),
        _ => out.extend_from_slice(&[b'\\', b'0' + byte / 100, b'0' + byte / 10 % 10, b'0' + byte % 10]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(message: &[u8], at: usize) -> String {
        let mut out = Vec::new();
        write(message, at, ".", &mut out);
        String::from_utf8(out).expect("ascii")
    }

    fn end(message: &[u8], at: usize) -> Result<usize, Damage> {
        Checked::default().skip(message, at)
    }

    #[test]
    fn a_compressed_name_is_whole_and_ends_behind_its_first_pointer() {
        let message = b"\x03org\x00\x07example\xc0\x00\x03www\xc0\x05!";
        assert_eq!((text(message, 15).as_str(), end(message, 15)), ("www.example.org", Ok(21)));
        assert_eq!((text(message, 4).as_str(), end(message, 4)), (".", Ok(5)));
    }

    #[test]
    fn a_name_may_point_forward() {
        assert_eq!(text(b"\x01a\xc0\x04\x01b\x00", 0), "a.b");
    }

    #[test]
    fn bytes_that_would_mislead_are_escaped() {
        let name = b"\x06a.b\\\x00\xff\x02 c\x00";
        assert_eq!(text(name, 0), "a\\.b\\\\\\000\\255. c");
        assert_eq!(text(&[&name[..], &[0xff; 16]].concat(), 0), text(name, 0));
    }

    #[test]
    fn labels_of_every_length_are_whole_wherever_the_message_ends() {
        for length in 1..=63u8 {
            let name = [&[length][..], &vec![b'a' + length % 26; length.into()], &[2, b'~', b' ', 0]].concat();
            let expected = format!("{}.~ ", char::from(b'a' + length % 26).to_string().repeat(length.into()));
            for behind in 0..20 {
                assert_eq!(text(&[&name[..], &vec![0xff; behind]].concat(), 0), expected);
            }
        }
    }

    #[test]
    fn names_that_break_the_rules_are_named() {
        assert_eq!(end(b"\xc0\x00", 0), Err(Damage::NameLoop));
        assert_eq!(end(b"\x01a\xc0\x00", 0), Err(Damage::NameLength));
        assert_eq!(end(b"\xc0\x09", 0), Err(Damage::NamePointer(9)));
        assert_eq!(end(b"\x41a\x00", 0), Err(Damage::NameLabel(0x41)));
        assert_eq!(end(b"\x05ab", 0), Err(ENDS));
        let long = [&[63; 64][..], &[63; 64], &[63; 64], &[62; 63], &[0]].concat();
        assert_eq!(end(&long, 0), Err(Damage::NameLength));
        let longest = [&[63; 64][..], &[63; 64], &[63; 64], &[61; 62], &[0]].concat();
        assert_eq!(end(&longest, 0), Ok(255));
    }
}
