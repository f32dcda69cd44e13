//! One large capture over several cores: a stretch of it for each, in a session of its own, and all of them in one commit.
//!
//! What a session learns in its stretch the others do not know: rows are those of one session where they come of one packet each.

use std::sync::Mutex;
use std::thread;

use tracing::{info, warn};

use super::feed::Feed;
use super::ingest::{Ingest, Ingested};
use super::opening::Opening;
use super::pass::{Pass, Passed, facts, passed};
use super::reading::Reading;
use super::stretch::{End, Stretch, Team};
use super::trouble::IngestError;
use crate::model::SourceFacts;
use crate::sandbox::{Session, Worker};
use crate::sink::table::TableError;
use crate::source::FoundFile;

/// Bytes of a stretch at least: a session and files of its own must be worth it.
const STRETCH: u64 = 4 << 20;

/// Which files are split, and into how many stretches.
#[derive(Debug)]
pub struct Splitting {
    /// Bytes that a file has at least.
    pub least: u64,
    /// Stretches at most.
    pub most: usize,
    /// Held while a file is worked on in stretches: one at a time keeps the memory of a pipeline within twice that of its workers.
    pub turn: Mutex<()>,
}

/// What every thread needs.
struct Task<'a> {
    ingest: &'a Ingest<'a>,
    found: &'a FoundFile,
    facts: SourceFacts,
    team: Team<'a>,
}

impl Splitting {
    /// Into how many stretches a file of so many bytes goes.
    pub fn stretches(&self, size: u64) -> usize {
        usize::try_from(size / STRETCH).unwrap_or(usize::MAX).clamp(1, self.most.max(1))
    }
}

impl Pass<'_, '_> {
    /// As [`run`](Self::run), with a thread for each of the parts of `feed`, which is at its end.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_split<F: Feed>(self, feed: F, mut parts: Vec<F>, worker: &mut Worker<F::Parser>) -> Result<Passed, IngestError> {
        info!(file = self.source.name, stretches = parts.len(), "is worked on in stretches, each in a session of its own");
        let helpers: Vec<_> = parts.iter().skip(1).map(|_| worker.beside()).collect();
        let (ingest, found) = (self.ingest, self.found);
        let task = Task { ingest, found, facts: facts(found, self.source), team: Team::new(ingest.stop) };
        let session = match self.opening.open(worker, ingest.settings, &task.facts)? {
            Ok(session) => session,
            Err(failure) => return self.refused(feed, &failure),
        };
        let ends: Vec<_> = parts.iter().skip(1).map(|next| Some(next.position())).chain([None]).collect();
        let extents: Vec<_> = parts.iter().map(Feed::position).zip(ends).collect();
        let stretch = |number: usize, extent, writer| Stretch::new(number, extent, writer, ingest.progress.begin());
        let writer = self.begin(self.opening.base, session.schema())?;
        let mut jobs = Vec::new();
        for ((number, extent), (part, helper)) in extents.iter().enumerate().skip(1).zip(parts.drain(1..).zip(helpers)) {
            jobs.push((part, helper, stretch(number, *extent, writer.beside(session.schema())?)));
        }
        let first = extents.first().zip(parts.pop()).map(|(extent, part)| (part, stretch(0, *extent, writer)));
        let done: Vec<_> = thread::scope(|scope| {
            let help = |(part, helper, stretch)| {
                let task = &task;
                scope.spawn(move || task.help(part, stretch, helper))
            };
            let helpers: Vec<_> = jobs.into_iter().map(help).collect();
            let first = first.map(|(part, stretch)| task.work(session, part, stretch));
            let helped = helpers.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            first.into_iter().chain(helped).collect()
        });
        match gather(done.into_iter().collect::<Result<_, _>>()?)? {
            Some(all) => self.end_split(feed, all),
            None => Ok(Passed::Alone),
        }
    }

    /// Commits what came of all stretches.
    fn end_split<F: Feed>(mut self, mut feed: F, all: Stretch<'_>) -> Result<Passed, IngestError> {
        let Stretch { mut writer, rows, mut rejects, to, end, cuts, .. } = all;
        self.counted.rows(rows);
        rejects.sort_by_key(|reject| reject.at);
        self.keeper.rejects(&mut feed, rejects, &mut writer)?;
        self.keeper.losses(&mut feed, Some(to), &mut writer)?;
        self.opening.state = None;
        match end {
            End::Whole => {
                if cuts > 0 {
                    warn!(
                        file = self.source.name,
                        cuts,
                        "stretches ended where the module remembered something, and the next ones did not know it: what lies across is not put together"
                    );
                }
                self.close(feed, writer)
            }
            End::Failed(failure) => self.give_up(feed, to, writer, &failure),
            End::Stopped(_) | End::Useless if to == self.opening.base => Ok(Passed::Ingested(Ingested::Stopped)),
            End::Stopped(state) => {
                self.opening.state = state;
                let committed = self.commit(writer, to, false)?;
                Ok(passed(committed, Ingested::Stopped))
            }
            End::Useless | End::Impossible => Ok(Passed::Ingested(Ingested::Stopped)),
        }
    }
}

impl<'a> Task<'a> {
    /// Opens a session that knows nothing, and works on a stretch that is not the first.
    fn help<F: Feed>(&self, part: F, stretch: Stretch<'a>, mut worker: Worker<F::Parser>) -> Result<Stretch<'a>, IngestError> {
        let opening = Opening { base: stretch.to, ..Opening::new() };
        match opening.open(&mut worker, self.ingest.settings, &self.facts)? {
            Ok(session) => self.work(session, part, stretch),
            Err(failure) => Ok(self.team.end(stretch, End::Failed(failure))),
        }
    }

    fn work<F: Feed>(&self, mut session: Session<'_, F::Parser>, part: F, stretch: Stretch<'a>) -> Result<Stretch<'a>, IngestError> {
        let Ok(fresh) = session.save() else { return Ok(self.team.end(stretch, End::Impossible)) };
        let base = stretch.to;
        self.team.work(Reading::new(self.found, session, part, base), stretch, fresh.as_ref())
    }
}

/// The stretches from the first one on that follow each other without a gap, as one; `None`: they are no way to take the file.
fn gather(stretches: Vec<Stretch<'_>>) -> Result<Option<Stretch<'_>>, TableError> {
    if stretches.iter().any(|stretch| matches!(stretch.end, End::Impossible)) {
        return Ok(None);
    }
    let mut stretches = stretches.into_iter();
    let Some(mut all) = stretches.next() else { return Ok(None) };
    for next in stretches {
        match (&all.end, &next.end) {
            (End::Whole, End::Useless) => all.end = End::Stopped(None),
            (End::Whole, _) => all = all.join(next)?,
            _ => break,
        }
    }
    Ok(Some(all))
}
