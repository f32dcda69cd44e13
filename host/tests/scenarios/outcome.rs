//! What a run made: the rows of each partition of the table.

use std::collections::BTreeMap;

use crate::end_to_end::program::Weir;
use crate::end_to_end::table::files;
use crate::rows::{Row, rows};

/// Rows by partition, `y=2017/m=9/d=8/h=11`.
pub type Outcome = BTreeMap<String, Vec<Row>>;

/// Ingests one input, with the machine's zone being `zone`, and reads the table.
pub fn outcome(module: &str, more: &str, input: (&str, &[u8]), zone: &str) -> Outcome {
    let weir = weir(module, more, zone);
    weir.input(input.0, input.1);
    ingest(&weir)
}

/// A pipeline of the module in a zone; `more` is the end of its table in the configuration.
pub fn weir(module: &str, more: &str, zone: &str) -> Weir {
    let mut weir = Weir::pipeline(module, more);
    weir.set("TZ", zone);
    weir
}

/// Ingests what is there, all of which becomes rows.
pub fn ingest(weir: &Weir) -> Outcome {
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    let table = weir.path("out");
    let mut found = Outcome::new();
    for file in files(&table) {
        let partition = file.parent().unwrap().strip_prefix(&table).unwrap().to_str().unwrap();
        found.entry(partition.to_owned()).or_default().extend(rows(&file));
    }
    found
}

/// A row of these columns and values.
pub fn row(cells: &[(&str, &str)]) -> Row {
    cells.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
