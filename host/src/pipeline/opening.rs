//! With what a session begins: nothing, what was remembered of the same file, or what the file before it left.

use tracing::warn;

use super::trouble::{IngestError, ModuleFailure};
use crate::model::{ModuleRef, SavedState, Setting, SourceFacts, SourceRef};
use crate::sandbox::{OpenFailure, Parser, Session, Worker};
use crate::sink::table::Carried;

/// Where in a file a session begins, and with what.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// First position that was not ingested.
    pub base: u64,
    /// What is remembered.
    pub state: Option<SavedState>,
    /// The module that remembered it.
    pub module: Option<ModuleRef>,
    /// Where state is carried from file to file: the file's turn, and the file that the state is of.
    pub turn: Option<(u64, Option<SourceRef>)>,
}

impl Opening {
    /// At the beginning, knowing nothing.
    pub fn new() -> Self {
        Self { base: 0, state: None, module: None, turn: None }
    }

    /// The same place, with what the commit before left, whatever file that was of.
    pub fn carrying(self, Carried { turn, state, by }: Carried) -> Self {
        let (module, source) = by.unzip();
        Self { base: self.base, state, module, turn: Some((turn, source)) }
    }

    /// Opens the session. Inside: why there is none, and the file is to blame for it or the module.
    ///
    /// # Errors
    /// The module refuses its options, or cannot read what another one remembered of the first half of the file.
    pub fn open<'w, P: Parser>(
        &self,
        worker: &'w mut Worker<P>,
        settings: &[Setting],
        facts: &SourceFacts,
    ) -> Result<Result<Session<'w, P>, ModuleFailure>, IngestError> {
        let opened = match &self.state {
            Some(state) if self.base == 0 => {
                worker.open_with_or_without(settings, facts, state).map(|(session, unfit)| self.tell(session, unfit, facts))
            }
            state => worker.open(settings, facts, state.as_ref()),
        };
        match (opened, &self.module) {
            (Ok(session), _) => Ok(Ok(session)),
            (Err(OpenFailure::ForeignState { version }), Some(module)) => {
                Err(IngestError::foreign_state(self.base, version, module.clone()))
            }
            (Err(failure), _) => ModuleFailure::at_open(failure).map(Err),
        }
    }

    fn tell<S>(&self, session: S, unfit: Option<OpenFailure>, facts: &SourceFacts) -> S {
        if let Some(reason) = unfit {
            let of = self.turn.as_ref().and_then(|(_, source)| source.as_ref()).map(|source| source.name.as_str());
            let module = self.module.as_ref().map(|module| module.version.as_str());
            warn!(
                file = facts.name,
                of, module, %reason, "begins without the state that earlier files left: what they left open is dropped, what they taught is forgotten"
            );
        }
        session
    }
}
