//! What tells one state of a file from another without reading it.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Size, time and identity of a file. Two equal stamps mean the same content, as far as the file system tells: a file that is written twice at one
/// size within one [`tick`] of the file system's clock keeps its stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Stamp {
    /// Bytes.
    pub(super) size: u64,
    /// Seconds since 1970, and nanoseconds.
    modified: (i64, i64),
    /// Device and inode.
    pub(super) identity: Identity,
}

/// Device and inode: the same for all names of a file.
pub(super) type Identity = (u64, u64);

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self { size: metadata.len(), modified: (metadata.mtime(), metadata.mtime_nsec()), identity: (metadata.dev(), metadata.ino()) }
    }

    /// When the content last changed.
    pub(super) fn modified(&self) -> SystemTime {
        instant(self.modified)
    }
}

/// When content, name or attributes last changed: nobody can set this time, unlike that of the content.
pub(super) fn touched(metadata: &Metadata) -> SystemTime {
    instant((metadata.ctime(), metadata.ctime_nsec()))
}

/// How long after its last change a file shows every further one in its times. Those of Linux come from a clock that ticks each 1 to 10 ms; on a file
/// system that keeps whole seconds (or two: FAT) it is its own step.
pub(super) fn tick(metadata: &Metadata) -> Duration {
    if metadata.ctime_nsec() == 0 { Duration::from_secs(2) } else { Duration::from_millis(20) }
}

/// Times that no `SystemTime` holds become 1970: they only order files.
fn instant((seconds, nanoseconds): (i64, i64)) -> SystemTime {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let start = if seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
    let part = Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(0));
    start.and_then(|start| start.checked_add(part)).unwrap_or(UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_1970_and_beyond_all_years_are_times() {
        assert_eq!(instant((-1, 500_000_000)), UNIX_EPOCH - Duration::from_millis(500));
        assert_eq!(instant((2, -7)), UNIX_EPOCH + Duration::from_secs(2));
        assert!(instant((i64::MIN, 0)) <= UNIX_EPOCH);
    }

    #[test]
    fn a_stamp_changes_with_the_content_and_stays_with_the_name() {
        let directory = tempfile::tempdir().unwrap();
        let (first, second) = (directory.path().join("a"), directory.path().join("b"));
        std::fs::write(&first, "one").unwrap();
        let before = Stamp::of(&std::fs::metadata(&first).unwrap());
        std::fs::rename(&first, &second).unwrap();
        assert_eq!(Stamp::of(&std::fs::metadata(&second).unwrap()), before);
        std::fs::write(&second, "three").unwrap();
        let after = Stamp::of(&std::fs::metadata(&second).unwrap());
        assert_eq!((after.size, after.identity), (5, before.identity));
        assert_ne!(after, before);
    }
}
