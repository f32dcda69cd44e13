//! DNS messages in packets.

use dns::Dns;
use fuzz_driver::{Seed, Target, corpus, fixtures};
use weir_sdk::testing::packets_of;
use weir_sdk::{OptionValue, Options, PacketParser};

use crate::cuts::Cuts;
use crate::packets;
use crate::session::{same_however_cut, same_rows};
use crate::subject::Packets;

/// The first byte is the options, the second the cuts, the rest are [`packets`].
pub const TARGET: Target = Target { name: "dns", run, seeds, mutations: 20_000 };

const PORT: u16 = 53;
/// Few packets make many inputs a second.
const PACKETS: usize = 12;

fn run(input: &[u8]) {
    let Some(([how, cuts], script)) = input.split_first_chunk() else { return };
    let (options, packets) = (options(*how), packets::of(script, PORT));
    if !Cuts::reopen(*cuts) {
        return same_however_cut::<Packets<Dns>>(&options, &packets, *cuts);
    }
    // A message of several packets may be rejected with the last of them, when the others were fed to an earlier session.
    let (whole, pieces) = same_rows::<Packets<Dns>>(&options, &packets, *cuts);
    assert_eq!(whole.rejects.is_empty(), pieces.rejects.is_empty(), "{:?} as a whole, {:?} in pieces", whole.rejects, pieces.rejects);
}

fn options(how: u8) -> Options {
    let full = how & 1 != 0;
    let set = vec![
        ("schema".to_owned(), OptionValue::text(if full { "full" } else { "spot" })),
        ("pair".to_owned(), OptionValue::Boolean(full && how & 2 != 0)),
        ("across-captures".to_owned(), OptionValue::Boolean(how & 4 != 0)),
    ];
    Options::new(&Dns::describe().options, set).expect("options")
}

fn seeds() -> Vec<Seed> {
    let files: Vec<_> = fixtures("dns").into_iter().chain(corpus("dns-pcap")).map(|file| packets_of(&file)).collect();
    let groups = files.iter().flat_map(|packets| packets.chunks(PACKETS).take(8)).enumerate();
    let both = |(number, packets)| {
        let head = [number as u8 % 8, number as u8];
        [[&head[..], &packets::script(packets)].concat(), [&head[..], &packets::payloads(packets, PORT)].concat()]
    };
    groups.flat_map(both).filter(|seed| seed.len() > 2).collect()
}
