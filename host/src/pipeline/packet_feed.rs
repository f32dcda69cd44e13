//! A capture as its packets, in batches. What lies between packets and cannot be read is lost to the module, and belongs to the packet that follows it:
//! a commit that covers the packet covers it too, and whoever resumes behind the commit finds it no more.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::sync::Arc;

use super::feed::{Feed, Loss};
use super::original::Place;
use crate::capture::{Damage, Reader};
use crate::content::Content;
use crate::model::PacketBatch;
use crate::sandbox::Packets;

/// A capture and the position of the next batch.
pub struct PacketFeed {
    file: Arc<File>,
    reader: Reader<Content>,
    /// A second reader, which finds packets by number once more; it goes forward as long as numbers rise.
    finder: Option<Reader<Content>>,
    damage: VecDeque<Damage>,
    end: u64,
}

impl PacketFeed {
    fn reader(&self) -> io::Result<Reader<Content>> {
        Ok(Reader::new(Content::of_file(Arc::clone(&self.file))?))
    }

    /// Where the records of packets lie in the content: first byte, and first byte behind.
    fn extent(&mut self, at: u64, length: u64) -> io::Result<(u64, u64)> {
        let mut finder = match self.finder.take().filter(|finder| finder.packets() <= at) {
            Some(finder) => finder,
            None => self.reader()?,
        };
        let skipped = finder.skip(at - finder.packets())? + finder.skip(1)?;
        let start = if skipped > 0 { finder.extent().0 } else { finder.position() };
        finder.skip(length.saturating_sub(1))?;
        // It has no other use, and would fill.
        finder.take_damage();
        let end = finder.extent().1.max(start);
        self.finder = Some(finder);
        Ok((start, end))
    }

    fn take_damage(&mut self) {
        self.damage.extend(self.reader.take_damage());
    }
}

impl Feed for PacketFeed {
    type Parser = Packets;

    fn new(file: Arc<File>) -> io::Result<Self> {
        let reader = Reader::new(Content::of_file(Arc::clone(&file))?);
        Ok(Self { file, reader, finder: None, damage: VecDeque::new(), end: u64::MAX })
    }

    fn next(&mut self) -> io::Result<Option<PacketBatch<'_>>> {
        self.take_damage();
        self.reader.next_packets(self.end.saturating_sub(self.reader.packets()))
    }

    fn position(&self) -> u64 {
        self.reader.packets()
    }

    fn file_position(&self) -> u64 {
        self.reader.input().file_position()
    }

    fn seek(&mut self, position: u64) -> io::Result<()> {
        if position < self.reader.packets() {
            self.reader = self.reader()?;
            self.damage.clear();
        }
        let missing = position - self.reader.packets();
        if self.reader.skip(missing)? < missing {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("it has fewer than the {position} packets that were ingested before"),
            ));
        }
        self.take_damage();
        self.damage.retain(|damage| damage.packets >= position);
        Ok(())
    }

    fn stop_at(&mut self, position: Option<u64>) {
        self.end = position.unwrap_or(u64::MAX);
    }

    fn place(&mut self, at: u64, length: u64) -> io::Result<Place> {
        let (start, end) = self.extent(at, length)?;
        Ok(Place::Content { at: start, length: end - start })
    }

    fn rest(&mut self, at: u64) -> io::Result<Place> {
        let start = match at.checked_sub(1) {
            Some(last) => self.extent(last, 1)?.1,
            None => 0,
        };
        self.reader.skip(u64::MAX)?;
        self.take_damage();
        self.damage.clear();
        Ok(Place::Content { at: start, length: self.reader.position() - start })
    }

    fn losses(&mut self, before: Option<u64>) -> Vec<Loss> {
        self.take_damage();
        let due = self.damage.iter().take_while(|damage| before.is_none_or(|before| damage.packets < before)).count();
        let mut losses: Vec<_> = self.damage.drain(..due).map(Loss::from).collect();
        if let (None, Some(damaged)) = (before, self.reader.input().damage()) {
            let size = self.file.metadata().map_or(0, |metadata| metadata.len());
            losses.push(Loss::of_content(damaged, self.file_position(), size));
        }
        losses
    }

    /// Packets are whole.
    fn is_cut(&self) -> bool {
        false
    }

    fn detail(at: u64, length: u64, detail: String) -> String {
        match length {
            0 | 1 => format!("packet {at}: {detail}"),
            _ => format!("packets {at} to {}: {detail}", at.saturating_add(length - 1)),
        }
    }
}

impl From<Damage> for Loss {
    fn from(damage: Damage) -> Self {
        let Damage { packets, at, length, reason, detail } = damage;
        Self { place: Place::Content { at, length }, reason, detail: format!("behind {packets} packets: {detail}") }
    }
}
