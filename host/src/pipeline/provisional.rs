//! Rows and rejects that a module handed out and may yet take back: what came since `done_to` last moved.

use arrow_array::RecordBatch;

use crate::model::{Parsed, Reject};

/// Holds what is provisional, bounded in bytes.
#[derive(Debug, Default)]
pub struct Provisional {
    rows: Vec<RecordBatch>,
    rejects: Vec<Reject>,
    bytes: u64,
    done_to: u64,
}

/// What became final.
#[derive(Debug, Default)]
pub struct Final {
    /// In the order they were handed out.
    pub rows: Vec<RecordBatch>,
    /// Positions count from where the session began.
    pub rejects: Vec<Reject>,
}

/// A module gives rows and no progress.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{held} bytes of rows wait for done-to to move, more than the limit of {limit} (limits.pending)")]
pub struct TooMuchPending {
    held: u64,
    limit: u64,
}

impl Provisional {
    /// Adds what one call gave. Returns what is final with it: everything held, when `done_to` moved.
    ///
    /// # Errors
    /// When what is held passes `limit` bytes.
    pub fn take(&mut self, parsed: Parsed, limit: u64) -> Result<Final, TooMuchPending> {
        self.bytes += held_bytes(&parsed);
        if parsed.rows.num_rows() > 0 {
            self.rows.push(parsed.rows);
        }
        self.rejects.extend(parsed.rejects);
        if parsed.done_to > self.done_to {
            self.done_to = parsed.done_to;
            return Ok(self.release());
        }
        if self.bytes > limit { Err(TooMuchPending { held: self.bytes, limit }) } else { Ok(Final::default()) }
    }

    /// Everything held: the session finished, and everything that was fed is done.
    pub fn release(&mut self) -> Final {
        self.bytes = 0;
        Final { rows: std::mem::take(&mut self.rows), rejects: std::mem::take(&mut self.rejects) }
    }

    /// Up to where the input is final, from where the session began.
    pub fn done_to(&self) -> u64 {
        self.done_to
    }
}

fn held_bytes(parsed: &Parsed) -> u64 {
    let rejects: usize = parsed.rejects.iter().map(|reject| size_of::<Reject>() + reject.detail.len()).sum();
    (parsed.rows.get_array_memory_size() + rejects) as u64
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int32Array};

    use super::*;

    fn parsed(rows: i32, done_to: u64) -> Parsed {
        let column: ArrayRef = Arc::new(Int32Array::from_iter_values(0..rows));
        Parsed { rows: RecordBatch::try_from_iter([("n", column)]).unwrap(), rejects: vec![], done_to, more: false }
    }

    #[test]
    fn rows_wait_until_done_to_moves_and_then_all_are_final() {
        let mut held = Provisional::default();
        assert_eq!(held.take(parsed(3, 0), 1 << 20).unwrap().rows.len(), 0);
        assert_eq!(held.take(parsed(4, 9), 1 << 20).unwrap().rows.iter().map(RecordBatch::num_rows).sum::<usize>(), 7);
        assert_eq!(held.done_to(), 9);
    }

    #[test]
    fn rows_without_progress_are_bounded() {
        let mut held = Provisional::default();
        let error = held.take(parsed(1000, 0), 100).unwrap_err();
        assert!(error.to_string().ends_with("more than the limit of 100 (limits.pending)"));
    }
}
