//! Numbers and texts.

use crate::token::Token;
use crate::wrong::Wrong;

/// A number, its minus sign included, and its bytes; `None`: there is none.
pub fn number(rest: &str, at: usize) -> Result<Option<(Token, usize)>, Wrong> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let sign = usize::from(rest.starts_with('-'));
    let whole = if bytes.get(sign) == Some(&b'0') { 1 } else { digits(sign) };
    let mut end = sign + whole;
    let mut fraction = 0;
    let is_point = bytes.get(end) == Some(&b'.');
    if is_point {
        fraction = digits(end + 1);
        end += 1 + fraction;
    }
    if whole == 0 && (!is_point || fraction == 0) {
        return Ok(None);
    }
    let exponent = exponent(bytes, end);
    end += exponent;
    let suffix = bytes.get(end).map(u8::to_ascii_lowercase);
    let text = rest.get(..end).unwrap_or_default();
    let is_whole = !is_point && exponent == 0;
    // `-.5` is no number, but `-.5f` is.
    if whole == 0 && sign == 1 && suffix != Some(b'f') {
        return Ok(None);
    }
    Ok(Some(match suffix {
        Some(b'l') if is_whole => (Token::Long(text.parse().map_err(|_| Wrong::new(at, "a long of 64 bits"))?), end + 1),
        Some(b'f') => (Token::Float(text.parse().unwrap_or(f32::NAN)), end + 1),
        Some(b'd') => (Token::Double(text.parse().unwrap_or(f64::NAN)), end + 1),
        _ if is_whole => {
            let integer = text.parse().map_err(|_| Wrong::new(at, format!("an integer of 32 bits, or a long: {text}L")))?;
            (Token::Int(integer), end)
        }
        _ => (Token::Double(text.parse().unwrap_or(f64::NAN)), end),
    }))
}

/// Bytes of an exponent at this place.
fn exponent(bytes: &[u8], at: usize) -> usize {
    if !matches!(bytes.get(at), Some(b'e' | b'E')) {
        return 0;
    }
    let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
    let digits = bytes.iter().skip(at + 1 + sign).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 { 0 } else { 1 + sign + digits }
}

/// A text in quotes of either kind, and its bytes.
pub fn text(rest: &str, at: usize) -> Result<(Token, usize), Wrong> {
    let mut characters = rest.char_indices();
    let quote = characters.next().map_or('\'', |(_, quote)| quote);
    let mut text = String::new();
    while let Some((index, character)) = characters.next() {
        if character == quote {
            return Ok((Token::Text(text), index + 1));
        }
        text.push(if character == '\\' { escaped(characters.next().map(|(_, next)| next), quote, at + index)? } else { character });
    }
    Err(Wrong::new(at, format!("a text that is closed with {quote}")))
}

fn escaped(character: Option<char>, quote: char, at: usize) -> Result<char, Wrong> {
    match character {
        Some('n') => Ok('\n'),
        Some('r') => Ok('\r'),
        Some('t') => Ok('\t'),
        Some('\\') => Ok('\\'),
        Some(character) if character == quote => Ok(quote),
        _ => Err(Wrong::new(at, format!("one of \\\\ \\n \\r \\t \\{quote}; a backslash itself is written \\\\"))),
    }
}
