//! What a run costs: bytes of heap. The whole process is counted, so runs take turns.

use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// The heap since a moment.
#[derive(Debug, Clone, Copy)]
pub struct Heap {
    before: usize,
}

impl Heap {
    /// Begins now.
    pub fn watch() -> Self {
        HEAP.reset_peak_usage();
        Self { before: HEAP.current_usage() }
    }

    /// Most bytes that were in use at once, beyond those that were in use at the beginning.
    pub fn peak(self) -> usize {
        HEAP.peak_usage().saturating_sub(self.before)
    }
}
