//! The file itself, beside what is fed of it: its digest, and stretches for the quarantine.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::sync::Arc;

use crate::content::{Content, Positioned};
use crate::model::{Digest, DigestWriter};
use crate::stop::Stop;

/// Bytes that are digested between two looks at the signal to stop: some milliseconds.
const PIECE: u64 = 4 << 20;

/// Bytes read at once for the digest: fewer calls of the system, and still in the cache when they are digested.
const BLOCK: usize = 128 << 10;

/// An open file.
#[derive(Debug)]
pub struct Original {
    file: Arc<File>,
    /// A reader of its content, which goes forward from stretch to stretch.
    content: Option<Content>,
}

/// Some of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Of its content, without compression.
    Content {
        /// First byte.
        at: u64,
        /// Bytes.
        length: u64,
    },
    /// Of the file as it lies there.
    File {
        /// First byte.
        at: u64,
        /// Bytes.
        length: u64,
    },
}

impl Place {
    /// First byte.
    pub fn at(&self) -> u64 {
        let (Self::Content { at, .. } | Self::File { at, .. }) = self;
        *at
    }

    /// Bytes.
    pub fn length(&self) -> u64 {
        let (Self::Content { length, .. } | Self::File { length, .. }) = self;
        *length
    }

    /// No bytes at all.
    pub fn is_empty(&self) -> bool {
        self.length() == 0
    }

    /// Whether it counts bytes of a compressed file as it lies there, not of the content.
    pub fn is_compressed(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    /// Some of it.
    pub fn part(&self, range: &Range<u64>) -> Self {
        let (at, length) = (range.start, range.end - range.start);
        match self {
            Self::Content { .. } => Self::Content { at, length },
            Self::File { .. } => Self::File { at, length },
        }
    }
}

impl Original {
    /// Of an open file.
    pub fn new(file: File) -> Self {
        Self { file: Arc::new(file), content: None }
    }

    /// The open file.
    pub fn file(&self) -> &Arc<File> {
        &self.file
    }

    /// Digest and size of the file as it lies there; none when it is stopped before the end.
    ///
    /// # Errors
    /// Of reading.
    pub fn digest(&self, stop: &Stop) -> io::Result<Option<(Digest, u64)>> {
        let (mut digest, mut size) = (DigestWriter::default(), 0);
        let mut file = BufReader::with_capacity(BLOCK, Positioned::new(Arc::clone(&self.file), 0));
        while !stop.is_set() {
            match io::copy(&mut file.by_ref().take(PIECE), &mut digest)? {
                0 => return Ok(Some((digest.finish(), size))),
                count => size += count,
            }
        }
        Ok(None)
    }

    /// Some of it.
    ///
    /// # Errors
    /// Of reading.
    pub fn read(&mut self, place: Place) -> io::Result<Box<dyn Read + '_>> {
        match place {
            Place::File { at, length } => Ok(Box::new(Positioned::new(Arc::clone(&self.file), at).take(length))),
            Place::Content { at, length } => {
                let content = match self.content.take() {
                    Some(content) => content,
                    None => Content::of_file(Arc::clone(&self.file))?,
                };
                let content = self.content.insert(content);
                content.seek(at)?;
                Ok(Box::new(content.take(length)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn stretches_are_read_in_any_order() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        let mut original = Original::new(file);
        let mut read = |place| {
            let mut bytes = Vec::new();
            original.read(place).unwrap().read_to_end(&mut bytes).unwrap();
            bytes
        };
        assert_eq!(read(Place::Content { at: 7, length: 2 }), b"78");
        assert_eq!(read(Place::Content { at: 1, length: 2 }), b"12");
        assert_eq!(read(Place::File { at: 9, length: 5 }), b"9");
        let stop = Stop::new();
        assert_eq!(original.digest(&stop).unwrap(), Some((Digest::of(b"0123456789"), 10)));
        stop.set();
        assert_eq!(original.digest(&stop).unwrap(), None);
    }
}
