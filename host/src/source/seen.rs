//! What is known of each path, in a few bytes: a directory may keep a million files for ever.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::path::Path;

use super::stamp::Stamp;

/// What was last done with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Known {
    /// It was handed out in this state.
    Handed(Stamp),
    /// It is not to be taken, which was said.
    Refused,
    /// It could not be read, which was said.
    Unreadable,
}

/// Fingerprints of paths and of what is known of them: 16 bytes a path, 19 to 39 with the free places of the table. Hashes are keyed at random, so
/// nobody can choose names that collide; of a million paths two share a hash once in 37 million runs, and then both are handed out more than once.
#[derive(Debug, Default)]
pub(super) struct Seen {
    hasher: RandomState,
    /// Hash of the path, and of what is known with the round in its lowest bit.
    paths: HashMap<u64, u64>,
    /// 0 or 1: changes with each round, so that what a whole round did not meet can be told.
    round: u64,
}

impl Seen {
    /// Whether this and nothing else is known of the path. Counts as meeting it.
    pub(super) fn is(&mut self, path: &Path, known: &Known) -> bool {
        let mark = self.mark(known);
        let Some(found) = self.paths.get_mut(&self.hasher.hash_one(path)) else { return false };
        let same = (*found ^ mark) <= 1;
        *found = *found & !1 | self.round;
        same
    }

    /// Remembers it, and says whether that is news.
    pub(super) fn note(&mut self, path: &Path, known: &Known) -> bool {
        let mark = self.mark(known);
        let before = self.paths.insert(self.hasher.hash_one(path), mark);
        before.is_none_or(|before| (before ^ mark) > 1)
    }

    /// As though the path had never been met.
    pub(super) fn forget(&mut self, path: &Path) {
        self.paths.remove(&self.hasher.hash_one(path));
    }

    /// Begins a listing of all paths.
    pub(super) fn begin_round(&mut self) {
        self.round ^= 1;
    }

    /// Ends it: paths that it did not meet are forgotten, unless it was not `complete`.
    pub(super) fn end_round(&mut self, complete: bool) {
        let round = self.round;
        if complete {
            self.paths.retain(|_, mark| *mark & 1 == round);
            self.paths.shrink_to(self.paths.len().saturating_mul(2));
        } else {
            self.paths.values_mut().for_each(|mark| *mark = *mark & !1 | round);
        }
    }

    fn mark(&self, known: &impl Hash) -> u64 {
        self.hasher.hash_one(known) & !1 | self.round
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(seen: &Seen) -> usize {
        seen.paths.len()
    }

    #[test]
    fn only_the_last_thing_known_of_a_path_counts() {
        let (mut seen, path) = (Seen::default(), Path::new("a"));
        assert!(!seen.is(path, &Known::Refused));
        assert!(seen.note(path, &Known::Refused));
        assert!(!seen.note(path, &Known::Refused));
        assert!(seen.is(path, &Known::Refused));
        assert!(seen.note(path, &Known::Unreadable));
        assert!(!seen.is(path, &Known::Refused));
        seen.forget(path);
        assert!(!seen.is(path, &Known::Unreadable));
    }

    #[test]
    fn a_path_that_a_whole_round_did_not_meet_is_forgotten() {
        let mut seen = Seen::default();
        for name in ["stays", "vanishes"] {
            seen.note(Path::new(name), &Known::Refused);
        }
        seen.begin_round();
        assert!(seen.is(Path::new("stays"), &Known::Refused));
        seen.end_round(true);
        assert_eq!(paths(&seen), 1);
        assert!(seen.is(Path::new("stays"), &Known::Refused));
    }

    #[test]
    fn an_incomplete_round_forgets_nothing() {
        let mut seen = Seen::default();
        seen.note(Path::new("a"), &Known::Refused);
        for _ in 0..3 {
            seen.begin_round();
            seen.end_round(false);
        }
        assert!(seen.is(Path::new("a"), &Known::Refused));
    }

    #[test]
    fn a_path_takes_sixteen_bytes_and_its_share_of_the_table() {
        let mut seen = Seen::default();
        for number in 0..100_000 {
            seen.note(Path::new(&format!("{number}")), &Known::Refused);
        }
        assert_eq!(paths(&seen), 100_000);
        assert!(seen.paths.capacity() * 17 * 8 / 7 / 100_000 <= 39, "capacity {}", seen.paths.capacity());
        assert_eq!(size_of::<(u64, u64)>(), 16);
    }
}
