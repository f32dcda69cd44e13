//! Where the packets of a query go: one capture, or files of so many packets each, `pcap-data-PREFIX+0001.pcap` and on.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use super::time_order::Timed;
use crate::capture::{Encoder, Format, OtherLinkType, Preamble};
use crate::model::Packet;

/// Why a packet cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The system's reason.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
    /// A pcap file holds packets of one link type.
    #[error(transparent)]
    Format(#[from] OtherLinkType),
}

/// Opens files one after the other.
pub struct Pages {
    open: Box<dyn FnMut(u64) -> io::Result<Box<dyn Write>>>,
    format: Format,
    most: u64,
    page: u64,
    packets: u64,
    current: Option<(Encoder, Box<dyn Write>)>,
    buffer: Vec<u8>,
}

impl Pages {
    /// Files of `most` packets in a directory. No packets: no file.
    pub fn in_directory(directory: PathBuf, prefix: &str, most: u64) -> Self {
        let name = format!("pcap-data-{prefix}");
        let open = move |page| -> io::Result<Box<dyn Write>> {
            Ok(Box::new(BufWriter::new(File::create(directory.join(format!("{name}+{page:04}.pcap")))?)))
        };
        Self::new(Box::new(open), Format::Pcap, most.max(1))
    }

    /// One capture.
    pub fn one(out: File, format: Format) -> Self {
        let mut out = Some(out);
        let open = move |_| -> io::Result<Box<dyn Write>> {
            let out = out.take().ok_or_else(|| io::Error::other("the capture is at its end"))?;
            Ok(Box::new(BufWriter::with_capacity(256 << 10, out)))
        };
        Self::new(Box::new(open), format, u64::MAX)
    }

    fn new(open: Box<dyn FnMut(u64) -> io::Result<Box<dyn Write>>>, format: Format, most: u64) -> Self {
        Self { open, format, most, page: 0, packets: 0, current: None, buffer: Vec::new() }
    }

    /// Adds a packet.
    ///
    /// # Errors
    /// Of writing; the format does not hold the packet.
    pub fn push(&mut self, packet: &Timed) -> Result<(), PageError> {
        if self.current.is_none() {
            self.begin(packet.link_type)?;
        }
        let Some((encoder, out)) = &mut self.current else { return Ok(()) };
        self.buffer.clear();
        let Timed { time, link_type, length, bytes } = packet;
        encoder.push(*link_type, &Packet { timestamp: *time, length: *length, bytes }, &mut self.buffer)?;
        out.write_all(&self.buffer)?;
        self.packets += 1;
        if self.packets == self.most { self.end().map_err(PageError::from) } else { Ok(()) }
    }

    fn begin(&mut self, link_type: u32) -> io::Result<()> {
        self.page += 1;
        self.packets = 0;
        let mut out = (self.open)(self.page)?;
        let mut encoder = Encoder::new(self.format, Preamble { link_type, snapshot: 65535, nanoseconds: false });
        self.buffer.clear();
        encoder.begin(&mut self.buffer);
        out.write_all(&self.buffer)?;
        self.current = Some((encoder, out));
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.current.take().map_or(Ok(()), |(_, mut out)| out.flush())
    }

    /// Ends the last file; one capture is there even without packets. Says how many files were written.
    ///
    /// # Errors
    /// Of writing.
    pub fn finish(mut self) -> io::Result<u64> {
        const ETHERNET: u32 = 1;
        if self.most == u64::MAX && self.page == 0 {
            self.begin(ETHERNET)?;
        }
        self.end()?;
        Ok(self.page)
    }
}
