//! What must be read before a record can be: the file header of a classic capture; of pcapng the section's header and its interfaces so far.

use std::sync::{Arc, PoisonError, RwLock};

/// A stretch of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// First byte.
    pub at: u64,
    /// Bytes.
    pub length: u64,
}

/// The headers of a section before some position in it. A copy costs nothing: there may be as many as there is damage, and a million interfaces.
#[derive(Debug, Clone, Default)]
pub struct Headers {
    /// Of the whole section as far as it was read, whoever holds a copy; neighbours are one.
    section: Arc<RwLock<Vec<Stretch>>>,
    before: u64,
}

impl Headers {
    /// Of a section that begins with this.
    pub(super) fn of_section(at: u64, length: u64) -> Self {
        Self { section: Arc::new(RwLock::new(vec![Stretch { at, length }])), before: at.saturating_add(length) }
    }

    /// Adds one behind all others of its section.
    pub(super) fn push(&mut self, at: u64, length: u64) {
        let mut section = self.section.write().unwrap_or_else(PoisonError::into_inner);
        match section.last_mut().filter(|last| last.at.saturating_add(last.length) == at) {
            Some(last) => last.length += length,
            None => section.push(Stretch { at, length }),
        }
        self.before = at.saturating_add(length);
    }

    /// Those that begin before a position.
    pub fn before(&self, position: u64) -> Self {
        Self { section: Arc::clone(&self.section), before: self.before.min(position) }
    }

    /// A copy that grows by itself.
    pub(super) fn apart(&self) -> Self {
        let section = self.section.read().unwrap_or_else(PoisonError::into_inner);
        Self { section: Arc::new(RwLock::new(section.clone())), before: self.before }
    }

    /// Where the section begins; `None`: there is none, and no headers.
    pub fn section(&self) -> Option<u64> {
        let section = self.section.read().unwrap_or_else(PoisonError::into_inner);
        section.first().map(|first| first.at).filter(|at| *at < self.before)
    }

    /// Where they lie, from a position on.
    pub fn stretches(&self, from: u64) -> Vec<Stretch> {
        let section = self.section.read().unwrap_or_else(PoisonError::into_inner);
        let within = |stretch: &Stretch| {
            let (at, end) = (stretch.at.max(from), stretch.at.saturating_add(stretch.length).min(self.before));
            (at < end).then(|| Stretch { at, length: end - at })
        };
        section.iter().skip_while(|stretch| stretch.at.saturating_add(stretch.length) <= from).map_while(within).collect()
    }
}

impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.stretches(0) == other.stretches(0)
    }
}

impl Eq for Headers {}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretches(headers: &Headers, from: u64) -> Vec<(u64, u64)> {
        headers.stretches(from).into_iter().map(|stretch| (stretch.at, stretch.length)).collect()
    }

    #[test]
    fn a_copy_keeps_to_what_was_there_when_it_was_made() {
        let mut headers = Headers::of_section(100, 28);
        headers.push(128, 20);
        let early = headers.before(140);
        headers.push(148, 20);
        headers.push(500, 20);
        assert_eq!(stretches(&early, 0), [(100, 40)]);
        assert_eq!(stretches(&headers, 0), [(100, 68), (500, 20)]);
        assert_eq!(stretches(&headers, 140), [(140, 28), (500, 20)]);
        assert_eq!(stretches(&headers, 168), [(500, 20)]);
        assert_eq!((early.section(), headers.before(100).section(), Headers::default().section()), (Some(100), None, None));
    }
}
