//! When a flow began and ended: exporters say it in many ways.

use crate::held::Header;
use crate::number::ntp_milliseconds;

/// What a record says about time; 0: nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// Milliseconds since the system began, of the first packet.
    pub start_uptime: Option<u32>,
    /// The same, of the last.
    pub end_uptime: Option<u32>,
    /// When the system began, ms since 1970.
    pub system_init: u64,
    /// Seconds since 1970.
    pub start_seconds: u64,
    /// Seconds since 1970.
    pub end_seconds: u64,
    /// Milliseconds since 1970.
    pub start: u64,
    /// Milliseconds since 1970.
    pub end: u64,
    /// In the format of NTP.
    pub start_ntp: u64,
    /// In the format of NTP.
    pub end_ntp: u64,
    /// Microseconds before the message was sent.
    pub start_delta: Option<u64>,
    /// Microseconds before the message was sent.
    pub end_delta: Option<u64>,
    /// Milliseconds from first to last packet.
    pub duration: u64,
    /// Milliseconds since 1970, of an event.
    pub event: u64,
}

impl Times {
    /// First and last packet, ms since 1970; 0: not said. `system_init`: as an option of the exporter said it, 0 where none did.
    pub fn resolve(&self, header: &Header, system_init: u64) -> (u64, u64) {
        let (mut first, mut last) = self.spoken(header, system_init);
        if last == 0 && first != 0 && self.duration != 0 {
            last = first.saturating_add(self.duration);
        } else if first == 0 && last > self.duration && self.duration != 0 {
            first = last - self.duration;
        }
        (first, last)
    }

    fn spoken(&self, header: &Header, system_init: u64) -> (u64, u64) {
        if self.start != 0 || self.end != 0 {
            return (self.start, self.end);
        }
        if self.start_ntp != 0 || self.end_ntp != 0 {
            return (ntp_milliseconds(self.start_ntp), ntp_milliseconds(self.end_ntp));
        }
        if self.start_uptime.is_some() || self.end_uptime.is_some() {
            let init = if self.system_init == 0 { system_init } else { self.system_init };
            return (at_uptime(self.start_uptime, header, init), at_uptime(self.end_uptime, header, init));
        }
        if self.start_seconds != 0 || self.end_seconds != 0 {
            return (self.start_seconds.saturating_mul(1000), self.end_seconds.saturating_mul(1000));
        }
        let before = |delta: Option<u64>| delta.map_or(0, |delta| header.sent.saturating_sub(delta / 1000));
        (before(self.start_delta), before(self.end_delta))
    }
}

/// IPFIX has no uptime in its header: without the beginning of the system there is no time.
fn at_uptime(uptime: Option<u32>, header: &Header, system_init: u64) -> u64 {
    match uptime {
        None => 0,
        Some(_) if header.exporter.protocol == 10 && system_init == 0 => 0,
        Some(uptime) if header.exporter.protocol == 10 => system_init.saturating_add(uptime.into()),
        Some(uptime) => before_sent(uptime, header),
    }
}

/// How far behind the message an exporter's clocks may put a flow, ms: some of Cisco's systems do (CSCei12353).
const MAX_AHEAD: u32 = 100_000;

/// Uptimes are 32 bits and begin anew after 49 days: one that lies behind that of the message, and not just a little, is of the time before.
pub fn before_sent(uptime: u32, header: &Header) -> u64 {
    let ahead = uptime.wrapping_sub(header.uptime);
    if ahead <= MAX_AHEAD {
        return header.sent.saturating_add(ahead.into());
    }
    header.sent.saturating_sub(ahead.wrapping_neg().into())
}
