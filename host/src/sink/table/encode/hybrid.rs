//! The hybrid of run lengths and packed bits in which Parquet keeps dictionary indices and levels
//! (<https://parquet.apache.org/docs/file-format/data-pages/encodings/>, "RLE").

/// Equal values from which on a run is kept as its length. Runs begin where packed groups end: at multiples of this.
const GROUP: usize = 8;

/// Bits that hold every number below `count`; at least 1, since not every reader takes 0.
pub(super) fn width(count: usize) -> u32 {
    (usize::BITS - count.saturating_sub(1).leading_zeros()).clamp(1, u32::BITS)
}

/// Appends `values`, each of which fits `width` bits (1 to 32).
pub(super) fn encode(values: &[u32], width: u32, out: &mut Vec<u8>) {
    let (mut rest, mut waiting) = (values, 0);
    while let Some((first, equal)) = run(rest.get(waiting..).unwrap_or_default()) {
        if equal < GROUP {
            waiting += GROUP;
            continue;
        }
        let (packed, tail) = rest.split_at(waiting);
        pack(packed, width, out);
        repeat(first, equal, width, out);
        (rest, waiting) = (tail.get(equal..).unwrap_or_default(), 0);
    }
    pack(rest, width, out);
}

/// Appends `count` times the same value.
pub(super) fn repeat(value: u32, count: usize, width: u32, out: &mut Vec<u8>) {
    varint((count as u64) << 1, out);
    out.extend(value.to_le_bytes().into_iter().take(width.div_ceil(8) as usize));
}

/// The first value, and how often it stands in a row.
fn run(values: &[u32]) -> Option<(u32, usize)> {
    let first = *values.first()?;
    Some((first, values.iter().take_while(|value| **value == first).count()))
}

fn pack(values: &[u32], width: u32, out: &mut Vec<u8>) {
    if values.is_empty() {
        return;
    }
    let groups = values.len().div_ceil(GROUP);
    varint((groups as u64) << 1 | 1, out);
    out.reserve(groups * width as usize);
    let (mut bits, mut filled) = (0_u64, 0);
    for value in values {
        bits |= u64::from(*value) << filled;
        filled += width;
        if filled >= u32::BITS {
            out.extend_from_slice(&(bits as u32).to_le_bytes());
            bits >>= u32::BITS;
            filled -= u32::BITS;
        }
    }
    filled += (groups * GROUP - values.len()) as u32 * width;
    while filled > 0 {
        out.push(bits as u8);
        bits >>= 8;
        filled = filled.saturating_sub(8);
    }
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(values: &[u32], width: u32) -> Vec<u8> {
        let mut out = Vec::new();
        encode(values, width, &mut out);
        out
    }

    #[test]
    fn the_example_of_the_format_is_packed_as_it_says() {
        assert_eq!(encoded(&[0, 1, 2, 3, 4, 5, 6, 7], 3), [3, 0b1000_1000, 0b1100_0110, 0b1111_1010]);
    }

    #[test]
    fn a_run_is_its_length_and_its_value() {
        assert_eq!(encoded(&[5; 100], 3), [200, 1, 5]);
        assert_eq!(encoded(&[300; 8], 9), [16, 44, 1]);
    }

    #[test]
    fn packed_groups_run_and_rest_follow_each_other() {
        let values: Vec<u32> = [0, 1, 0, 1, 0, 1, 0, 1].into_iter().chain([1; 9]).chain([0, 1]).collect();
        assert_eq!(encoded(&values, 1), [3, 0b1010_1010, 18, 1, 3, 0b10]);
    }

    #[test]
    fn the_widest_values_keep_all_bits() {
        let expected: Vec<u8> = [3].into_iter().chain([0xFF; 4]).chain([1, 0, 0, 0]).chain([0; 24]).collect();
        assert_eq!(encoded(&[u32::MAX, 1], 32), expected);
    }

    #[test]
    fn a_width_holds_the_largest_index() {
        assert_eq!([0, 1, 2, 3, 256, 257].map(width), [1, 1, 1, 2, 8, 9]);
    }
}
