//! One source's parse.

use wasmtime::Store;
use wasmtime::component::ResourceAny;

use super::fault::Fault;
use super::line::one_line;
use super::module::Module;
use super::parser::{Answer, Packets, Parser, Streams};
use super::progress::{Claims, Progress};
use super::rows::RowShape;
use super::state::State;
use super::worker::{MESSAGE, OpenFailure, Worker};
use super::worlds::types;
use crate::model::{Parsed, Reject, RejectReason, SavedState, Setting, SourceFacts, TableSchema};

/// A parse of one source, in the worker's instance. After an error it gives nothing more; [`done_to`](Self::done_to) still tells what stands.
///
/// Positions count from where this session began, and begin anew with [`renew`](Self::renew).
pub struct Session<'w, P: Parser> {
    worker: &'w mut Worker<P>,
    /// `None` once the session has ended with an error.
    guest: Option<ResourceAny>,
    shape: RowShape,
    progress: Progress,
    settings: Vec<Setting>,
    source: SourceFacts,
    /// A fresh instance that took the state over was near its limit at once: another one would be too.
    renewal_is_vain: bool,
}

/// What a module says about its input when it cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModuleError {
    /// Nothing of the input will ever parse: all of it goes to the quarantine.
    #[error("not a format that this module reads: {0}")]
    WrongFormat(String),
    /// What `done_to` has passed stands, the rest goes to the quarantine.
    #[error("broken at {at}: {reason}")]
    Broken {
        /// Position in what this session was fed.
        at: u64,
        /// For people.
        reason: String,
    },
    /// As broken at the last `done_to`.
    #[error("the module cannot go on: {0}")]
    Other(String),
}

/// Why a session cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The input is to blame, says the module.
    #[error(transparent)]
    Module(ModuleError),
    /// The module is to blame.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A session of a stream parser.
pub type StreamSession<'w> = Session<'w, Streams>;
/// A session of a packet parser.
pub type PacketSession<'w> = Session<'w, Packets>;

impl<'w, P: Parser> Session<'w, P> {
    pub(super) fn new(worker: &'w mut Worker<P>, guest: ResourceAny, shape: RowShape, settings: &[Setting], source: &SourceFacts) -> Self {
        let (settings, source) = (settings.to_vec(), source.clone());
        Self { worker, guest: Some(guest), shape, progress: Progress::default(), settings, source, renewal_is_vain: false }
    }

    /// The schema of every batch of this session, with texts as plain texts.
    pub fn schema(&self) -> &TableSchema {
        self.shape.table()
    }

    /// Everything before this position of the session's input is done.
    pub fn done_to(&self) -> u64 {
        self.progress.done_to
    }

    /// Passes the next input: bytes cut anywhere, or the next packets; 256 KiB to 1 MiB suit the caches. Nothing asks for rows that are waiting.
    ///
    /// # Errors
    /// The module cannot go on with this input, or it fails.
    pub fn feed(&mut self, input: P::Input<'_>) -> Result<Parsed, SessionError> {
        self.progress.fed = self.progress.fed.saturating_add(P::positions(input));
        self.ask("feed", false, |guest, store, session| P::feed(guest, store, session, input))
    }

    /// Says that the input is at its end. While the answer says `more`, it is to be called again.
    ///
    /// # Errors
    /// The module cannot go on with this input, or it fails.
    pub fn finish(&mut self) -> Result<Parsed, SessionError> {
        self.ask("finish", true, P::finish)
    }

    /// Passes the next input, or says that it is at its end, and drops what comes back unseen: the guest's own share of a row, for benchmarks. Says
    /// whether more waits.
    #[doc(hidden)]
    pub fn call_alone(&mut self, input: Option<P::Input<'_>>) -> Result<bool, SessionError> {
        let guest = self.guest.take().ok_or(Fault::Ended)?;
        let answer = match input {
            Some(input) => self.worker.call("feed", |module, store| P::feed(module, store, guest, input)),
            None => self.worker.call("finish", |module, store| P::finish(module, store, guest)),
        };
        self.guest = Some(guest);
        answer?.map(|output| output.more).map_err(|error| match self.refusal("feed", error) {
            Ok(error) => SessionError::Module(error),
            Err(fault) => SessionError::Fault(fault),
        })
    }

    /// What the session knows at `done_to`; none: one opened without state goes on as well.
    ///
    /// # Errors
    /// The module fails.
    pub fn save(&mut self) -> Result<Option<SavedState>, Fault> {
        let guest = self.guest.ok_or(Fault::Ended)?;
        let saved = self.worker.call("save", |module, store| P::save(module, store, guest));
        let state = saved.inspect_err(|_| self.guest = None)?;
        Ok(state.map(|state| SavedState { version: state.version, data: state.data }))
    }

    /// Whether another module goes on where this session saved its state.
    ///
    /// # Errors
    /// Why not.
    pub fn would_open(&self, module: &Module, state: &SavedState) -> Result<(), OpenFailure> {
        self.worker.would_open(module, &self.settings, &self.source, state)
    }

    /// The instance nears its memory limit, and [`renew`](Self::renew) may help. To be asked when the caller holds no answer with `more`.
    pub fn memory_low(&self) -> bool {
        // Without progress the same input would come again and fill the same memory.
        self.progress.done_to > 0 && !self.renewal_is_vain && self.guest.is_some() && self.worker.memory_low()
    }

    /// Goes on in a fresh instance: saves, throws the old one away, opens with what was saved. Returns the old `done_to`, counted as before: the
    /// caller drops rows and rejects from behind it and feeds again from there. Positions then count from there, and `done_to` is 0 again.
    ///
    /// # Errors
    /// The module fails, or does not take its own state.
    pub fn renew(&mut self) -> Result<u64, OpenFailure> {
        let state = self.save()?;
        self.guest = None;
        self.worker.discard();
        let (guest, shape) = self.worker.begin(&self.settings, &self.source, state.as_ref())?;
        if shape.table() != self.shape.table() {
            self.worker.discard();
            return Err(Fault::bad_answer("schema", "another schema after the session was renewed").into());
        }
        self.guest = Some(guest);
        self.renewal_is_vain = self.worker.memory_low();
        Ok(std::mem::take(&mut self.progress).done_to)
    }

    /// Calls the guest and checks its answer. Every error ends the session; one that the module is to blame for costs the instance too.
    fn ask(
        &mut self,
        call: &'static str,
        finishing: bool,
        function: impl FnOnce(&P::Guest, &mut Store<State>, ResourceAny) -> Answer,
    ) -> Result<Parsed, SessionError> {
        let guest = self.guest.take().ok_or(Fault::Ended)?;
        let checked = match self.worker.call(call, |module, store| function(module, store, guest))? {
            Ok(output) => self.checked(call, finishing, output).map_err(SessionError::Fault),
            Err(error) => self.refusal(call, error).map_or_else(|fault| Err(fault.into()), |error| Err(SessionError::Module(error))),
        };
        match &checked {
            Ok(_) => self.guest = Some(guest),
            Err(SessionError::Module(_)) => self.close(guest),
            Err(SessionError::Fault(_)) => self.worker.discard(),
        }
        checked
    }

    fn checked(&mut self, call: &'static str, finishing: bool, output: types::Output) -> Result<Parsed, Fault> {
        let types::Output { rows, rejects, done_to, more } = output;
        let limits = self.worker.limits();
        let count = rows.count;
        let rows = self.shape.batch(call, rows, limits)?;
        let bytes = rows.get_array_memory_size() + rejects.iter().map(|reject| reject.detail.len() + size_of::<Reject>()).sum::<usize>();
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.progress.accept(&Claims { call, finishing, rows: count, bytes, rejects: &rejects, done_to, more }, limits)?;
        Ok(Parsed { rows, rejects: rejects.into_iter().map(reject).collect(), done_to, more })
    }

    fn refusal(&self, call: &'static str, error: types::ParseError) -> Result<ModuleError, Fault> {
        match error {
            types::ParseError::WrongFormat(reason) => Ok(ModuleError::WrongFormat(one_line(&reason, MESSAGE))),
            types::ParseError::Other(reason) => Ok(ModuleError::Other(one_line(&reason, MESSAGE))),
            types::ParseError::Broken(broken) if broken.at > self.progress.fed => {
                Err(Fault::bad_answer(call, format!("broken at {} where {} were fed", broken.at, self.progress.fed)))
            }
            types::ParseError::Broken(broken) => Ok(ModuleError::Broken { at: broken.at, reason: one_line(&broken.reason, MESSAGE) }),
        }
    }

    /// Runs the guest's destructor, within the limits of a call.
    fn close(&mut self, guest: ResourceAny) {
        if let Err(fault) = self.worker.call("drop", |_, store| guest.resource_drop(store)) {
            tracing::warn!("a module failed at the end of `{}`, and starts anew: {fault}", self.source.name);
        }
    }
}

impl<P: Parser> Drop for Session<'_, P> {
    fn drop(&mut self) {
        if let Some(guest) = self.guest.take() {
            self.close(guest);
        }
    }
}

fn reject(reject: types::Reject) -> Reject {
    let reason = match reject.reason {
        types::RejectReason::Malformed => RejectReason::Malformed,
        types::RejectReason::Truncated => RejectReason::Truncated,
        types::RejectReason::Unsupported => RejectReason::Unsupported,
        types::RejectReason::TooLarge => RejectReason::TooLarge,
    };
    Reject { at: reject.at, length: reject.length, reason, detail: one_line(&reject.detail, MESSAGE) }
}
