//! What a file held that is neither a flow nor damage: counted, and said once.

use weir_sdk::log::{Level, log};

/// What was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Skipped {
    /// Blocks of arrays (databases of look-ups).
    pub arrays: u64,
    /// Records of the collector: statistics, names, the file's own name.
    pub records: u64,
    /// Extensions of flows that are not known.
    pub extensions: u64,
}

impl Skipped {
    /// One line, when there is something to say; louder when data was passed over that is not known.
    pub fn report(self) {
        let Self { arrays, records, extensions } = self;
        if self != Self::default() {
            let level = if extensions > 0 { Level::Warn } else { Level::Debug };
            log(
                level,
                &format!("skipped {records} records of the collector, {arrays} array blocks, {extensions} unknown extensions of flows"),
            );
        }
    }
}
