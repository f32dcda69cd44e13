//! What a pcapng interface description says of the packets that were captured there.

use super::damage::Cause;
use super::order::Order;

const END: u16 = 0;
const RESOLUTION: u16 = 9;
const OFFSET: u16 = 14;

/// One interface of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interface {
    pub link_type: u32,
    /// Bytes; 0: no limit.
    pub snapshot: u32,
    scale: Scale,
    /// Added to every time.
    offset_seconds: i64,
}

/// How ticks become nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    Times(u64),
    By(u64),
    /// Ticks are a second divided by two to this power.
    PowerOfTwo(u8),
}

const MICROSECONDS: Scale = Scale::Times(1000);

impl Interface {
    /// Reads the body of an interface description block: link type, reserved, snapshot length, options.
    pub fn read(body: &[u8], order: Order) -> Result<Self, Cause> {
        let short = || Cause::malformed("an interface description of less than 8 bytes");
        let link_type = u32::from(order.u16(body, 0).ok_or_else(short)?);
        let snapshot = order.u32(body, 4).ok_or_else(short)?;
        let mut interface = Self { link_type, snapshot, scale: MICROSECONDS, offset_seconds: 0 };
        let mut options = body.get(8..).unwrap_or_default();
        while let Some((code, value, rest)) = option(options, order)? {
            match code {
                END => break,
                RESOLUTION => interface.scale = scale(value)?,
                OFFSET => {
                    interface.offset_seconds =
                        order.i64(value, 0).ok_or_else(|| Cause::malformed("a time offset (if_tsoffset) of less than 8 bytes"))?
                }
                _ => {}
            }
            options = rest;
        }
        Ok(interface)
    }

    /// Whether its times have more digits than microseconds have.
    pub fn is_finer_than_microseconds(&self) -> bool {
        match self.scale {
            Scale::Times(factor) => factor < 1000,
            Scale::By(_) => true,
            Scale::PowerOfTwo(power) => power >= 20,
        }
    }

    /// Nanoseconds since 1970-01-01 UTC, or the nearest that the type holds.
    #[inline]
    pub fn time(&self, ticks: u64) -> i64 {
        let nanoseconds = match self.scale {
            Scale::Times(factor) => ticks.checked_mul(factor).map_or(i128::from(u64::MAX), i128::from),
            Scale::By(divisor) => i128::from(ticks / divisor),
            Scale::PowerOfTwo(power) => (i128::from(ticks) * 1_000_000_000) >> power,
        };
        let time = nanoseconds + i128::from(self.offset_seconds) * 1_000_000_000;
        i64::try_from(time).unwrap_or(if time < 0 { i64::MIN } else { i64::MAX })
    }
}

type Parts<'a> = (u16, &'a [u8], &'a [u8]);

/// The next option: its code, its value, and what follows it.
fn option(options: &[u8], order: Order) -> Result<Option<Parts<'_>>, Cause> {
    if options.is_empty() {
        return Ok(None);
    }
    let parts = || {
        let (code, length) = (order.u16(options, 0)?, usize::from(order.u16(options, 2)?));
        let value = options.get(4..4 + length)?;
        Some((code, value, options.get(4 + length.next_multiple_of(4)..)?))
    };
    parts().map(Some).ok_or_else(|| Cause::malformed("an option that does not end in its interface description"))
}

/// The bounds are libpcap's: more does not fit into 64 bits.
fn scale(value: &[u8]) -> Result<Scale, Cause> {
    match *value {
        [power @ 0..=9] => Ok(Scale::Times(10_u64.pow(u32::from(9 - power)))),
        [power @ 10..=19] => Ok(Scale::By(10_u64.pow(u32::from(power - 9)))),
        [power @ 0x80..=0xbf] => Ok(Scale::PowerOfTwo(power & 0x7f)),
        ref other => {
            Err(Cause::unsupported(format!("a resolution of times (if_tsresol) of {other:?}, expected one byte: 0 to 19, or 128 to 191")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface(options: &[u8]) -> Result<Interface, Cause> {
        Interface::read(&[&[1, 0, 0, 0, 0, 0, 4, 0], options].concat(), Order::Little)
    }

    #[test]
    fn ticks_are_microseconds_unless_the_interface_says_otherwise() {
        assert_eq!(interface(&[]).unwrap().time(1_500_000), 1_500_000_000);
        assert_eq!(interface(&[9, 0, 1, 0, 9, 0, 0, 0]).unwrap().time(1_500_000), 1_500_000);
        assert_eq!(interface(&[9, 0, 1, 0, 12, 0, 0, 0]).unwrap().time(1_500_000), 1_500);
        assert_eq!(interface(&[9, 0, 1, 0, 0x80 | 10, 0, 0, 0]).unwrap().time(1536), 1_500_000_000);
    }

    #[test]
    fn an_offset_in_seconds_is_added() {
        let offset = [&[14, 0, 8, 0][..], &(-2_i64).to_le_bytes()].concat();
        assert_eq!(interface(&offset).unwrap().time(1_000_000), -1_000_000_000);
    }

    #[test]
    fn a_time_beyond_64_bits_is_the_last_one() {
        assert_eq!(interface(&[]).unwrap().time(u64::MAX), i64::MAX);
        let offset = [&[14, 0, 8, 0][..], &i64::MIN.to_le_bytes()].concat();
        assert_eq!(interface(&offset).unwrap().time(0), i64::MIN);
    }

    #[test]
    fn what_follows_the_end_of_options_is_not_looked_at() {
        assert_eq!(interface(&[0, 0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0]), interface(&[]));
    }

    #[test]
    fn a_resolution_that_does_not_fit_64_bits_is_unsupported() {
        let detail = "a resolution of times (if_tsresol) of [20], expected one byte: 0 to 19, or 128 to 191";
        assert_eq!(interface(&[9, 0, 1, 0, 20, 0, 0, 0]), Err(Cause::unsupported(detail)));
    }

    #[test]
    fn an_option_that_is_cut_is_malformed() {
        let detail = "an option that does not end in its interface description";
        assert_eq!(interface(&[9, 0, 200, 0, 9, 0, 0, 0]), Err(Cause::malformed(detail)));
    }
}
