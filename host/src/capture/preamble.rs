//! What the beginning of a capture says of all of it: for whoever writes another capture of its packets.

use super::classic::{Classic, HEADER};
use super::pcapng::{Section, Start};
use super::record::Record;
use super::sequence::Sequence;

/// Link type, snapshot length and resolution of a capture, as its header or the description of its first interface says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preamble {
    /// LINKTYPE_ value.
    pub link_type: u32,
    /// Bytes that were kept of a packet at most.
    pub snapshot: u32,
    /// Times are finer than microseconds.
    pub nanoseconds: bool,
}

/// What libpcap takes for no limit.
pub(super) const NO_LIMIT: u32 = 256 << 10;

impl Preamble {
    /// Bytes of a capture in which the first interface must be described.
    pub const MOST: usize = 64 << 10;

    /// Reads it from the first bytes of a capture. `None`: it is none, or says nothing.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if Section::begins(bytes) {
            return Self::of_section(bytes);
        }
        if Sequence::begins(bytes) {
            return Sequence::preamble(bytes);
        }
        let header = bytes.get(..HEADER)?;
        Classic::header(header)?.ok().map(|capture| capture.preamble(header))
    }

    fn of_section(bytes: &[u8]) -> Option<Self> {
        let Start::Section { mut section, size, .. } = Section::start(bytes) else { return None };
        let mut rest = bytes.get(size..)?;
        loop {
            let (Record::Other { size } | Record::Bad { size, .. }) = section.record(rest) else { return None };
            if let Some(interface) = section.first_interface() {
                let snapshot = limit(interface.snapshot);
                return Some(Self { link_type: interface.link_type, snapshot, nanoseconds: interface.is_finer_than_microseconds() });
            }
            rest = rest.get(size..)?;
        }
    }
}

/// 0 and numbers that are no lengths mean that there is no limit.
pub(super) fn limit(snapshot: u32) -> u32 {
    if snapshot == 0 || snapshot > i32::MAX.unsigned_abs() { NO_LIMIT } else { snapshot }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_of_a_classic_capture_is_read_in_both_orders() {
        let header = [0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 113];
        assert_eq!(Preamble::read(&header), Some(Preamble { link_type: 113, snapshot: NO_LIMIT, nanoseconds: true }));
        assert_eq!(Preamble::read(&header[..20]), None);
        assert_eq!(Preamble::read(b"this is no capture at all"), None);
    }

    #[test]
    fn the_first_interface_of_a_section_is_found_behind_other_blocks() {
        let section =
            [0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 28, 0, 0, 0];
        let other = [0xaf, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0];
        let interface = [1, 0, 0, 0, 28, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0, 28, 0, 0, 0];
        let expected = Preamble { link_type: 1, snapshot: 65535, nanoseconds: true };
        assert_eq!(Preamble::read(&[&section[..], &other, &interface].concat()), Some(expected));
        assert_eq!(Preamble::read(&[&section[..], &other].concat()), None);
    }
}
