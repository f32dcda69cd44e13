//! Apache Spot's ingest, as far as its users see it: `ingest_conf.json`, `/etc/spot.conf` and the five programs that read them, converted to
//! pipelines of weir.
//!
//! [`convert()`] is pure: files and environment are passed in. What a key of Spot's became is a comment in the TOML; what is not needed any more, and
//! what is not the same, are [`Note`]s for whoever starts it.

mod conversion;
mod data_type;
mod directory;
mod error;
mod ingest_conf;
mod keys;
mod mode;
mod note;
mod pipeline;
mod process_opt;
mod request;
mod security;
mod spot_conf;
mod supported_files;
mod topic;

pub use conversion::{Conversion, convert};
pub use data_type::DataType;
pub use error::SpotError;
pub use ingest_conf::IngestConf;
pub use mode::Mode;
pub use note::{Matter, Note};
pub use request::Request;
pub use spot_conf::SpotConf;
