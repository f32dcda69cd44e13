//! Puts packets in the order of time in bounded memory: sorted stretches go to a temporary file without a name, and are merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::mem;
use std::sync::Arc;

use crate::content::Positioned;
use crate::model::Packet;

/// Bytes of packets that are held.
const HELD: usize = 64 << 20;
/// What a packet costs beside its bytes.
const OVERHEAD: usize = 48;
const HEADER: usize = 20;
/// Bytes that are read of each stretch at once, at most.
const WINDOW: usize = 64 << 10;

/// A packet that waits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timed {
    /// Nanoseconds since 1970-01-01 UTC.
    pub time: i64,
    /// LINKTYPE_ value.
    pub link_type: u32,
    /// Bytes it had on the wire.
    pub length: u32,
    /// What was captured of it.
    pub bytes: Box<[u8]>,
}

/// Packets of any order.
#[derive(Debug, Default)]
pub struct TimeOrder {
    held: Vec<Timed>,
    size: usize,
    spilled: Option<Spilled>,
}

#[derive(Debug)]
struct Spilled {
    file: Arc<File>,
    /// Where the stretches end.
    ends: Vec<u64>,
}

impl TimeOrder {
    /// Adds a packet.
    ///
    /// # Errors
    /// The temporary file cannot be made or written.
    pub fn push(&mut self, link_type: u32, packet: &Packet<'_>) -> io::Result<()> {
        self.size += packet.bytes.len() + OVERHEAD;
        self.held.push(Timed { time: packet.timestamp, link_type, length: packet.length, bytes: packet.bytes.into() });
        if self.size >= HELD { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> io::Result<()> {
        self.held.sort_by_key(|packet| packet.time);
        let spilled = match self.spilled.take() {
            Some(spilled) => spilled,
            None => Spilled { file: Arc::new(tempfile::tempfile()?), ends: Vec::new() },
        };
        let spilled = self.spilled.insert(spilled);
        let mut end = spilled.ends.last().copied().unwrap_or_default();
        let mut out = BufWriter::with_capacity(WINDOW, &*spilled.file);
        for Timed { time, link_type, length, bytes } in self.held.drain(..) {
            out.write_all(&time.to_le_bytes())?;
            out.write_all([link_type, length, bytes.len() as u32].map(u32::to_le_bytes).as_flattened())?;
            out.write_all(&bytes)?;
            end += (HEADER + bytes.len()) as u64;
        }
        out.flush()?;
        spilled.ends.push(end);
        self.size = 0;
        Ok(())
    }

    /// Gives every packet, the earliest first; those of one time in the order in which they came.
    ///
    /// # Errors
    /// Of `take`, or of the temporary file.
    pub fn drain<E: From<io::Error>>(mut self, mut take: impl FnMut(Timed) -> Result<(), E>) -> Result<(), E> {
        self.held.sort_by_key(|packet| packet.time);
        let held = mem::take(&mut self.held);
        let Some(Spilled { file, ends }) = self.spilled else { return held.into_iter().try_for_each(take) };
        let starts = [0].into_iter().chain(ends.iter().copied());
        let mut stretches: Vec<Stretch> = starts.zip(&ends).map(|(start, end)| Stretch::of_file(&file, start, *end)).collect();
        stretches.push(Stretch::Held(held.into_iter()));
        let mut heap = BinaryHeap::new();
        for (number, stretch) in stretches.iter_mut().enumerate() {
            heap.extend(stretch.next()?.map(|packet| Reverse((packet.time, number, packet))));
        }
        while let Some(Reverse((_, number, packet))) = heap.pop() {
            take(packet)?;
            if let Some(stretch) = stretches.get_mut(number) {
                heap.extend(stretch.next()?.map(|packet| Reverse((packet.time, number, packet))));
            }
        }
        Ok(())
    }
}

enum Stretch {
    File(BufReader<io::Take<Positioned>>),
    Held(std::vec::IntoIter<Timed>),
}

impl Stretch {
    fn of_file(file: &Arc<File>, start: u64, end: u64) -> Self {
        Self::File(BufReader::with_capacity(WINDOW, Positioned::new(Arc::clone(file), start).take(end - start)))
    }

    fn next(&mut self) -> io::Result<Option<Timed>> {
        let reader = match self {
            Self::File(reader) => reader,
            Self::Held(held) => return Ok(held.next()),
        };
        let mut time = [0; 8];
        match reader.read_exact(&mut time) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        let mut number = || {
            let mut bytes = [0; 4];
            reader.read_exact(&mut bytes).map(|()| u32::from_le_bytes(bytes))
        };
        let (link_type, length, captured) = (number()?, number()?, number()?);
        let mut bytes = vec![0; captured as usize].into_boxed_slice();
        reader.read_exact(&mut bytes)?;
        Ok(Some(Timed { time: i64::from_le_bytes(time), link_type, length, bytes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_come_in_the_order_of_time_from_memory_and_from_the_file() {
        for spills in [0, 1, 3] {
            let mut order = TimeOrder::default();
            for number in 0..1000_u32 {
                let timestamp = i64::from(number * 7919 % 500);
                order.push(1, &Packet { timestamp, length: number, bytes: &[number as u8; 3] }).unwrap();
                if spills > 0 && number % (800 / spills) == 100 {
                    order.spill().unwrap();
                }
            }
            let mut found = Vec::new();
            order
                .drain(|packet| {
                    found.push((packet.time, packet.length));
                    Ok::<_, io::Error>(())
                })
                .unwrap();
            assert_eq!(found.len(), 1000);
            assert!(found.is_sorted(), "{spills}");
        }
    }
}
