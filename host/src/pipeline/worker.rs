//! A worker thread of a pipeline: takes found files one after the other, with a sandbox instance of its own.

use std::time::Duration;

use crossbeam_channel::Receiver;
use tracing::{debug, error, info, warn};

use super::failures::{Failures, Within};
use super::ingest::{Ingest, Ingested};
use super::trouble::IngestError;
use crate::config::AfterIngest;
use crate::sandbox::{FilterError, WrongKind};
use crate::sink::kafka::KafkaError;
use crate::sink::table::TableError;
use crate::source::kafka::SubscriptionError;
use crate::source::{Feedback, FileSourceError, FoundFile, OpenError, after};
use crate::stop::Stop;

/// Why a pipeline ends before its source does.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// A file failed for a reason that the next one will meet too.
    #[error("pipeline stopped at {file}")]
    File {
        /// The file.
        file: String,
        /// Why.
        #[source]
        cause: Box<IngestError>,
    },
    /// What the table remembers cannot be read.
    #[error(transparent)]
    Table(TableError),
    /// The topic's consumer.
    #[error(transparent)]
    Subscription(#[from] SubscriptionError),
    /// The topic could not be made.
    #[error(transparent)]
    Topic(#[from] KafkaError),
    /// The module is of another kind than the source needs.
    #[error(transparent)]
    Kind(#[from] WrongKind),
    /// The filter does not open.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// There was no telling what is there.
    #[error(transparent)]
    Source(#[from] FileSourceError),
    /// The module failed too often in a row.
    #[error("pipeline stopped: the module failed on {count} inputs {within} (limits.failures), the last time: {last}")]
    ModuleFails {
        /// Inputs.
        count: u32,
        /// How close.
        within: Within,
        /// The last failure.
        last: String,
    },
}

/// What the workers of a pipeline share.
pub struct Shared<'a> {
    /// How a file is ingested.
    pub ingest: Ingest<'a>,
    /// What becomes of a file that is done.
    pub after: &'a AfterIngest,
    /// Take what is there and end: a failure ends the run instead of being tried again.
    pub once: bool,
    /// The wish that the pipeline ends.
    pub stop: &'a Stop,
    /// Files on which the module failed.
    pub failures: Failures,
    /// Tells the source of files that are to be handed out again later.
    pub feedback: Feedback,
}

/// How long a file that could not be read waits for its next try.
const INPUT_PAUSE: Duration = Duration::from_secs(5);
/// The longest pause between two tries at a table that cannot be written.
const TABLE_PAUSE: Duration = Duration::from_secs(60);

impl Shared<'_> {
    /// Ingests files until there are no more, or the pipeline stops.
    ///
    /// # Errors
    /// What ends the pipeline.
    pub fn work(
        &self,
        files: &Receiver<FoundFile>,
        mut ingest: impl FnMut(&FoundFile) -> Result<Ingested, IngestError>,
    ) -> Result<(), PipelineError> {
        while let Ok(found) = files.recv() {
            if self.ingest.stop.is_set() {
                self.ingest.progress.left();
                continue;
            }
            if let Err(error) = self.file(found, &mut ingest) {
                self.stop.set();
                self.ingest.stop.set();
                return Err(error);
            }
        }
        Ok(())
    }

    fn file(&self, found: FoundFile, ingest: &mut impl FnMut(&FoundFile) -> Result<Ingested, IngestError>) -> Result<(), PipelineError> {
        let mut pause = Duration::from_secs(1);
        loop {
            let cause = match ingest(&found) {
                Ok(ingested) => return self.ingested(found, ingested),
                Err(cause) => cause,
            };
            match cause {
                IngestError::Open(OpenError::Vanished(_)) => {
                    info!("{cause}");
                    return Ok(());
                }
                IngestError::Open(OpenError::Changed(_)) => return self.ingested(found, Ingested::Changed),
                IngestError::Open(OpenError::Unreadable { .. }) | IngestError::Input { .. } => {
                    self.unreadable(&found, &cause);
                    return Ok(());
                }
                IngestError::Table(TableError::Kafka(KafkaError::Stopped)) => return self.ingested(found, Ingested::Stopped),
                IngestError::Table(_) | IngestError::Originals(_) if cause.may_pass() && !self.once && !self.stop.is_set() => {
                    error!(file = %found.path.display(), pause = ?pause, error = chain(&cause), "the sink takes nothing, trying again");
                    self.wait(pause);
                    pause = (pause * 2).min(TABLE_PAUSE);
                }
                cause => return Err(PipelineError::File { file: found.path.display().to_string(), cause: Box::new(cause) }),
            }
        }
    }

    /// Until the pause is over or the pipeline stops; then committed files whose move failed get their places.
    fn wait(&self, pause: Duration) {
        // It disconnects when the stop is set, and nothing else ever comes.
        let _ = self.stop.signal().recv_timeout(pause);
        if let Err(error) = self.ingest.table.place_committed() {
            debug!(error = chain(&error), "committed files cannot be moved yet");
        }
    }

    fn ingested(&self, found: FoundFile, ingested: Ingested) -> Result<(), PipelineError> {
        match ingested {
            Ingested::Stopped => self.ingest.progress.left(),
            Ingested::Changed => {
                info!(file = %found.path.display(), "changed after it was found: it is taken again once nobody writes to it");
                if self.once {
                    self.ingest.progress.left();
                }
            }
            Ingested::Whole | Ingested::Repeated | Ingested::Fruitless => {
                self.failures.none();
                self.clear_away(&found);
            }
            Ingested::ModuleFailed(last) => {
                self.clear_away(&found);
                self.failures.another(&last)?;
            }
        }
        Ok(())
    }

    fn clear_away(&self, found: &FoundFile) {
        if let Err(error) = after(found, self.after) {
            warn!(file = %found.path.display(), error = chain(&error), "ingested, but not cleared away");
        }
    }

    /// With `once` there is no later: the file is left for the next run.
    fn unreadable(&self, found: &FoundFile, cause: &IngestError) {
        error!(file = %found.path.display(), error = chain(cause), "not ingested");
        match self.once {
            true => self.ingest.progress.left(),
            false => self.feedback.retry(found, INPUT_PAUSE),
        }
    }
}

/// An error and its causes in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
