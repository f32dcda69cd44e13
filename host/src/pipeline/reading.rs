//! A session and what feeds it: input goes in, and what comes out is told apart into final and provisional.

use super::feed::Feed;
use super::provisional::{Final, Provisional};
use super::trouble::{IngestError, ModuleFailure};
use crate::model::{Parsed, Reject, TableSchema};
use crate::sandbox::{Parser, Session, SessionError};
use crate::source::FoundFile;

/// One session on its way through a file. Positions count from the beginning of the file, whatever the session counts from.
pub struct Reading<'w, 'a, F: Feed> {
    found: &'a FoundFile,
    session: Session<'w, F::Parser>,
    feed: F,
    held: Provisional,
    /// Where the session began.
    base: u64,
    /// The session has more to give of what it was fed.
    more: bool,
    finishing: bool,
}

/// What one call of the module came to.
pub enum Step {
    /// This became final.
    Gave(Final, Next),
    /// The module cannot go on: what was final stands.
    Failed(ModuleFailure),
}

/// What comes after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another call gives more of the same input.
    More,
    /// More input: the one moment at which a session can be saved.
    Input,
    /// Nothing: the file is at its end, and the session has given everything.
    End,
}

impl<'w, 'a, F: Feed> Reading<'w, 'a, F> {
    /// The session was opened for what follows `base`, where the feed is.
    pub fn new(found: &'a FoundFile, session: Session<'w, F::Parser>, feed: F, base: u64) -> Self {
        Self { found, session, feed, held: Provisional::default(), base, more: false, finishing: false }
    }

    /// Calls the module once: with the next input, for more of the last one, or to finish.
    ///
    /// # Errors
    /// The input cannot be read.
    pub fn step(&mut self) -> Result<Step, IngestError> {
        if !self.more
            && self.session.memory_low()
            && let Err(failure) = self.renew()?
        {
            return Ok(Step::Failed(failure));
        }
        let parsed = match self.ask()? {
            Some(Ok(parsed)) => parsed,
            Some(Err(error)) => return Ok(Step::Failed(error.into())),
            None => return Ok(Step::Failed(ModuleFailure::cut())),
        };
        self.more = parsed.more;
        let done = self.held.take(parsed);
        let next = if self.more {
            Next::More
        } else if self.finishing {
            Next::End
        } else {
            Next::Input
        };
        Ok(Step::Gave(self.absolute(done), next))
    }

    /// `None`: the content breaks off.
    fn ask(&mut self) -> Result<Option<Result<Parsed, SessionError>>, IngestError> {
        if self.more && !self.finishing {
            return Ok(Some(self.session.feed(F::Parser::nothing())));
        }
        if !self.finishing {
            let fed = self.feed.next().map_err(IngestError::input(&self.found.path))?.map(|input| self.session.feed(input));
            if fed.is_some() || self.feed.is_cut() {
                return Ok(fed);
            }
            self.finishing = true;
        }
        Ok(Some(self.session.finish()))
    }

    /// Goes on in a fresh instance: what the old one had handed out behind `done_to` comes again.
    fn renew(&mut self) -> Result<Result<(), ModuleFailure>, IngestError> {
        if let Err(failure) = self.session.renew() {
            return ModuleFailure::at_open(failure).map(Err);
        }
        self.base += self.held.done_to();
        self.held = Provisional::default();
        self.feed.seek(self.base).map_err(IngestError::input(&self.found.path))?;
        Ok(Ok(()))
    }

    /// What is left when the module has given everything: all of it is final, wherever `done_to` stands.
    pub fn release(&mut self) -> Final {
        let done = self.held.release();
        self.absolute(done)
    }

    fn absolute(&self, mut done: Final) -> Final {
        // Packets, and the bytes of compressed content, are found by going forward: going back costs the way from the beginning.
        done.rejects.sort_by_key(|reject| reject.at);
        done.rejects.iter_mut().for_each(|reject: &mut Reject| reject.at += self.base);
        done
    }

    /// Everything before this position is final.
    pub fn done_to(&self) -> u64 {
        self.base + self.held.done_to()
    }

    /// Of all rows.
    pub fn schema(&self) -> &TableSchema {
        self.session.schema()
    }

    /// What the session is fed from.
    pub fn feed(&mut self) -> &mut F {
        &mut self.feed
    }

    /// For its state.
    pub fn session(&mut self) -> &mut Session<'w, F::Parser> {
        &mut self.session
    }

    /// The feed alone: the session is at its end.
    pub fn into_feed(self) -> F {
        self.feed
    }
}
