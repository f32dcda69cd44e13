//! The two kinds of parser behind one face: what they are fed differs, everything else of a session is the same.

use wasmtime::Store;
use wasmtime::component::ResourceAny;

use super::fault::Fault;
use super::instance::Instance;
use super::module::{Module, World};
use super::state::State;
use super::worlds::packet::weir::ingest::packets;
use super::worlds::{packet, stream, types};
use crate::config::Limits;
use crate::model::{ModuleKind, PacketBatch};

/// What one call of a guest that parses gives.
pub type Answer = wasmtime::Result<Result<types::Output, types::ParseError>>;
/// What opening a session gives.
pub type Opened = wasmtime::Result<Result<ResourceAny, types::OpenError>>;

/// A kind of parser.
pub trait Parser {
    /// What a session is fed.
    type Input<'a>: Copy;
    /// The bindings of its world.
    type Guest;
    /// In the contract.
    const KIND: ModuleKind;

    /// The input that asks for rows that are waiting.
    fn nothing() -> Self::Input<'static>;
    /// How far an input moves a session on: bytes or packets.
    fn positions(input: Self::Input<'_>) -> u64;
    /// An instance of a module of this kind.
    ///
    /// # Errors
    /// It does not start, or is of another kind.
    fn instantiate(module: &Module, limits: &Limits) -> Result<Instance<Self::Guest>, Fault>;
    /// The contract's `open`.
    fn open(
        guest: &Self::Guest,
        store: &mut Store<State>,
        settings: &[types::Setting<'_>],
        source: types::SourceFacts<'_>,
        state: Option<types::SavedStateParam<'_>>,
    ) -> Opened;
    /// The contract's `schema`.
    fn schema(guest: &Self::Guest, store: &mut Store<State>, session: ResourceAny) -> wasmtime::Result<types::Schema>;
    /// The contract's `feed`.
    fn feed(guest: &Self::Guest, store: &mut Store<State>, session: ResourceAny, input: Self::Input<'_>) -> Answer;
    /// The contract's `finish`.
    fn finish(guest: &Self::Guest, store: &mut Store<State>, session: ResourceAny) -> Answer;
    /// The contract's `save`.
    fn save(guest: &Self::Guest, store: &mut Store<State>, session: ResourceAny) -> wasmtime::Result<Option<types::SavedStateResult>>;
}

/// The kind `stream-parser`: positions are bytes.
#[derive(Debug, Clone, Copy)]
pub enum Streams {}

/// The kind `packet-parser`: positions are packets.
#[derive(Debug, Clone, Copy)]
pub enum Packets {}

/// What the two worlds spell alike, with types of their own.
macro_rules! calls {
    ($guest:ty, $world:ident, $interface:ident) => {
        type Guest = $guest;

        fn instantiate(module: &Module, limits: &Limits) -> Result<Instance<Self::Guest>, Fault> {
            match module.world() {
                World::$world(pre) => module.instantiate(limits, |store| pre.instantiate(store)),
                _ => Err(Fault::Start { what: WrongKind { is: module.kind(), needed: Self::KIND }.to_string() }),
            }
        }

        fn open(
            guest: &Self::Guest,
            store: &mut Store<State>,
            settings: &[types::Setting<'_>],
            source: types::SourceFacts<'_>,
            state: Option<types::SavedStateParam<'_>>,
        ) -> Opened {
            guest.$interface().session().call_open(store, settings, source, state)
        }

        fn schema(guest: &Self::Guest, store: &mut Store<State>, session: ResourceAny) -> wasmtime::Result<types::Schema> {
            guest.$interface().session().call_schema(store, session)
        }

        fn finish(guest: &Self::Guest, store: &mut Store<State>, session: ResourceAny) -> Answer {
            guest.$interface().session().call_finish(store, session)
        }

        fn save(guest: &Self::Guest, store: &mut Store<State>, session: ResourceAny) -> wasmtime::Result<Option<types::SavedStateResult>> {
            guest.$interface().session().call_save(store, session)
        }
    };
}

impl Parser for Streams {
    type Input<'a> = &'a [u8];
    const KIND: ModuleKind = ModuleKind::StreamParser;
    calls!(stream::StreamParserModule, Stream, weir_ingest_stream_parser);

    fn nothing() -> &'static [u8] {
        &[]
    }

    fn positions(chunk: &[u8]) -> u64 {
        chunk.len() as u64
    }

    fn feed(guest: &Self::Guest, store: &mut Store<State>, session: ResourceAny, chunk: &[u8]) -> Answer {
        guest.weir_ingest_stream_parser().session().call_feed(store, session, chunk)
    }
}

impl Parser for Packets {
    type Input<'a> = PacketBatch<'a>;
    const KIND: ModuleKind = ModuleKind::PacketParser;
    calls!(packet::PacketParserModule, Packet, weir_ingest_packet_parser);

    fn nothing() -> PacketBatch<'static> {
        PacketBatch::default()
    }

    fn positions(batch: PacketBatch<'_>) -> u64 {
        batch.len() as u64
    }

    fn feed(guest: &Self::Guest, store: &mut Store<State>, session: ResourceAny, batch: PacketBatch<'_>) -> Answer {
        let PacketBatch { link_type, first, numbers, timestamps, offsets, captured, lengths, data } = batch;
        let batch = packets::PacketBatch { link_type, first, numbers, timestamps, offsets, captured, lengths, data };
        guest.weir_ingest_packet_parser().session().call_feed(store, session, batch)
    }
}

/// A module of another kind than its user needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the module is a {is}, and a {needed} is needed")]
pub struct WrongKind {
    /// What it is.
    pub is: ModuleKind,
    /// What would do.
    pub needed: ModuleKind,
}
