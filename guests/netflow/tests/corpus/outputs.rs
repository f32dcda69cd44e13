//! What nfdump printed: the csv of 48 columns.

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
