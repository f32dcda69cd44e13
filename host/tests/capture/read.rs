//! A whole capture in memory, as tests look at it.

use std::io::Read;
use std::path::{Path, PathBuf};

use weir::capture::{Damage, Framer, Reader};
use weir::model::PacketBatch;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    pub number: u64,
    pub time: i64,
    pub link: u32,
    pub length: u32,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Capture {
    pub packets: Vec<Packet>,
    pub damage: Vec<Damage>,
}

/// Everything that a reader gives.
pub fn capture(input: impl Read) -> Capture {
    let mut reader = Reader::new(input);
    let mut capture = Capture::default();
    while let Some(batch) = reader.next_batch().unwrap() {
        take(&mut capture.packets, &batch);
    }
    capture.damage = reader.take_damage();
    assert_eq!(reader.packets(), capture.packets.len() as u64);
    capture
}

/// The same of a framer that is never given a byte more than it asks for.
pub fn starved(bytes: &[u8]) -> Capture {
    let mut framer = Framer::default();
    let mut capture = Capture::default();
    let (mut from, mut size) = (0, 1);
    loop {
        let window = &bytes[from..bytes.len().min(from + size)];
        let at_end = from + size >= bytes.len();
        let framed = framer.frame(window, at_end, 1);
        take(&mut capture.packets, &framer.batch(window));
        from += framed.consumed;
        size = framed.needs.max(1);
        if at_end && from == bytes.len() {
            capture.damage = framer.take_damage();
            return capture;
        }
    }
}

fn take(packets: &mut Vec<Packet>, batch: &PacketBatch<'_>) {
    let u32_at = |bytes: &[u8], index: usize| u32::from_le_bytes(bytes[index * 4..][..4].try_into().unwrap());
    for index in 0..batch.len() {
        let (offset, captured) = (u32_at(batch.offsets, index) as usize, u32_at(batch.captured, index) as usize);
        packets.push(Packet {
            number: batch.first + index as u64,
            time: i64::from_le_bytes(batch.timestamps[index * 8..][..8].try_into().unwrap()),
            link: batch.link_type,
            length: u32_at(batch.lengths, index),
            bytes: batch.data[offset..offset + captured].to_vec(),
        });
    }
}

/// A capture among the fixtures.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/capture").join(name)
}
