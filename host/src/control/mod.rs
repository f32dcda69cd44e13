//! Control of a running weir: another module for its pipelines while rows flow, and how far they are.
//!
//! Modules come by a changed file, by a changed configuration (its `digest` or `file` of a module) that is noticed or announced by SIGHUP, or over a
//! socket from `weir module deploy`. Each is compiled and checked beside the running one, and takes its place in all pipelines that run it, or in none.

mod deployment;
mod protocol;
mod server;
mod socket;
mod watch;

pub use deployment::{DeployError, Deployment};
pub use protocol::{Answer, Deployed, PipelineStatus, Request, Status};
pub use server::Server;
pub use socket::{ControlError, ask, socket};
pub use watch::{Reload, watch};
