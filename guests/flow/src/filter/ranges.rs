//! A sorted list of ranges: what `in [ … ]` looks up.

use std::sync::Arc;

/// Ranges with both ends, sorted, none touching another. Clones share the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranges<T>(Arc<[(T, T)]>);

impl<T: Ord + Copy> Ranges<T> {
    /// From ranges in any order, each its least and its greatest value; they may overlap.
    pub fn new(mut ranges: Vec<(T, T)>) -> Self {
        ranges.sort_unstable();
        ranges.dedup_by(|next, last| {
            let overlap = next.0 <= last.1;
            if overlap {
                last.1 = last.1.max(next.1);
            }
            overlap
        });
        Self(ranges.into())
    }

    /// Whether one of the ranges holds the value.
    pub fn contains(&self, value: T) -> bool {
        let behind = self.0.partition_point(|range| range.0 <= value);
        behind.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|range| value <= range.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_in_any_order_hold_their_ends_and_nothing_between_them() {
        let ranges = Ranges::new(vec![(20, 30), (1, 1), (5, 9)]);
        let held: Vec<_> = (0..40).filter(|value| ranges.contains(*value)).collect();
        let expected: Vec<_> = [1].into_iter().chain(5..=9).chain(20..=30).collect();
        assert_eq!(held, expected);
    }

    #[test]
    fn a_wide_range_is_not_lost_behind_a_narrow_one_within() {
        let ranges = Ranges::new(vec![(10, 12), (0, 100), (50, 60)]);
        assert!([0, 11, 13, 100].iter().all(|value| ranges.contains(*value)));
        assert!(!ranges.contains(101));
    }

    #[test]
    fn an_empty_list_holds_nothing() {
        assert!(!Ranges::new(vec![]).contains(0_u64));
    }
}
