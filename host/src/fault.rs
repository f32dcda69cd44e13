//! A testing aid: the process kills itself at a named step, so that a test can see what a crash leaves behind at any moment.
//!
//! `WEIR_CRASH_AT=record-created` ends the process by SIGKILL the first time it reaches that point, `WEIR_CRASH_AT=file-moved:3` the third time.
//! Without the variable a point costs one comparison.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where the process is told to die.
struct Order {
    name: String,
    passes: AtomicU64,
}

/// A point between two steps that a crash may part.
pub fn point(name: &'static str) {
    static ORDER: OnceLock<Option<Order>> = OnceLock::new();
    let Some(order) = ORDER.get_or_init(|| std::env::var("WEIR_CRASH_AT").ok().map(|text| Order::read(&text))) else { return };
    if order.name == name && order.passes.fetch_sub(1, Ordering::Relaxed) == 1 {
        die();
    }
}

/// SIGKILL runs no handler and no destructor: what a power switch does to a process. Only SIGKILL's failure returns.
fn die() {
    let _ = signal_hook::low_level::raise(signal_hook::consts::SIGKILL);
    std::process::abort();
}

impl Order {
    fn read(text: &str) -> Self {
        let (name, passes) = match text.split_once(':') {
            Some((name, count)) => (name, count.parse().unwrap_or(1)),
            None => (text, 1),
        };
        Self { name: name.to_owned(), passes: AtomicU64::new(passes) }
    }
}
