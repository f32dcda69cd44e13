//! A file as the bytes of its content, in chunks.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use super::feed::{Feed, Loss};
use super::original::Place;
use crate::content::{Coding, Content};
use crate::sandbox::Streams;

/// Bytes a session is fed at once: large enough that the cost of a call vanishes, small enough for the cache.
const CHUNK: usize = 512 << 10;

/// The content and the position of the next chunk.
pub struct StreamFeed {
    file: Arc<File>,
    content: Content,
    chunk: Vec<u8>,
    position: u64,
    end: u64,
}

impl Feed for StreamFeed {
    type Parser = Streams;

    fn new(file: Arc<File>) -> io::Result<Self> {
        let content = Content::of_file(Arc::clone(&file))?;
        Ok(Self { file, content, chunk: vec![0; CHUNK], position: 0, end: u64::MAX })
    }

    fn next(&mut self) -> io::Result<Option<&[u8]>> {
        let mut filled = 0;
        let room = usize::try_from(self.end.saturating_sub(self.position)).unwrap_or(CHUNK).min(CHUNK);
        while let Some(rest) = self.chunk.get_mut(filled..room).filter(|rest| !rest.is_empty()) {
            match self.content.read(rest) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.position += filled as u64;
        Ok(self.chunk.get(..filled).filter(|chunk| !chunk.is_empty()))
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn file_position(&self) -> u64 {
        self.content.file_position()
    }

    fn seek(&mut self, position: u64) -> io::Result<()> {
        self.content.seek(position)?;
        self.position = position;
        Ok(())
    }

    fn stop_at(&mut self, position: Option<u64>) {
        self.end = position.unwrap_or(u64::MAX);
    }

    fn place(&mut self, at: u64, length: u64) -> io::Result<Place> {
        Ok(Place::Content { at, length })
    }

    fn rest(&mut self, at: u64) -> io::Result<Place> {
        if self.content.coding() == Coding::Plain {
            self.seek(self.file.metadata()?.len())?;
        }
        while self.next()?.is_some() {}
        Ok(Place::Content { at, length: self.position.saturating_sub(at) })
    }

    fn losses(&mut self, before: Option<u64>) -> Vec<Loss> {
        let size = self.file.metadata().map_or(0, |metadata| metadata.len());
        let damaged = self.content.damage().filter(|_| before.is_none());
        damaged.map(|damaged| Loss::of_content(damaged, self.file_position(), size)).into_iter().collect()
    }

    fn is_cut(&self) -> bool {
        self.content.damage().is_some()
    }

    fn detail(_: u64, _: u64, detail: String) -> String {
        detail
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn chunks_follow_each_other_from_any_position() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![7; CHUNK]).unwrap();
        file.write_all(b"tail").unwrap();
        let mut feed = StreamFeed::new(Arc::new(file)).unwrap();
        assert_eq!(feed.next().unwrap().unwrap().len(), CHUNK);
        assert_eq!(feed.next().unwrap(), Some(&b"tail"[..]));
        assert_eq!(feed.next().unwrap(), None);
        assert_eq!(feed.position(), CHUNK as u64 + 4);
        feed.seek(CHUNK as u64 + 1).unwrap();
        assert_eq!(feed.next().unwrap(), Some(&b"ail"[..]));
        feed.seek(0).unwrap();
        assert_eq!(feed.rest(3).unwrap(), Place::Content { at: 3, length: CHUNK as u64 + 1 });
    }
}
