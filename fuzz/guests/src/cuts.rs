//! Where input is cut, and where a session is saved and opened: numbers that follow from one.

/// Saved and opened so often at most: each time some input may come again.
const REOPENINGS: u32 = 4;

/// Sizes of pieces, and what happens between them.
#[derive(Debug, Clone)]
pub struct Cuts {
    state: u64,
    reopens: u32,
}

impl Cuts {
    /// Input comes in one piece.
    pub const NONE: Self = Self { state: 0, reopens: 0 };

    /// Cuts that follow from a number; sessions are saved and opened if it is odd.
    pub fn of(number: u8) -> Self {
        Self { state: u64::from(number) + 1, reopens: if Self::reopen(number) { REOPENINGS } else { 0 } }
    }

    /// Whether sessions are saved and opened.
    pub fn reopen(number: u8) -> bool {
        number & 1 != 0
    }

    /// Length of the next piece of `left` units.
    pub fn length(&mut self, left: usize) -> usize {
        if self.state == 0 {
            return left;
        }
        // Single units, some, many.
        let most = [1, 16, 256, 4096].get(self.next(4)).copied().unwrap_or(1);
        (1 + self.next(most)).min(left)
    }

    /// The session is to be saved and opened here.
    pub fn reopens(&mut self) -> bool {
        let reopens = self.reopens > 0 && self.next(3) == 0;
        self.reopens -= u32::from(reopens);
        reopens
    }

    /// xorshift64*, below `end`.
    fn next(&mut self, end: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}
