//! A map that ages: bounded in entries and bytes, the oldest goes first.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use foldhash::fast::FixedState;

/// What an entry costs beside its own bytes: the slot, its key and its place in the order.
const OVERHEAD: usize = 128;

/// A map whose entries are in the order in which they were put in or last touched. It never drops anything itself: its owner asks for what is
/// [too much](Self::pop_excess) or [too old](Self::pop_if), and decides what becomes of it.
#[derive(Debug)]
pub struct Aging<K, V> {
    slots: HashMap<K, Slot<V>, FixedState>,
    /// Oldest first. An entry whose number is not its slot's is stale.
    order: VecDeque<(u64, K)>,
    number: u64,
    bytes: usize,
    max_bytes: usize,
    max_entries: usize,
}

#[derive(Debug)]
struct Slot<V> {
    number: u64,
    bytes: usize,
    value: V,
}

impl<K: Eq + Hash + Clone, V> Aging<K, V> {
    /// Empty, for at most so many entries and bytes.
    pub fn new(max_entries: usize, max_bytes: usize) -> Self {
        Self { slots: HashMap::default(), order: VecDeque::new(), number: 0, bytes: 0, max_bytes, max_entries }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The value of a key.
    #[inline]
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.slots.get_mut(key).map(|slot| &mut slot.value)
    }

    /// Puts an entry of so many bytes in as the youngest, and gives the one it replaces.
    pub fn insert(&mut self, key: K, value: V, bytes: usize) -> Option<V> {
        let bytes = bytes + OVERHEAD;
        self.number += 1;
        self.bytes += bytes;
        self.order.push_back((self.number, key.clone()));
        let replaced = self.slots.insert(key, Slot { number: self.number, bytes, value });
        self.tidy();
        replaced.map(|slot| self.released(slot))
    }

    /// The entry is now of so many bytes.
    pub fn resize(&mut self, key: &K, bytes: usize) {
        if let Some(slot) = self.slots.get_mut(key) {
            self.bytes = self.bytes - slot.bytes + bytes + OVERHEAD;
            slot.bytes = bytes + OVERHEAD;
        }
    }

    /// The value of a key, whose entry becomes the youngest.
    pub fn touch(&mut self, key: &K) -> Option<&mut V> {
        self.tidy();
        let slot = self.slots.get_mut(key)?;
        if slot.number != self.number {
            self.number += 1;
            slot.number = self.number;
            self.order.push_back((self.number, key.clone()));
        }
        Some(&mut slot.value)
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let slot = self.slots.remove(key)?;
        Some(self.released(slot))
    }

    /// Takes the oldest entry out while there are more entries or bytes than may be.
    pub fn pop_excess(&mut self) -> Option<(K, V)> {
        (self.slots.len() > self.max_entries || self.bytes > self.max_bytes).then(|| self.pop()).flatten()
    }

    /// Takes the oldest entry out if it is one of these.
    pub fn pop_if(&mut self, old: impl FnOnce(&V) -> bool) -> Option<(K, V)> {
        self.drop_stale();
        let (_, key) = self.order.front()?;
        old(&self.slots.get(key)?.value).then(|| self.pop()).flatten()
    }

    /// All entries, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.order.iter().filter_map(|(number, key)| {
            let slot = self.slots.get(key)?;
            (slot.number == *number).then_some((key, &slot.value))
        })
    }

    fn pop(&mut self) -> Option<(K, V)> {
        self.drop_stale();
        let (_, key) = self.order.pop_front()?;
        self.remove(&key).map(|value| (key, value))
    }

    fn released(&mut self, slot: Slot<V>) -> V {
        self.bytes -= slot.bytes;
        slot.value
    }

    fn is_live(&self, (number, key): &(u64, K)) -> bool {
        self.slots.get(key).is_some_and(|slot| slot.number == *number)
    }

    fn drop_stale(&mut self) {
        while self.order.front().is_some_and(|entry| !self.is_live(entry)) {
            self.order.pop_front();
        }
    }

    /// One old entry in front would keep every stale one behind it.
    fn tidy(&mut self) {
        if self.order.len() > 2 * self.slots.len() + 64 {
            let mut order = std::mem::take(&mut self.order);
            order.retain(|entry| self.is_live(entry));
            self.order = order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first_and_a_touched_one_is_young_again() {
        let mut map = Aging::new(2, 1 << 20);
        for key in [1, 2, 3] {
            map.insert(key, key * 10, 0);
        }
        map.touch(&1);
        assert_eq!((map.pop_excess(), map.pop_excess()), (Some((2, 20)), None));
        assert_eq!(map.iter().collect::<Vec<_>>(), [(&3, &30), (&1, &10)]);
    }

    #[test]
    fn bytes_are_bounded_too() {
        let mut map = Aging::new(100, 1000);
        map.insert(1, (), 100);
        map.insert(2, (), 100);
        assert_eq!(map.pop_excess(), None);
        map.resize(&2, 900);
        assert_eq!((map.pop_excess(), map.pop_excess()), (Some((1, ())), Some((2, ()))));
        assert_eq!((map.bytes, map.len()), (0, 0));
    }

    #[test]
    fn the_order_does_not_grow_behind_an_entry_that_stays() {
        let mut map = Aging::new(10, 1 << 20);
        map.insert(0, (), 0);
        for key in 1..10_000 {
            map.insert(key, (), 0);
            map.remove(&key);
        }
        assert!(map.order.len() < 100, "{}", map.order.len());
        assert_eq!(map.pop_if(|()| false), None);
        assert_eq!(map.pop_if(|()| true), Some((0, ())));
    }
}
