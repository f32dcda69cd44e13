//! State on its way from file to file: each file begins with what the one before it left.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use tracing::warn;

use super::opening::Opening;
use crate::config::FileOrder;
use crate::model::SourceRef;
use crate::sink::table::{TableError, Turns};
use crate::source::FoundFile;

/// The order of a pipeline's files, held by the one worker that such a pipeline has.
pub struct Carrying {
    turns: Turns,
    order: FileOrder,
}

impl Carrying {
    /// Goes on where `turns` are; files are handed out in `order`.
    pub fn new(turns: Turns, order: FileOrder) -> Self {
        Self { turns, order }
    }

    /// The file's turn: where it begins stays, and what it begins with is what the last commit left, of whatever file.
    ///
    /// # Errors
    /// The table cannot be read or written.
    pub fn opening(&mut self, found: &FoundFile, source: &SourceRef, opening: Opening) -> Result<Opening, TableError> {
        let modified = nanoseconds(found.modified);
        if let Some((last, time)) = self.turns.last()
            && last.digest != source.digest
            && is_before(self.order, (modified, &source.name), (time, &last.name))
        {
            warn!(
                file = source.name,
                before = last.name,
                "comes late, in the order of files before one that had its turn: it begins with what was left by then"
            );
        }
        Ok(opening.carrying(self.turns.take(source, modified)?))
    }
}

fn is_before(order: FileOrder, (modified, name): (i64, &str), (other_modified, other_name): (i64, &str)) -> bool {
    let (path, other) = (Path::new(name), Path::new(other_name));
    match order {
        FileOrder::Modified => (modified, path) < (other_modified, other),
        FileOrder::Name => path < other,
    }
}

/// Since 1970, or the nearest that the type holds.
fn nanoseconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |before| -before),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_compared_as_the_source_orders_them() {
        let (a, b) = ((7, "in/a"), (3, "in/b"));
        assert!(is_before(FileOrder::Name, a, b));
        assert!(!is_before(FileOrder::Modified, a, b));
        assert!(is_before(FileOrder::Modified, (7, "in/a"), (7, "in/b")));
        assert!(is_before(FileOrder::Name, (0, "in/a/z"), (0, "in/a.b")));
    }

    #[test]
    fn times_before_1970_come_first() {
        assert_eq!(nanoseconds(UNIX_EPOCH - std::time::Duration::from_nanos(5)), -5);
    }
}
