//! Fuzz targets of the host: what it reads before any module does.
#![expect(clippy::panic, clippy::expect_used, reason = "a fault is shown by a panic")]

mod capture;
mod config;
mod content;
mod gap;
mod pieces;

use fuzz_driver::Target;

/// All of them.
pub const TARGETS: [Target; 3] = [capture::TARGET, content::TARGET, config::TARGET];
