//! World `packet-parser-module`.

use std::cell::RefCell;
use std::marker::PhantomData;

use crate::{self as sdk, PacketParser};

wit_bindgen::generate!({
    path: "../../wit/weir-ingest.wit",
    world: "packet-parser-module",
    pub_export_macro: true,
    export_macro_name: "export_packet_parser",
    default_bindings_module: "weir_sdk::glue::packet_parser",
});

use exports::weir::ingest::packet_parser as contract;
use weir::ingest::types as wit;

pub struct Module<P>(PhantomData<P>);
pub struct Session<P>(RefCell<P>);

impl<P: PacketParser + 'static> contract::Guest for Module<P> {
    type Session = Session<P>;

    fn describe() -> wit::Description {
        P::describe().into()
    }
}

impl<P: PacketParser + 'static> contract::GuestSession for Session<P> {
    fn open(
        options: Vec<wit::Setting>,
        source: wit::SourceFacts,
        state: Option<wit::SavedState>,
    ) -> Result<contract::Session, wit::OpenError> {
        let settings = options.into_iter().map(|setting| (setting.name, setting.value.into())).collect();
        let options = sdk::Options::new(&P::describe().options, settings)?;
        let state = state.map(|state| sdk::SavedState { version: state.version, data: state.data });
        let source = sdk::SourceFacts { name: source.name, size: source.size, modified: source.modified };
        let parser = P::open(&options, &source, state.as_ref())?;
        Ok(contract::Session::new(Self(RefCell::new(parser))))
    }

    fn schema(&self) -> wit::Schema {
        self.0.borrow().schema().into()
    }

    fn feed(&self, packets: weir::ingest::packets::PacketBatch) -> Result<wit::Output, wit::ParseError> {
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
        Ok(self.0.borrow_mut().feed(batch)?.into())
    }

    fn finish(&self) -> Result<wit::Output, wit::ParseError> {
        Ok(self.0.borrow_mut().finish()?.into())
    }

    fn save(&self) -> Option<wit::SavedState> {
        self.0.borrow().save().map(|state| wit::SavedState { version: state.version, data: state.data })
    }
}

crate::glue::conversions::conversions!();
