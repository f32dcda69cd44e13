//! nfdump's csv of 48 columns, and how its columns become those of Spot.

use weir_sdk::testing::Parsed;

/// Rows of `nfdump -o csv` by column name.
pub struct Csv {
    names: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// Spot's columns that are one of nfdump's as it is.
const SAME: [(&str, &str); 20] = [
    ("sip", "sa"),
    ("dip", "da"),
    ("sport", "sp"),
    ("dport", "dp"),
    ("proto", "pr"),
    ("fwd", "fwd"),
    ("stos", "stos"),
    ("ipkt", "ipkt"),
    ("ibyt", "ibyt"),
    ("opkt", "opkt"),
    ("obyt", "obyt"),
    ("input", "in"),
    ("output", "out"),
    ("sas", "sas"),
    ("das", "das"),
    ("dtos", "dtos"),
    ("dir", "dir"),
    ("rip", "ra"),
    ("treceived", "tr"),
    ("flag", "flg"),
];

impl Csv {
    pub fn of(text: &str) -> Self {
        let mut lines = text.lines();
        let names: Vec<_> = lines.next().unwrap_or_default().split(',').map(str::to_owned).collect();
        let rows = lines.take_while(|line| *line != "Summary").map(|line| line.split(',').map(|cell| cell.trim().to_owned()).collect());
        Self { names, rows: rows.filter(|row: &Vec<String>| row.len() == 48).collect() }
    }

    pub fn cell(&self, row: usize, name: &str) -> &str {
        let at = self.names.iter().position(|known| known == name).expect(name);
        &self.rows[row][at]
    }

    /// What differs from rows of schema spot.
    pub fn differences(&self, file: &str, got: &Parsed) -> Vec<String> {
        let mut bad = Vec::new();
        if got.rows.len() != self.rows.len() {
            return vec![format!("{file}: {} rows, expected {}", got.rows.len(), self.rows.len())];
        }
        for (spot, nfdump) in SAME {
            for (row, value) in got.column(spot).into_iter().enumerate() {
                let mut expected = self.cell(row, nfdump).to_owned();
                if nfdump == "tr" {
                    expected.truncate(19);
                }
                if nfdump == "flg" {
                    expected = expected[2..].to_owned();
                }
                if value != Some(expected.as_str()) {
                    bad.push(format!("{file} row {row}: {spot} {value:?}, expected {expected}"));
                }
            }
        }
        for (row, value) in got.column("tdur").into_iter().enumerate() {
            let expected: f32 = self.cell(row, "td").parse().expect("td");
            if value.and_then(|value| value.parse().ok()) != Some(expected) {
                bad.push(format!("{file} row {row}: tdur {value:?}, expected {expected}"));
            }
        }
        bad
    }
}
