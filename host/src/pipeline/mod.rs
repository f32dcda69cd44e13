//! From a source through a module to a sink: the one place that knows all three.

mod ingest;
mod input;
mod progress;
mod provisional;
mod run;
mod told;
mod trouble;
mod worker;

pub use progress::{Counts, Progress};
pub use run::{Ready, StartError};
pub use trouble::{IngestError, ModuleFailure};
pub use worker::PipelineError;
