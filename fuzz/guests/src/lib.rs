//! Fuzz targets of the stock modules, built natively. Each feeds a session anything, twice: as it is, and cut elsewhere with the session saved and
//! opened on the way. Both must keep the rules of the contract, give the same, and stay within memory.
#![expect(clippy::panic, clippy::expect_used, clippy::indexing_slicing, reason = "a fault is shown by a panic")]

mod bpf;
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
mod raw_lines;
mod session;
mod spot_lines;
mod subject;

use fuzz_driver::Target;

/// All of them.
pub const TARGETS: [Target; 10] = [
    flow::TARGET,
    netflow::TARGET,
    dns::TARGET,
    proxy::TARGET,
    spot_lines::TARGET,
    raw_lines::TARGET,
    bpf::TARGET,
    filter::TARGET,
    logformat::TARGET,
    options::TARGET,
];
