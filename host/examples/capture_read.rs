//! Reads a capture and counts its packets of IPv4 and UDP: what reading costs without a sandbox. To be held against `tcpdump -r FILE --count udp`.
//!
//! `cargo run --release --example capture_read FILE`

use std::fs::File;
use std::sync::Arc;
use std::time::Instant;

use weir::capture::Reader;
use weir::content::Content;
use weir::model::PacketBatch;

fn main() -> anyhow::Result<()> {
    let path = std::env::args().nth(1).ok_or_else(|| anyhow::anyhow!("usage: capture_read FILE"))?;
    let started = Instant::now();
    let mut reader = Reader::new(Content::of_file(Arc::new(File::open(path)?))?);
    let (mut packets, mut selected) = (0, 0);
    while let Some(batch) = reader.next_batch()? {
        packets += batch.len();
        selected += udp(&batch);
    }
    let (seconds, bytes) = (started.elapsed().as_secs_f64(), reader.position());
    println!("{packets} packets, {selected} of UDP, {bytes} bytes, {} stretches of damage", reader.take_damage().len());
    println!("{:.1} M packets/s, {:.2} GB/s", packets as f64 / seconds / 1e6, bytes as f64 / seconds / 1e9);
    Ok(())
}

/// Packets whose Ethernet type is IPv4 and whose protocol is UDP.
fn udp(batch: &PacketBatch<'_>) -> usize {
    let offsets = batch.offsets.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes) as usize);
    let captured = batch.captured.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes) as usize);
    let packet = |(offset, captured): (usize, usize)| batch.data.get(offset..offset + captured);
    let is_udp = |packet: &&[u8]| packet.get(12..14) == Some(&[8, 0]) && packet.get(23) == Some(&17);
    offsets.zip(captured).filter_map(packet).filter(is_udp).count()
}
