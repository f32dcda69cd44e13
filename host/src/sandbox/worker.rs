//! One worker thread's instance of a parser, which serves one session after the other.

use wasmtime::Store;
use wasmtime::component::ResourceAny;

use super::fault::Fault;
use super::instance::Instance;
use super::line::one_line;
use super::module::Module;
use super::params;
use super::parser::{Packets, Parser, Streams, WrongKind};
use super::rows::RowShape;
use super::session::Session;
use super::state::State;
use super::worlds::types;
use crate::config::Limits;
use crate::model::{SavedState, Setting, SourceFacts, TableSchema};

/// Characters of a module's own message that are kept.
pub(super) const MESSAGE: usize = 500;

/// Runs the sessions of one thread. The instance is made when it is first needed, used again, and thrown away after a fault.
pub struct Worker<P: Parser> {
    module: Module,
    limits: Limits,
    /// What every session's must be.
    schema: Option<TableSchema>,
    instance: Option<Instance<P::Guest>>,
}

/// A worker of a stream parser.
pub type StreamWorker = Worker<Streams>;
/// A worker of a packet parser.
pub type PacketWorker = Worker<Packets>;

/// Why a session was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenFailure {
    /// Misconfiguration: nothing will ever parse with these settings.
    #[error("option `{name}`: expected {expected}")]
    BadOption {
        /// The option.
        name: String,
        /// What would be right.
        expected: String,
    },
    /// The state was saved by a module that this one does not understand: open without it, or keep the old module.
    #[error("the module cannot read saved state of version {version}")]
    ForeignState {
        /// Of the state, as the module says.
        version: u32,
    },
    /// The module says no, for a reason of its own.
    #[error("the module does not open a session: {0}")]
    Other(String),
    /// The module failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl<P: Parser> Worker<P> {
    /// A worker without an instance yet.
    ///
    /// # Errors
    /// The module is of another kind.
    pub fn new(module: Module, limits: Limits) -> Result<Self, WrongKind> {
        let (is, needed) = (module.kind(), P::KIND);
        if is == needed { Ok(Self { module, limits, schema: None, instance: None }) } else { Err(WrongKind { is, needed }) }
    }

    /// Refuses sessions of another schema than this one.
    #[must_use]
    pub fn expecting(self, schema: TableSchema) -> Self {
        Self { schema: Some(schema), ..self }
    }

    /// Another worker of the same kind, for another thread.
    pub fn beside(&self) -> Self {
        Self { module: self.module.clone(), limits: self.limits.clone(), schema: self.schema.clone(), instance: None }
    }

    /// Starts at the beginning of a source, or from `state`; then the session is fed from where that state was saved.
    ///
    /// # Errors
    /// A setting or the state does not suit the module, or the module fails.
    pub fn open(&mut self, settings: &[Setting], source: &SourceFacts, state: Option<&SavedState>) -> Result<Session<'_, P>, OpenFailure> {
        self.discard_if(Instance::memory_low);
        let (guest, shape) = self.begin(settings, source, state)?;
        Ok(Session::new(self, guest, shape, settings, source))
    }

    /// As [`open`](Self::open) with a state that can be done without: where it does not open, a session without it, and why the state was of no use.
    ///
    /// # Errors
    /// The module opens no session without it either.
    pub fn open_with_or_without(
        &mut self,
        settings: &[Setting],
        source: &SourceFacts,
        state: &SavedState,
    ) -> Result<(Session<'_, P>, Option<OpenFailure>), OpenFailure> {
        self.discard_if(Instance::memory_low);
        let (begun, unfit) = match self.begin(settings, source, Some(state)) {
            Ok(begun) => (begun, None),
            Err(failure) => (self.begin(settings, source, None)?, Some(failure)),
        };
        let (guest, shape) = begun;
        Ok((Session::new(self, guest, shape, settings, source), unfit))
    }

    /// Runs another module of the same kind from the next session on; one of another kind is left alone.
    pub fn exchange(&mut self, module: &Module) {
        if module.kind() == P::KIND && module.digest() != self.module.digest() {
            self.module = module.clone();
            self.discard();
        }
    }

    /// Whether another module goes on where a session of this one saved its state.
    ///
    /// # Errors
    /// Why not.
    pub fn would_open(&self, module: &Module, settings: &[Setting], source: &SourceFacts, state: &SavedState) -> Result<(), OpenFailure> {
        let mut heir = Self { module: module.clone(), ..self.beside() };
        heir.open(settings, source, Some(state)).map(drop)
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Bytes of linear memory of the instance, 0 without one. It never shrinks.
    pub fn memory(&self) -> u64 {
        self.instance.as_ref().map_or(0, Instance::memory)
    }

    pub(super) fn memory_low(&self) -> bool {
        self.instance.as_ref().is_some_and(Instance::memory_low)
    }

    fn discard_if(&mut self, condition: impl FnOnce(&Instance<P::Guest>) -> bool) {
        self.instance = self.instance.take().filter(|instance| !condition(instance));
    }

    /// Nothing of the instance is used again.
    pub(super) fn discard(&mut self) {
        self.instance = None;
    }

    /// Opens a session in the guest and asks for its schema.
    pub(super) fn begin(
        &mut self,
        settings: &[Setting],
        source: &SourceFacts,
        state: Option<&SavedState>,
    ) -> Result<(ResourceAny, RowShape), OpenFailure> {
        if self.instance.is_none() {
            self.instance = Some(P::instantiate(&self.module, &self.limits)?);
        }
        let texts = params::texts(settings);
        let settings = params::settings(settings, &texts);
        let opened = self.call("open", |guest, store| P::open(guest, store, &settings, params::facts(source), state.map(params::state)));
        let session = opened?.map_err(refusal)?;
        let schema = self.call("schema", |guest, store| P::schema(guest, store, session))?;
        let shape = RowShape::new(schema).and_then(|shape| self.expected(shape));
        Ok((session, shape.inspect_err(|_| self.discard())?))
    }

    fn expected(&self, shape: RowShape) -> Result<RowShape, Fault> {
        let difference = self.schema.as_ref().and_then(|schema| shape.table().difference(schema));
        match difference {
            Some(difference) => Err(Fault::bad_answer("schema", format!("it is another one than at the start: it {difference}"))),
            None => Ok(shape),
        }
    }

    /// Calls the instance, which is thrown away if it fails.
    pub(super) fn call<R>(
        &mut self,
        name: &'static str,
        function: impl FnOnce(&P::Guest, &mut Store<State>) -> wasmtime::Result<R>,
    ) -> Result<R, Fault> {
        let mut instance = self.instance.take().ok_or(Fault::Ended)?;
        let answer = instance.call(name, function)?;
        self.instance = Some(instance);
        Ok(answer)
    }
}

fn refusal(error: types::OpenError) -> OpenFailure {
    match error {
        types::OpenError::BadOption(bad) => {
            OpenFailure::BadOption { name: one_line(&bad.name, MESSAGE), expected: one_line(&bad.expected, MESSAGE) }
        }
        types::OpenError::BadExpression(bad) => {
            OpenFailure::Other(format!("an expression, byte {}: {}", bad.at, one_line(&bad.expected, MESSAGE)))
        }
        types::OpenError::ForeignState(version) => OpenFailure::ForeignState { version },
        types::OpenError::Other(reason) => OpenFailure::Other(one_line(&reason, MESSAGE)),
    }
}
