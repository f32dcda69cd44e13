//! The record of a packet: its key is a time, its value a frame or a little capture. Basis: PcapHelper and the deserializers of Metron 0.7.2.

/// Where the time of a packet is (`kafka.pcap.ts_scheme`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// In the key; the value is the frame alone.
    FromKey,
    /// In the value, which is a capture of one packet: 24 bytes of global header, 16 of the packet's, the frame.
    FromPacket,
}

/// What the number in a key counts (`kafka.pcap.ts_granularity`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granularity {
    /// Thousandths of a second.
    Milliseconds,
    /// Millionths: what pycapa and fastcapa send.
    Microseconds,
    /// Billionths.
    Nanoseconds,
}

impl Scheme {
    /// As Metron's file and weir's configuration spell them, in any case.
    pub const ALL: [(&'static str, Self); 2] = [("from-key", Self::FromKey), ("from-packet", Self::FromPacket)];

    /// As configurations spell it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }

    /// The scheme of a name: `FROM_KEY`, `from-packet`.
    pub fn of(name: &str) -> Option<Self> {
        let name = name.trim().replace('_', "-").to_ascii_lowercase();
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, scheme)| scheme)
    }
}

impl Granularity {
    /// As Metron's file and weir's configuration spell them, in any case.
    pub const ALL: [(&'static str, Self); 3] =
        [("milliseconds", Self::Milliseconds), ("microseconds", Self::Microseconds), ("nanoseconds", Self::Nanoseconds)];

    /// As configurations spell it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }

    /// The granularity of a name: `MICROSECONDS`, `nanoseconds`.
    pub fn of(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, granularity)| granularity)
    }

    /// Nanoseconds of one.
    pub fn nanoseconds(self) -> u64 {
        match self {
            Self::Milliseconds => 1_000_000,
            Self::Microseconds => 1_000,
            Self::Nanoseconds => 1,
        }
    }

    /// The time in a key, unsigned nanoseconds since 1970. A shorter key is a smaller number, of a longer one the last 8 bytes count, and what is beyond
    /// 64 bits goes round: as in Metron.
    pub fn time(self, key: &[u8]) -> u64 {
        let number = key.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        number.wrapping_mul(self.nanoseconds())
    }

    /// The key of a time in unsigned nanoseconds; what is finer is cut.
    pub fn key(self, time: u64) -> [u8; 8] {
        (time / self.nanoseconds()).to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_big_endian_number_of_any_width() {
        use Granularity::{Microseconds, Milliseconds, Nanoseconds};
        let rows: [(&str, &[u8], Granularity, u64); 8] = [
            ("K1", &[0, 0, 0, 0, 0, 0, 0, 1], Nanoseconds, 1),
            ("K2", &[0x00, 0x05, 0x4f, 0xb8, 0x4d, 0x5f, 0x80, 0x00], Microseconds, 1_495_027_874_234_368_000),
            ("K3", &[0x00, 0x00, 0x01, 0x5c, 0x16, 0xe5, 0xe0, 0x00], Milliseconds, 1_495_032_782_848_000_000),
            ("K4", &[1], Nanoseconds, 1),
            ("K5", &[], Nanoseconds, 0),
            ("K6", &[0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], Nanoseconds, 1),
            ("K7", &[0xff; 8], Microseconds, 18_446_744_073_709_550_616),
            ("K8", &[0xff; 8], Nanoseconds, u64::MAX),
        ];
        for (id, key, granularity, time) in rows {
            assert_eq!(granularity.time(key), time, "{id}");
        }
    }

    #[test]
    fn a_name_is_known_in_any_case_and_no_other_name_is() {
        assert_eq!(Scheme::of("FROM_KEY"), Some(Scheme::FromKey));
        assert_eq!(Scheme::of("from-packet"), Some(Scheme::FromPacket));
        assert_eq!(Scheme::of("FROM_VALUE"), None);
        assert_eq!(Granularity::of("MicroSeconds"), Some(Granularity::Microseconds));
        assert_eq!(Granularity::of("SECONDS"), None);
    }

    #[test]
    fn a_time_comes_back_from_its_key() {
        let time = 1_495_027_874_234_368_999;
        assert_eq!(Granularity::Nanoseconds.time(&Granularity::Nanoseconds.key(time)), time);
        assert_eq!(Granularity::Microseconds.time(&Granularity::Microseconds.key(time)), 1_495_027_874_234_368_000);
    }
}
