//! Keywords that compare an address: `src ip 10.0.0.1`, `net 172.16/12`, `next ip in [ … ]`.

use super::SyntaxError;
use super::address::{Network, Written};
use super::condition::Condition;
use super::cursor::Cursor;
use super::direction::{Direction, Sides};
use super::field::Endpoint;
use super::ranges::Ranges;
use super::tree::Tree;

const ADDRESS: &str = "an IPv4 or IPv6 address";

/// Takes a condition on addresses, if the next words are one. `at`: where the direction began.
///
/// # Errors
/// When the direction is no such, and when no address or network follows.
pub fn parse(direction: Direction, at: usize, cursor: &mut Cursor<'_>) -> Result<Option<Tree>, SyntaxError> {
    let Some(word) = cursor.take(&["ip", "host", "net", "tunip", "nip", "xip", "xnet", "router", "bgpnext"])? else { return Ok(None) };
    let sides = sides(word, direction).ok_or_else(|| wrong_direction(word, at))?;
    if matches!(word, "router" | "bgpnext") {
        take_ip(cursor)?;
    }
    if cursor.is("in") && word != "net" && word != "xnet" {
        return listed(sides, cursor).map(Some);
    }
    let network = match word {
        "net" | "xnet" => network(cursor)?,
        _ => address(cursor)?.alone(),
    };
    Ok(Some(sides.ask(|endpoint| Condition::Within(endpoint, network))))
}

fn sides(word: &str, direction: Direction) -> Option<Sides<Endpoint>> {
    match (word, direction) {
        ("ip" | "host", Direction::Next) => Some(Sides::one(Endpoint::NextHop)),
        ("ip" | "host" | "net", _) => Sides::of(direction, Endpoint::Src, Endpoint::Dst),
        ("tunip", _) => Sides::of(direction, Endpoint::TunnelSrc, Endpoint::TunnelDst),
        ("nip" | "xip" | "xnet", _) => Sides::of(direction, Endpoint::TranslatedSrc, Endpoint::TranslatedDst),
        ("router", Direction::Unsaid) => Some(Sides::one(Endpoint::Exporter)),
        ("bgpnext", Direction::Unsaid) => Some(Sides::one(Endpoint::BgpNextHop)),
        _ => None,
    }
}

fn wrong_direction(word: &str, at: usize) -> SyntaxError {
    let directions = match word {
        "router" | "bgpnext" => "no direction",
        "ip" | "host" => "src, dst, or both with `or` or `and`, next or no direction",
        _ => "src, dst, or both with `or` or `and`, or no direction",
    };
    SyntaxError::new(at, format!("{directions} before `{word}`"))
}

fn take_ip(cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    match cursor.take(&["ip", "host"])? {
        Some(_) => Ok(()),
        None => Err(cursor.expected("`ip`")),
    }
}

fn listed(sides: Sides<Endpoint>, cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    cursor.expect("in")?;
    let ranges = Ranges::new(cursor.list(item)?);
    Ok(sides.ask(|endpoint| Condition::AddressListed(endpoint, ranges.clone())))
}

fn item(cursor: &mut Cursor<'_>) -> Result<(u128, u128), SyntaxError> {
    let start = *cursor;
    let written = written(cursor)?;
    if cursor.is("/") {
        return Ok(prefixed(written, cursor)?.range());
    }
    whole(written, &start).map(|address| address.alone().range())
}

/// `a.b.c.d/n`, `a.b/n`, `a.b.c.d e.f.g.h`, `a:b::/n`.
fn network(cursor: &mut Cursor<'_>) -> Result<Network, SyntaxError> {
    let address = written(cursor)?;
    if cursor.is("/") {
        return prefixed(address, cursor);
    }
    let start = *cursor;
    let mask = written(cursor).map_err(|_| start.expected("`/` and the number of bits, or a mask"))?;
    address.masked(mask).ok_or_else(|| start.expected("a mask like 255.255.0.0 behind a whole IPv4 address"))
}

fn prefixed(address: Written, cursor: &mut Cursor<'_>) -> Result<Network, SyntaxError> {
    cursor.expect("/")?;
    let bits = cursor.peek_number().and_then(|bits| address.network(bits.try_into().ok()?));
    let network =
        bits.ok_or_else(|| cursor.expected(format!("a number of bits from 0 to {}, as many as the address has", address.written)))?;
    cursor.advance()?;
    Ok(network)
}

fn address(cursor: &mut Cursor<'_>) -> Result<Written, SyntaxError> {
    let start = *cursor;
    whole(written(cursor)?, &start)
}

fn whole(address: Written, start: &Cursor<'_>) -> Result<Written, SyntaxError> {
    if address.is_whole() { Ok(address) } else { Err(start.expected(format!("{ADDRESS} with all its parts"))) }
}

fn written(cursor: &mut Cursor<'_>) -> Result<Written, SyntaxError> {
    let start = *cursor;
    let word = cursor.word(ADDRESS)?;
    let is_name = !word.contains(':') && word.contains(|letter: char| letter.is_ascii_alphabetic());
    let expected = if is_name { "an IPv4 or IPv6 address (names of hosts are not looked up: a module has no network)" } else { ADDRESS };
    Written::parse(word).ok_or_else(|| start.expected(expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Tree, SyntaxError> {
        let mut cursor = Cursor::new(text)?;
        let direction = Direction::parse(&mut cursor)?;
        parse(direction, 0, &mut cursor).map(|tree| tree.expect("a condition on addresses"))
    }

    fn net(endpoint: Endpoint, word: &str, prefix: u32) -> Tree {
        Condition::Within(endpoint, Written::parse(word).unwrap().network(prefix).unwrap()).into()
    }

    #[test]
    fn ip_and_host_are_the_same() {
        let alone = Written::parse("10.0.0.1").unwrap().alone();
        assert_eq!(parsed("src ip 10.0.0.1"), Ok(Condition::Within(Endpoint::Src, alone).into()));
        assert_eq!(parsed("src host 10.0.0.1"), parsed("src ip 10.0.0.1"));
        assert_eq!(parsed("next ip 10.0.0.1"), Ok(Condition::Within(Endpoint::NextHop, alone).into()));
        assert_eq!(parsed("router ip 10.0.0.1"), Ok(Condition::Within(Endpoint::Exporter, alone).into()));
    }

    #[test]
    fn a_network_is_written_in_four_ways() {
        assert_eq!(parsed("dst net 172.16.0.0/12"), Ok(net(Endpoint::Dst, "172.16.0.0", 12)));
        assert_eq!(parsed("dst net 172.16/12"), Ok(net(Endpoint::Dst, "172.16.0.0", 12)));
        assert_eq!(parsed("dst net 172.16.0.0 255.240.0.0"), Ok(net(Endpoint::Dst, "172.16.0.0", 12)));
        assert_eq!(parsed("dst xnet 2001:db8::/32"), Ok(net(Endpoint::TranslatedDst, "2001:db8::", 32)));
    }

    #[test]
    fn a_list_holds_addresses_and_networks() {
        let word = |word| Written::parse(word).unwrap();
        let ranges = [word("10.0.0.0").network(8).unwrap().range(), word("fe80::1").alone().range()];
        let listed = Condition::AddressListed(Endpoint::Src, Ranges::new(ranges.into()));
        assert_eq!(parsed("src ip in [10.0.0.0/8, fe80::1]"), Ok(listed.into()));
    }

    #[test]
    fn addresses_that_are_not_whole_or_no_addresses_are_told_where_they_stand() {
        assert_eq!(parsed("ip 172.16"), Err(SyntaxError::new(3, "an IPv4 or IPv6 address with all its parts")));
        assert_eq!(parsed("ip 1.2.3.400"), Err(SyntaxError::new(3, ADDRESS)));
        assert_eq!(parsed("ip in [1.2.3.4 1.2]"), Err(SyntaxError::new(15, "an IPv4 or IPv6 address with all its parts")));
        let error = parsed("src ip www.example.com").unwrap_err();
        assert_eq!(
            error.to_string(),
            "at byte 7: expected an IPv4 or IPv6 address (names of hosts are not looked up: a module has no network)"
        );
    }

    #[test]
    fn a_prefix_may_not_pass_what_was_written() {
        assert_eq!(parsed("net 172.16/17").unwrap_err(), SyntaxError::new(11, "a number of bits from 0 to 16, as many as the address has"));
        assert_eq!(parsed("net 10.0.0.0/33").unwrap_err().at, 13);
        assert_eq!(parsed("net 10.0.0.0 and").unwrap_err(), SyntaxError::new(13, "`/` and the number of bits, or a mask"));
        assert_eq!(parsed("net 10.0 255.0.0.0").unwrap_err().at, 9);
    }

    #[test]
    fn a_direction_that_does_not_go_with_the_keyword_is_named() {
        assert_eq!(parsed("in ip 1.2.3.4").unwrap_err().expected, "src, dst, or both with `or` or `and`, next or no direction before `ip`");
        assert_eq!(parsed("src router ip 1.2.3.4").unwrap_err().expected, "no direction before `router`");
    }
}
