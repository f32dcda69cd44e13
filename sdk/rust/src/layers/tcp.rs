//! TCP segments (RFC 9293). Streams are the business of who knows where a message ends.

use super::LayerError;

const HEADER: usize = 20;

/// A TCP segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tcp<'a> {
    /// Source port.
    pub src_port: u16,
    /// Destination port.
    pub dst_port: u16,
    /// Number of the first byte of the payload (of the SYN, where there is one).
    pub sequence: u32,
    /// Number of the next byte that is expected from the other side; means nothing without the flag ACK.
    pub acknowledged: u32,
    flags: u8,
    /// What the capture holds of the payload.
    pub payload: &'a [u8],
    /// Bytes of the payload that the capture does not hold.
    pub missing: usize,
}

impl<'a> Tcp<'a> {
    /// From the payload of IP, of which the capture lacks `missing` bytes.
    ///
    /// # Errors
    /// A header that is cut, or one that says a length below 20.
    #[inline]
    pub fn parse(bytes: &'a [u8], missing: usize) -> Result<Self, LayerError> {
        let Some(header) = bytes.first_chunk::<HEADER>() else { return Err(LayerError::Cut("TCP")) };
        let [s0, s1, d0, d1, n0, n1, n2, n3, a0, a1, a2, a3, offset, flags, ..] = *header;
        let size = usize::from(offset >> 4) * 4;
        if size < HEADER {
            return Err(LayerError::malformed("TCP", "a header length below 20"));
        }
        let payload = bytes.get(size..).ok_or(LayerError::Cut("TCP"))?;
        Ok(Self {
            src_port: u16::from_be_bytes([s0, s1]),
            dst_port: u16::from_be_bytes([d0, d1]),
            sequence: u32::from_be_bytes([n0, n1, n2, n3]),
            acknowledged: u32::from_be_bytes([a0, a1, a2, a3]),
            flags,
            payload,
            missing,
        })
    }

    /// The sender has sent everything.
    pub fn fin(&self) -> bool {
        self.flags & 0x01 != 0
    }

    /// A connection begins; the payload's first byte has the number behind `sequence`.
    pub fn syn(&self) -> bool {
        self.flags & 0x02 != 0
    }

    /// The connection is broken off.
    pub fn rst(&self) -> bool {
        self.flags & 0x04 != 0
    }

    /// `acknowledged` means something.
    pub fn ack(&self) -> bool {
        self.flags & 0x10 != 0
    }
}
