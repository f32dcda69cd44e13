//! One TOML file: which modules there are, and which pipelines run. Parsed into raw values with their places, then validated into these types,
//! which cannot be wrong by themselves.

mod types;

pub use types::{
    AfterIngest, Compression, Config, DirectorySource, Limits, ModuleConfig, Parser, Pipeline, Selection, Sink, Source, TableSink,
};
