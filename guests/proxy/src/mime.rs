//! Header fields as Squid's `log_mime_hdrs` writes them behind its native format, in brackets, their line ends as `%0D%0A`; versions before 3.1 as `\r\n`.

use crate::field::Field;
use crate::record::{Record, Span, Target};

/// Fields of a request that are fields of a line.
const WANTED: [(&str, Field); 3] = [("user-agent", Field::UserAgent), ("referer", Field::Referer), ("cookie", Field::Cookie)];

/// Sets the fields that a block of a request holds.
pub fn request(line: &[u8], block: Span, record: &mut Record) {
    let mut rest = block;
    while let Some((field, next)) = first(line, rest) {
        let text = line.get(field.start..field.end).unwrap_or_default();
        if let Some(colon) = memchr::memchr(b':', text) {
            let (name, value) = text.split_at_checked(colon).unwrap_or_default();
            let blanks = value.iter().skip(1).take_while(|byte| **byte == b' ').count();
            let wanted = WANTED.iter().find(|(wanted, _)| name.eq_ignore_ascii_case(wanted.as_bytes()));
            if let Some((_, wanted)) = wanted {
                record.set(Target::Known(*wanted), Span { start: field.start + colon + 1 + blanks, end: field.end });
            }
        }
        rest.start = next;
    }
}

/// The first field, and where the next one begins.
fn first(line: &[u8], Span { start, end }: Span) -> Option<(Span, usize)> {
    let text = line.get(start..end).filter(|text| !text.is_empty())?;
    let ended = text.iter().enumerate().find_map(|(at, byte)| {
        let rest = text.get(at..).filter(|_| matches!(byte, b'%' | b'\\'))?;
        let is_end = |end: &[u8]| rest.get(..end.len()).is_some_and(|found| found.eq_ignore_ascii_case(end));
        [&b"%0d%0a"[..], b"\\r\\n", b"%0a", b"\\n"].into_iter().find(|end| is_end(end)).map(|end| (at, end.len()))
    });
    let (length, behind) = ended.unwrap_or((text.len(), 0));
    Some((Span { start, end: start + length }, start + length + behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_whatever_their_line_ends_are() {
        for end in ["%0D%0A", "%0d%0a", "\\r\\n", "%0A"] {
            let line = ["Host: a.example", "User-Agent:curl/8.0 %5bx%5d", "REFERER:   http://b/", "x", ""].join(end);
            let mut record = Record::default();
            request(line.as_bytes(), Span { start: 0, end: line.len() }, &mut record);
            let get = |field| record.get(line.as_bytes(), field).map(|text| str::from_utf8(text).unwrap());
            assert_eq!(
                [get(Field::UserAgent), get(Field::Referer), get(Field::Cookie)],
                [Some("curl/8.0 %5bx%5d"), Some("http://b/"), None]
            );
        }
    }
}
