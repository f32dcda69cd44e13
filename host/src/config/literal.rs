//! Where in the file a stretch of a text stands: TOML's quotes and escapes lie between the two.

use std::ops::Range;

/// What lies between the quotes of a text on one line; none for texts over several lines.
pub(super) fn inner(source: &str, span: &Range<usize>) -> Option<Range<usize>> {
    let quoted = source.get(span.clone())?;
    let several_lines = quoted.starts_with("\"\"\"") || quoted.starts_with("'''");
    let is_quoted = quoted.len() >= 2 && quoted.starts_with(['"', '\'']);
    (is_quoted && !several_lines).then(|| span.start + 1..span.end - 1)
}

/// The place of `at`, bytes of the value, in the source; none when it lies outside the value.
pub(super) fn place(source: &str, inner: &Range<usize>, at: &Range<usize>) -> Option<Range<usize>> {
    let literal = source.get(inner.clone())?;
    let escapes = source.get(..inner.start)?.ends_with('"');
    Some(inner.start + offset(literal, escapes, at.start)?..inner.start + offset(literal, escapes, at.end)?)
}

/// The byte of `literal` at which byte `at` of its value begins.
fn offset(literal: &str, escapes: bool, at: usize) -> Option<usize> {
    let mut rest = literal;
    let mut value = 0;
    while value < at {
        let (source, bytes) = if escapes { unit(rest)? } else { plain(rest)? };
        rest = rest.get(source..)?;
        value += bytes;
    }
    Some(literal.len() - rest.len())
}

/// Length of the next character in the source and in the value.
fn plain(rest: &str) -> Option<(usize, usize)> {
    let length = rest.chars().next()?.len_utf8();
    Some((length, length))
}

/// As [`plain`], for text with escapes.
fn unit(rest: &str) -> Option<(usize, usize)> {
    let Some(escape) = rest.strip_prefix('\\') else { return plain(rest) };
    let digits = match escape.chars().next()? {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => return Some((2, 1)),
    };
    let code = u32::from_str_radix(escape.get(1..1 + digits)?, 16).ok()?;
    Some((2 + digits, char::from_u32(code)?.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str, at: Range<usize>) -> Option<&str> {
        let inner = inner(source, &(0..source.len()))?;
        source.get(place(source, &inner, &at)?)
    }

    #[test]
    fn a_stretch_of_a_plain_text_is_found() {
        assert_eq!(shown("'10 parsecs'", 3..10), Some("parsecs"));
    }

    #[test]
    fn escapes_before_a_stretch_are_counted_as_they_are_spelled() {
        assert_eq!(shown(r#""a\\.(\u00e4\"x""#, 3..4), Some("("));
        assert_eq!(shown(r#""a\\.(\u00e4\"x""#, 7..8), Some("x"));
    }

    #[test]
    fn a_stretch_outside_the_text_has_no_place() {
        assert_eq!(shown("'abc'", 2..9), None);
    }

    #[test]
    fn a_text_over_several_lines_has_no_places() {
        assert_eq!(shown("'''abc'''", 0..1), None);
    }
}
