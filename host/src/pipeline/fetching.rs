//! One partition of a topic whose messages name files, in a thread of its own: each file is fetched and ingested as one of a directory is.
//!
//! A file's own records, named by its content, keep it from being ingested twice, whoever meets its message how often. The partition's records only
//! say from where on messages are to be looked at, and hold those that name nothing.

use std::path::{Component, Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use crossbeam_channel::RecvTimeoutError;
use tracing::{debug, error};

use super::crew::Crew;
use super::feed::Feed;
use super::ingest::{Ingest, Ingested};
use super::lane::{Ending, Happened, Input, Lane};
use super::packet_feed::PacketFeed;
use super::seat::Seat;
use super::stream_feed::StreamFeed;
use super::trouble::IngestError;
use crate::model::{QuarantineEntry, RejectReason, TableSchema};
use crate::sink::table::{Outcome, TableError, Writer};
use crate::source::kafka::Message;
use crate::source::{FoundFile, Hints, OpenError};
use crate::stop::Stop;

/// See the top of the file.
pub struct Fetching<'a> {
    lane: Lane<'a>,
    root: &'a Path,
    /// Commit what is final of the file in work, and leave the rest to whoever comes next.
    cut: Stop,
    hints: Hints,
}

/// What became of a message.
enum Taken {
    /// It is done.
    Done,
    /// It names nothing that can be read: why.
    Poison(RejectReason, String),
    /// It is left to whoever comes next.
    Left,
}

/// Messages of one commit.
struct Batch {
    writer: Writer,
    /// First offset behind.
    to: u64,
    /// Bytes of messages in the quarantine.
    kept: u64,
}

impl<'a> Fetching<'a> {
    /// Of a lane; the files lie below `root`.
    pub fn new(lane: Lane<'a>, root: &'a Path, cut: Stop) -> Self {
        Self { lane, root, cut, hints: Hints::default() }
    }

    /// Takes messages until it is told to end.
    pub fn run(self, crew: Crew<'_>) {
        match crew {
            Crew::Streams(seats) => self.work::<StreamFeed>(seats),
            Crew::Packets(seats) => self.work::<PacketFeed>(seats),
        }
    }

    fn work<F: Feed>(mut self, seats: Vec<Seat<'_, F::Parser>>) {
        let Some(mut seat) = seats.into_iter().next() else { return };
        while let Ok(Input::Message(message)) = self.lane.input.recv() {
            match self.batch::<F>(message, &mut seat) {
                Ok(true) => {}
                Ok(false) => return,
                Err(ending) => return self.lane.report(Happened::Ended(ending)),
            }
        }
    }

    /// Everything that comes until it is time to commit. False: the lane is to end.
    fn batch<F: Feed>(&mut self, first: Message, seat: &mut Seat<'_, F::Parser>) -> Result<bool, Ending> {
        let consume = self.lane.consume;
        let deadline = Instant::now() + consume.source.batch.time;
        let writer = consume.table.begin(&self.lane.source, self.lane.from, &seat.deployed.module_ref, &TableSchema::empty());
        let writer = writer.map_err(failed)?;
        let mut batch = Batch { writer, to: self.lane.from, kept: 0 };
        if self.lane.gone > 0 {
            batch.lost(self.lane.from, std::mem::take(&mut self.lane.gone));
        }
        let mut next = Some(first);
        let goes_on = loop {
            let Some(message) = next.take() else { break true };
            self.lane.queued.fetch_sub(message.value.len() as u64, Relaxed);
            match self.take::<F>(&message, seat)? {
                Taken::Done => {}
                Taken::Left => break false,
                Taken::Poison(reason, detail) => batch.quarantine(&message, reason, detail).map_err(failed)?,
            }
            batch.to = message.offset + 1;
            if batch.writer.is_full(u64::MAX) || Instant::now() >= deadline {
                break true;
            }
            next = match self.lane.input.recv_deadline(deadline) {
                Ok(Input::Message(message)) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Ok(Input::Finish | Input::Packets(_)) | Err(RecvTimeoutError::Disconnected) => break false,
            };
        };
        self.commit(batch)?;
        Ok(goes_on)
    }

    fn commit(&mut self, batch: Batch) -> Result<(), Ending> {
        if batch.to == self.lane.from {
            return Ok(());
        }
        match batch.writer.commit(batch.to, false, None).map_err(failed)? {
            Outcome::Committed(record) => self.lane.consume.progress.commit(&record),
            Outcome::AlreadyCommitted => return Err(Ending::Overtaken),
        }
        self.lane.from = batch.to;
        debug!(source = self.lane.source.name, to = batch.to, "committed");
        self.lane.report(Happened::Committed(batch.to));
        Ok(())
    }

    fn take<F: Feed>(&self, message: &Message, seat: &mut Seat<'_, F::Parser>) -> Result<Taken, Ending> {
        if self.cut.is_set() {
            return Ok(Taken::Left);
        }
        let relative = match below(self.root, &message.value) {
            Ok(relative) => relative,
            Err(reason) => return Ok(Taken::Poison(RejectReason::Malformed, reason)),
        };
        let found = match FoundFile::named(self.root, &relative) {
            Ok(found) => found,
            Err(OpenError::Changed(path)) => {
                return Ok(Taken::Poison(RejectReason::Malformed, format!("{} is no regular file", path.display())));
            }
            Err(OpenError::Vanished(path)) => return Ok(missing(&path)),
            Err(error) => return Err(Ending::Failed(error.into())),
        };
        match self.file::<F>(&found, seat) {
            Ok(Ingested::Whole | Ingested::Repeated | Ingested::Fruitless) => {
                self.lane.consume.failures.none();
                Ok(Taken::Done)
            }
            Ok(Ingested::ModuleFailed(last)) => self.module_failed(&last),
            Ok(Ingested::Stopped) => Ok(Taken::Left),
            Ok(Ingested::Changed) => Err(Ending::Failed(OpenError::Changed(found.path).into())),
            Err(IngestError::Open(OpenError::Vanished(path))) => Ok(missing(&path)),
            Err(cause) => Err(Ending::Failed(cause)),
        }
    }

    fn file<F: Feed>(&self, found: &FoundFile, seat: &mut Seat<'_, F::Parser>) -> Result<Ingested, IngestError> {
        let consume = self.lane.consume;
        let ingest = Ingest {
            table: consume.table,
            hints: &self.hints,
            settings: consume.settings,
            commit_size: consume.batch_size,
            splitting: None,
            replays: false,
            progress: consume.progress,
            stop: &self.cut,
        };
        consume.progress.found(found.size);
        ingest.file::<F>(found, seat, None)
    }

    fn module_failed(&self, last: &str) -> Result<Taken, Ending> {
        self.lane.consume.failures.another(last).map_err(Ending::Stop)?;
        Ok(Taken::Done)
    }
}

impl Batch {
    /// Keeps a message that names nothing.
    fn quarantine(&mut self, message: &Message, reason: RejectReason, detail: String) -> Result<(), TableError> {
        let Message { offset, value, .. } = message;
        let detail = format!("message {offset}: {detail}");
        error!(source = self.writer.source_name(), "{detail}; the message is in the quarantine");
        let (at, length) = (self.kept, value.len() as u64);
        self.kept += length;
        self.writer.quarantine(QuarantineEntry { at, length, reason, detail, compressed: false, message: Some(*offset) });
        if value.is_empty() { Ok(()) } else { self.writer.keep(at, false, &mut value.as_slice()) }
    }

    /// Messages are gone that nobody read.
    fn lost(&mut self, from: u64, count: u64) {
        let detail = format!("messages {from} to {} were deleted by the broker before they were read", from + count - 1);
        let entry = QuarantineEntry { at: 0, length: 0, reason: RejectReason::Truncated, detail, compressed: false, message: Some(from) };
        self.writer.quarantine(entry);
        self.to = from;
    }
}

fn missing(path: &Path) -> Taken {
    Taken::Poison(RejectReason::Truncated, format!("there is no file {}", path.display()))
}

fn failed(error: TableError) -> Ending {
    Ending::Failed(error.into())
}

/// The path below `root` of the file that a message names, by its full path or by that below `root`; or why it names none.
fn below(root: &Path, value: &[u8]) -> Result<PathBuf, String> {
    let text = str::from_utf8(value).map_err(|_| "the path is not UTF-8".to_owned())?;
    let root = std::path::absolute(root).map_err(|error| error.to_string())?;
    let outside = || format!("{text:?} is no file below {}", root.display());
    let path = Path::new(text);
    let relative = if path.is_absolute() { path.strip_prefix(&root).map_err(|_| outside())? } else { path };
    let plain = relative.components().all(|component| matches!(component, Component::Normal(_)));
    if text.is_empty() || text.contains('\0') || !plain || relative.as_os_str().is_empty() {
        return Err(outside());
    }
    // A link must not lead elsewhere. What is not there at all is for whoever opens it to say.
    let leads_outside = match (root.canonicalize(), root.join(relative).canonicalize()) {
        (Ok(root), Ok(real)) => !real.starts_with(root),
        _ => false,
    };
    if leads_outside { Err(outside()) } else { Ok(relative.to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_path_names_a_file_below_the_root_or_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("root");
        fs::create_dir_all(root.join("20171103/14")).unwrap();
        fs::write(directory.path().join("secret"), "").unwrap();
        std::os::unix::fs::symlink(directory.path().join("secret"), root.join("link")).unwrap();
        let full = root.join("20171103/14/a").display().to_string();
        assert_eq!(below(&root, full.as_bytes()), Ok("20171103/14/a".into()));
        assert_eq!(below(&root, b"20171103/14/a"), Ok("20171103/14/a".into()));
        let escaping = format!("{}/../secret", root.display());
        for text in ["", "/etc/passwd", "../secret", "a/../../secret", "link", escaping.as_str(), root.to_str().unwrap()] {
            assert_eq!(below(&root, text.as_bytes()), Err(format!("{text:?} is no file below {}", root.display())));
        }
        assert_eq!(below(&root, b"\xff"), Err("the path is not UTF-8".to_owned()));
    }
}
