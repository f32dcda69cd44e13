//! Datagrams of exporters in packets.

use fuzz_driver::{Seed, Target, corpus, fixtures};
use netflow::Netflow;
use weir_sdk::testing::packets_of;
use weir_sdk::{OptionValue, Options, PacketParser};

use crate::packets;
use crate::session::same_however_cut;
use crate::subject::Packets;

/// The first byte is the options, the second the cuts, the rest are [`packets`].
pub const TARGET: Target = Target { name: "netflow", run, seeds, mutations: 10_000 };

const PORT: u16 = 2055;
/// Few packets make many inputs a second.
const PACKETS: usize = 12;

fn run(input: &[u8]) {
    let Some(([how, cuts], script)) = input.split_first_chunk() else { return };
    same_however_cut::<Packets<Netflow>>(&options(*how), &packets::of(script, PORT), *cuts);
}

fn options(how: u8) -> Options {
    let ports = if how & 2 != 0 { vec![] } else { vec!["2055".to_owned(), "4739".to_owned(), "6343".to_owned()] };
    let mut set = vec![
        ("schema".to_owned(), OptionValue::text(if how & 1 != 0 { "full" } else { "spot" })),
        ("ports".to_owned(), OptionValue::Texts(ports)),
    ];
    if how & 4 != 0 {
        set.extend([("hold-bytes", 3000), ("hold-packets", 3)].map(|(name, value)| (name.to_owned(), OptionValue::Integer(value))));
    }
    if how & 8 != 0 {
        set.push(("filter".to_owned(), OptionValue::text("proto tcp or packets > 3")));
    }
    Options::new(&Netflow::describe().options, set).expect("options")
}

fn seeds() -> Vec<Seed> {
    let files: Vec<_> = fixtures("netflow").into_iter().chain(corpus("flow-wire")).map(|file| packets_of(&file)).collect();
    let groups = files.iter().flat_map(|packets| packets.chunks(PACKETS).take(4)).enumerate();
    let both = |(number, packets)| {
        let head = [number as u8 % 16, number as u8];
        [[&head[..], &packets::script(packets)].concat(), [&head[..], &packets::payloads(packets, PORT)].concat()]
    };
    groups.flat_map(both).filter(|seed| seed.len() > 2).collect()
}
