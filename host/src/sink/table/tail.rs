//! The end of a partition's records: where to go on, and which messages came of late.
//!
//! A partition has records without end, so they are not followed from the first: the names tell which is the last.

use jiff::Timestamp;

use super::{TableError, layout, record};
use crate::model::{CommitId, Digest, Received, SavedState};
use crate::storage::Storage;

/// What a table knows of a partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tail {
    /// Everything before this is in the table; none: it knows nothing of the partition.
    pub position: Option<u64>,
    /// What the module remembered there.
    pub state: Option<SavedState>,
    /// What messages of late held, and when they were committed.
    pub received: Vec<(Timestamp, Received)>,
}

/// The records of a source that were made since a time, and the last one in any case.
pub(super) fn tail(storage: &dyn Storage, source: &Digest, since: Timestamp) -> Result<Tail, TableError> {
    let mut tail = Tail::default();
    for from in begins(storage, source)?.into_iter().rev() {
        let Some(record) = record::read(storage, CommitId { source: *source, from })? else { continue };
        if tail.position.is_none() {
            tail.position = Some(record.to);
            tail.state = record::saved_state(&record)?;
        }
        let at = record.at.parse().unwrap_or(Timestamp::MIN);
        if at < since {
            break;
        }
        tail.received.extend(record.received.into_iter().map(|received| (at, received)));
    }
    Ok(tail)
}

/// Where the records of a source begin, in order.
fn begins(storage: &dyn Storage, source: &Digest) -> Result<Vec<u64>, TableError> {
    let directory = layout::record(CommitId { source: *source, from: 0 });
    let ids = storage.list(layout::parent(&directory))?.into_iter().filter_map(|entry| layout::commit_id(&entry.name));
    let mut begins: Vec<_> = ids.filter(|id| id.source == *source).map(|id| id.from).collect();
    begins.sort_unstable();
    Ok(begins)
}
