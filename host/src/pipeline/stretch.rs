//! One stretch of a file in a session of its own, while other threads are at the others.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::feed::Feed;
use super::progress::InWork;
use super::provisional::Final;
use super::reading::{Next, Reading, Step};
use super::trouble::{IngestError, ModuleFailure};
use crate::model::{Reject, SavedState};
use crate::sink::table::{TableError, Writer};
use crate::stop::Stop;

/// Rejects of all stretches together, which wait in memory until their file is done: some 20 MiB.
const REJECTS: usize = 100_000;

/// What the threads tell each other.
pub struct Team<'a> {
    stop: &'a Stop,
    /// Stretches behind this one are of no use any more.
    last: AtomicUsize,
    rejects: AtomicUsize,
}

/// What became of a stretch, or of several that follow each other.
pub struct Stretch<'a> {
    /// From 0.
    number: usize,
    /// Where the next one begins, if one does.
    next: Option<u64>,
    /// For its rows.
    pub writer: Writer,
    /// How many it has.
    pub rows: u64,
    /// Positions count from the beginning of the file.
    pub rejects: Vec<Reject>,
    /// Everything before this position is final.
    pub to: u64,
    /// How it ended.
    pub end: End,
    /// Ends of stretches at which the session knew something that one which has seen nothing does not know: the next stretch lacks it.
    pub cuts: usize,
    /// For the progress that people see, until the file's own counts.
    counted: Vec<InWork<'a>>,
}

/// How a stretch ended.
pub enum End {
    /// All of it is done.
    Whole,
    /// The pipeline stops; this is what the session knew.
    Stopped(Option<SavedState>),
    /// The module failed.
    Failed(ModuleFailure),
    /// A stretch before it ended early, or it could not be saved when the pipeline stopped: what became of it is of no use.
    Useless,
    /// Stretches are no way to take this file: more is rejected than can be held, or the session did not survive to be saved.
    Impossible,
}

impl<'a> Team<'a> {
    /// Before it begins.
    pub fn new(stop: &'a Stop) -> Self {
        Self { stop, last: AtomicUsize::new(usize::MAX), rejects: AtomicUsize::new(0) }
    }

    /// Works on a stretch until it ends. `fresh` is the state of a session that has seen nothing.
    ///
    /// # Errors
    /// The input cannot be read, or the table cannot be written. The others then stop too.
    pub fn work<F: Feed>(
        &self,
        mut reading: Reading<'_, '_, F>,
        mut stretch: Stretch<'a>,
        fresh: Option<&SavedState>,
    ) -> Result<Stretch<'a>, IngestError> {
        match self.feed(&mut reading, &mut stretch, fresh) {
            Ok(end) => {
                stretch.to = reading.done_to();
                stretch.writer.close_files()?;
                Ok(self.end(stretch, end))
            }
            Err(error) => {
                self.last.fetch_min(0, Relaxed);
                Err(error)
            }
        }
    }

    /// A stretch ends so; those behind it are told if they work in vain.
    pub fn end(&self, stretch: Stretch<'a>, end: End) -> Stretch<'a> {
        match end {
            End::Impossible => self.last.fetch_min(0, Relaxed),
            End::Failed(_) | End::Stopped(_) | End::Useless => self.last.fetch_min(stretch.number, Relaxed),
            End::Whole => 0,
        };
        Stretch { end, ..stretch }
    }

    fn feed<F: Feed>(
        &self,
        reading: &mut Reading<'_, '_, F>,
        stretch: &mut Stretch<'a>,
        fresh: Option<&SavedState>,
    ) -> Result<End, IngestError> {
        let from = reading.feed().file_position();
        loop {
            let (done, next) = match reading.step()? {
                Step::Gave(done, next) => (done, next),
                Step::Failed(failure) => return Ok(End::Failed(failure)),
            };
            if self.rejects.fetch_add(done.rejects.len(), Relaxed) + done.rejects.len() > REJECTS {
                return Ok(End::Impossible);
            }
            stretch.take(done)?;
            match next {
                Next::More => continue,
                Next::End => break,
                Next::Input => stretch.reach(reading.feed().file_position().saturating_sub(from)),
            }
            if self.last.load(Relaxed) < stretch.number {
                return Ok(End::Useless);
            }
            if self.stop.is_set() {
                return Ok(reading.session().save().map_or(End::Useless, End::Stopped));
            }
            if stretch.next == Some(reading.feed().position()) {
                let Ok(state) = reading.session().save() else { return Ok(End::Impossible) };
                stretch.cuts = usize::from(state.as_ref() != fresh);
            }
        }
        stretch.take(reading.release())?;
        Ok(End::Whole)
    }
}

impl<'a> Stretch<'a> {
    /// Nothing yet of stretch `number`, which begins at `from`; the next one at `next`, if there is one.
    pub fn new(number: usize, (from, next): (u64, Option<u64>), writer: Writer, counted: InWork<'a>) -> Self {
        Self { number, next, writer, rows: 0, rejects: Vec::new(), to: from, end: End::Whole, cuts: 0, counted: vec![counted] }
    }

    /// Both as one; `next` follows it.
    ///
    /// # Errors
    /// The table cannot be written.
    pub fn join(mut self, mut next: Self) -> Result<Self, TableError> {
        self.writer.join(next.writer)?;
        self.rejects.append(&mut next.rejects);
        self.counted.append(&mut next.counted);
        Ok(Self { rows: self.rows + next.rows, to: next.to, end: next.end, cuts: self.cuts + next.cuts, ..self })
    }

    fn take(&mut self, mut done: Final) -> Result<(), TableError> {
        for rows in &done.rows {
            self.writer.write(rows)?;
            self.rows += rows.num_rows() as u64;
            self.counted.iter_mut().for_each(|counted| counted.rows(rows.num_rows() as u64));
        }
        self.rejects.append(&mut done.rejects);
        Ok(())
    }

    fn reach(&mut self, bytes: u64) {
        self.counted.iter_mut().for_each(|counted| counted.reach(bytes));
    }
}
