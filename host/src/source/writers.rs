//! Which files some process holds open for writing.
//!
//! Linux tells this in two ways. A read lease (`F_SETLEASE`) is refused while a writer exists, but no crate offers it safely, an unready process
//! dies of its signal (`SIGIO`), it makes a writer's `open` wait or fail, and file systems without leases answer as if there were a writer. So
//! the descriptors of all processes are listed instead, in one pass for all files that wait. What that cannot see is decided by time
//! alone: processes of other users unless weir has `CAP_SYS_PTRACE`, of other containers, of other machines, and maps that outlived their descriptor.

use std::collections::HashSet;
use std::fs::{self, DirEntry};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use super::stamp::Identity;

/// How long one pass may answer for files that were quiet before it.
const FRESH: Duration = Duration::from_secs(1);
/// Passes take at most one part in this many of the time.
const SHARE: u32 = 10;

/// The files that are open for writing, as of the last pass.
#[derive(Debug, Default)]
pub(super) struct Writers {
    files: HashSet<Identity>,
    /// When the last pass began, and how long it took.
    last: Option<(Instant, Duration)>,
}

/// An answer of [`Writers::hold`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// Nobody that can be seen holds it.
    No,
    /// It may still grow.
    Yes,
    /// Ask again then: the next pass is due.
    Later(Instant),
}

impl Writers {
    /// Whether the file is open for writing. `quiet` is when it was last heard to change: older knowledge does not count.
    pub(super) fn hold(&mut self, file: Identity, quiet: Instant, now: Instant) -> Held {
        if let Some((taken, cost)) = self.last
            && (taken <= quiet || now.saturating_duration_since(taken) > FRESH)
        {
            let due = taken + cost * SHARE;
            if due > now {
                return Held::Later(due);
            }
            self.last = None;
        }
        if self.last.is_none() {
            self.files = open_for_writing();
            self.last = Some((now, now.elapsed()));
        }
        if self.files.contains(&file) { Held::Yes } else { Held::No }
    }
}

fn open_for_writing() -> HashSet<Identity> {
    let mut files = HashSet::new();
    for process in entries(Path::new("/proc")) {
        if process.file_name().as_encoded_bytes().first().is_some_and(u8::is_ascii_digit) {
            let descriptors = entries(&process.path().join("fd"));
            files.extend(descriptors.filter(is_for_writing).filter_map(|descriptor| regular_file(&descriptor.path())));
        }
    }
    files
}

/// What cannot be listed has nothing: processes end at any time, and those of others are closed to us.
fn entries(path: &Path) -> impl Iterator<Item = DirEntry> + use<> {
    fs::read_dir(path).into_iter().flatten().map_while(Result::ok)
}

/// The permissions of the link in `/proc/PID/fd` are those of the descriptor (`proc_pid_fd(5)`).
fn is_for_writing(descriptor: &DirEntry) -> bool {
    descriptor.metadata().is_ok_and(|link| link.permissions().mode() & 0o200 != 0)
}

fn regular_file(descriptor: &Path) -> Option<Identity> {
    let metadata = fs::metadata(descriptor).ok()?;
    metadata.is_file().then(|| (metadata.dev(), metadata.ino()))
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    fn identity(file: &File) -> Identity {
        let metadata = file.metadata().unwrap();
        (metadata.dev(), metadata.ino())
    }

    #[test]
    fn a_file_is_held_by_who_writes_and_not_by_who_reads() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        let writer = File::create(&path).unwrap();
        let file = identity(&writer);
        assert!(open_for_writing().contains(&file));
        drop(writer);
        let _reader = File::open(&path).unwrap();
        // A process that another test is starting has every descriptor for a moment.
        while open_for_writing().contains(&file) {}
    }

    #[test]
    fn one_pass_answers_for_a_second_and_passes_are_kept_apart() {
        let (mut writers, now) = (Writers::default(), Instant::now());
        let before = now.checked_sub(Duration::from_secs(5)).unwrap();
        assert_eq!(writers.hold((0, 0), before, now), Held::No);
        writers.files.insert((0, 0));
        let cost = Duration::from_millis(400);
        writers.last = Some((now, cost));
        assert_eq!(writers.hold((0, 0), before, now + FRESH), Held::Yes);
        assert_eq!(writers.hold((0, 0), now, now + FRESH), Held::Later(now + cost * SHARE));
        assert_eq!(writers.hold((0, 0), now, now + cost * SHARE), Held::No);
    }
}
