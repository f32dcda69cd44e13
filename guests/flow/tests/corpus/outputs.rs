//! What nfdump printed: the csv of 48 columns, and the raw listing with everything that the csv leaves out.

use std::collections::BTreeMap;

/// Rows of `nfdump -o csv` by column name.
pub struct Csv {
    names: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

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
}

/// Records of `nfdump -o raw`: what stands behind each name, up to the first blank.
pub struct Raw(pub Vec<BTreeMap<String, String>>);

impl Raw {
    pub fn of(text: &str) -> Self {
        let records = text.split("Flow Record: ").skip(1).map(|record| {
            let mut values = BTreeMap::new();
            for (name, value) in record.lines().filter_map(|line| line.split_once(" = ")) {
                let first = value.split_whitespace().next().unwrap_or_default();
                values.entry(name.trim().to_owned()).or_insert_with(|| first.to_owned());
            }
            values
        });
        Self(records.collect())
    }
}
