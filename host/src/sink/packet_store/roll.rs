//! When a file is ended: by its packets, the time they span, its bytes.

use std::time::Duration;

use crate::config::Roll;

/// What is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    pub packets: u64,
    /// Unsigned nanoseconds since 1970.
    pub earliest: u64,
    pub latest: u64,
}

impl Extent {
    /// Nothing yet; the first packet's time is this.
    pub fn at(time: u64) -> Self {
        Self { packets: 0, earliest: time, latest: time }
    }

    /// The same with one more packet.
    pub fn with(self, time: u64) -> Self {
        Self { packets: self.packets + 1, earliest: self.earliest.min(time), latest: self.latest.max(time) }
    }

    /// Whether a packet of this time belongs into another file than this one of so many bytes.
    pub fn is_full_for(&self, time: u64, bytes: u64, roll: &Roll) -> bool {
        let span = self.latest.max(time) - self.earliest.min(time);
        roll.packets.is_some_and(|packets| self.packets >= packets)
            || bytes >= roll.size
            || roll.packet_time.is_some_and(|longest| span >= nanoseconds(longest))
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn roll() -> Roll {
        Roll { packets: Some(3), packet_time: Some(Duration::from_secs(10)), size: 1000, time: Duration::from_secs(60) }
    }

    #[test]
    fn a_file_is_full_after_so_many_packets_bytes_or_seconds_of_packet_time() {
        let one = Extent::at(5 * SECOND).with(5 * SECOND);
        assert!(!one.is_full_for(6 * SECOND, 100, &roll()));
        assert!(!one.is_full_for(15 * SECOND - 1, 100, &roll()));
        assert!(one.is_full_for(15 * SECOND, 100, &roll()));
        assert!(one.is_full_for(6 * SECOND, 1000, &roll()));
        assert!(one.with(6 * SECOND).with(6 * SECOND).is_full_for(6 * SECOND, 100, &roll()));
    }

    #[test]
    fn a_packet_that_comes_late_stays_with_the_others_unless_it_is_too_late() {
        let one = Extent::at(50 * SECOND).with(50 * SECOND);
        assert!(!one.is_full_for(49 * SECOND, 100, &roll()));
        assert!(one.is_full_for(40 * SECOND, 100, &roll()));
        assert_eq!(one.with(49 * SECOND).earliest, 49 * SECOND);
    }

    #[test]
    fn without_a_packet_time_any_times_share_a_file() {
        let roll = Roll { packets: None, packet_time: None, ..roll() };
        assert!(!Extent::at(0).with(0).is_full_for(u64::MAX, 100, &roll));
    }
}
