//! The rows and rejects of one commit on their way into files.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read, Write};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use arrow_array::RecordBatch;
use parquet::basic::ZstdLevel;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterPropertiesPtr;

use super::encode::Codec;
use super::file::{ClosedFile, EndedFile, OpenFile};
use super::layout::{Part, TempName};
use super::quarantine::Quarantine;
use super::shape::Shape;
use super::waiting::Waiting;
use super::{Form, Shared, TableError, lineage, settings, split};
use crate::fault;
use crate::model::{CommitId, EventTime, ModuleRef, Partition, QuarantineEntry, Received, SourceRef, TableSchema};
use crate::sink::kafka::Sending;
use crate::storage::{Operation, Output, StorageError};

/// How many row groups' worth of memory all open files of a writer may hold together.
const ROW_GROUPS_IN_MEMORY: u64 = 2;

/// Files of a writer that are closed while it goes on.
const CLOSING: usize = 2;

/// Entries of the quarantine in one commit, all of which are in memory and in one record: some 20 MiB.
const ENTRIES: usize = 100_000;

/// A file that is being filled.
pub struct Begun {
    number: u32,
    path: String,
    output: Box<dyn Output>,
}

impl Write for Begun {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

impl Begun {
    /// What the storage says of a write that failed.
    pub fn failed(path: &str, source: io::Error) -> TableError {
        StorageError::from_io(Operation::Write, path, source).into()
    }

    /// Its temporary name.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// Collects what one commit will hold. Dropped, it leaves nothing behind.
pub struct Writer {
    pub(super) shared: Arc<Shared>,
    pub(super) source: SourceRef,
    pub(super) from: u64,
    pub(super) module: ModuleRef,
    pub(super) attempt: String,
    pub(super) turn: Option<u64>,
    shape: Shape,
    properties: WriterPropertiesPtr,
    level: Option<ZstdLevel>,
    event_time: Option<EventTime>,
    pub(super) form: Form,
    /// The one idle longest first.
    open: Vec<OpenFile>,
    waiting: Waiting,
    /// Those that a storage may still be closing.
    ended: Vec<EndedFile>,
    pub(super) closed: Vec<ClosedFile>,
    /// Rows go to a topic, and no file is written.
    pub(super) sending: Option<Sending>,
    /// The number of the next file, for all writers of the commit.
    next: Arc<AtomicU32>,
    /// The numbers of this writer's files.
    numbers: Vec<u32>,
    pub(super) quarantine: Option<Quarantine>,
    pub(super) entries: Vec<QuarantineEntry>,
    /// Bytes of each stretch of headers, by its section and its first byte.
    pub(super) headers: BTreeMap<(u64, u64), u64>,
    pub(super) received: Vec<Received>,
    /// Whether the temporary files are this writer's to remove: not any more once a record may name them.
    pub(super) ours: bool,
}

impl Writer {
    pub(super) fn new(
        shared: Arc<Shared>,
        source: SourceRef,
        from: u64,
        module: ModuleRef,
        schema: &TableSchema,
        sending: Option<Sending>,
    ) -> Result<Self, TableError> {
        split::check(schema)?;
        let shape = Shape::new(schema)?;
        let metadata = lineage::entries(&shared, &source, from, &module);
        let properties = Arc::new(settings::properties(&shared.spec, shape.schema(), metadata)?);
        let level = settings::level(&shared.spec)?;
        let form = Form::of(&shared.spec, &shape, schema.event_time.is_some());
        Ok(Self {
            shared,
            source,
            from,
            module,
            attempt: attempt(),
            turn: None,
            shape,
            properties,
            level,
            event_time: schema.event_time,
            form,
            open: Vec::new(),
            waiting: Waiting::default(),
            ended: Vec::new(),
            closed: Vec::new(),
            sending,
            next: Arc::default(),
            numbers: Vec::new(),
            quarantine: None,
            entries: Vec::new(),
            headers: BTreeMap::new(),
            received: Vec::new(),
            ours: true,
        })
    }

    /// The commit belongs to a turn of [`Turns`](super::Turns).
    pub fn in_turn(mut self, turn: Option<u64>) -> Self {
        self.turn = turn;
        self
    }

    /// Another writer into the same commit, for another thread; it takes rows and no rejects, and has to be [`join`](Self::join)ed.
    ///
    /// # Errors
    /// As [`Table::begin`](super::Table::begin).
    pub fn beside(&self, schema: &TableSchema) -> Result<Self, TableError> {
        let mut beside = Self::new(Arc::clone(&self.shared), self.source.clone(), self.from, self.module.clone(), schema, None)?;
        beside.attempt.clone_from(&self.attempt);
        beside.next = Arc::clone(&self.next);
        Ok(beside)
    }

    /// Closes every file, so that [`join`](Self::join) has nothing left to encode.
    ///
    /// # Errors
    /// The storage fails; drop the writer then.
    pub fn close_files(&mut self) -> Result<(), TableError> {
        self.end_waiting(0)?;
        self.end_open(None)
    }

    /// Takes over the rows of a writer that was [`beside`](Self::beside) this one.
    ///
    /// # Errors
    /// As [`close_files`](Self::close_files).
    pub fn join(&mut self, mut other: Self) -> Result<(), TableError> {
        other.close_files()?;
        self.closed.append(&mut other.closed);
        self.numbers.append(&mut other.numbers);
        other.ours = false;
        Ok(())
    }

    /// Takes rows of the schema given at the beginning.
    ///
    /// # Errors
    /// The rows are of another shape, or the storage fails; drop the writer then.
    pub fn write(&mut self, rows: &RecordBatch) -> Result<(), TableError> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        if let Some(sending) = &mut self.sending {
            return Ok(sending.write(rows)?);
        }
        let Some(time) = self.event_time else { return self.write_part(None, rows) };
        for (partition, rows) in split::by_hour(rows, time)? {
            self.write_part(Some(partition), &rows)?;
        }
        Ok(())
    }

    /// Begins a file that the caller fills, of any format.
    ///
    /// # Errors
    /// The storage fails; drop the writer then.
    pub fn begin_file(&mut self) -> Result<Begun, TableError> {
        let number = self.next.fetch_add(1, Relaxed);
        self.numbers.push(number);
        let path = self.temp(Part::Data(number));
        let output = self.shared.storage.create(&path)?;
        fault::point("file-created");
        Ok(Begun { number, path, output })
    }

    /// Takes a file that was begun here and is filled with `rows`. It gets the name `place`, relative to the root.
    ///
    /// # Errors
    /// The storage fails; drop the writer then.
    pub fn end_file(&mut self, begun: Begun, place: String, rows: u64) -> Result<(), TableError> {
        let Begun { number, path, output } = begun;
        let bytes = output.close()?;
        fault::point("file-closed");
        self.closed.push(ClosedFile { partition: None, number, path, place: Some(place), rows, bytes });
        Ok(())
    }

    /// Whether a name is taken, by a file that is there or by one that was ended here.
    ///
    /// # Errors
    /// The storage fails.
    pub fn is_taken(&self, place: &str) -> Result<bool, TableError> {
        let here = self.closed.iter().any(|file| file.place.as_deref() == Some(place));
        Ok(here || self.shared.storage.size(place)?.is_some())
    }

    /// Remembers input that gave no rows. Gives the ranges of it whose bytes this commit does not [`keep`](Self::keep) yet.
    pub fn quarantine(&mut self, entry: QuarantineEntry) -> Vec<Range<u64>> {
        let (range, compressed) = (entry.at..entry.at.saturating_add(entry.length), entry.compressed);
        self.entries.push(entry);
        self.missing(range, compressed)
    }

    /// Where the headers end that are known of a section of a capture, which begins at `section`.
    pub fn headers_end(&self, section: u64) -> u64 {
        let last = self.headers.range((section, 0)..=(section, u64::MAX)).next_back();
        last.map_or(section, |((_, at), length)| at.saturating_add(*length))
    }

    /// Remembers headers of a section, which lie behind those that are known, as what must be read before quarantined stretches of it. Gives the ranges
    /// whose bytes this commit does not [`keep`](Self::keep) yet.
    pub fn header(&mut self, section: u64, at: u64, length: u64) -> Vec<Range<u64>> {
        self.headers.insert((section, at), length);
        self.missing(at..at.saturating_add(length), false)
    }

    fn missing(&self, range: Range<u64>, compressed: bool) -> Vec<Range<u64>> {
        match &self.quarantine {
            Some(quarantine) => quarantine.missing(range, compressed),
            None => Some(range).into_iter().filter(|range| !range.is_empty()).collect(),
        }
    }

    /// Keeps the bytes of a range that is missing: all that `bytes` gives, from `at` of the source on, `compressed` as in the entry.
    ///
    /// # Errors
    /// The bytes cannot be read, or the storage fails; drop the writer then.
    pub fn keep(&mut self, at: u64, compressed: bool, bytes: &mut dyn Read) -> Result<(), TableError> {
        let quarantine = match self.quarantine.take() {
            Some(quarantine) => quarantine,
            None => Quarantine::create(self.shared.storage.as_ref(), self.temp(Part::Quarantine))?,
        };
        self.quarantine.insert(quarantine).append(at, compressed, bytes)
    }

    /// Which messages of collectors the commit holds.
    pub fn receive(&mut self, received: Vec<Received>) {
        self.received = received;
    }

    /// What the commit is of, for people.
    pub fn source_name(&self) -> &str {
        &self.source.name
    }

    /// The first position that the commit covers.
    pub fn from(&self) -> u64 {
        self.from
    }

    /// Whether it was given rejects and nothing else.
    pub fn is_fruitless(&self) -> bool {
        let rows = self.waiting.bytes() > 0 || !self.open.is_empty() || !self.closed.is_empty();
        !rows && self.sending.as_ref().is_none_or(|sending| sending.bytes() == 0) && !self.entries.is_empty()
    }

    /// Whether it is time to commit: the files have `size` bytes, an estimate, or the record has as many entries as it should hold.
    pub fn is_full(&self, size: u64) -> bool {
        let sent = self.sending.as_ref().map_or(0, Sending::bytes);
        let ended = self.ended.iter().map(EndedFile::bytes).sum::<u64>();
        let encoded =
            sent + ended + self.open.iter().map(OpenFile::size).sum::<u64>() + self.closed.iter().map(|file| file.bytes).sum::<u64>();
        encoded >= size || self.entries.len() + self.headers.len() >= ENTRIES
    }

    pub(super) fn id(&self) -> CommitId {
        CommitId { source: self.source.digest, from: self.from }
    }

    /// The temporary name of a part.
    pub(super) fn temp(&self, part: Part) -> String {
        let name = TempName { stem: self.id().file_stem(), attempt: self.attempt.clone(), part };
        format!("{}/{}", self.shared.temp, name.file_name())
    }

    /// Closes every file.
    pub(super) fn close_all(&mut self, to: u64) -> Result<(), TableError> {
        self.end_waiting(0)?;
        self.end_open(Some(&lineage::end_entry(to)))
    }

    /// Ends all files before the first of them is closed: a storage may take its time for each.
    fn end_open(&mut self, last: Option<&KeyValue>) -> Result<(), TableError> {
        for file in std::mem::take(&mut self.open) {
            self.ended.push(file.end(last.cloned())?);
        }
        for file in std::mem::take(&mut self.ended) {
            self.closed.push(file.close()?);
        }
        Ok(())
    }

    fn write_part(&mut self, partition: Option<Partition>, rows: &RecordBatch) -> Result<(), TableError> {
        let rows = self.shape.conform(rows)?;
        let is_open = self.open.iter().any(|file| file.partition == partition);
        if is_open || self.open.len() < self.shared.spec.open_partitions.max(1) {
            return self.write_file(partition, &rows);
        }
        self.waiting.add(partition, &rows)?;
        self.end_waiting(self.shared.spec.row_group / 2)
    }

    /// Writes rows that wait until no more than `limit` bytes of them are left, those of the fullest partition first.
    fn end_waiting(&mut self, limit: u64) -> Result<(), TableError> {
        while self.waiting.bytes() > limit
            && let Some((partition, batches)) = self.waiting.take_most()
        {
            batches.iter().try_for_each(|rows| self.write_file(partition, rows))?;
        }
        Ok(())
    }

    fn write_file(&mut self, partition: Option<Partition>, rows: &RecordBatch) -> Result<(), TableError> {
        let mut file = self.take(partition)?;
        file.write(rows)?;
        if file.memory() >= self.shared.spec.row_group {
            file.flush()?;
        }
        if file.size() >= self.shared.spec.file_size {
            return self.end_rows(file);
        }
        self.open.push(file);
        self.bound_memory()
    }

    /// The open file of a partition, or a new one in the place of the one idle longest.
    fn take(&mut self, partition: Option<Partition>) -> Result<OpenFile, TableError> {
        if let Some(at) = self.open.iter().position(|file| file.partition == partition) {
            return Ok(self.open.remove(at));
        }
        while self.open.len() >= self.shared.spec.open_partitions.max(1) {
            let idle = self.open.remove(0);
            self.end_rows(idle)?;
        }
        let number = self.next.fetch_add(1, Relaxed);
        self.numbers.push(number);
        let path = self.temp(Part::Data(number));
        let codec = Codec::new(self.level).map_err(|error| TableError::encode(&path, error.into()))?;
        OpenFile::create(self.shared.storage.as_ref(), path, (partition, number), self.shape.schema(), &self.properties, codec)
    }

    /// Ends a file before the commit does; no more than a few are left to be closed at one time.
    fn end_rows(&mut self, file: OpenFile) -> Result<(), TableError> {
        self.ended.push(file.end(None)?);
        if self.ended.len() > CLOSING {
            let first = self.ended.remove(0).close()?;
            self.closed.push(first);
        }
        Ok(())
    }

    /// Many hours open at one time share the memory: the largest ends its row group early.
    fn bound_memory(&mut self) -> Result<(), TableError> {
        let total: u64 = self.open.iter().map(OpenFile::memory).sum();
        if total < self.shared.spec.row_group.saturating_mul(ROW_GROUPS_IN_MEMORY) {
            return Ok(());
        }
        self.open.iter_mut().max_by_key(|file| file.memory()).map_or(Ok(()), OpenFile::flush)
    }

    /// Removes what was written. What cannot be removed now is removed at the next start.
    pub(super) fn discard(&mut self) {
        self.open.clear();
        self.ended.clear();
        self.closed.clear();
        self.quarantine = None;
        for part in self.numbers.iter().copied().map(Part::Data).chain([Part::Quarantine, Part::Record]) {
            let _ = self.shared.storage.remove(&self.temp(part));
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.ours {
            self.discard();
        }
    }
}

/// A word that no other attempt has, of this or another process.
pub(super) fn attempt() -> String {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    hasher.write_i128(jiff::Timestamp::now().as_nanosecond());
    format!("{:016x}", hasher.finish())
}
