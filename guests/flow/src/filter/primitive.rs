//! One condition of a filter: a direction, a keyword and what is asked of it.

use super::SyntaxError;
use super::condition::Condition;
use super::cursor::Cursor;
use super::direction::{Direction, Sides};
use super::field::Field;
use super::quantity::Quantity;
use super::tree::Tree;
use super::{endpoint, event, names};

const TCP: u64 = 6;
const ICMP: u64 = 1;
const ICMPV6: u64 = 58;
const BYTE: u64 = u8::MAX as u64;
/// The six flags that nfdump knows; `X` is all of them.
const FLAGS: [(char, u8); 7] = [('F', 1), ('S', 2), ('R', 4), ('P', 8), ('A', 16), ('U', 32), ('X', 63)];
/// Entries of an MPLS stack.
const STACK: u8 = 10;
const MOST_LABEL: u64 = 0xf_ffff;
/// Bytes of a flow's label, and of a text that is searched in payloads.
const MOST_FLOW_LABEL: usize = 16;
const MOST_CONTENT: usize = 64;
const KEYWORDS: [&str; 18] = [
    "any",
    "ipv4",
    "inet",
    "ipv6",
    "inet6",
    "proto",
    "tun",
    "flags",
    "icmp-type",
    "icmp-code",
    "mpls",
    "fwdstat",
    "dir",
    "flowdir",
    "flowlabel",
    "payload",
    "asa",
    "nat",
];
/// Keywords of nfdump that cannot be answered here, and why.
const REFUSED: [(&str, &str); 4] = [
    ("ident", "no `ident`: it is a name of the file, no part of a flow"),
    ("count", "no `count`: the place of a flow in its file is no part of it"),
    ("geo", "no `geo`: it needs a database of places that a module does not have"),
    ("@", "no `@include`: a module reads no files; put the text of the file here"),
];

/// Takes a condition.
///
/// # Errors
/// Where it breaks the language, and at a keyword of nfdump that cannot be answered.
pub fn parse(cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    let at = cursor.at();
    let direction = Direction::parse(cursor)?;
    if let Some((_, why)) = REFUSED.iter().find(|(word, _)| cursor.is(word)) {
        return Err(cursor.expected(*why));
    }
    if let Some(quantity) = Quantity::take(cursor)? {
        return quantity.parse(direction, at, cursor);
    }
    if let Some(tree) = endpoint::parse(direction, at, cursor)? {
        return Ok(tree);
    }
    if cursor.take(&["mac"])?.is_some() {
        return mac(direction, at, cursor);
    }
    alone(direction, at, cursor)
}

/// Keywords without a direction.
fn alone(direction: Direction, at: usize, cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    let keyword = cursor.take(&KEYWORDS)?.ok_or_else(|| no_keyword(direction, cursor))?;
    if direction != Direction::Unsaid {
        return Err(SyntaxError::new(at, format!("no direction before `{keyword}`")));
    }
    match keyword {
        "any" => Ok(Condition::Any.into()),
        "ipv4" | "inet" => Ok(Condition::equal(Field::IsIpv6, 0).into()),
        "ipv6" | "inet6" => Ok(Condition::equal(Field::IsIpv6, 1).into()),
        "proto" => protocol(Field::Protocol, cursor),
        "tun" => cursor.expect("proto").and_then(|()| protocol(Field::TunnelProtocol, cursor)),
        "flags" => flags(cursor),
        "icmp-type" => icmp(Field::IcmpType, cursor),
        "icmp-code" => icmp(Field::IcmpCode, cursor),
        "mpls" => mpls(cursor),
        "fwdstat" => forwarding_status(cursor),
        "flowlabel" => flow_label(cursor),
        "payload" => payload(cursor),
        "asa" => event::firewall(cursor),
        "nat" => event::nat(cursor),
        _ => flow_direction(cursor),
    }
}

fn no_keyword(direction: Direction, cursor: &Cursor<'_>) -> SyntaxError {
    let alike = Quantity::alike(cursor).map(|alike| format!("one of {alike}"));
    let expected = match direction {
        Direction::Unsaid => "a condition, as `proto tcp`, `src ip 10.0.0.1` or `port in [80 443]`",
        _ => "a keyword that takes a direction, as `ip`, `net`, `port` or `as`",
    };
    cursor.expected(alike.unwrap_or_else(|| expected.to_owned()))
}

fn protocol(field: Field, cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    let number = cursor.named(BYTE, names::protocol, "a protocol: a number from 0 to 255, or a name as tcp, udp, icmp, icmp6, gre, esp")?;
    Ok(Condition::equal(field, number).into())
}

/// Flags are those of TCP: other flows have none.
fn flags(cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    let comparison = cursor.comparison()?;
    let condition = match cursor.peek_number() {
        Some(_) => Condition::Number(Field::TcpFlags, comparison, cursor.number(63)?),
        None => Condition::AllFlags(letters(cursor)?),
    };
    Ok(Tree::All(vec![Condition::equal(Field::Protocol, TCP).into(), condition.into()]))
}

fn letters(cursor: &mut Cursor<'_>) -> Result<u8, SyntaxError> {
    let start = *cursor;
    let expected = "flags: letters of U A P R S F, or X for all of them, or a number from 0 to 63";
    let word = cursor.word(expected)?;
    let bit = |letter: char| FLAGS.iter().find(|(known, _)| known.eq_ignore_ascii_case(&letter)).map(|(_, bit)| *bit);
    let bits = word.chars().map(bit).try_fold(0, |bits, bit| Some(bits | bit?));
    bits.ok_or_else(|| start.expected(expected))
}

fn icmp(field: Field, cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    let protocols = [ICMP, ICMPV6].map(|number| Condition::equal(Field::Protocol, number).into());
    let comparison = cursor.comparison()?;
    let number = Condition::Number(field, comparison, cursor.number(BYTE)?);
    Ok(Tree::All(vec![Tree::Any(protocols.into()), number.into()]))
}

fn mpls(cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    let start = *cursor;
    let expected = "`label1` to `label10`, `exp1` to `exp10`, `eos` or `any`";
    let word = cursor.word(expected)?.to_ascii_lowercase();
    let (field, most) = stack_part(&word).ok_or_else(|| start.expected(expected))?;
    let comparison = cursor.comparison()?;
    Ok(Condition::Number(field, comparison, cursor.number(most)?).into())
}

fn stack_part(word: &str) -> Option<(Field, u64)> {
    let entry = |digits: &str| digits.parse::<u8>().ok().filter(|entry| (1..=STACK).contains(entry)).map(|entry| entry - 1);
    if let Some(digits) = word.strip_prefix("label") {
        return Some((Field::MplsLabel(entry(digits)?), MOST_LABEL));
    }
    if let Some(digits) = word.strip_prefix("exp") {
        return Some((Field::MplsExp(entry(digits)?), 7));
    }
    matches!(word, "eos" | "any").then_some((Field::MplsBottom, MOST_LABEL))
}

fn forwarding_status(cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    let number =
        cursor.named(BYTE, names::forwarding_status, "a forwarding status: a number from 0 to 255, or a name as forw, drop, noroute")?;
    Ok(Condition::equal(Field::ForwardingStatus, number).into())
}

fn flow_direction(cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    let number = match cursor.take(&["ingress", "egress"])? {
        Some("ingress") => 0,
        Some(_) => 1,
        None => cursor.number(2).map_err(|_| cursor.expected("ingress, egress or a number from 0 to 2"))?,
    };
    Ok(Condition::equal(Field::Direction, number).into())
}

fn flow_label(cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    Ok(Condition::Label(short_text(cursor, MOST_FLOW_LABEL)?).into())
}

fn payload(cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    if cursor.is("regex") || cursor.is("ja3") {
        return Err(cursor.expected("`content`: this module searches payloads for no regular expressions and no ja3"));
    }
    cursor.expect("content")?;
    Ok(Condition::Payload(short_text(cursor, MOST_CONTENT)?).into())
}

fn short_text(cursor: &mut Cursor<'_>, most: usize) -> Result<Box<[u8]>, SyntaxError> {
    let start = *cursor;
    let expected = format!("a text of 1 to {most} bytes");
    let text = cursor.text(&expected)?;
    if text.is_empty() || text.len() > most {
        return Err(start.expected(expected));
    }
    Ok(text.as_bytes().into())
}

fn mac(direction: Direction, at: usize, cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    let fields = match direction {
        Direction::Unsaid => vec![Field::InSrcMac, Field::InDstMac, Field::OutSrcMac, Field::OutDstMac],
        Direction::In => vec![Field::InSrcMac, Field::InDstMac],
        Direction::Out => vec![Field::OutSrcMac, Field::OutDstMac],
        Direction::Src => vec![Field::InSrcMac, Field::OutSrcMac],
        Direction::Dst => vec![Field::InDstMac, Field::OutDstMac],
        Direction::InSrc => vec![Field::InSrcMac],
        Direction::InDst => vec![Field::InDstMac],
        Direction::OutSrc => vec![Field::OutSrcMac],
        Direction::OutDst => vec![Field::OutDstMac],
        _ => return Err(SyntaxError::new(at, "in, out, src, dst, two of them as `in src`, or no direction before `mac`")),
    };
    let start = *cursor;
    let expected = "a MAC address as 00:11:22:33:44:55";
    let address = parse_mac(cursor.word(expected)?).ok_or_else(|| start.expected(expected))?;
    Ok(Sides::Any(fields).ask(|field| Condition::equal(field, address)))
}

fn parse_mac(word: &str) -> Option<u64> {
    let bytes = word.split(':').map(|byte| u8::from_str_radix(byte, 16).ok()).collect::<Option<Vec<_>>>()?;
    (bytes.len() == 6).then(|| bytes.iter().fold(0, |address, byte| address << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> SyntaxError {
        Cursor::new(text).and_then(|mut cursor| parse(&mut cursor)).unwrap_err()
    }

    #[test]
    fn keywords_that_cannot_be_answered_are_named() {
        assert_eq!(error("ident router1").to_string(), "at byte 0: expected no `ident`: it is a name of the file, no part of a flow");
        assert_eq!(error("src geo CH").at, 4);
        assert_eq!(error("@include filters.txt").at, 0);
        assert_eq!(error("payload regex '^GET'").at, 8);
    }

    #[test]
    fn an_unknown_word_is_told_what_could_stand_there() {
        assert_eq!(error("portt 80").expected, "a condition, as `proto tcp`, `src ip 10.0.0.1` or `port in [80 443]`");
        assert_eq!(error("src portt 80").expected, "a keyword that takes a direction, as `ip`, `net`, `port` or `as`");
        assert_eq!(error("client delay 80").expected, "one of `client latency`");
        assert_eq!(error("observation id 1").expected, "one of `observation domain id`, `observation point id`");
        assert_eq!(error("src flags S").expected, "no direction before `flags`");
        assert_eq!(error("").at, 0);
    }

    #[test]
    fn values_that_do_not_fit_are_told_where_they_stand() {
        assert_eq!(error("proto xyz").at, 6);
        assert_eq!(error("proto 256").at, 6);
        assert_eq!(error("flags SQ").at, 6);
        assert_eq!(error("flags 64").expected, "a number from 0 to 63");
        assert_eq!(error("mpls label11 5").at, 5);
        assert_eq!(error("mpls exp1 8").expected, "a number from 0 to 7");
        assert_eq!(error("mac 00:11:22:33:44").at, 4);
        assert_eq!(error("dir 3").expected, "ingress, egress or a number from 0 to 2");
        assert_eq!(error("payload content ''").expected, "a text of 1 to 64 bytes");
        assert_eq!(error("flowlabel 12345678901234567").expected, "a text of 1 to 16 bytes");
    }
}
