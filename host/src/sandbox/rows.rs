//! The rows of an answer as a record batch.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Schema, SchemaRef};

use super::column::{BadColumn, Claim};
use super::fault::Fault;
use super::schema;
use super::worlds::types;
use crate::config::Limits;
use crate::model::TableSchema;

/// Of one answer; modules give some thousand.
const ROWS: u32 = 1 << 20;

/// What every answer of a session must look like.
pub(super) struct RowShape {
    contract: types::Schema,
    table: TableSchema,
    /// The schema of the last batch: which columns come as dictionaries hardly ever changes.
    last: SchemaRef,
}

impl RowShape {
    /// The shape that a session's schema describes.
    pub fn new(contract: types::Schema) -> Result<Self, Fault> {
        let table = schema::table(&contract).map_err(|wrong| Fault::bad_answer("schema", wrong))?;
        Ok(Self { contract, last: Arc::clone(&table.fields), table })
    }

    /// The schema, with text columns as plain texts.
    pub fn table(&self) -> &TableSchema {
        &self.table
    }

    /// The rows, once every column is what the schema says.
    pub fn batch(&mut self, call: &'static str, rows: types::Rows, limits: &Limits) -> Result<RecordBatch, Fault> {
        if rows.count == 0 && rows.columns.is_empty() {
            return Ok(RecordBatch::new_empty(Arc::clone(&self.table.fields)));
        }
        let (columns, fields) = (rows.columns.len(), self.contract.fields.len());
        if columns != fields {
            return Err(Fault::bad_answer(call, format!("{columns} columns in a schema of {fields}")));
        }
        if rows.count > ROWS || fields == 0 {
            return Err(Fault::bad_answer(call, format!("{} rows of {fields} columns, more than {ROWS} or of nothing", rows.count)));
        }
        let arrays = self.arrays(call, rows, limits)?;
        self.assemble(&arrays);
        let options = RecordBatchOptions::new();
        RecordBatch::try_new_with_options(Arc::clone(&self.last), arrays, &options).map_err(|wrong| Fault::bad_answer(call, wrong))
    }

    fn arrays(&self, call: &'static str, rows: types::Rows, limits: &Limits) -> Result<Vec<ArrayRef>, Fault> {
        let count = usize::try_from(rows.count).map_err(|wrong| Fault::bad_answer(call, wrong))?;
        let claim = |field| Claim { field, rows: count, limit: limits.output };
        let columns = self.contract.fields.iter().zip(rows.columns);
        columns
            .map(|(field, column)| {
                claim(field).array(column).map_err(|wrong| match wrong {
                    BadColumn::TooLarge => Fault::OutputLimit { call, limit: limits.output },
                    wrong => Fault::bad_answer(call, format!("column `{}`: {wrong}", field.name)),
                })
            })
            .collect()
    }

    /// Makes `last` the schema of these arrays.
    fn assemble(&mut self, arrays: &[ArrayRef]) {
        let same = self.last.fields().iter().zip(arrays).all(|(field, array)| field.data_type() == array.data_type());
        if !same {
            let fields = self.table.fields.fields().iter().zip(arrays);
            let fields: Vec<_> = fields.map(|(field, array)| field.as_ref().clone().with_data_type(array.data_type().clone())).collect();
            self.last = Arc::new(Schema::new(fields));
        }
    }
}
