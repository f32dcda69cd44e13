//! The runtime of everything that waits for HDFS: its own two threads, started with the first storage. Threads of pipelines wait for what it does.

use std::io;
use std::sync::OnceLock;

use tokio::runtime::{Builder, Runtime};

/// Threads; they move bytes and wait for sockets.
const THREADS: usize = 2;

/// The one runtime.
pub(super) fn runtime() -> io::Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let made = Builder::new_multi_thread().worker_threads(THREADS).thread_name("hdfs").enable_all().build()?;
    // Of two that come first at one time, one runtime goes unused.
    Ok(RUNTIME.get_or_init(|| made))
}
