//! Rows and rejects that a module handed out and may yet take back: what came since `done_to` last moved.

use arrow_array::RecordBatch;

use crate::model::{Parsed, Reject};

/// Holds what is provisional. The sandbox bounds it (`limits.pending`).
#[derive(Debug, Default)]
pub struct Provisional {
    rows: Vec<RecordBatch>,
    rejects: Vec<Reject>,
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

impl Provisional {
    /// Adds what one call gave. Returns what is final with it: everything held, when `done_to` moved.
    pub fn take(&mut self, parsed: Parsed) -> Final {
        if parsed.rows.num_rows() > 0 {
            self.rows.push(parsed.rows);
        }
        self.rejects.extend(parsed.rejects);
        if parsed.done_to == self.done_to {
            return Final::default();
        }
        self.done_to = parsed.done_to;
        self.release()
    }

    /// Everything held: the session finished, and everything that was fed is done.
    pub fn release(&mut self) -> Final {
        Final { rows: std::mem::take(&mut self.rows), rejects: std::mem::take(&mut self.rejects) }
    }

    /// Up to where the input is final, from where the session began.
    pub fn done_to(&self) -> u64 {
        self.done_to
    }
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
        assert_eq!(held.take(parsed(3, 0)).rows.len(), 0);
        assert_eq!(held.take(parsed(4, 9)).rows.iter().map(RecordBatch::num_rows).sum::<usize>(), 7);
        assert_eq!(held.done_to(), 9);
    }
}
