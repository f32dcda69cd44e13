//! A set of byte values: what one place of a pattern matches.

/// A set of byte values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ByteClass([u64; 4]);

impl ByteClass {
    /// No byte.
    pub const NONE: Self = Self([0; 4]);
    /// Every byte.
    pub const ANY: Self = Self([u64::MAX; 4]);

    /// The bytes for which a rule holds.
    pub fn of(rule: impl Fn(u8) -> bool) -> Self {
        let mut class = Self::NONE;
        (0..=u8::MAX).filter(|&byte| rule(byte)).for_each(|byte| class.insert(byte));
        class
    }

    /// One byte.
    pub fn byte(byte: u8) -> Self {
        let mut class = Self::NONE;
        class.insert(byte);
        class
    }

    /// The bytes from one to another, either way round, both included.
    pub fn range(one: u8, other: u8) -> Self {
        let (low, high) = (one.min(other), one.max(other));
        Self::of(|byte| (low..=high).contains(&byte))
    }

    fn insert(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte / 64)) {
            *word |= 1 << (byte % 64);
        }
    }

    /// Whether a byte is in it.
    pub fn contains(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte / 64)).is_some_and(|word| word >> (byte % 64) & 1 == 1)
    }

    /// The bytes of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([a | e, b | f, c | g, d | h])
    }

    /// All other bytes.
    #[must_use]
    pub fn inverted(self) -> Self {
        Self(self.0.map(|word| !word))
    }

    /// Runs of neighbouring bytes, first and last, rising.
    pub fn ranges(&self) -> Vec<(u8, u8)> {
        let mut ranges: Vec<(u8, u8)> = Vec::new();
        for byte in (0..=u8::MAX).filter(|&byte| self.contains(byte)) {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == byte => *last = byte,
                _ => ranges.push((byte, byte)),
            }
        }
        ranges
    }
}
