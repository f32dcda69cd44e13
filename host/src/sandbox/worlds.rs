//! The contract's three worlds as wasmtime sees them, with one set of types. Parameters are borrowed: a chunk is copied once, into the sandbox.

pub mod stream {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "stream-parser-module",
        ownership: Borrowing { duplicate_if_necessary: true },
    });
}

pub mod packet {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "packet-parser-module",
        ownership: Borrowing { duplicate_if_necessary: true },
        with: {
            "weir:ingest/types": super::stream::weir::ingest::types,
            "weir:ingest/log": super::stream::weir::ingest::log,
        },
    });
}

pub mod filter {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "packet-filter-module",
        ownership: Borrowing { duplicate_if_necessary: true },
        with: {
            "weir:ingest/types": super::stream::weir::ingest::types,
            "weir:ingest/log": super::stream::weir::ingest::log,
            "weir:ingest/packets": super::packet::weir::ingest::packets,
        },
    });
}

pub use stream::weir::ingest::log::Level;
pub use stream::weir::ingest::types;
