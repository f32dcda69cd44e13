//! The raw listing of nfdump, with everything that its csv leaves out.

use std::collections::BTreeMap;

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
