//! LOC records (RFC 1876).

use std::io::Write;

/// Appends latitude, longitude, altitude, size and precisions; `None`: it is of another version or length.
pub fn write(data: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let [0, sizes @ .., a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3] = data else { return None };
    let [size, horizontal, vertical] = sizes else { return None };
    write_angle(u32::from_be_bytes([*a0, *a1, *a2, *a3]), ['N', 'S'], out)?;
    write_angle(u32::from_be_bytes([*b0, *b1, *b2, *b3]), ['E', 'W'], out)?;
    let altitude = i64::from(u32::from_be_bytes([*c0, *c1, *c2, *c3])) - 10_000_000;
    let sign = if altitude < 0 { "-" } else { "" };
    let altitude = altitude.unsigned_abs();
    write!(out, "{sign}{}.{:02}m", altitude / 100, altitude % 100).ok()?;
    for value in [size, horizontal, vertical] {
        let centimetres = u64::from(value >> 4) * 10u64.pow(u32::from(value & 15));
        write!(out, " {}.{:02}m", centimetres / 100, centimetres % 100).ok()?;
    }
    Some(())
}

/// Thousandths of a second of arc, from 2^31, as degrees, minutes and seconds.
fn write_angle(value: u32, [positive, negative]: [char; 2], out: &mut Vec<u8>) -> Option<()> {
    let value = i64::from(value) - (1 << 31);
    let side = if value < 0 { negative } else { positive };
    let value = value.abs();
    let (degrees, minutes) = (value / 3_600_000, value / 60_000 % 60);
    write!(out, "{degrees} {minutes} {}.{:03} {side} ", value / 1000 % 60, value % 1000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_in_degrees_and_metres() {
        // The example of RFC 1876, 4: 42 21 54 N 71 06 18 W -24m 30m.
        let mut data = vec![0, 0x33, 0x16, 0x13];
        data.extend((0x8000_0000u32 + 42 * 3_600_000 + 21 * 60_000 + 54_000).to_be_bytes());
        data.extend((0x8000_0000u32 - 71 * 3_600_000 - 6 * 60_000 - 18_000).to_be_bytes());
        data.extend((10_000_000u32 - 2400).to_be_bytes());
        let mut out = Vec::new();
        assert_eq!(write(&data, &mut out), Some(()));
        assert_eq!(String::from_utf8(out).expect("ascii"), "42 21 54.000 N 71 6 18.000 W -24.00m 30.00m 10000.00m 10.00m");
        assert_eq!(write(&data[1..], &mut Vec::new()), None);
    }
}
