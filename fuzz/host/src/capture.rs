//! Captures of any bytes: the same packets and the same damage however the bytes are cut, each where it is said to be, and nothing in between but
//! headers.

use std::io::Cursor;

use fuzz_driver::{Heap, Seed, Target, corpus, fixtures};
use weir::capture::{Damage, Framer, Reader};
use weir::model::PacketBatch;

use crate::gap::Gaps;
use crate::pieces::Pieces;

/// The first byte says how the rest, a capture, is cut.
pub const TARGET: Target = Target { name: "capture", run, seeds, mutations: 10_000 };

/// Bytes of heap: the largest record, held twice while the window grows, and interfaces.
const MEMORY: usize = 64 << 20;

/// A packet and where its record lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Packet<'a> {
    record: (u64, u64),
    number: u64,
    link_type: u32,
    time: i64,
    length: u32,
    bytes: &'a [u8],
}

fn run(input: &[u8]) {
    let Some((cuts, capture)) = input.split_first() else { return };
    let heap = Heap::watch();
    let (packets, damage) = framed(capture, Pieces::of(*cuts));
    covers(capture, &packets, &damage);
    read_alike(capture, &packets, &damage);
    skips_alike(capture, &packets, usize::from(*cuts));
    assert!(heap.peak() <= MEMORY, "{} bytes of memory for a capture of {}", heap.peak(), capture.len());
}

/// What a framer finds that gets the capture in pieces, packet by packet.
fn framed(capture: &[u8], mut pieces: Pieces) -> (Vec<Packet<'_>>, Vec<Damage>) {
    let (mut framer, mut packets) = (Framer::default(), Vec::new());
    let (mut from, mut needs) = (0, 0_usize);
    loop {
        let to = (from + needs.max(pieces.next())).min(capture.len());
        let (window, at_end) = (&capture[from..to], to == capture.len());
        let framed = framer.frame(window, at_end, 1);
        assert!(framed.consumed <= window.len(), "{framed:?} of {}", window.len());
        packets.extend(batch(capture, &framer.batch(window), framer.extent(), from));
        from += framed.consumed;
        needs = framed.needs;
        assert_eq!(framer.position(), from as u64);
        assert!(framed.consumed > 0 || needs > window.len() || needs == 0 || at_end, "{framed:?} of {} goes nowhere", window.len());
        if at_end && from == capture.len() {
            return (packets, framer.take_damage());
        }
    }
}

/// The one packet of a batch, if there is one, whose bytes are those of the capture.
fn batch<'a>(capture: &'a [u8], batch: &PacketBatch<'_>, record: (u64, u64), from: usize) -> Option<Packet<'a>> {
    let numbers =
        [batch.offsets, batch.captured, batch.lengths].map(|numbers| numbers.first_chunk().map(|bytes| u32::from_le_bytes(*bytes)));
    let [offset, captured, length] = numbers;
    let (offset, captured) = (offset? as usize, captured? as usize);
    assert!(batch.len() == 1 && record.0 >= from as u64);
    let start = record.0 as usize + offset;
    let bytes = &capture[start..start + captured];
    assert!((start + captured) as u64 <= record.1 && batch.data[offset..offset + captured] == *bytes);
    let time = i64::from_le_bytes(*batch.timestamps.first_chunk().expect("a time"));
    Some(Packet { record, number: batch.first, link_type: batch.link_type, time, length: length?, bytes })
}

/// Packets and damage lie one behind the other, and between them nothing but headers.
fn covers(capture: &[u8], packets: &[Packet<'_>], damage: &[Damage]) {
    let (mut gaps, mut at, mut left) = (Gaps::default(), 0, damage.iter().peekable());
    for (number, packet) in packets.iter().enumerate() {
        assert_eq!(packet.number, number as u64);
        if let Some(lost) = left.next_if(|lost| lost.packets <= number as u64) {
            assert!(lost.packets == number as u64, "{lost:?} before packet {number}");
            at = behind(capture, &mut gaps, at, (lost.at, lost.end()));
        }
        at = behind(capture, &mut gaps, at, packet.record);
    }
    if let Some(lost) = left.next() {
        assert!(lost.packets == packets.len() as u64, "{lost:?} behind {} packets", packets.len());
        at = behind(capture, &mut gaps, at, (lost.at, lost.end()));
    }
    assert!(left.next().is_none(), "damage {left:?} behind the last");
    behind(capture, &mut gaps, at, (capture.len() as u64, capture.len() as u64));
}

/// Where the stretch ends, which lies behind `at`.
fn behind(capture: &[u8], gaps: &mut Gaps, at: usize, (start, end): (u64, u64)) -> usize {
    assert!(at as u64 <= start && start <= end && end <= capture.len() as u64, "{start} to {end} behind {at} of {}", capture.len());
    let gap = &capture[at..start as usize];
    assert!(gaps.take(gap), "between {at} and {start} lies what is neither header nor packet nor damage: {gap:02x?}");
    end as usize
}

/// A reader gives the same.
fn read_alike(capture: &[u8], packets: &[Packet<'_>], damage: &[Damage]) {
    let mut reader = Reader::new(Cursor::new(capture));
    let mut count = 0;
    while let Some(batch) = reader.next_batch().expect("bytes in memory") {
        for index in 0..batch.len() {
            let packet = packets.get(count).expect("packets that the framer found too");
            let number = |numbers: &[u8]| u32::from_le_bytes(numbers.as_chunks().0[index]);
            let (offset, captured) = (number(batch.offsets) as usize, number(batch.captured) as usize);
            assert!(batch.data[offset..offset + captured] == *packet.bytes && number(batch.lengths) == packet.length, "packet {count}");
            assert!(i64::from_le_bytes(batch.timestamps.as_chunks().0[index]) == packet.time && batch.link_type == packet.link_type);
            count += 1;
        }
    }
    assert_eq!((count, reader.take_damage().as_slice()), (packets.len(), damage));
}

/// Packets are passed over as they are read.
fn skips_alike(capture: &[u8], packets: &[Packet<'_>], count: usize) {
    let mut reader = Reader::new(Cursor::new(capture));
    let skipped = reader.skip(count as u64).expect("bytes in memory") as usize;
    assert_eq!(skipped, count.min(packets.len()));
    let next = reader.skip(1).expect("bytes in memory");
    let expected = packets.get(skipped).map(|packet| packet.record);
    assert_eq!((next == 1).then(|| reader.extent()), expected, "the packet behind {skipped}");
}

fn seeds() -> Vec<Seed> {
    let files = ["dns-pcap", "flow-wire", "pcap-misc"].into_iter().flat_map(corpus).chain(fixtures("capture"));
    let short = files.filter(|file| file.len() < 8 << 10).enumerate();
    short.map(|(number, file)| [&[number as u8][..], &file].concat()).collect()
}
