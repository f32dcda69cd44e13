//! World `packet-filter-module`.

use std::cell::RefCell;
use std::marker::PhantomData;

use crate::{self as sdk, PacketFilter};

wit_bindgen::generate!({
    path: "../../wit/weir-ingest.wit",
    world: "packet-filter-module",
    pub_export_macro: true,
    export_macro_name: "export_packet_filter",
    default_bindings_module: "weir_sdk::glue::packet_filter",
});

use exports::weir::ingest::packet_filter as contract;
use weir::ingest::types as wit;

pub struct Module<F>(PhantomData<F>);
pub struct Session<F>(RefCell<F>);

impl<F: PacketFilter + 'static> contract::Guest for Module<F> {
    type Session = Session<F>;

    fn describe() -> wit::Description {
        F::describe().into()
    }
}

impl<F: PacketFilter + 'static> contract::GuestSession for Session<F> {
    fn open(expression: String, options: Vec<wit::Setting>) -> Result<contract::Session, wit::OpenError> {
        let settings = options.into_iter().map(|setting| (setting.name, setting.value.into())).collect();
        let options = sdk::Options::new(&F::describe().options, settings)?;
        let filter = F::open(&expression, &options)?;
        Ok(contract::Session::new(Self(RefCell::new(filter))))
    }

    fn needs(&self) -> contract::Needs {
        self.0.borrow().needs().into()
    }

    fn warnings(&self) -> Vec<String> {
        self.0.borrow().warnings()
    }

    fn select(&self, packets: weir::ingest::packets::PacketBatch) -> Vec<u8> {
        let batch = sdk::PacketBatch {
            link_type: packets.link_type,
            first: packets.first,
            numbers: packets.numbers.as_deref(),
            timestamps: &packets.timestamps,
            offsets: &packets.offsets,
            captured: &packets.captured,
            lengths: &packets.lengths,
            data: &packets.data,
        };
        self.0.borrow_mut().select(batch).into_bits()
    }
}

impl From<sdk::Needs> for contract::Needs {
    fn from(from: sdk::Needs) -> Self {
        let keys = from.keys.into_iter().map(|list| list.into_iter().map(Into::into).collect()).collect();
        Self { leading_bytes: from.leading_bytes, keys }
    }
}

impl From<sdk::Key> for contract::Key {
    fn from(from: sdk::Key) -> Self {
        match from {
            sdk::Key::Address(bytes) => Self::Address(bytes),
            sdk::Key::Port(port) => Self::Port(port),
            sdk::Key::Protocol(number) => Self::Protocol(number),
        }
    }
}

crate::glue::conversions::conversions!();
