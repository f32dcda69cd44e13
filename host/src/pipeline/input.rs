//! One file as a pipeline reads it: digested first, then in chunks from any position.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Take};

use crate::model::{Digest, DigestWriter};

/// Bytes a session is fed at once: large enough that the cost of a call vanishes, small enough for the cache.
const CHUNK: usize = 512 << 10;

/// An open file and the position of the next chunk.
#[derive(Debug)]
pub struct Input {
    file: File,
    chunk: Vec<u8>,
    position: u64,
}

impl Input {
    /// Starts at the first byte.
    pub fn new(file: File) -> Self {
        Self { file, chunk: vec![0; CHUNK], position: 0 }
    }

    /// Digest and size of the content; the position is the first byte again.
    ///
    /// # Errors
    /// Of reading.
    pub fn digest(&mut self) -> io::Result<(Digest, u64)> {
        self.seek(0)?;
        let mut digest = DigestWriter::default();
        let size = io::copy(&mut self.file, &mut digest)?;
        self.seek(0)?;
        Ok((digest.finish(), size))
    }

    /// The next bytes; none at the end.
    ///
    /// # Errors
    /// Of reading.
    pub fn next_chunk(&mut self) -> io::Result<&[u8]> {
        let mut filled = 0;
        while let Some(rest) = self.chunk.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.file.read(rest) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.position += filled as u64;
        Ok(self.chunk.get(..filled).unwrap_or_default())
    }

    /// The open file itself.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Where the next chunk begins.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next chunk begins at `position`.
    ///
    /// # Errors
    /// Of seeking.
    pub fn seek(&mut self, position: u64) -> io::Result<()> {
        self.position = self.file.seek(SeekFrom::Start(position))?;
        Ok(())
    }

    /// A stretch of the content, whatever the position; the position stays.
    ///
    /// # Errors
    /// Of opening the stretch.
    pub fn stretch(&mut self, at: u64, length: u64) -> io::Result<Stretch<'_>> {
        self.file.seek(SeekFrom::Start(at))?;
        Ok(Stretch { bytes: (&mut self.file).take(length), back: self.position })
    }
}

/// Some of the content; the input's position is restored when it is dropped.
#[derive(Debug)]
pub struct Stretch<'a> {
    bytes: Take<&'a mut File>,
    back: u64,
}

impl Read for Stretch<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(buffer)
    }
}

impl Drop for Stretch<'_> {
    fn drop(&mut self) {
        // A failed seek shows at the next read, which then does not find the bytes it was promised.
        let _ = self.bytes.get_mut().seek(SeekFrom::Start(self.back));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_stretch_is_read_without_moving_the_position() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![7; CHUNK]).unwrap();
        file.write_all(b"tail").unwrap();
        let mut input = Input::new(file);
        assert_eq!(input.digest().unwrap().1, CHUNK as u64 + 4);
        assert_eq!(input.next_chunk().unwrap().len(), CHUNK);
        let mut bytes = Vec::new();
        input.stretch(CHUNK as u64 - 1, 2).unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, b"\x07t");
        assert_eq!(input.next_chunk().unwrap(), b"tail");
        assert!(input.next_chunk().unwrap().is_empty());
    }
}
