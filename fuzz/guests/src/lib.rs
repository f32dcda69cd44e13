//! Fuzz targets of the stock modules, built natively. Each feeds a session anything, twice: as it is, and cut elsewhere with the session saved and
//! opened on the way. Both must keep the rules of the contract, give the same, and stay within memory.
#![expect(clippy::panic, clippy::expect_used, reason = "a fault is shown by a panic")]

mod cuts;
mod digest;
mod dns;
mod filter;
mod flow;
mod given;
mod logformat;
mod netflow;
mod options;
mod packets;
mod proxy;
mod session;
mod subject;

use fuzz_driver::Target;

/// All of them.
pub const TARGETS: [Target; 7] =
    [flow::TARGET, netflow::TARGET, dns::TARGET, proxy::TARGET, filter::TARGET, logformat::TARGET, options::TARGET];
