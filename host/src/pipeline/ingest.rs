//! One file into commits of one table: the heart of a pipeline.
//!
//! The input is fed in order. What the module says is final goes to the table's writer; what is provisional waits. A module that fails ends the
//! file, not the pipeline: what was final stands, the rest of the input goes to the quarantine in the same commit.

use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use tracing::{debug, info, warn};

use super::carrying::Carrying;
use super::feed::Feed;
use super::keeper::Keeper;
use super::opening::Opening;
use super::original::Original;
use super::pass::{Pass, Passed};
use super::progress::{InWork, Progress};
use super::seat::Seat;
use super::split::Splitting;
use super::told::Told;
use super::trouble::IngestError;
use crate::model::{CommitRecord, Setting, SourceRef};
use crate::sink::table::{Progress as Known, Table};
use crate::source::{FoundFile, Hints, Sight};
use crate::stop::Stop;

/// What one worker needs to ingest files.
pub struct Ingest<'a> {
    /// Where rows go.
    pub table: &'a Table,
    /// Options of each session.
    pub settings: &'a [Setting],
    /// Encoded bytes after which what is final is committed, though the file goes on.
    pub commit_size: u64,
    /// Digests of files that earlier runs read.
    pub hints: &'a Hints,
    /// Which files several threads work on, if any.
    pub splitting: Option<Splitting>,
    /// Input is in the quarantine already: what gives no rows stays there as it is.
    pub replays: bool,
    /// Shared counters.
    pub progress: &'a Progress,
    /// Commit what is final, and leave the rest for the next run.
    pub stop: &'a Stop,
}

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Ingested {
    /// All of it is committed.
    Whole,
    /// All of it is committed, some of it to the quarantine because the module failed.
    ModuleFailed(String),
    /// Its content had been ingested before.
    Repeated,
    /// It was stopped in between; what was final is committed.
    Stopped,
    /// It changed while it was read; nothing was committed.
    Changed,
    /// It is replayed, and gave no rows this time either; nothing was committed.
    Fruitless,
}

impl Ingest<'_> {
    /// Ingests a file, from where earlier commits of the same content left off.
    ///
    /// # Errors
    /// When the input cannot be read, the table cannot be written, or the module refuses its options. Nothing of the file is lost or doubled by it.
    pub fn file<F: Feed>(
        &self,
        found: &FoundFile,
        seat: &mut Seat<'_, F::Parser>,
        carrying: Option<&mut Carrying>,
    ) -> Result<Ingested, IngestError> {
        self.each(found, |original, source, counted| self.content::<F>(found, (original, source), counted, seat, carrying))
    }

    /// Ingests a file as what it stands for: a source of another name and digest.
    ///
    /// # Errors
    /// As [`file`](Self::file).
    pub fn as_source<F: Feed>(
        &self,
        found: &FoundFile,
        source: &SourceRef,
        seat: &mut Seat<'_, F::Parser>,
    ) -> Result<Ingested, IngestError> {
        let mut original = Original::new(found.open()?);
        let mut counted = self.progress.begin();
        let ingested = self.content::<F>(found, (&mut original, source), &mut counted, seat, None)?;
        counted.done(source.size);
        Ok(ingested)
    }

    /// Opens a file, and does with it what is to be done, unless its content was ingested before.
    ///
    /// # Errors
    /// As [`file`](Self::file).
    pub fn each(
        &self,
        found: &FoundFile,
        content: impl FnOnce(&mut Original, &SourceRef, &mut InWork<'_>) -> Result<Ingested, IngestError>,
    ) -> Result<Ingested, IngestError> {
        let mut original = Original::new(found.open()?);
        let sight = Sight::of(&found.path, original.file(), SystemTime::now()).map_err(IngestError::input(&found.path))?;
        if let Some(ingested) = self.unchanged(found, &sight)? {
            return Ok(ingested);
        }
        let digest = original.digest(self.stop).map_err(IngestError::input(&found.path))?;
        let Some((digest, size)) = digest else { return Ok(Ingested::Stopped) };
        let source = SourceRef { name: found.path.display().to_string(), digest, size };
        let mut counted = self.progress.begin();
        let ingested = match size {
            0 => self.empty(&source),
            _ => content(&mut original, &source, &mut counted)?,
        };
        match ingested {
            Ingested::Changed | Ingested::Fruitless => {}
            Ingested::Stopped => counted.left(),
            Ingested::Whole | Ingested::ModuleFailed(_) | Ingested::Repeated => {
                self.hints.keep(&sight, &digest);
                counted.done(size);
            }
        }
        Ok(ingested)
    }

    /// A file that was read before as it is now, if content of the digest that it had was ingested whole.
    fn unchanged(&self, found: &FoundFile, sight: &Sight) -> Result<Option<Ingested>, IngestError> {
        let Some(digest) = self.hints.digest(sight) else { return Ok(None) };
        let Known::Done { name } = self.table.progress(&digest)? else { return Ok(None) };
        debug!(file = %found.path.display(), %digest, "unchanged since it was last read");
        self.progress.begin().done(found.size);
        Ok(Some(self.repeated(&SourceRef { name: found.path.display().to_string(), digest, size: found.size }, &name)))
    }

    /// No module needs to be asked what no bytes mean, and nothing is to be remembered of them.
    fn empty(&self, source: &SourceRef) -> Ingested {
        warn!(file = source.name, "empty file: nothing to ingest");
        Ingested::Whole
    }

    fn content<F: Feed>(
        &self,
        found: &FoundFile,
        (original, source): (&mut Original, &SourceRef),
        counted: &mut InWork<'_>,
        seat: &mut Seat<'_, F::Parser>,
        mut carrying: Option<&mut Carrying>,
    ) -> Result<Ingested, IngestError> {
        let mut told = Told::of(&source.name);
        let (mut until, mut alone) = (None, false);
        seat.renew();
        loop {
            let mut opening = match self.table.progress(&source.digest)? {
                Known::New => Opening::new(),
                Known::At { position, state, module } => Opening { base: position, state, module: Some(module), turn: None },
                Known::Done { name } => return Ok(self.repeated(source, &name)),
            };
            if let Some(carrying) = &mut carrying {
                opening = carrying.opening(found, source, opening)?;
            }
            if opening.base > 0 {
                info!(file = source.name, from = opening.base, "goes on behind the last commit");
            }
            let mut feed = F::new(original.file().clone()).map_err(IngestError::input(&found.path))?;
            let keeper = Keeper::new(&found.path, original, &mut told);
            let splitting = self.splitting.as_ref().filter(|splitting| !alone && source.size >= splitting.least);
            let turn = splitting.and_then(|splitting| Some((splitting, splitting.turn.try_lock().ok()?)));
            let parts = match &turn {
                Some((splitting, _)) => parts(splitting, &mut feed, opening.base, source.size).map_err(IngestError::input(&found.path))?,
                None => Vec::new(),
            };
            let pass =
                Pass { ingest: self, found, source, keeper, counted, opening, until: until.take(), module: Arc::clone(&seat.deployed) };
            let passed = if parts.len() > 1 { pass.run_split(feed, parts, &mut seat.worker) } else { pass.run(feed, seat) };
            match passed? {
                Passed::Ingested(ingested) => return Ok(ingested),
                Passed::Overtaken => info!(file = source.name, "somebody else committed the same content, going on behind that"),
                Passed::Alone => alone = true,
                Passed::Handed => {
                    seat.renew();
                    info!(file = source.name, module = %seat.deployed.module_ref.digest, "another module goes on");
                }
                Passed::Again { until: position } => until = Some(position),
            }
        }
    }

    /// Counts what a commit holds.
    pub fn count(&self, record: &CommitRecord) {
        self.progress.commit(record);
    }

    /// Under its own name a file is met again at every start, which is nothing to tell; under another one it is.
    pub fn repeated(&self, source: &SourceRef, name: &str) -> Ingested {
        if source.name == name {
            debug!(file = source.name, "was ingested before");
        } else {
            info!(file = source.name, digest = %source.digest, before = name, "same content was ingested before, left as it is");
        }
        self.progress.repeated();
        Ingested::Repeated
    }
}

/// The stretches in which a file is to be worked on from `base` on; none or one: in none.
fn parts<F: Feed>(splitting: &Splitting, feed: &mut F, base: u64, size: u64) -> io::Result<Vec<F>> {
    feed.seek(base)?;
    feed.part(splitting.stretches(size))
}
