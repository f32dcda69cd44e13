//! The headers that stand before a frame in a stored record: a capture of one packet. Basis: PcapHelper of Metron 0.7.2, on a little-endian machine.

/// Bytes before the frame: global header and packet header.
pub const HEADERS: usize = 40;
/// Kafka header of weir: the link type of a frame, decimal text, where it is not Ethernet.
pub const LINK_TYPE: &str = "weir-link-type";
/// Kafka header of weir: bytes that a frame had on the wire, decimal text, where they are more than were captured.
pub const ORIGINAL_LENGTH: &str = "weir-original-length";

const ETHERNET: u32 = 1;
const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;

/// What the headers say beside time and captured length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PacketHeaders {
    /// LINKTYPE_ value.
    pub link_type: u32,
    /// Bytes on the wire.
    pub original: u32,
}

/// As Metron writes them: Ethernet, and as long on the wire as what was captured.
pub fn ethernet(captured: u32) -> PacketHeaders {
    PacketHeaders { link_type: ETHERNET, original: captured }
}

impl PacketHeaders {
    /// The 40 bytes before a frame of `captured` bytes at a time, unsigned nanoseconds. Digits below a microsecond are cut, seconds beyond 32 bits too.
    pub fn bytes(&self, time: u64, captured: u32) -> [u8; HEADERS] {
        let microseconds = time / 1000;
        let (seconds, fraction) = (microseconds / 1_000_000, microseconds % 1_000_000);
        let mut bytes = [0; HEADERS];
        let numbers = [
            MICROSECONDS,
            // Version 2.4.
            0x0004_0002,
            0,
            0,
            65_535,
            self.link_type,
            seconds as u32,
            fraction as u32,
            captured,
            self.original,
        ];
        for (place, number) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(numbers) {
            *place = number.to_le_bytes();
        }
        bytes
    }
}

/// A value that is no capture of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Less than the headers.
    #[error("{0} bytes are too few for a capture of one packet, which has 40 before the frame")]
    Short(usize),
    /// No magic number of a capture.
    #[error("{0:08x} is no magic number of a capture")]
    Magic(u32),
    /// A fraction of a second that is none.
    #[error("{0} is no fraction of a second")]
    Fraction(u32),
    /// A frame that is not there.
    #[error("the packet's header tells of {said} bytes, and {found} follow")]
    Cut {
        /// By the header.
        said: u32,
        /// Behind it.
        found: usize,
    },
}

/// A value that is a capture of one packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framed<'a> {
    /// Unsigned nanoseconds since 1970.
    pub time: u64,
    /// Link type and length on the wire.
    pub facts: PacketHeaders,
    /// What was captured.
    pub frame: &'a [u8],
}

/// Reads a value that is a capture: its magic number tells the byte order and the unit of times. Seconds are unsigned. What lies behind the packet is not
/// looked at.
///
/// # Errors
/// It is no capture with a whole packet.
pub fn framed(value: &[u8]) -> Result<Framed<'_>, Malformed> {
    let Some((headers, rest)) = value.split_first_chunk::<HEADERS>() else { return Err(Malformed::Short(value.len())) };
    let at = |place: usize| headers.get(place..).and_then(<[u8]>::first_chunk::<4>).copied().unwrap_or_default();
    let magic = u32::from_be_bytes(at(0));
    let (little, unit) = match (magic, magic.swap_bytes()) {
        (MICROSECONDS, _) => (false, 1000),
        (NANOSECONDS, _) => (false, 1),
        (_, MICROSECONDS) => (true, 1000),
        (_, NANOSECONDS) => (true, 1),
        _ => return Err(Malformed::Magic(magic)),
    };
    let number = |place| if little { u32::from_le_bytes(at(place)) } else { u32::from_be_bytes(at(place)) };
    let (seconds, fraction, captured) = (number(24), number(28), number(32));
    let nanoseconds = u64::from(fraction) * unit;
    if nanoseconds >= 1_000_000_000 {
        return Err(Malformed::Fraction(fraction));
    }
    let frame = rest.get(..captured as usize).ok_or(Malformed::Cut { said: captured, found: rest.len() })?;
    let facts = PacketHeaders { link_type: number(20), original: number(36) };
    Ok(Framed { time: u64::from(seconds) * 1_000_000_000 + nanoseconds, facts, frame })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn headers_are_those_that_metron_writes() {
        let rows = [
            ("H1", 1_495_000_000_123_456_789, 2, "c0e31b5940e201000200000002000000"),
            ("H3", 0, 0, "00000000000000000000000000000000"),
            ("H4", 9_223_372_036_854_775_813, 1, "047dc125f70a0d000100000001000000"),
            ("H5", 999, 1, "00000000000000000100000001000000"),
            ("H6", 4_294_967_295_999_999_999, 1, "ffffffff3f420f000100000001000000"),
        ];
        for (id, time, captured, packet) in rows {
            let expected = format!("d4c3b2a1020004000000000000000000ffff000001000000{packet}");
            assert_eq!(hex(&ethernet(captured).bytes(time, captured)), expected, "{id}");
        }
    }

    /// A capture of a packet of two bytes: seconds 2^31 + 1, fraction 5.
    fn value(magic: u32, little: bool) -> Vec<u8> {
        let numbers = [magic, 0, 0, 0, 65_535, 1, 0x8000_0001, 5, 2, 2];
        let bytes = numbers.iter().flat_map(|number: &u32| if little { number.to_le_bytes() } else { number.to_be_bytes() });
        bytes.chain([0xaa, 0xbb]).collect()
    }

    #[test]
    fn the_time_of_a_capture_is_read_by_each_of_the_four_magics() {
        for little in [true, false] {
            assert_eq!(framed(&value(MICROSECONDS, little)).map(|framed| framed.time), Ok(2_147_483_649_000_005_000));
            assert_eq!(framed(&value(NANOSECONDS, little)).map(|framed| framed.time), Ok(2_147_483_649_000_000_005));
        }
    }

    #[test]
    fn what_is_no_whole_capture_is_refused_with_the_reason() {
        let whole = value(MICROSECONDS, true);
        assert_eq!(framed(&[]), Err(Malformed::Short(0)));
        assert_eq!(framed(&whole[..39]), Err(Malformed::Short(39)));
        assert_eq!(framed(&whole[..41]), Err(Malformed::Cut { said: 2, found: 1 }));
        assert_eq!(framed(&[0; 60]), Err(Malformed::Magic(0)));
        let mut wrong = whole;
        wrong[28..32].copy_from_slice(&1_000_000_u32.to_le_bytes());
        assert_eq!(framed(&wrong), Err(Malformed::Fraction(1_000_000)));
    }
}
