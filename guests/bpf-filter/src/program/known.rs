//! What is known of a packet that came by one way through a program: tests that it passed or failed.

use super::node::Test;

/// Outcomes that are remembered; the oldest are forgotten. Expressions that ask a thousand times for another address would else take for ever.
const MOST: usize = 24;

/// Tests and their outcomes, in the order in which they were made.
#[derive(Debug, Clone, Default)]
pub struct Known(Vec<(u32, bool)>);

impl Known {
    /// The same, and one more outcome.
    pub fn with(&self, test: u32, outcome: bool) -> Self {
        let skipped = (self.0.len() + 1).saturating_sub(MOST);
        Self(self.0.iter().skip(skipped).copied().chain([(test, outcome)]).collect())
    }

    /// What both know.
    pub fn shared(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|fact| other.0.contains(fact)).copied().collect())
    }

    /// The outcome of a test, if it follows from what is known.
    pub fn outcome(&self, number: u32, tests: &[Test]) -> Option<bool> {
        let test = tests.get(number as usize)?;
        self.0.iter().rev().find_map(|&(known, outcome)| follows(tests.get(known as usize)?, outcome, test))
    }
}

/// What the outcome of one test says of another.
fn follows(known: &Test, outcome: bool, test: &Test) -> Option<bool> {
    if (known.operand, known.mask) != (test.operand, test.mask) {
        return None;
    }
    // Counted from the first value of the other range, which may go round.
    let start = test.low.wrapping_sub(known.low);
    let inside = start <= known.span && test.span <= known.span - start;
    let start = known.low.wrapping_sub(test.low);
    let covers = start <= test.span && known.span <= test.span - start;
    let apart = start > test.span && test.low.wrapping_sub(known.low) > known.span;
    match outcome {
        true if covers => Some(true),
        true if apart => Some(false),
        false if inside => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::node::Operand;
    use super::*;

    fn test(low: u32, span: u32) -> Test {
        Test { operand: Operand::Length, mask: u32::MAX, low, span }
    }

    #[test]
    fn a_range_says_something_of_ranges_inside_around_and_beside_it() {
        let known = test(10, 10);
        assert_eq!(follows(&known, true, &test(5, 20)), Some(true));
        assert_eq!(follows(&known, true, &test(12, 2)), None);
        assert_eq!(follows(&known, true, &test(21, 4)), Some(false));
        assert_eq!(follows(&known, true, &test(20, 4)), None);
        assert_eq!(follows(&known, false, &test(12, 2)), Some(false));
        assert_eq!(follows(&known, false, &test(5, 20)), None);
        assert_eq!(follows(&test(0, u32::MAX), true, &test(3, 0)), None);
        assert_eq!(follows(&test(3, u32::MAX - 3), true, &test(2, 0)), Some(false));
    }
}
