//! UDP (RFC 768).

use super::LayerError;

const HEADER: usize = 8;

/// A UDP datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Udp<'a> {
    /// Source port.
    pub src_port: u16,
    /// Destination port.
    pub dst_port: u16,
    /// What the capture holds of the payload.
    pub payload: &'a [u8],
    /// Bytes of the payload that the capture does not hold.
    pub missing: usize,
}

impl<'a> Udp<'a> {
    /// From the payload of IP, of which the capture lacks `missing` bytes. A length of 0 means all there is (RFC 2675).
    ///
    /// # Errors
    /// A header that is cut, or a length less than the header's own.
    #[inline]
    pub fn parse(bytes: &'a [u8], missing: usize) -> Result<Self, LayerError> {
        let Some((header, rest)) = bytes.split_first_chunk::<HEADER>() else { return Err(LayerError::Cut("UDP")) };
        let [s0, s1, d0, d1, l0, l1, ..] = *header;
        let all = rest.len() + missing;
        let length = match usize::from(u16::from_be_bytes([l0, l1])) {
            0 => all,
            length => length.checked_sub(HEADER).ok_or(LayerError::malformed("UDP", "a length below 8"))?,
        };
        let payload = rest.get(..length).unwrap_or(rest);
        let (src_port, dst_port) = (u16::from_be_bytes([s0, s1]), u16::from_be_bytes([d0, d1]));
        Ok(Self { src_port, dst_port, payload, missing: length - payload.len() })
    }
}
