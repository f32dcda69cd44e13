//! The files that were found and not yet handed out: those that settle, and those that are ready, in their order.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::moment::Moment;
use super::stamp::{Stamp, tick, touched};
use crate::config::FileOrder;

/// Holds at most `limit` files: of more, the oldest, and a listing finds the others again. Paths are those below the source's directory.
#[derive(Debug)]
pub(super) struct Backlog {
    settle: Duration,
    limit: usize,
    files: HashMap<Arc<Path>, Candidate>,
    waiting: BTreeSet<(Instant, Arc<Path>)>,
    ready: BTreeSet<(SystemTime, Arc<Path>)>,
    truncated: bool,
    order: FileOrder,
}

/// A file that was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// As it was last seen.
    pub(super) stamp: Stamp,
    /// When it was last heard of: it was found, changed or was closed.
    pub(super) quiet: Instant,
    /// When it was first found.
    since: Instant,
    /// Whether the end need not wait for it.
    left: bool,
    place: Place,
}

impl Candidate {
    /// How long it must still be left alone until every further change shows in its stamp. By either clock: the times of a file may be of the future.
    pub(super) fn rest(&self, file: &File, now: Moment) -> Duration {
        let Ok(metadata) = file.metadata() else { return Duration::ZERO };
        let quiet = now.steady.saturating_duration_since(self.quiet).max(now.since(touched(&metadata)));
        tick(&metadata).saturating_sub(quiet)
    }
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Waiting(Instant),
    Ready(SystemTime),
}

impl Backlog {
    /// Empty. `settle`: how long a file that nobody was seen to close must be unchanged.
    pub(super) fn new(settle: Duration, limit: usize) -> Self {
        let (files, waiting, ready) = (HashMap::new(), BTreeSet::new(), BTreeSet::new());
        Self { settle, limit, files, waiting, ready, truncated: false, order: FileOrder::Modified }
    }

    /// Files that are ready come in this order.
    pub(super) fn in_order(mut self, order: FileOrder) -> Self {
        self.order = order;
        self
    }

    /// What ready files are sorted by, before their paths.
    fn rank(&self, stamp: Stamp) -> SystemTime {
        match self.order {
            FileOrder::Modified => stamp.modified(),
            FileOrder::Name => SystemTime::UNIX_EPOCH,
        }
    }

    /// A listing met the file: the age of its content counts, unless it is known to have changed just now.
    pub(super) fn met(&mut self, path: &Path, stamp: Stamp, now: Moment) {
        match self.files.get(path) {
            Some(known) if known.stamp == stamp => {}
            Some(_) => self.changed(path, stamp, now),
            None => {
                let rest = self.settle.saturating_sub(now.since(stamp.modified()));
                let place = if rest.is_zero() { Place::Ready(self.rank(stamp)) } else { Place::Waiting(now.steady + rest) };
                self.put(path, stamp, now.steady, false, place);
            }
        }
    }

    /// Somebody writes to the file.
    pub(super) fn changed(&mut self, path: &Path, stamp: Stamp, now: Moment) {
        let left = self.files.get(path).is_some_and(|known| known.left);
        self.put(path, stamp, now.steady, left, Place::Waiting(now.steady + self.settle));
    }

    /// Who wrote the file closed it, or moved it in.
    pub(super) fn closed(&mut self, path: &Path, stamp: Stamp, now: Moment) {
        self.put(path, stamp, now.steady, false, Place::Ready(self.rank(stamp)));
    }

    /// Nobody is to have the file before `until`.
    pub(super) fn delayed(&mut self, path: &Path, stamp: Stamp, until: Instant, now: Moment) {
        self.put(path, stamp, now.steady, false, Place::Waiting(until));
    }

    /// The file should be ready and grows: it is looked at again. Once it has had the time to settle, it does not hold up the end.
    pub(super) fn grows(&mut self, path: &Path, stamp: Stamp, now: Moment) {
        let since = self.files.get(path).map_or(now.steady, |known| known.since);
        let left = now.steady.saturating_duration_since(since) >= self.settle;
        self.put(path, stamp, now.steady, left, Place::Waiting(now.steady + self.settle));
    }

    /// The file should be ready and cannot be had: it is looked at again at `until`, and does not hold up the end.
    pub(super) fn left(&mut self, path: &Path, stamp: Stamp, until: Instant, now: Moment) {
        self.put(path, stamp, now.steady, true, Place::Waiting(until));
    }

    /// The file vanished, or was handed out.
    pub(super) fn remove(&mut self, path: &Path) {
        if let Some((path, candidate)) = self.files.remove_entry(path) {
            match candidate.place {
                Place::Waiting(due) => self.waiting.remove(&(due, path)),
                Place::Ready(rank) => self.ready.remove(&(rank, path)),
            };
        }
    }

    /// What has waited long enough is ready.
    pub(super) fn advance(&mut self, now: Instant) {
        while self.waiting.first().is_some_and(|(due, _)| *due <= now) {
            let Some((_, path)) = self.waiting.pop_first() else { break };
            let Some(rank) = self.files.get(&path).map(|candidate| self.rank(candidate.stamp)) else { continue };
            if let Some(candidate) = self.files.get_mut(&path) {
                candidate.place = Place::Ready(rank);
                self.ready.insert((rank, path));
            }
        }
    }

    /// The first file that is ready: the oldest, unless another order was asked for.
    pub(super) fn oldest(&self) -> Option<(Arc<Path>, Candidate)> {
        let (_, path) = self.ready.first()?;
        Some((Arc::clone(path), *self.files.get(path)?))
    }

    /// When [`Backlog::advance`] has something to do.
    pub(super) fn due(&self) -> Option<Instant> {
        self.waiting.first().map(|(due, _)| *due)
    }

    /// Whether the file is here, and whether it is ready.
    pub(super) fn holds(&self, path: &Path) -> Option<bool> {
        self.files.get(path).map(|candidate| matches!(candidate.place, Place::Ready(_)))
    }

    /// Whether nothing is to be waited for but files that were left.
    pub(super) fn is_drained(&self) -> bool {
        self.ready.is_empty() && !self.truncated && self.files.values().all(|candidate| candidate.left)
    }

    /// Files that should be ready and are not.
    pub(super) fn files_left(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().filter(|(_, candidate)| candidate.left).map(|(path, _)| &**path)
    }

    /// Whether files were dropped for want of room, and there is room now: say so once, and list again.
    pub(super) fn has_room_again(&mut self) -> bool {
        let room = self.truncated && self.files.len() <= self.limit / 2;
        self.truncated &= !room;
        room
    }

    fn put(&mut self, path: &Path, stamp: Stamp, quiet: Instant, left: bool, place: Place) {
        let since = self.files.get(path).map_or(quiet, |known| known.since);
        self.remove(path);
        let path: Arc<Path> = path.into();
        match place {
            Place::Waiting(due) => self.waiting.insert((due, Arc::clone(&path))),
            Place::Ready(rank) => self.ready.insert((rank, Arc::clone(&path))),
        };
        self.files.insert(path, Candidate { stamp, quiet, since, left, place });
        self.trim();
    }

    fn trim(&mut self) {
        while self.files.len() > self.limit {
            let newest = self.waiting.pop_last().map(|(_, path)| path).or_else(|| self.ready.pop_last().map(|(_, path)| path));
            let Some(path) = newest else { break };
            self.files.remove(&path);
            self.truncated = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use super::*;

    const SETTLE: Duration = Duration::from_secs(2);

    /// A stamp whose content changed `age` before `now`.
    fn aged(age: Duration, size: u64, now: Moment) -> Stamp {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        let file = File::create(&path).unwrap();
        file.set_len(size).unwrap();
        file.set_modified(now.wall - age).unwrap();
        Stamp::of(&fs::metadata(&path).unwrap())
    }

    fn later(now: Moment, by: Duration) -> Moment {
        Moment { steady: now.steady + by, wall: now.wall + by }
    }

    /// What is ready at `now`, oldest first.
    fn ready(backlog: &mut Backlog, now: Moment) -> Vec<String> {
        backlog.advance(now.steady);
        backlog.ready.iter().map(|(_, path)| path.display().to_string()).collect()
    }

    #[test]
    fn a_file_that_is_met_waits_until_its_content_is_old_enough() {
        let (mut backlog, now) = (Backlog::new(SETTLE, 9), Moment::now());
        backlog.met(Path::new("young"), aged(SETTLE / 2, 1, now), now);
        backlog.met(Path::new("old"), aged(SETTLE, 1, now), now);
        assert_eq!(ready(&mut backlog, now), ["old"]);
        assert_eq!(backlog.due(), Some(now.steady + SETTLE / 2));
        assert_eq!(ready(&mut backlog, later(now, SETTLE / 2)), ["old", "young"]);
    }

    #[test]
    fn a_file_of_the_future_waits_from_when_it_is_met() {
        let (mut backlog, now) = (Backlog::new(SETTLE, 9), Moment::now());
        let future = later(now, Duration::from_secs(3600));
        backlog.met(Path::new("a"), aged(Duration::ZERO, 1, future), now);
        assert_eq!(ready(&mut backlog, later(now, SETTLE / 2)), [""; 0]);
        assert_eq!(ready(&mut backlog, later(now, SETTLE)), ["a"]);
    }

    #[test]
    fn a_closed_file_is_ready_at_once_and_a_change_takes_that_back() {
        let (mut backlog, now) = (Backlog::new(SETTLE, 9), Moment::now());
        let (path, stamp) = (Path::new("a"), aged(Duration::ZERO, 1, now));
        backlog.closed(path, stamp, now);
        assert_eq!(ready(&mut backlog, now), ["a"]);
        backlog.changed(path, stamp, now);
        assert_eq!(ready(&mut backlog, now), [""; 0]);
        assert_eq!(ready(&mut backlog, later(now, SETTLE)), ["a"]);
    }

    #[test]
    fn a_file_that_differs_from_one_listing_to_the_next_waits_whatever_its_age() {
        let (mut backlog, now) = (Backlog::new(SETTLE, 9), Moment::now());
        let path = Path::new("a");
        backlog.met(path, aged(SETTLE / 2, 1, now), now);
        let old = aged(SETTLE * 9, 2, now);
        backlog.met(path, old, now);
        backlog.met(path, old, later(now, SETTLE / 2));
        assert_eq!(ready(&mut backlog, later(now, SETTLE / 2)), [""; 0]);
        assert_eq!(ready(&mut backlog, later(now, SETTLE)), ["a"]);
    }

    #[test]
    fn equally_old_files_come_in_the_order_of_their_names() {
        let (mut backlog, now) = (Backlog::new(SETTLE, 9), Moment::now());
        let stamp = aged(SETTLE * 2, 1, now);
        for name in ["c", "a", "b"] {
            backlog.met(Path::new(name), stamp, now);
        }
        backlog.met(Path::new("z"), aged(SETTLE * 3, 1, now), now);
        assert_eq!(ready(&mut backlog, now), ["z", "a", "b", "c"]);
    }

    #[test]
    fn files_come_by_name_when_that_is_asked_for() {
        let (mut backlog, now) = (Backlog::new(SETTLE, 9).in_order(FileOrder::Name), Moment::now());
        for (name, age) in [("c", 9), ("a", 5), ("b", 7)] {
            backlog.met(Path::new(name), aged(SETTLE * age, 1, now), now);
        }
        backlog.met(Path::new("0"), aged(SETTLE / 2, 1, now), now);
        assert_eq!(ready(&mut backlog, now), ["a", "b", "c"]);
        backlog.closed(Path::new("aa"), aged(SETTLE, 1, now), now);
        assert_eq!(ready(&mut backlog, later(now, SETTLE)), ["0", "a", "aa", "b", "c"]);
        backlog.remove(Path::new("a"));
        assert_eq!(ready(&mut backlog, later(now, SETTLE)), ["0", "aa", "b", "c"]);
    }

    #[test]
    fn a_file_that_does_not_settle_does_not_hold_up_the_end_for_ever() {
        let (mut backlog, now) = (Backlog::new(SETTLE, 9), Moment::now());
        let (path, stamp) = (Path::new("a"), aged(SETTLE, 1, now));
        backlog.met(path, stamp, now);
        backlog.grows(path, stamp, now);
        assert!(!backlog.is_drained());
        let now = later(now, SETTLE);
        backlog.grows(path, stamp, now);
        assert!(backlog.is_drained());
        backlog.changed(path, stamp, now);
        assert_eq!(backlog.files_left().collect::<Vec<_>>(), [path]);
        backlog.closed(path, stamp, now);
        assert!(!backlog.is_drained());
        assert_eq!(backlog.files_left().count(), 0);
    }

    #[test]
    fn a_file_that_cannot_be_had_does_not_hold_up_the_end() {
        let (mut backlog, now) = (Backlog::new(SETTLE, 9), Moment::now());
        let (path, stamp) = (Path::new("a"), aged(SETTLE, 1, now));
        backlog.met(path, stamp, now);
        backlog.left(path, stamp, now.steady + SETTLE * 9, now);
        assert!(backlog.is_drained());
        assert_eq!(backlog.due(), Some(now.steady + SETTLE * 9));
    }

    #[test]
    fn a_full_backlog_keeps_the_oldest_and_asks_for_the_others_once_there_is_room() {
        let (mut backlog, now) = (Backlog::new(SETTLE, 2), Moment::now());
        for (name, age) in [("a", 5), ("b", 9), ("c", 7)] {
            backlog.met(Path::new(name), aged(SETTLE * age, 1, now), now);
        }
        assert_eq!(ready(&mut backlog, now), ["b", "c"]);
        assert!(!backlog.has_room_again());
        backlog.remove(Path::new("b"));
        assert!(!backlog.is_drained());
        assert!(backlog.has_room_again());
        assert!(!backlog.has_room_again());
    }
}
