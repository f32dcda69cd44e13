//! Stellar expressions, and the byte patterns in them: any text compiles or is refused at a place within it, and selects the same whatever the batches
//! and in brackets; what it needs of a packet is all that it looks at.

use fixed::Fixed;
use fuzz_driver::{Heap, Seed, Target, fixtures};
use stellar::Stellar;
use weir_sdk::testing::{Captured, packets_of, select, without_log};
use weir_sdk::{OpenError, PacketFilter};

use crate::packets;
use crate::session::MEMORY;

/// The first byte says whether the rest of the first line is an expression or a byte pattern, then [`packets`].
pub const TARGET: Target = Target { name: "stellar", run, seeds, mutations: 10_000 };

const PORT: u16 = 53;
const EXPRESSIONS: [&str; 12] = [
    "ip_src_addr == '10.0.0.1' and ip_dst_port in [53, 80] or protocol == 17",
    "not(IN_SUBNET(ip_src_addr, '192.0.2.0/24')) && BYTEARRAY_MATCHER(\"`example`\", packet)",
    "if exists(ip_src_port) then ip_src_port * 2.5 / 3 > 60 else false",
    "match{ protocol == 6 => () -> true, protocol == 17 => false, default => ip_src_addr != null }",
    "GET(FILTER(MAP([1, 2L, 3f], x -> x + ip_dst_port), y -> y > 50), 0) == 54",
    "REDUCE([ip_src_port, ip_dst_port], (a, b) -> a + b, 0) >= 100 ? true : false",
    "REGEXP_MATCH(ip_src_addr, '\\\\d+\\\\.0\\\\..*') or MAP_GET('protocol', _, 1) == 17",
    "TO_INTEGER(GET(SPLIT(ip_src_addr, '.'), 0)) == 192 // the first\n",
    "LENGTH(SET_ADD(SET_INIT([1, 1]), 'a')) == 2 and MAX(['23', 25]) == 25",
    "{'a' : 1, 'b' : [null, NaN]} == {'a' : 1} or 'a' not in ip_dst_addr",
    "STARTS_WITH(JOIN(['x', TO_UPPER(TRIM(' y '))], ''), 'xY')",
    "10 / ip_src_port > 5",
];
const PATTERNS: [&str; 5] =
    ["00 'ab' &80 . ^01 ~03 [05-07] `x`", "(dead).{2}(beef)", "(01 | 02 | 30-39){3}", "^[^'0'-'9' \\d] # all", "[ff 00 [10-20 'abc']]{4}"];

fn run(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else { return };
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let (text, script) = rest.split_at(end);
    let (text, packets) = (String::from_utf8_lossy(text), packets::of(script.get(1..).unwrap_or_default(), PORT));
    without_log();
    let heap = Heap::watch();
    if kind & 1 == 0 {
        selects_alike::<Stellar>(&text, Some(&format!("({text})")), &packets);
    } else {
        // A `)` too many ends the pattern, so brackets around it would change it.
        let same = format!("packet_filter=({text})");
        selects_alike::<Fixed>(&format!("packet_filter={text}"), (!text.contains(')')).then_some(&same), &packets);
    }
    assert!(heap.peak() <= MEMORY, "{} bytes of memory", heap.peak());
}

fn selects_alike<F: PacketFilter>(expression: &str, same: Option<&String>, packets: &[Captured]) {
    let selected = match select::<F>(&[], expression, packets, 4096) {
        Ok(selected) => selected,
        Err(OpenError::BadExpression { at, .. }) => return assert!(at as usize <= expression.len(), "a mistake at {at} of `{expression}`"),
        Err(error) => panic!("`{expression}`: {error:?}"),
    };
    assert_eq!(select::<F>(&[], expression, packets, 1), Ok(selected.clone()), "`{expression}`, packet by packet");
    // It may be too deep with brackets around it, or end in a comment.
    if let Some(Ok(again)) = same.map(|same| select::<F>(&[], same, packets, 4096)) {
        assert_eq!(again, selected, "`{expression}` in brackets");
    }
}

fn seeds() -> Vec<Seed> {
    let captures: Vec<_> = fixtures("dns").iter().map(|file| packets_of(file)).filter(|packets| !packets.is_empty()).collect();
    let captures = captures.iter().map(|packets| packets::script(packets.get(..4).unwrap_or(packets))).cycle();
    let texts = EXPRESSIONS.map(|text| (0, text)).into_iter().chain(PATTERNS.map(|text| (1, text)));
    let of = |((kind, text), script): ((u8, &str), Vec<u8>)| [&[kind][..], text.as_bytes(), b"\n", &script].concat();
    texts.zip(captures).map(of).collect()
}
