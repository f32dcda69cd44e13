//! What a source gave: rows and rejects that are final, and how it ended.

use weir_sdk::{Output, ParseError, Reject};

/// Everything that stands, positions counted from the beginning of the source.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Digests.
    pub rows: Vec<u64>,
    /// In the order of their places.
    pub rejects: Vec<Reject>,
    /// Why it ended early.
    pub error: Option<ParseError>,
    /// What stands only when `done_to` moves.
    provisional: (Vec<u64>, Vec<Reject>),
}

impl Given {
    /// Takes the rows and rejects of a session that began at `base`; where everything handed out so far stands, it lies before `done`.
    pub fn take(&mut self, rows: Vec<u64>, output: Output, base: u64, done: Option<u64>) {
        let rejects = output.rejects.into_iter().map(|reject| Reject { at: reject.at + base, ..reject });
        self.provisional.0.extend(rows);
        self.provisional.1.extend(rejects);
        if let Some(done) = done {
            let behind = self.provisional.1.iter().find(|reject| reject.at + reject.length > done);
            assert!(behind.is_none(), "{behind:?} stands where {done} are done");
            self.rows.append(&mut self.provisional.0);
            self.rejects.append(&mut self.provisional.1);
        }
    }

    /// What was provisional comes again.
    pub fn drop_provisional(&mut self) {
        self.provisional.0.clear();
        self.provisional.1.clear();
    }

    /// What stands in the end.
    pub fn end(mut self, error: Option<ParseError>) -> Self {
        self.drop_provisional();
        self.rejects.sort_by_key(|reject| reject.at);
        let rejects = self.rejects.drain(..).fold(Vec::new(), joined);
        Self { rejects, error, ..self }
    }
}

/// Neighbours of one reason are one, as modules make them of what lies in one call.
fn joined(mut rejects: Vec<Reject>, next: Reject) -> Vec<Reject> {
    match rejects.last_mut() {
        Some(last) if last.at + last.length == next.at && last.detail == next.detail => last.length += next.length,
        _ => rejects.push(next),
    }
    rejects
}
