//! Cuts an expression into words.

use crate::literal;
use crate::token::Token;
use crate::wrong::Wrong;

/// Longest first.
const SIGNS: [&str; 22] =
    ["==", "!=", "<=", ">=", "&&", "||", "->", "=>", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", "{", "}", ",", ":"];
const HINTS: [(&str, &str); 4] = [("!", "not(...) or !="), ("=", "== to compare"), ("%", "+ - * or /: there is no %"), ("&", "&& or and")];

/// The words of an expression, each with its byte offset; the last is [`Token::End`].
pub fn words(text: &str) -> Result<Vec<(usize, Token)>, Wrong> {
    let mut words = Vec::new();
    let mut at = 0;
    loop {
        at = skip(text, at)?;
        let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) else { break };
        let (token, length) = word(rest, at)?;
        words.push((at, token));
        at += length;
    }
    words.push((text.len(), Token::End));
    Ok(words)
}

/// White space and comments. A comment has at least one character, which may be the end of its line: then it takes the next line too.
fn skip(text: &str, mut at: usize) -> Result<usize, Wrong> {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        if let Some(comment) = rest.strip_prefix("//") {
            let Some(first) = comment.chars().next() else { return Err(Wrong::new(at, "a comment of at least one character")) };
            let behind = comment.get(first.len_utf8()..).unwrap_or_default();
            at += 2 + first.len_utf8() + behind.find('\n').map_or(behind.len(), |end| end + 1);
        } else if rest.starts_with([' ', '\t', '\r', '\n', '\x0c']) {
            at += 1;
        } else {
            return Ok(at);
        }
    }
}

fn word(rest: &str, at: usize) -> Result<(Token, usize), Wrong> {
    match rest.as_bytes().first() {
        Some(b'\'' | b'"') => return literal::text(rest, at),
        Some(byte) if byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$') => return name(rest, at),
        _ => {}
    }
    if let Some(number) = literal::number(rest, at)? {
        return Ok(number);
    }
    if rest.starts_with('?') {
        return Ok((Token::Sign("?"), 1));
    }
    let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign)).ok_or_else(|| unknown(rest, at))?;
    let token = match sign {
        "&&" => Token::And,
        "||" => Token::Or,
        _ => Token::Sign(sign),
    };
    Ok((token, sign.len()))
}

fn unknown(rest: &str, at: usize) -> Wrong {
    let hint = HINTS.into_iter().find(|(sign, _)| rest.starts_with(sign));
    Wrong::new(at, hint.map_or("a name, a value or an operator", |(_, hint)| hint))
}

fn name(rest: &str, at: usize) -> Result<(Token, usize), Wrong> {
    for not_in in ["not in", "NOT IN"] {
        if rest.starts_with(not_in) {
            return Ok((Token::NotIn, not_in.len()));
        }
    }
    let behind = rest.get(1..).unwrap_or_default();
    let most = behind.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':')).count();
    let word = rest.get(..=most).unwrap_or(rest).trim_end_matches(':');
    if let Some(exponent) = exponent(rest).filter(|&exponent| exponent >= word.len()) {
        return Err(Wrong::new(at, format!("a name: {} is the exponent of a number", rest.get(..exponent).unwrap_or_default())));
    }
    Ok((Token::keyword(word).unwrap_or_else(|| Token::Name(word.to_owned())), word.len()))
}

/// Bytes of what looks like `e10` or `E+5`.
fn exponent(rest: &str) -> Option<usize> {
    let digits = rest.strip_prefix(['e', 'E'])?;
    let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    let count = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    (count > 0).then(|| rest.len() - unsigned.len() + count)
}
