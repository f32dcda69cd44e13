//! From text to tokens. Of several that begin at one place the longest is taken; of equally long ones, the order here decides.

use super::keyword::{keyword, number};
use super::literal;
use super::token::{Placed, SIGNS, Sign, Token};
use crate::wrong::Wrong;

/// All tokens, and the end as the last one.
pub fn tokens(text: &str) -> Result<Vec<Placed<'_>>, Wrong> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        let rest = text.get(at..).unwrap_or_default();
        if rest.is_empty() {
            tokens.push(Placed { token: Token::End, at });
            return Ok(tokens);
        }
        let (token, length) = token(rest, at)?;
        tokens.push(Placed { token, at });
        at += length;
    }
}

/// The token that `rest` begins with, and its length.
fn token(rest: &str, at: usize) -> Result<(Token<'_>, usize), Wrong> {
    if let Some(found) = sign(rest) {
        return Ok(found);
    }
    match rest.as_bytes() {
        [b'$', digits @ ..] => arcnet(digits).ok_or_else(|| Wrong::new(at, "one or two hexadecimal digits behind `$`")),
        [b'\\', ..] => escaped(rest).ok_or_else(|| Wrong::new(at, "a name behind the backslash")),
        _ => word(rest, at),
    }
}

fn sign(rest: &str) -> Option<(Token<'_>, usize)> {
    let keyword = [("&&", "and"), ("||", "or")].into_iter().find(|(sign, _)| rest.starts_with(sign));
    if let Some((sign, word)) = keyword {
        return keyword_of(word).map(|token| (token, sign.len()));
    }
    let found = SIGNS.iter().find(|(text, sign)| rest.starts_with(text) && !begins_address(rest, *sign));
    match found {
        Some((text, sign)) => Some((Token::Sign(*sign), text.len())),
        None if rest.starts_with('!') => keyword_of("not").map(|token| (token, 1)),
        None => None,
    }
}

/// `::1`
fn begins_address(rest: &str, sign: Sign) -> bool {
    sign == Sign::Colon && literal::address6(rest.as_bytes()).is_some()
}

fn keyword_of(word: &str) -> Option<Token<'static>> {
    keyword(word).map(Token::Keyword)
}

fn arcnet(digits: &[u8]) -> Option<(Token<'static>, usize)> {
    let count = digits.iter().take(2).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let text = std::str::from_utf8(digits.get(..count)?).ok()?;
    Some((Token::Arcnet(u8::from_str_radix(text, 16).ok()?), count + 1))
}

fn escaped(rest: &str) -> Option<(Token<'_>, usize)> {
    let end = rest.find([' ', '!', '(', ')', '\n', '\t']).unwrap_or(rest.len());
    let name = rest.get(1..end).filter(|name| !name.is_empty())?;
    Some((Token::Name(name), end))
}

fn word(rest: &str, at: usize) -> Result<(Token<'_>, usize), Wrong> {
    let bytes = rest.as_bytes();
    let (mac, address6) = (literal::mac(bytes), literal::address6(bytes));
    let lengths = [
        mac.map_or(0, |(length, _)| length),
        literal::number(bytes),
        literal::dotted(bytes),
        address6.map_or(0, |(length, _)| length),
        literal::broken_mac(bytes),
        literal::name(bytes),
    ];
    let longest = lengths.into_iter().max().unwrap_or(0);
    let text = rest.get(..longest).unwrap_or_default();
    let token = match lengths.iter().position(|length| *length == longest) {
        _ if longest == 0 => return Err(nothing(rest, at)),
        Some(0) => mac.map(|(_, address)| Token::Mac(address)),
        Some(1) => Some(literal::value(text, at)?),
        Some(2) => Some(Token::Dotted(text)),
        Some(3) => address6.map(|(_, address)| Token::Address6(address)),
        Some(4) => return Err(Wrong::new(at, format!("`{text}` is no Ethernet address: six bytes are needed, like 00:11:22:aa:bb:cc"))),
        _ => keyword_of(text).or_else(|| number(text).map(Token::Number)).or(Some(Token::Name(text))),
    };
    token.map(|token| (token, longest)).ok_or_else(|| nothing(rest, at))
}

fn nothing(rest: &str, at: usize) -> Wrong {
    let found = rest.chars().next().unwrap_or(' ');
    Wrong::new(at, format!("a word, a number, an address or an operator, and not `{}`", found.escape_debug()))
}

#[cfg(test)]
mod tests {
    use super::super::keyword::Keyword;
    use super::super::primitive::{Direction, Protocol};
    use super::*;

    fn read(text: &str) -> Vec<Token<'_>> {
        tokens(text).unwrap().into_iter().map(|placed| placed.token).collect()
    }

    #[test]
    fn the_longest_token_is_taken() {
        let tcp = Token::Keyword(Keyword::Protocol(Protocol::Tcp));
        let open = Token::Sign(Sign::OpenBracket);
        let close = Token::Sign(Sign::CloseBracket);
        assert_eq!(read("tcp[tcpflags]"), [tcp, open, Token::Number(13), close, Token::End]);
        assert_eq!(read("tcp-syn"), [Token::Number(2), Token::End]);
        assert_eq!(read("tcp-sync"), [Token::Name("tcp-sync"), Token::End]);
        assert_eq!(read("10-20"), [Token::Name("10-20"), Token::End]);
        assert_eq!(read("10.20"), [Token::Dotted("10.20"), Token::End]);
        assert_eq!(read("010"), [Token::Number(8), Token::End]);
        assert_eq!(
            read("src&&::1"),
            [
                Token::Keyword(Keyword::Direction(Direction::Source)),
                Token::Keyword(Keyword::And),
                Token::Address6("::1".parse().unwrap()),
                Token::End
            ]
        );
        assert_eq!(read("tcp[0:2]").get(3), Some(&Token::Sign(Sign::Colon)));
        assert_eq!(read(r"\tcp"), [Token::Name("tcp"), Token::End]);
        assert_eq!(read("001122334455"), [Token::Mac([0, 0x11, 0x22, 0x33, 0x44, 0x55]), Token::End]);
    }

    #[test]
    fn what_is_no_token_is_shown_with_its_place() {
        assert_eq!(tokens("ip ä"), Err(Wrong::new(3, "a word, a number, an address or an operator, and not `ä`")));
        assert_eq!(tokens("len > 08"), Err(Wrong::new(6, "`08` begins with 0, so it is octal, and 8 and 9 are no octal digits")));
        assert_eq!(tokens("99999999999"), Err(Wrong::new(0, "`99999999999` does not fit into 32 bits")));
        assert_eq!(
            tokens("ether host aa:bb:cc:dd:ee"),
            Err(Wrong::new(11, "`aa:bb:cc:dd:` is no Ethernet address: six bytes are needed, like 00:11:22:aa:bb:cc"))
        );
    }
}
