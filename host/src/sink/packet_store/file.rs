//! A sequence file that is being filled.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, BufWriter, Write};

use super::roll::Extent;
use crate::config::Roll;
use crate::sink::table::{Begun, TableError};

/// Bytes that wait for the file: a packet is copied into them, and from there to the system.
const BUFFER: usize = 1 << 20;
/// Bytes between two sync marks.
const SYNC: u64 = 2000;

/// See the top of the file.
pub(super) struct StoreFile {
    out: BufWriter<Begun>,
    extent: Extent,
    mark: [u8; 16],
    /// Bytes since the last sync mark.
    since: u64,
}

impl StoreFile {
    /// With its header written.
    pub fn begin(begun: Begun, time: u64) -> Result<Self, TableError> {
        let mark = mark();
        let mut out = BufWriter::with_capacity(BUFFER, begun);
        let written = header(&mut out, &mark);
        let mut file = Self { out, extent: Extent::at(time), mark, since: 0 };
        let bytes = written.map_err(|error| file.failed(error))?;
        file.extent.bytes = bytes;
        file.since = bytes;
        Ok(file)
    }

    /// Whether a packet of this time belongs into another file.
    pub fn is_full_for(&self, time: u64, roll: &Roll) -> bool {
        self.extent.is_full_for(time, roll)
    }

    /// Adds a record: its time, and its value in two parts.
    pub fn append(&mut self, time: u64, head: &[u8], frame: &[u8]) -> Result<(), TableError> {
        let bytes = self.write(time, head, frame).map_err(|error| self.failed(error))?;
        self.extent = self.extent.with(time, bytes);
        Ok(())
    }

    fn write(&mut self, time: u64, head: &[u8], frame: &[u8]) -> io::Result<u64> {
        let mut written = 0;
        if self.since >= SYNC {
            self.out.write_all(&[0xff; 4])?;
            self.out.write_all(&self.mark)?;
            (self.since, written) = (0, 20);
        }
        let value = u32::try_from(head.len() + frame.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        let mut record = [0; 20];
        let numbers = [value.saturating_add(12), 8, (time >> 32) as u32, time as u32, value];
        for (place, number) in record.as_chunks_mut::<4>().0.iter_mut().zip(numbers) {
            *place = number.to_be_bytes();
        }
        self.out.write_all(&record)?;
        self.out.write_all(head)?;
        self.out.write_all(frame)?;
        self.since += 20 + u64::from(value);
        Ok(written + 20 + u64::from(value))
    }

    fn failed(&self, error: io::Error) -> TableError {
        Begun::failed(self.out.get_ref().path(), error)
    }

    /// Ends it. Gives the file, and what is in it.
    pub fn end(self) -> Result<(Begun, Extent), TableError> {
        let extent = self.extent;
        match self.out.into_inner() {
            Ok(begun) => Ok((begun, extent)),
            Err(error) => {
                let (error, out) = error.into_parts();
                Err(Begun::failed(out.get_ref().path(), error))
            }
        }
    }
}

/// Version 6, not compressed, no metadata.
fn header(out: &mut impl Write, mark: &[u8; 16]) -> io::Result<u64> {
    const KEY: &str = "org.apache.hadoop.io.LongWritable";
    const VALUE: &str = "org.apache.hadoop.io.BytesWritable";
    let mut header = b"SEQ\x06".to_vec();
    for name in [KEY, VALUE] {
        header.push(name.len() as u8);
        header.extend_from_slice(name.as_bytes());
    }
    header.extend_from_slice(&[0; 6]);
    header.extend_from_slice(mark);
    out.write_all(&header)?;
    Ok(header.len() as u64)
}

/// 16 bytes that no other file has.
fn mark() -> [u8; 16] {
    let word = || RandomState::new().build_hasher().finish();
    (u128::from(word()) << 64 | u128::from(word())).to_be_bytes()
}
