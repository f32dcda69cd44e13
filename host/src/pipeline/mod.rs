//! From a source through a module to a sink: the one place that knows all three.

mod batch;
mod carrying;
mod consume;
mod content;
mod crew;
mod feed;
mod fetching;
mod forwarding;
mod ingest;
mod keeper;
mod lane;
mod listening;
mod memory;
mod opening;
mod original;
mod packet_feed;
mod pass;
mod progress;
mod provisional;
mod reading;
mod record;
mod run;
mod selecting;
mod split;
mod storing;
mod stream_feed;
mod stretch;
mod told;
mod trouble;
mod worker;

pub use progress::{Counts, Progress};
pub use run::{Ready, StartError};
pub use trouble::{IngestError, ModuleFailure};
pub use worker::PipelineError;
