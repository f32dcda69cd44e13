//! Content that is read from its first byte to its last, and again from anywhere if it lies in a file.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::sync::Arc;

use super::coding::{Coding, MAGIC};
use super::positioned::Positioned;

/// The decompressed bytes of a file or a stream. Where the compression is damaged the content ends, and [`damage`](Self::damage) says so: an error of
/// [`read`](Read::read) is one of the system.
pub struct Content {
    coding: Coding,
    origin: Origin,
    decoder: Box<dyn Read + Send>,
    position: u64,
    pace: Pace,
    damage: Option<Damaged>,
}

/// How much is asked of the decoder at once. One that finds damage in the middle of a read gives nothing of that read, so a file is then read again, at
/// last byte by byte: what is good before the damage is delivered, and where it lies does not depend on who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    AsAsked,
    /// On the way back to where the damage was met.
    Returning,
    ByteByByte,
}

enum Origin {
    File { file: Arc<File>, reader: Positioned },
    Stream,
}

/// Compressed content that cannot be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// Decompressed bytes that could be read.
    pub at: u64,
    /// How it was compressed.
    pub coding: Coding,
    /// What the decoder found.
    pub detail: String,
}

impl Content {
    /// The content of a file, from its first byte.
    ///
    /// # Errors
    /// Of reading.
    pub fn of_file(file: Arc<File>) -> io::Result<Self> {
        let head = head(&mut Positioned::new(Arc::clone(&file), 0))?;
        let coding = Coding::of(&head);
        let reader = Positioned::new(Arc::clone(&file), 0);
        let decoder = coding.decode(reader.clone())?;
        Ok(Self { coding, origin: Origin::File { file, reader }, decoder, position: 0, pace: Pace::AsAsked, damage: None })
    }

    /// The content of a FIFO, a socket or standard input. It cannot be read again.
    ///
    /// # Errors
    /// Of reading its first bytes.
    pub fn of_stream(mut stream: impl Read + Send + 'static) -> io::Result<Self> {
        let head = head(&mut stream)?;
        let coding = Coding::of(&head);
        let decoder = coding.decode(Cursor::new(head).chain(stream))?;
        Ok(Self { coding, origin: Origin::Stream, decoder, position: 0, pace: Pace::AsAsked, damage: None })
    }

    /// How it is compressed.
    pub fn coding(&self) -> Coding {
        self.coding
    }

    /// Bytes of the file that were read so far: what progress is measured by.
    pub fn file_position(&self) -> u64 {
        match &self.origin {
            Origin::File { reader, .. } => reader.position(),
            Origin::Stream => self.position,
        }
    }

    /// Why the content ended before its end, if it did.
    pub fn damage(&self) -> Option<&Damaged> {
        self.damage.as_ref()
    }

    /// Goes to a position of the decompressed content, or to its end if it is shorter. Of compressed content everything before it is decompressed again.
    ///
    /// # Errors
    /// Of reading; a stream cannot go back.
    pub fn seek(&mut self, position: u64) -> io::Result<()> {
        if self.coding == Coding::Plain || position < self.position {
            self.start(if self.coding == Coding::Plain { position } else { 0 })?;
        }
        let missing = position.checked_sub(self.position).ok_or(io::ErrorKind::NotSeekable)?;
        io::copy(&mut self.take(missing), &mut io::sink())?;
        Ok(())
    }

    /// Begins anew at a position of the file; a stream stays where it is.
    fn start(&mut self, position: u64) -> io::Result<()> {
        let Origin::File { file, reader } = &mut self.origin else { return Ok(()) };
        *reader = Positioned::new(Arc::clone(file), position);
        self.decoder = self.coding.decode(reader.clone())?;
        (self.position, self.pace, self.damage) = (position, Pace::AsAsked, None);
        Ok(())
    }

    /// Goes on from here byte by byte.
    fn look_closely(&mut self) -> io::Result<()> {
        let position = self.position;
        self.start(0)?;
        self.pace = Pace::Returning;
        self.seek(position)?;
        self.pace = Pace::ByteByByte;
        Ok(())
    }
}

fn head(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(MAGIC);
    input.take(MAGIC as u64).read_to_end(&mut head)?;
    Ok(head)
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.damage.is_some() {
            return Ok(0);
        }
        let most = if self.pace == Pace::ByteByByte { 1 } else { buffer.len() };
        match self.decoder.read(buffer.get_mut(..most).unwrap_or_default()) {
            Ok(count) => {
                self.position += count as u64;
                Ok(count)
            }
            Err(error) if self.coding == Coding::Plain || error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted => {
                Err(error)
            }
            Err(_) if self.pace == Pace::AsAsked && matches!(self.origin, Origin::File { .. }) => {
                self.look_closely()?;
                self.read(buffer)
            }
            Err(error) => {
                self.damage = Some(Damaged { at: self.position, coding: self.coding, detail: error.to_string() });
                Ok(0)
            }
        }
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Content").field("coding", &self.coding).field("position", &self.position).finish_non_exhaustive()
    }
}
