//! Rows as text: CSV, or a JSON object a line.

use std::path::Path;

use arrow_array::RecordBatch;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType};
use serde_json::{Map, Value};

use super::super::super::head::in_utc;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A line of names, then a line a row; null is nothing.
    Csv,
    /// An object a line.
    Json,
}

impl Form {
    /// By a file's name.
    pub(super) fn of(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("json" | "jsonl" | "ndjson") => Self::Json,
            _ => Self::Csv,
        }
    }

    /// All lines, without their ends.
    pub(super) fn lines(self, batches: &[RecordBatch]) -> Result<Vec<String>, ArrowError> {
        let mut lines = Vec::new();
        for (index, batch) in batches.iter().enumerate() {
            let batch = in_utc(batch)?;
            if index == 0 && self == Self::Csv {
                lines.push(batch.schema_ref().fields().iter().map(|field| cell(field.name())).collect::<Vec<_>>().join(","));
            }
            lines.extend(self.rows(&batch)?);
        }
        Ok(lines)
    }

    fn rows(self, batch: &RecordBatch) -> Result<Vec<String>, ArrowError> {
        let options = FormatOptions::default();
        let cells = batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options)).collect::<Result<Vec<_>, _>>()?;
        let text = |column: usize, row| cells.get(column).map(|cells| cells.value(row).to_string()).unwrap_or_default();
        let csv = |row| (0..cells.len()).map(|column| cell(&text(column, row))).collect::<Vec<_>>().join(",");
        let value = |column: usize, row| match batch.column(column) {
            array if array.is_null(row) => Value::Null,
            array if is_bare(array.data_type()) => serde_json::from_str(&text(column, row)).unwrap_or(Value::Null),
            _ => Value::String(text(column, row)),
        };
        let names = batch.schema_ref().fields();
        let json =
            |row| Value::Object(names.iter().enumerate().map(|(at, field)| (field.name().clone(), value(at, row))).collect::<Map<_, _>>());
        Ok((0..batch.num_rows()).map(|row| if self == Self::Csv { csv(row) } else { json(row).to_string() }).collect())
    }
}

/// Written in JSON as it is in text.
fn is_bare(data_type: &DataType) -> bool {
    data_type.is_numeric() || *data_type == DataType::Boolean
}

/// RFC 4180.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
