//! Digests of files that stay, remembered from run to run by what the file system says of each: a start need not read again what earlier ones read.
//!
//! A hint is never believed alone. Whoever uses it looks whether content of that digest was ingested, and reads the file if it was not: a hint that is
//! lost or damaged costs a read and no file. A file is known by its path, size, inode, and the times of its content and of its inode; the last is set by
//! the system alone, whatever tools do with the others. Its device is left out, since many change with each mount.
//!
//! The hints of a pipeline are one file, which only grows: entries of 48 bytes, a hash of the above and the digest, the oldest first.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::stamp::{tick, touched};
use crate::model::Digest;

/// Entries that are kept, 48 MiB of memory; of more the latest, and the other files are read at each start.
const LIMIT: usize = 1 << 20;
/// Bytes of the hash.
const KEY: usize = 16;
/// Bytes of an entry.
const ENTRY: usize = KEY + 32;

/// The hints of a pipeline.
#[derive(Debug, Default)]
pub struct Hints {
    /// Those of earlier runs, by their hashes; of equal ones the latest is the last.
    known: Vec<Entry>,
    /// Where new ones go; none: nowhere.
    file: Mutex<Option<File>>,
}

type Entry = [u8; ENTRY];

/// A file as it was seen before it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    key: [u8; KEY],
    /// Every later change would show.
    settled: bool,
}

impl Sight {
    /// Of an open file, which was found under `path`.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn of(path: &Path, file: &File, now: SystemTime) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self { key: key(path, &metadata), settled: now.duration_since(touched(&metadata)).is_ok_and(|age| age >= tick(&metadata)) })
    }
}

impl Hints {
    /// Reads the hints that `path` holds, and will add to them. One process at a time may do so. Trouble is told, and costs the hints.
    pub fn open(path: &Path) -> Self {
        let opened = read(path).and_then(|known| Ok((known, append(path)?)));
        match opened {
            Ok((known, file)) => Self { known, file: Mutex::new(Some(file)) },
            Err(error) => {
                tracing::warn!(?path, %error, "digests of files are not remembered: the next start reads all files again");
                Self::default()
            }
        }
    }

    /// The digest that a file had when it was last read whole.
    pub fn digest(&self, sight: &Sight) -> Option<Digest> {
        let end = self.known.partition_point(|entry| key_of(entry) <= sight.key.as_slice());
        let entry = self.known.get(end.checked_sub(1)?)?;
        let (found, digest) = entry.split_first_chunk::<KEY>()?;
        (*found == sight.key).then(|| Some(Digest::from_bytes(digest.try_into().ok()?)))?
    }

    /// Remembers that a file, read whole since it was seen so, has this digest.
    pub fn keep(&self, sight: &Sight, digest: &Digest) {
        if !sight.settled || self.digest(sight).as_ref() == Some(digest) {
            return;
        }
        let entry = [sight.key.as_slice(), digest.bytes()].concat();
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Err(error)) = file.as_mut().map(|file| file.write_all(&entry)) {
            tracing::debug!(%error, "digests of files are not remembered any more");
            *file = None;
        }
    }
}

fn key(path: &Path, metadata: &Metadata) -> [u8; KEY] {
    let numbers = [metadata.ino(), metadata.size()].map(u64::to_le_bytes);
    let times = [metadata.mtime(), metadata.mtime_nsec(), metadata.ctime(), metadata.ctime_nsec()].map(i64::to_le_bytes);
    let whole = [numbers.as_flattened(), times.as_flattened(), path.as_os_str().as_bytes()].concat();
    Digest::of(&whole).bytes().first_chunk().copied().unwrap_or_default()
}

fn key_of(entry: &Entry) -> &[u8] {
    entry.split_at(KEY).0
}

/// The latest entries, sorted. A file that holds more, or half an entry as a crash leaves it, is made anew.
fn read(path: &Path) -> io::Result<Vec<Entry>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        file => file?,
    };
    let size = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    let whole = size / ENTRY;
    let skipped = whole.saturating_sub(LIMIT);
    file.seek(SeekFrom::Start((skipped * ENTRY) as u64))?;
    let mut bytes = Vec::new();
    file.take(((whole - skipped) * ENTRY) as u64).read_to_end(&mut bytes)?;
    if skipped > 0 || size % ENTRY > 0 {
        let anew = path.with_extension("new");
        fs::write(&anew, &bytes)?;
        fs::rename(anew, path)?;
    }
    let mut entries = bytes.as_chunks().0.to_vec();
    entries.sort_by(|one, other| key_of(one).cmp(key_of(other)));
    Ok(entries)
}

fn append(path: &Path) -> io::Result<File> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    OpenOptions::new().create(true).append(true).open(path)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;

    const LATER: Duration = Duration::from_secs(3);
    const AT_ONCE: Duration = Duration::ZERO;

    struct Fixture {
        directory: tempfile::TempDir,
    }

    impl Fixture {
        fn new(content: &str) -> Self {
            let fixture = Self { directory: tempfile::tempdir().unwrap() };
            fs::write(fixture.input(), content).unwrap();
            fixture
        }

        fn input(&self) -> PathBuf {
            self.directory.path().join("input")
        }

        fn file(&self) -> PathBuf {
            self.directory.path().join("hints/pipeline")
        }

        fn hints(&self) -> Hints {
            Hints::open(&self.file())
        }

        /// The input as it is seen when it has been left alone for a while.
        fn sight(&self) -> Sight {
            self.sight_after(LATER)
        }

        fn sight_after(&self, age: Duration) -> Sight {
            let file = File::open(self.input()).unwrap();
            Sight::of(&self.input(), &file, touched(&file.metadata().unwrap()) + age).unwrap()
        }
    }

    #[test]
    fn a_file_that_stays_as_it_is_keeps_its_digest() {
        let fixture = Fixture::new("one");
        let digest = Digest::of(b"one");
        assert_eq!(fixture.hints().digest(&fixture.sight()), None);
        fixture.hints().keep(&fixture.sight(), &digest);
        let hints = fixture.hints();
        assert_eq!(hints.digest(&fixture.sight()), Some(digest));
        hints.keep(&fixture.sight(), &digest);
        assert_eq!(fs::metadata(fixture.file()).unwrap().len(), 48);
    }

    #[test]
    fn a_file_of_the_same_size_and_time_whose_content_changed_is_another() {
        let fixture = Fixture::new("one");
        fixture.hints().keep(&fixture.sight(), &Digest::of(b"one"));
        let modified = fs::metadata(fixture.input()).unwrap().modified().unwrap();
        let before = fixture.sight();
        // The clock of the system goes by ticks.
        while fixture.sight() == before {
            fs::write(fixture.input(), "two").unwrap();
            File::options().write(true).open(fixture.input()).unwrap().set_modified(modified).unwrap();
        }
        assert_eq!(fixture.hints().digest(&fixture.sight()), None);
    }

    #[test]
    fn another_path_size_time_or_inode_is_another_file() {
        let fixture = Fixture::new("one");
        let before = fixture.sight();
        let file = File::open(fixture.input()).unwrap();
        assert_ne!(Sight::of(Path::new("other"), &file, SystemTime::now()).unwrap().key, before.key);
        File::options().write(true).open(fixture.input()).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert_ne!(fixture.sight().key, before.key);
        fs::rename(fixture.input(), fixture.directory.path().join("old")).unwrap();
        fs::write(fixture.input(), "one").unwrap();
        assert_ne!(fixture.sight().key, before.key);
    }

    #[test]
    fn of_a_file_that_changed_just_now_nothing_is_remembered() {
        let fixture = Fixture::new("one");
        fixture.hints().keep(&fixture.sight_after(AT_ONCE), &Digest::of(b"one"));
        assert_eq!(fixture.hints().digest(&fixture.sight()), None);
    }

    #[test]
    fn the_latest_of_two_digests_counts() {
        let fixture = Fixture::new("one");
        for content in [b"old", b"one"] {
            fixture.hints().keep(&fixture.sight(), &Digest::of(content));
        }
        assert_eq!(fixture.hints().digest(&fixture.sight()), Some(Digest::of(b"one")));
    }

    #[test]
    fn hints_that_a_crash_cut_short_are_made_whole() {
        let fixture = Fixture::new("one");
        fixture.hints().keep(&fixture.sight(), &Digest::of(b"one"));
        fs::write(fixture.file(), [fs::read(fixture.file()).unwrap(), vec![7; 47]].concat()).unwrap();
        let hints = fixture.hints();
        assert_eq!(hints.digest(&fixture.sight()), Some(Digest::of(b"one")));
        assert_eq!(fs::metadata(fixture.file()).unwrap().len(), 48);
    }

    #[test]
    fn of_more_hints_than_are_kept_the_latest_stay() {
        let fixture = Fixture::new("one");
        fixture.hints().keep(&fixture.sight(), &Digest::of(b"one"));
        let entry = fs::read(fixture.file()).unwrap();
        fs::write(fixture.file(), [vec![0; ENTRY * LIMIT], entry].concat()).unwrap();
        let hints = fixture.hints();
        assert_eq!((hints.known.len(), hints.digest(&fixture.sight())), (LIMIT, Some(Digest::of(b"one"))));
        assert_eq!(fs::metadata(fixture.file()).unwrap().len(), (ENTRY * LIMIT) as u64);
    }

    #[test]
    fn hints_that_cannot_be_kept_are_done_without() {
        let fixture = Fixture::new("one");
        fs::create_dir_all(fixture.file()).unwrap();
        let hints = fixture.hints();
        hints.keep(&fixture.sight(), &Digest::of(b"one"));
        assert_eq!(hints.digest(&fixture.sight()), None);
    }
}
