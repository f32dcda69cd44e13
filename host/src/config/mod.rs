//! One TOML file: which modules there are, and which pipelines run. Parsed into values with their places, then validated into types that cannot be
//! wrong by themselves; every mistake is reported at once.

mod conflicts;
mod document;
mod effective;
mod environment;
mod hdfs;
mod kafka;
mod kafka_sink;
mod kafka_source;
mod literal;
mod load;
mod module_files;
mod modules;
mod node;
mod options;
pub(crate) mod outline;
mod packet_store;
mod pipelines;
mod problem;
mod quantity;
mod reading;
mod report;
mod selection;
mod sink;
mod source;
mod suggestion;
#[cfg(test)]
mod tests;
mod trust;
mod types;

pub use conflicts::{share_files, share_table};
pub use document::Document;
pub use effective::effective;
use hdfs::is_other_url;
pub use hdfs::{Hdfs, file_url, hdfs_path, is_hdfs};
pub use kafka::{Create, Kafka, Secret};
pub use kafka_sink::{KafkaSink, MessageFormat, Originals};
pub use kafka_source::{Batch, KafkaSource, PacketRecords, Start};
pub use load::{load, load_sound, load_text};
pub use module_files::ModuleFiles;
pub use packet_store::{PacketStoreSink, Roll, StoredHeaders};
pub use problem::{ConfigErrors, Mistake, Problem};
pub use suggestion::did_you_mean;
pub use types::{
    AfterIngest, Compression, Config, DirectorySource, FailurePolicy, FileOrder, Filter, Limits, ModuleConfig, Parser, Pipeline, Selection,
    Sink, Source, StreamSource, TableSink, UnknownPipeline,
};
