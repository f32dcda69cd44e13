//! Filters of packets: any expression compiles or is refused at a place within it, and selects the same whatever the batches, said twice, or denied
//! twice; what it needs of a packet is all that it looks at.

use bpf::Bpf;
use fuzz_driver::{Heap, Seed, Target, corpus_text, fixtures};
use weir_sdk::testing::{Captured, packets_of, select};
use weir_sdk::{OpenError, OptionValue};

use crate::packets;
use crate::session::MEMORY;

/// The first byte says of which link type all packets are said to be, an expression up to the end of the line follows, then [`packets`].
pub const TARGET: Target = Target { name: "bpf", run, seeds, mutations: 10_000 };

const PORT: u16 = 53;
/// Where there is no corpus.
const EXPRESSIONS: [&str; 8] = [
    "tcp port 80 and host 10.0.0.1",
    "udp[8:2] & 0x8000 != 0 or ip6",
    "vlan 5 && (net 192.0.2.0/24 or portrange 20-30)",
    "greater 100 and not (icmp or arp)",
    "ip proto 17 and ip[6:2] & 0x1fff = 0",
    "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
    "ether host 00:11:22:33:44:55 or mpls 7",
    "len <= 128 and src net 2001:db8::/32",
];

fn run(input: &[u8]) {
    let Some((link, rest)) = input.split_first() else { return };
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let (expression, script) = rest.split_at(end);
    let packets = packets::of(script.get(1..).unwrap_or_default(), PORT);
    let heap = Heap::watch();
    selects_alike(&String::from_utf8_lossy(expression), *link, &packets);
    assert!(heap.peak() <= MEMORY, "{} bytes of memory", heap.peak());
}

fn selects_alike(expression: &str, link: u8, packets: &[Captured]) {
    let link = ("link-type", OptionValue::Integer(if link & 1 == 0 { -1 } else { i64::from(link >> 1) }));
    let of = |expression: &str, batch| select::<Bpf>(std::slice::from_ref(&link), expression, packets, batch);
    let selected = match of(expression, 4096) {
        Ok(selected) => selected,
        Err(OpenError::BadExpression { at, .. }) => return assert!(at as usize <= expression.len(), "a mistake at {at} of `{expression}`"),
        Err(error) => panic!("`{expression}`: {error:?}"),
    };
    assert_eq!(of(expression, 1), Ok(selected.clone()), "`{expression}`, packet by packet");
    if expression.trim().is_empty() {
        return;
    }
    for same in
        [format!("not not ({expression})"), format!("({expression}) and ({expression})"), format!("({expression}) or ({expression})")]
    {
        // Together they may be too large.
        if let Ok(again) = of(&same, 4096) {
            assert_eq!(again, selected, "`{same}`");
        }
    }
}

fn seeds() -> Vec<Seed> {
    let table = corpus_text("expected/tcpdump-filters.tsv");
    let mut expressions: Vec<_> = table.lines().skip(1).filter_map(|line| line.split('\t').nth(1)).chain(EXPRESSIONS).collect();
    expressions.sort_unstable();
    expressions.dedup();
    let captures: Vec<_> = fixtures("dns").iter().map(|file| packets_of(file)).filter(|packets| !packets.is_empty()).collect();
    let captures = captures.iter().map(|packets| packets::script(packets.get(..4).unwrap_or(packets))).cycle();
    let of = |(expression, script): (&str, Vec<u8>)| [&[0][..], expression.as_bytes(), b"\n", &script].concat();
    expressions.into_iter().zip(captures).map(of).collect()
}
