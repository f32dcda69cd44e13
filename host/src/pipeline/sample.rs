//! One file through a module and nowhere else: for authors, who want to see what it makes of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arrow_array::RecordBatch;

use super::feed::Feed;
use super::packet_feed::PacketFeed;
use super::provisional::Final;
use super::reading::{Next, Reading, Step};
use super::stream_feed::StreamFeed;
use super::trouble::{IngestError, ModuleFailure};
use crate::config::Limits;
use crate::model::{ModuleKind, PacketBatch, Reject, Setting, SourceFacts, TableSchema};
use crate::sandbox::{FilterError, Module, OpenFailure, PacketFilter, Worker, WrongKind};
use crate::source::{FoundFile, OpenError};

/// What a module made of a file.
#[derive(Debug, Default)]
pub struct Sample {
    /// Rows in their order.
    pub rows: Vec<RecordBatch>,
    /// Rejects; positions in bytes or packets.
    pub rejects: Vec<Reject>,
    /// The module did not get through.
    pub failure: Option<ModuleFailure>,
    /// Bytes of linear memory of the instance, at the end.
    pub memory: u64,
}

/// Why there is no sample.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// The file.
    #[error(transparent)]
    File(#[from] OpenError),
    /// It could not be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The module is of another kind.
    #[error(transparent)]
    Kind(#[from] WrongKind),
    /// The module opens no session.
    #[error(transparent)]
    Open(#[from] OpenFailure),
    /// The module does not take the expression.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// The file on its way.
    #[error(transparent)]
    Input(#[from] IngestError),
}

/// Runs a whole file through a parser. All rows are held in memory; `most` ends it early.
///
/// # Errors
/// The file cannot be read or no session opens. That the module fails on the file is no error, but [`Sample::failure`].
pub fn sample(module: &Module, limits: &Limits, settings: &[Setting], path: &Path, most: usize) -> Result<Sample, SampleError> {
    match module.kind() {
        ModuleKind::PacketParser => read::<PacketFeed>(module, limits, settings, path, most),
        ModuleKind::StreamParser | ModuleKind::PacketFilter => read::<StreamFeed>(module, limits, settings, path, most),
    }
}

/// Numbers of the packets of a capture that a filter selects, from 0.
///
/// # Errors
/// The capture cannot be read, or the filter fails.
pub fn selected(module: &Module, limits: &Limits, expression: &str, path: &Path) -> Result<Vec<u64>, SampleError> {
    let mut filter = PacketFilter::open(module.clone(), limits.clone(), expression, &[])?;
    let failed = |source| SampleError::Read { path: path.to_owned(), source };
    let mut feed = PacketFeed::new(Arc::new(found(path)?.open()?)).map_err(failed)?;
    let mut numbers = Vec::new();
    while let Some(batch) = feed.next().map_err(failed)? {
        let bits = filter.select(batch)?;
        let set = |index: &usize| bits.get(index / 8).is_some_and(|byte| byte >> (index % 8) & 1 == 1);
        numbers.extend((0..batch.len()).filter(set).map(|index| batch.first + number(&batch, index)));
    }
    Ok(numbers)
}

fn number(batch: &PacketBatch<'_>, index: usize) -> u64 {
    let place = batch.numbers.and_then(|numbers| numbers.get(index * 4..index * 4 + 4)).and_then(|bytes| bytes.try_into().ok());
    place.map_or(index as u64, |bytes| u64::from(u32::from_le_bytes(bytes)))
}

fn found(path: &Path) -> Result<FoundFile, OpenError> {
    FoundFile::named(path.parent().unwrap_or(Path::new("")), Path::new(path.file_name().unwrap_or_default()))
}

fn read<F: Feed>(module: &Module, limits: &Limits, settings: &[Setting], path: &Path, most: usize) -> Result<Sample, SampleError> {
    let found = found(path)?;
    let mut worker = Worker::<F::Parser>::new(module.clone(), limits.clone())?;
    let modified = found.modified.duration_since(SystemTime::UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_secs()).ok());
    let facts = SourceFacts { name: path.display().to_string(), size: Some(found.size), modified };
    let feed = F::new(Arc::new(found.open()?)).map_err(|source| SampleError::Read { path: path.to_owned(), source })?;
    let mut sample = Sample::default();
    {
        let mut reading = Reading::new(&found, worker.open(settings, &facts, None)?, feed, 0);
        let schema: TableSchema = reading.schema().clone();
        sample.rows.push(RecordBatch::new_empty(schema.fields));
        let mut count = 0;
        while count < most {
            let (done, next) = match reading.step()? {
                Step::Gave(done, next) => (done, next),
                Step::Failed(failure) => {
                    sample.failure = Some(failure);
                    break;
                }
            };
            count += sample.take(done);
            if next == Next::End {
                sample.take(reading.release());
                break;
            }
        }
    }
    sample.memory = worker.memory();
    Ok(sample)
}

impl Sample {
    fn take(&mut self, done: Final) -> usize {
        let count = done.rows.iter().map(RecordBatch::num_rows).sum();
        self.rows.extend(done.rows);
        self.rejects.extend(done.rejects);
        count
    }

    /// How many rows there are.
    pub fn count(&self) -> u64 {
        self.rows.iter().map(|rows| rows.num_rows() as u64).sum()
    }
}
