//! Lines as columns.

use weir_sdk::{Numbers, Output, Reject, Texts};

#[derive(Default)]
pub struct Rows {
    count: u32,
    line: Texts,
    number: Numbers<i64>,
    time: Numbers<i64>,
}

impl Rows {
    pub fn push(&mut self, line: &str, number: u64) {
        self.count += 1;
        self.line.push(line);
        self.number.push(number as i64);
        self.time.push_option(seconds(line).and_then(|seconds| seconds.checked_mul(1_000_000_000)));
    }

    pub fn output(mut self, rejects: Vec<Reject>, done_to: u64) -> Output {
        let columns = vec![self.line.finish(), self.number.finish(), self.time.finish()];
        Output { rows: self.count, columns, rejects, done_to, more: false }
    }
}

/// The number that a line begins with.
fn seconds(line: &str) -> Option<i64> {
    let digits = line.split(|char: char| !char.is_ascii_digit()).next()?;
    digits.parse().ok()
}
