//! The end of a commit: files, record, names.

use std::io::Write;

use tracing::warn;

use super::file::ClosedFile;
use super::layout::{self, Part};
use super::quarantine::Quarantine;
use super::recovery::{self, Placing};
use super::{TableError, Writer, record};
use crate::fault;
use crate::model::{CommitRecord, CommittedFile, KeptHeader, QuarantineEntry, RejectReason, SavedState, Sent};
use crate::sink::kafka::Refused;
use crate::storage::{Creation, Operation, StorageError};

/// What became of a commit.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Its rows are in the table.
    Committed(Box<CommitRecord>),
    /// Somebody committed from this position before; what this writer held was thrown away. Ask for the progress again.
    AlreadyCommitted,
}

/// A file on its way: its temporary name, its place, its bytes.
struct Move {
    from: String,
    to: String,
    bytes: u64,
}

impl Writer {
    /// Makes everything this writer was given visible in one step, as what the source holds up to `to`; `end` says that the source ends there.
    /// A commit of no rows is one too: it remembers that the input was seen.
    ///
    /// # Errors
    /// The table is as before, unless the error says [`TableError::InDoubt`] or [`TableError::NotInPlace`].
    pub fn commit(mut self, to: u64, end: bool, state: Option<&SavedState>) -> Result<Outcome, TableError> {
        self.quarantine.iter_mut().for_each(Quarantine::end);
        self.close_all(to)?;
        let sent = self.close_sending(end)?;
        let mut moves: Vec<Move> = self.closed.iter().map(|file| self.data_move(file)).collect();
        let kept = self.quarantine.as_ref().map(Quarantine::kept).unwrap_or_default();
        let quarantine = self.close_quarantine()?;
        let quarantine_file = quarantine.as_ref().map(|file| file.to.clone());
        moves.extend(quarantine);
        fault::point("files-written");
        let record = CommitRecord { to, end, state: state.map(record::state_record), quarantine_file, kept, sent, ..self.record() };
        self.prepare(&moves)?;
        self.keep_form()?;
        fault::point("directories-made");
        match self.create_record(&record)? {
            Creation::Created => self.publish(&moves, record),
            Creation::Exists => self.lose(),
        }
    }

    /// Waits until the topic has everything. What it refuses is kept beside the records, in a file named as Spot names it.
    fn close_sending(&mut self, end: bool) -> Result<Option<Sent>, TableError> {
        let Some(sending) = &mut self.sending else { return Ok(None) };
        let (sent, refused) = sending.finish(end)?;
        for refused in &refused {
            let path = self.keep_refused(refused)?;
            let rows = refused.rows;
            let detail = format!("segment {} of {rows} rows is not published: {}; they are in {path}", refused.segment, refused.reason);
            let (at, reason) = (self.from, RejectReason::Refused);
            self.entries.push(QuarantineEntry { at, length: 0, reason, detail, compressed: false, message: None });
        }
        if !refused.is_empty() {
            warn!(file = self.source.name, segments = refused.len(), "one or more segments not published");
        }
        Ok(Some(sent))
    }

    fn keep_refused(&self, refused: &Refused) -> Result<String, TableError> {
        let storage = self.shared.storage.as_ref();
        let path = layout::refused(self.id(), &self.source.name, refused.segment, refused.extension);
        storage.make_dirs(layout::parent(&path))?;
        let mut output = storage.create(&path)?;
        output.write_all(&refused.content).map_err(|source| StorageError::from_io(Operation::Write, &path, source))?;
        output.close()?;
        Ok(path)
    }

    fn data_move(&self, file: &ClosedFile) -> Move {
        let by_commit = || layout::data(self.id(), file.number, file.partition, self.shared.spec.padded);
        let to = file.place.clone().unwrap_or_else(by_commit);
        Move { from: file.path.clone(), to, bytes: file.bytes }
    }

    fn close_quarantine(&mut self) -> Result<Option<Move>, TableError> {
        let Some(quarantine) = self.quarantine.take() else { return Ok(None) };
        let (from, bytes) = quarantine.close()?;
        Ok(Some(Move { from, to: layout::quarantine(self.id()), bytes }))
    }

    fn record(&self) -> CommitRecord {
        let files = self.closed.iter();
        let files = files.map(|file| {
            let number = file.place.is_some().then_some(file.number);
            CommittedFile { path: self.data_move(file).to, number, rows: file.rows, bytes: file.bytes }
        });
        CommitRecord {
            version: record::VERSION,
            pipeline: self.shared.pipeline.clone(),
            attempt: self.attempt.clone(),
            source: self.source.clone(),
            from: self.from,
            to: self.from,
            end: false,
            state: None,
            turn: self.turn,
            module: self.module.clone(),
            host: env!("CARGO_PKG_VERSION").to_owned(),
            at: format!("{:.3}", jiff::Timestamp::now()),
            files: files.collect(),
            quarantine: self.entries.clone(),
            quarantine_file: None,
            headers: self.headers.iter().map(|(&(section, at), &length)| KeptHeader { section, at, length }).collect(),
            kept: Vec::new(),
            sent: None,
            received: self.received.clone(),
        }
    }

    /// Finds before the commit point whatever could keep a file from its place after it.
    fn prepare(&self, moves: &[Move]) -> Result<(), TableError> {
        let storage = self.shared.storage.as_ref();
        storage.make_dirs(layout::parent(&layout::record(self.id())))?;
        for step in moves {
            storage.make_dirs(layout::parent(&step.to))?;
            if storage.size(&step.from)? != Some(step.bytes) {
                return Err(TableError::Vanished { path: step.from.clone() });
            }
            if storage.size(&step.to)?.is_some() && record::read(storage, self.id())?.is_none() {
                return Err(TableError::Occupied { path: step.to.clone() });
            }
        }
        Ok(())
    }

    /// The first rows of a table decide what all others look like.
    fn keep_form(&self) -> Result<(), TableError> {
        let others = self.closed.iter().all(|file| file.place.is_some());
        if others || self.shared.form.get() == Some(&self.form) {
            return Ok(());
        }
        self.form.keep(self.shared.storage.as_ref(), &self.temp(Part::Record))?;
        self.shared.form.get_or_init(|| self.form.clone());
        Ok(())
    }

    /// The commit point.
    fn create_record(&mut self, record: &CommitRecord) -> Result<Creation, TableError> {
        let path = layout::record(self.id());
        let bytes = record::bytes(record)?;
        let storage = self.shared.storage.as_ref();
        match storage.create_if_absent(&path, &bytes, &self.temp(Part::Record)) {
            Ok(Creation::Created) => Ok(Creation::Created),
            Ok(Creation::Exists) => self.whose_record(),
            // The storage may have done what it says it could not: only a record that is certainly not there leaves the files to us.
            Err(error) if matches!(storage.size(&path), Ok(None)) => Err(error.into()),
            Err(source) => {
                self.ours = false;
                Err(TableError::InDoubt { record: path, source })
            }
        }
    }

    /// A network file system may repeat a call whose answer was lost, and then finds the file that it made itself.
    fn whose_record(&mut self) -> Result<Creation, TableError> {
        self.ours = false;
        let record = record::read(self.shared.storage.as_ref(), self.id())?;
        self.ours = record.is_none_or(|record| record.attempt != self.attempt);
        Ok(if self.ours { Creation::Exists } else { Creation::Created })
    }

    fn publish(mut self, moves: &[Move], record: CommitRecord) -> Result<Outcome, TableError> {
        self.ours = false;
        fault::point("record-created");
        for step in moves {
            let placed = recovery::put(self.shared.storage.as_ref(), &step.from, &step.to);
            if !matches!(placed, Ok(Placing::Placed)) {
                let record = layout::record(self.id());
                return Err(TableError::NotInPlace { record, path: step.to.clone(), source: placed.err() });
            }
            fault::point("file-moved");
        }
        fault::point("files-moved");
        if let Some(sending) = self.sending.take().filter(|_| record.end) {
            sending.forget();
        }
        Ok(Outcome::Committed(Box::new(record)))
    }

    fn lose(mut self) -> Result<Outcome, TableError> {
        self.discard();
        fault::point("loser-removed");
        Ok(Outcome::AlreadyCommitted)
    }
}
