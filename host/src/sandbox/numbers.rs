//! Byte lists of a module as Arrow's buffers: the list itself, unless it lies badly in memory.

use arrow_buffer::{ArrowNativeType, BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};

/// What is wrong with a list of numbers or bits.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadNumbers {
    #[error("{got} bytes of {of} where {want} are right")]
    Length { of: &'static str, got: usize, want: usize },
    #[error("{0} that do not begin at 0")]
    Begin(&'static str),
    #[error("{0} that fall or pass 2^31")]
    Fall(&'static str),
}

fn check_length(of: &'static str, data: &[u8], want: usize) -> Result<(), BadNumbers> {
    if data.len() == want { Ok(()) } else { Err(BadNumbers::Length { of, got: data.len(), want }) }
}

/// `count` little-endian numbers.
pub(super) fn numbers<T: ArrowNativeType>(of: &'static str, data: Vec<u8>, count: usize) -> Result<ScalarBuffer<T>, BadNumbers> {
    check_length(of, &data, count.saturating_mul(size_of::<T>()))?;
    Ok(aligned(data))
}

/// An allocator need not place a list of bytes where numbers may lie; glibc's does, all but for an empty one.
fn aligned<T: ArrowNativeType>(data: Vec<u8>) -> ScalarBuffer<T> {
    let buffer = Buffer::from_vec(data);
    let is_aligned = buffer.as_ptr().align_offset(align_of::<T>()) == 0;
    ScalarBuffer::from(if is_aligned { buffer } else { Buffer::from_slice_ref(buffer.as_slice()) })
}

/// `count` bits.
pub(super) fn bits(of: &'static str, data: Vec<u8>, count: usize) -> Result<BooleanBuffer, BadNumbers> {
    check_length(of, &data, count.div_ceil(8))?;
    Ok(BooleanBuffer::new(Buffer::from_vec(data), 0, count))
}

/// The rows that are not null.
pub(super) fn nulls(valid: Option<Vec<u8>>, rows: usize) -> Result<Option<NullBuffer>, BadNumbers> {
    valid.map(|valid| bits("valid", valid, rows).map(NullBuffer::new)).transpose()
}

/// Offsets of `count` values, and where the last one ends.
pub(super) fn offsets(of: &'static str, data: Vec<u8>, count: usize) -> Result<(OffsetBuffer<i32>, usize), BadNumbers> {
    let offsets = numbers::<i32>(of, data, count.saturating_add(1))?;
    let (Some((first, rest)), Some(last)) = (offsets.split_first(), offsets.last()) else { return Err(BadNumbers::Begin(of)) };
    if *first != 0 {
        return Err(BadNumbers::Begin(of));
    }
    // Without a way out of the loop the compiler compares many at once. What passes 2^31 is negative here, so it falls.
    let falls = offsets.iter().zip(rest).fold(false, |falls, (one, next)| falls | (next < one));
    let last = usize::try_from(*last).map_err(|_| BadNumbers::Fall(of))?;
    if falls { Err(BadNumbers::Fall(of)) } else { Ok((OffsetBuffer::new(offsets), last)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn numbers_are_the_list_itself() {
        let data = bytes(&[1, 2, 3]);
        let at = data.as_ptr();
        let numbers = numbers::<i32>("values", data, 3).unwrap();
        assert_eq!((numbers.to_vec(), numbers.inner().as_ptr()), (vec![1, 2, 3], at));
    }

    #[test]
    fn no_numbers_are_a_buffer_too() {
        assert_eq!(numbers::<i64>("values", Vec::new(), 0).unwrap().len(), 0);
        assert_eq!(bits("values", Vec::new(), 0).unwrap().len(), 0);
    }

    #[test]
    fn a_list_of_another_length_is_refused() {
        let wrong = |got, want| Some(BadNumbers::Length { of: "values", got, want });
        assert_eq!(numbers::<i64>("values", vec![0; 9], 1).err(), wrong(9, 8));
        assert_eq!(numbers::<i64>("values", Vec::new(), usize::MAX).err(), wrong(0, usize::MAX));
        assert_eq!(bits("values", vec![0; 2], 8).err(), wrong(2, 1));
    }

    #[test]
    fn offsets_rise_from_zero() {
        let (buffer, last) = offsets("offsets", bytes(&[0, 2, 2, 5]), 3).unwrap();
        assert_eq!((buffer.to_vec(), last), (vec![0, 2, 2, 5], 5));
        assert_eq!(offsets("offsets", bytes(&[1, 2]), 1).err(), Some(BadNumbers::Begin("offsets")));
        assert_eq!(offsets("offsets", bytes(&[0, 4, 3, 5]), 3).err(), Some(BadNumbers::Fall("offsets")));
        assert_eq!(offsets("offsets", bytes(&[0, 1 << 31]), 1).err(), Some(BadNumbers::Fall("offsets")));
        assert_eq!(offsets("offsets", vec![], 0).err(), Some(BadNumbers::Length { of: "offsets", got: 0, want: 4 }));
    }
}
