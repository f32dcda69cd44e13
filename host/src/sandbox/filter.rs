//! A filter of packets: one expression, compiled by a module, asked of batch after batch.

use wasmtime::Store;
use wasmtime::component::ResourceAny;

use super::fault::Fault;
use super::instance::Instance;
use super::leading::Leading;
use super::line::one_line;
use super::module::{Module, World};
use super::params;
use super::parser::WrongKind;
use super::state::State;
use super::worker::MESSAGE;
use super::worlds::filter::PacketFilterModule;
use super::worlds::filter::exports::weir::ingest::packet_filter as contract;
use super::worlds::packet::weir::ingest::packets;
use super::worlds::types;
use crate::config::Limits;
use crate::model::{FilterKey, FilterNeeds, PacketBatch, Setting};

/// Warnings of one expression that are kept.
const WARNINGS: usize = 100;

/// One expression in an instance of its own. It keeps no memory of earlier packets, so a fresh instance takes over when memory runs low. After a fault
/// it gives nothing more.
pub struct PacketFilter {
    module: Module,
    limits: Limits,
    expression: String,
    settings: Vec<Setting>,
    /// `None` after a fault.
    session: Option<Session>,
    needs: FilterNeeds,
    leading: Leading,
}

/// An instance with the expression's session in it.
struct Session {
    instance: Instance<PacketFilterModule>,
    guest: ResourceAny,
}

/// Why an expression was not compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// The module is no filter.
    #[error(transparent)]
    WrongKind(#[from] WrongKind),
    /// Misconfiguration.
    #[error("option `{name}`: expected {expected}")]
    BadOption {
        /// The option.
        name: String,
        /// What would be right.
        expected: String,
    },
    /// The expression does not compile.
    #[error("at byte {at} of the expression: {expected}")]
    BadExpression {
        /// Byte offset in the expression, at most its length.
        at: usize,
        /// What was expected there.
        expected: String,
    },
    /// The module says no, for a reason of its own.
    #[error("the module does not take the expression: {0}")]
    Other(String),
    /// The module failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl PacketFilter {
    /// Compiles an expression.
    ///
    /// # Errors
    /// The expression or a setting does not suit the module, the module is of another kind, or it fails.
    pub fn open(module: Module, limits: Limits, expression: &str, settings: &[Setting]) -> Result<Self, FilterError> {
        let mut session = Session::open(&module, &limits, expression, settings)?;
        let needs = session.call("needs", |guest, store, session| guest.call_needs(store, session))?;
        let (expression, settings) = (expression.to_owned(), settings.to_vec());
        Ok(Self { module, limits, expression, settings, session: Some(session), needs: needs.into(), leading: Leading::default() })
    }

    /// The same expression in another instance: one for each thread.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn another(&self) -> Result<Self, FilterError> {
        Self::open(self.module.clone(), self.limits.clone(), &self.expression, &self.settings)
    }

    /// What the expression can do without.
    pub fn needs(&self) -> &FilterNeeds {
        &self.needs
    }

    /// What the expression says that its author may not have meant, one line each.
    ///
    /// # Errors
    /// The module fails.
    pub fn warnings(&mut self) -> Result<Vec<String>, Fault> {
        let warnings = self.call("warnings", |guest, store, session| guest.call_warnings(store, session))?;
        Ok(warnings.iter().take(WARNINGS).map(|warning| one_line(warning, MESSAGE)).collect())
    }

    /// One bit a packet, least significant first; bits behind the last packet are 0. No more of each packet is passed than the expression needs.
    ///
    /// # Errors
    /// The module fails.
    pub fn select(&mut self, batch: PacketBatch<'_>) -> Result<Vec<u8>, FilterError> {
        self.renew_if_memory_is_low()?;
        let mut leading = std::mem::take(&mut self.leading);
        let passed = self.needs.leading_bytes.and_then(|most| leading.cut(batch, most)).unwrap_or(batch);
        let selected = self.call("select", |guest, store, session| guest.call_select(store, session, contract_batch(passed)));
        self.leading = leading;
        Ok(self.checked(selected?, batch.len())?)
    }

    fn checked(&mut self, mut bits: Vec<u8>, packets: usize) -> Result<Vec<u8>, Fault> {
        if bits.len() != packets.div_ceil(8) {
            self.session = None;
            return Err(Fault::bad_answer("select", format!("{} bytes of bits for {packets} packets", bits.len())));
        }
        if let (Some(last), rest @ 1..) = (bits.last_mut(), packets % 8) {
            *last &= (1 << rest) - 1;
        }
        Ok(bits)
    }

    fn renew_if_memory_is_low(&mut self) -> Result<(), FilterError> {
        if self.session.as_ref().is_some_and(|session| session.instance.memory_low()) {
            self.session = None;
            self.session = Some(Session::open(&self.module, &self.limits, &self.expression, &self.settings)?);
        }
        Ok(())
    }

    /// Calls the session, which is thrown away if it fails.
    fn call<R>(
        &mut self,
        name: &'static str,
        function: impl FnOnce(contract::GuestSession<'_>, &mut Store<State>, ResourceAny) -> wasmtime::Result<R>,
    ) -> Result<R, Fault> {
        let mut session = self.session.take().ok_or(Fault::Ended)?;
        let answer = session.call(name, function)?;
        self.session = Some(session);
        Ok(answer)
    }
}

impl Session {
    fn open(module: &Module, limits: &Limits, expression: &str, settings: &[Setting]) -> Result<Self, FilterError> {
        let World::Filter(pre) = module.world() else {
            return Err(WrongKind { is: module.kind(), needed: crate::model::ModuleKind::PacketFilter }.into());
        };
        let mut instance = module.instantiate(limits, |store| pre.instantiate(store))?;
        let texts = params::texts(settings);
        let settings = params::settings(settings, &texts);
        let opened =
            instance.call("open", |guest, store| guest.weir_ingest_packet_filter().session().call_open(store, expression, &settings))?;
        let guest = opened.map_err(|error| refusal(error, expression))?;
        Ok(Self { instance, guest })
    }

    fn call<R>(
        &mut self,
        name: &'static str,
        function: impl FnOnce(contract::GuestSession<'_>, &mut Store<State>, ResourceAny) -> wasmtime::Result<R>,
    ) -> Result<R, Fault> {
        let session = self.guest;
        self.instance.call(name, |guest, store| function(guest.weir_ingest_packet_filter().session(), store, session))
    }
}

fn contract_batch(batch: PacketBatch<'_>) -> packets::PacketBatch<'_> {
    let PacketBatch { link_type, first, numbers, timestamps, offsets, captured, lengths, data } = batch;
    packets::PacketBatch { link_type, first, numbers, timestamps, offsets, captured, lengths, data }
}

fn refusal(error: types::OpenError, expression: &str) -> FilterError {
    match error {
        types::OpenError::BadOption(bad) => {
            FilterError::BadOption { name: one_line(&bad.name, MESSAGE), expected: one_line(&bad.expected, MESSAGE) }
        }
        types::OpenError::BadExpression(bad) => {
            let at = usize::try_from(bad.at).unwrap_or(usize::MAX).min(expression.len());
            FilterError::BadExpression { at, expected: one_line(&bad.expected, MESSAGE) }
        }
        types::OpenError::ForeignState(_) => Fault::bad_answer("open", "a filter has no saved state").into(),
        types::OpenError::Other(reason) => FilterError::Other(one_line(&reason, MESSAGE)),
    }
}

impl From<contract::Needs> for FilterNeeds {
    fn from(needs: contract::Needs) -> Self {
        let keys = needs.keys.into_iter().map(|list| list.into_iter().map(Into::into).collect()).collect();
        Self { leading_bytes: needs.leading_bytes, keys }
    }
}

impl From<contract::Key> for FilterKey {
    fn from(key: contract::Key) -> Self {
        match key {
            contract::Key::Address(bytes) => Self::Address(bytes),
            contract::Key::Port(port) => Self::Port(port),
            contract::Key::Protocol(number) => Self::Protocol(number),
        }
    }
}
