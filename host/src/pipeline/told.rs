//! What the log says of input that goes to the quarantine: a few stretches of each file, and how many there were.

use tracing::warn;

use super::feed::Loss;

/// Stretches of a file that are told one by one: a file of a million bad lines must not drown the log.
const FEW: u64 = 5;

/// Counts the stretches of one file.
pub struct Told {
    file: String,
    stretches: u64,
}

impl Told {
    /// Of a file.
    pub fn of(file: &str) -> Self {
        Self { file: file.to_owned(), stretches: 0 }
    }

    /// A stretch.
    pub fn stretch(&mut self, loss: &Loss) {
        self.stretches += 1;
        if self.stretches <= FEW {
            self.rest(loss);
        }
    }

    /// The rest of a file, with which it ends: always worth a line.
    pub fn rest(&self, loss: &Loss) {
        let Loss { place, reason, detail, .. } = loss;
        warn!(file = self.file, at = place.at(), length = place.length(), %reason, detail, "to quarantine");
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if self.stretches > FEW {
            warn!(file = self.file, stretches = self.stretches, "to quarantine in all: `weir quarantine list` shows each");
        }
    }
}
