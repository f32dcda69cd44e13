//! Bounds-checked reading of binary formats.

/// The input ends before the value does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfBounds {
    /// Where the value begins.
    pub at: usize,
    /// Bytes the value has.
    pub needed: usize,
}

impl std::fmt::Display for OutOfBounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "input ends within {} bytes at offset {}", self.needed, self.at)
    }
}

impl std::error::Error for OutOfBounds {}

/// Reads values one after the other; nothing it does can pass the end of the input.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

macro_rules! read {
    ($($le:ident $be:ident $type:ty),*) => {$(
        #[doc = concat!("The next little-endian `", stringify!($type), "`.")]
        /// # Errors
        /// When the input ends before the value does.
        #[inline]
        pub fn $le(&mut self) -> Result<$type, OutOfBounds> {
            self.array().map(<$type>::from_le_bytes)
        }

        #[doc = concat!("The next big-endian `", stringify!($type), "`.")]
        /// # Errors
        /// When the input ends before the value does.
        #[inline]
        pub fn $be(&mut self) -> Result<$type, OutOfBounds> {
            self.array().map(<$type>::from_be_bytes)
        }
    )*};
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    read!(u16_le u16_be u16, u32_le u32_be u32, u64_le u64_be u64, i64_le i64_be i64);

    /// The next byte.
    /// # Errors
    /// At the end of the input.
    #[inline]
    pub fn u8(&mut self) -> Result<u8, OutOfBounds> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// The next `N` bytes.
    /// # Errors
    /// When there are fewer.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], OutOfBounds> {
        let value = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<N>());
        match value {
            Some(value) => {
                self.at += N;
                Ok(*value)
            }
            None => Err(OutOfBounds { at: self.at, needed: N }),
        }
    }

    /// The next `count` bytes.
    /// # Errors
    /// When there are fewer.
    #[inline]
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], OutOfBounds> {
        let value = self.at.checked_add(count).and_then(|end| self.bytes.get(self.at..end));
        match value {
            Some(value) => {
                self.at += count;
                Ok(value)
            }
            None => Err(OutOfBounds { at: self.at, needed: count }),
        }
    }

    /// Where the next value begins.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Everything that has not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_passes_the_end_is_an_error_and_reads_nothing() {
        let mut reader = Reader::new(&[1, 2, 3]);
        assert_eq!(reader.u16_be(), Ok(0x0102));
        assert_eq!(reader.u16_le(), Err(OutOfBounds { at: 2, needed: 2 }));
        assert_eq!(reader.take(usize::MAX), Err(OutOfBounds { at: 2, needed: usize::MAX }));
        assert_eq!((reader.u8(), reader.rest()), (Ok(3), &b""[..]));
    }
}
