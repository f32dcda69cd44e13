//! Numbers of elements: big-endian, and shorter than their type where the exporter saves bytes.

/// A number of at most 8 bytes; `None`: longer.
#[inline]
pub fn unsigned(bytes: &[u8]) -> Option<u64> {
    match *bytes {
        [a] => Some(a.into()),
        [a, b] => Some(u16::from_be_bytes([a, b]).into()),
        [a, b, c, d] => Some(u32::from_be_bytes([a, b, c, d]).into()),
        [a, b, c, d, e, f, g, h] => Some(u64::from_be_bytes([a, b, c, d, e, f, g, h])),
        _ if bytes.len() < 8 => Some(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte))),
        _ => None,
    }
}

/// A number of at most 8 bytes, with its sign; `None`: longer, or no bytes.
pub fn signed(bytes: &[u8]) -> Option<i64> {
    let unused = 64 - 8 * u32::try_from(bytes.len()).ok().filter(|length| (1..=8).contains(length))?;
    unsigned(bytes).map(|number| (number << unused).cast_signed() >> unused)
}

/// 4 bytes, or 8.
pub fn float(bytes: &[u8]) -> Option<f64> {
    match bytes.len() {
        4 => bytes.first_chunk().map(|bytes| f32::from_be_bytes(*bytes).into()),
        8 => bytes.first_chunk().map(|bytes| f64::from_be_bytes(*bytes)),
        _ => None,
    }
}

/// Milliseconds since 1970 of a time in the format of NTP: seconds since 1900 and their fraction (RFC 7011, 6.1.9); past 2036 a new era begins.
/// 0 stays 0: no time. So does what lies in 1968 and 1969, before anything that can be meant.
pub fn ntp_milliseconds(time: u64) -> u64 {
    const FROM_1900_TO_1970: u64 = 2_208_988_800;
    if time == 0 {
        return 0;
    }
    let seconds = (time >> 32) + if time >> 63 == 0 { 1 << 32 } else { 0 };
    let since_1970 = seconds.checked_sub(FROM_1900_TO_1970);
    since_1970.map_or(0, |seconds| seconds * 1000 + (((time & 0xffff_ffff) * 1000) >> 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_length_up_to_eight_bytes_are_read() {
        assert_eq!([&[][..], &[1], &[1, 2], &[1, 2, 3], &[0, 0, 0, 1, 0]].map(unsigned), [0, 1, 258, 66_051, 256].map(Some));
        assert_eq!(unsigned(&[0; 9]), None);
        assert_eq!([&[0xff][..], &[0x80, 0], &[0, 0xff]].map(signed), [-1, -32_768, 255].map(Some));
        assert_eq!(signed(&[]), None);
    }

    #[test]
    fn a_time_of_ntp_counts_from_1900_and_again_from_2036() {
        assert_eq!(ntp_milliseconds(0xdb26_0f00_8000_0000), 1_467_715_712_500);
        assert_eq!([0x83aa_7e7f, 0x83aa_7e80, 0x83aa_7e81, 0x8000_0000].map(|seconds| ntp_milliseconds(seconds << 32)), [0, 0, 1000, 0]);
        assert_eq!(ntp_milliseconds(1 << 32), (4_294_967_297 - 2_208_988_800) * 1000);
    }
}
