//! Numbers, names and addresses at the head of a text: each function says how long the longest is that begins there.

use std::net::Ipv6Addr;

use super::token::Token;
use crate::wrong::Wrong;

/// Addresses of 6 bytes are written in this many ways.
const SEPARATORS: &[u8] = b":-.";

fn run(text: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|byte| wanted(**byte)).count()
}

fn hexadecimal(text: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(text).ok()?, 16).ok()
}

/// A letter or digit, then also `-`, `_` and `.`; the last is neither `-` nor `_`.
pub fn name(text: &[u8]) -> usize {
    if !text.first().is_some_and(u8::is_ascii_alphanumeric) {
        return 0;
    }
    let length = run(text, |byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let end = text.iter().take(length).rposition(|byte| byte.is_ascii_alphanumeric() || *byte == b'.');
    end.map_or(0, |end| end + 1)
}

/// Decimal digits, or hexadecimal ones behind `0x`.
pub fn number(text: &[u8]) -> usize {
    if let [b'0', b'x' | b'X', rest @ ..] = text {
        let digits = run(rest, |byte| byte.is_ascii_hexdigit());
        if digits > 0 {
            return digits + 2;
        }
    }
    run(text, |byte| byte.is_ascii_digit())
}

/// Two to four decimal numbers with a dot between each.
pub fn dotted(text: &[u8]) -> usize {
    let (mut length, mut parts) = (0, 0);
    let mut rest = text;
    while parts < 4 {
        let dot = usize::from(parts > 0);
        let digits = run(rest.get(dot..).unwrap_or_default(), |byte| byte.is_ascii_digit());
        if digits == 0 || dot == 1 && rest.first() != Some(&b'.') {
            break;
        }
        (length, parts) = (length + dot + digits, parts + 1);
        rest = text.get(length..).unwrap_or_default();
    }
    if parts >= 2 { length } else { 0 }
}

/// Six bytes with separators, three of two bytes with dots, or twelve digits.
pub fn mac(text: &[u8]) -> Option<(usize, [u8; 6])> {
    let separated = SEPARATORS.iter().filter_map(|separator| six(text, *separator));
    separated.chain(three(text)).chain(twelve(text)).max_by_key(|(length, _)| *length)
}

fn six(text: &[u8], separator: u8) -> Option<(usize, [u8; 6])> {
    let (mut address, mut at) = ([0; 6], 0);
    for (number, byte) in address.iter_mut().enumerate() {
        if number > 0 {
            text.get(at).filter(|byte| **byte == separator)?;
            at += 1;
        }
        let digits = run(text.get(at..)?, |byte| byte.is_ascii_hexdigit()).min(2);
        *byte = hexadecimal(text.get(at..at + digits)?)?;
        at += digits;
    }
    Some((at, address))
}

fn three(text: &[u8]) -> Option<(usize, [u8; 6])> {
    let digits = text.get(..14).filter(|text| text.get(4) == Some(&b'.') && text.get(9) == Some(&b'.'))?;
    let digits: Vec<u8> = digits.iter().copied().filter(|byte| *byte != b'.').collect();
    twelve(&digits).map(|(_, address)| (14, address))
}

fn twelve(text: &[u8]) -> Option<(usize, [u8; 6])> {
    let mut address = [0; 6];
    for (byte, digits) in address.iter_mut().zip(text.get(..12)?.as_chunks::<2>().0) {
        *byte = digits.iter().all(u8::is_ascii_hexdigit).then(|| hexadecimal(digits))??;
    }
    Some((12, address))
}

/// The longest address of IPv6.
pub fn address6(text: &[u8]) -> Option<(usize, Ipv6Addr)> {
    let most = run(text, |byte| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.');
    let longest = text.get(..most).filter(|text| text.contains(&b':'))?;
    (2..=longest.len().min(45)).rev().find_map(|length| {
        let address = std::str::from_utf8(longest.get(..length)?).ok()?.parse().ok()?;
        Some((length, address))
    })
}

/// What looks like an address of colons and is none: three pieces of one or two digits, each with a colon behind it.
pub fn broken_mac(text: &[u8]) -> usize {
    let (mut at, mut pieces) = (0, 0);
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let digits = run(rest, |byte| byte.is_ascii_hexdigit());
        let colons = run(rest.get(digits..).unwrap_or_default(), |byte| byte == b':');
        if !(1..=2).contains(&digits) || colons == 0 {
            return if pieces >= 2 { at } else { 0 };
        }
        (at, pieces) = (at + digits + colons, pieces + 1);
    }
}

/// The value of a number: octal behind a 0, hexadecimal behind `0x`.
pub fn value(text: &str, at: usize) -> Result<Token<'_>, Wrong> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (text, 8),
        None => (text, 10),
    };
    u32::from_str_radix(digits, radix).map(Token::Number).map_err(|_| match radix {
        8 if text.contains(['8', '9']) => {
            Wrong::new(at, format!("`{text}` begins with 0, so it is octal, and 8 and 9 are no octal digits"))
        }
        _ => Wrong::new(at, format!("`{text}` does not fit into 32 bits")),
    })
}

/// The bytes of dotted decimal numbers, and how many bits they are.
pub fn dotted_value(text: &str) -> Option<(u32, u32)> {
    text.split('.').try_fold((0, 0), |(value, bits), part| {
        let byte: u8 = part.parse().ok()?;
        Some((value << 8 | u32::from(byte), bits + 8))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_as_long_as_they_can_be() {
        assert_eq!(mac(b"1:2:3:a:b:cc:7"), Some((12, [1, 2, 3, 10, 11, 0xcc])));
        assert_eq!(mac(b"0011.2233.4455"), Some((14, [0, 0x11, 0x22, 0x33, 0x44, 0x55])));
        assert_eq!(mac(b"001122334455"), Some((12, [0, 0x11, 0x22, 0x33, 0x44, 0x55])));
        assert_eq!(mac(b"1:2:3:4:5"), None);
        assert_eq!(mac(b"1:2:3:4:5:+6"), None);
        assert_eq!(address6(b"fe80::1]"), Some((7, "fe80::1".parse().unwrap())));
        assert_eq!(address6(b"::/0"), Some((2, Ipv6Addr::UNSPECIFIED)));
        assert_eq!(address6(b"12"), None);
        assert_eq!((dotted(b"1.2.3.4.5"), dotted(b"10.1]"), dotted(b"10."), dotted(b"10")), (7, 4, 0, 0));
        assert_eq!((name(b"a-b-"), name(b"-a"), name(b"x.]"), name(b"tcp[")), (3, 0, 2, 3));
        assert_eq!((number(b"0x"), number(b"0x1fg"), number(b"12a")), (1, 4, 2));
        assert_eq!((broken_mac(b"aa:bb:cc"), broken_mac(b"1:2"), broken_mac(b"1:2:3:")), (6, 0, 6));
    }

    #[test]
    fn a_dotted_number_says_how_much_of_an_address_it_is() {
        assert_eq!(dotted_value("10.1"), Some((0x0a01, 16)));
        assert_eq!(dotted_value("0.0.010.255"), Some((0x0aff, 32)));
        assert_eq!(dotted_value("1.256"), None);
    }
}
