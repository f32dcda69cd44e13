//! Lines for the host's log: the only thing a module may do beside answering. Natively they go to standard error.

#[cfg(not(target_family = "wasm"))]
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

#[cfg(not(target_family = "wasm"))]
static QUIET: AtomicBool = AtomicBool::new(false);

/// From now on lines go nowhere: for tests that feed a session a million inputs.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn be_quiet() {
    QUIET.store(true, Relaxed);
}

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// For the module's author.
    Debug,
    /// For the curious.
    Info,
    /// Somebody should look.
    Warn,
    /// Somebody must look.
    Error,
}

/// Writes one line.
pub fn log(level: Level, message: &str) {
    #[cfg(all(target_family = "wasm", feature = "stream-parser"))]
    crate::glue::stream_parser::log(level, message);
    #[cfg(all(target_family = "wasm", feature = "packet-parser"))]
    crate::glue::packet_parser::log(level, message);
    #[cfg(all(target_family = "wasm", feature = "packet-filter"))]
    crate::glue::packet_filter::log(level, message);
    #[cfg(not(target_family = "wasm"))]
    if !QUIET.load(Relaxed) {
        eprintln!("{level:?}: {message}");
    }
    #[cfg(all(target_family = "wasm", not(any(feature = "stream-parser", feature = "packet-parser", feature = "packet-filter"))))]
    let _ = (level, message);
}

/// Writes one line at level warn.
pub fn warn(message: &str) {
    log(Level::Warn, message);
}
