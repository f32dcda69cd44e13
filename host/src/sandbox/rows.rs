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

#[cfg(test)]
mod tests {
    use arrow_schema::DataType;

    use super::*;

    fn shape() -> RowShape {
        let field =
            |name: &str, data_type| types::Field { name: name.into(), data_type, nullable: false, is_list: false, doc: String::new() };
        let fields = vec![field("host", types::DataType::Text), field("port", types::DataType::Uint16)];
        RowShape::new(types::Schema { fields, event_time: None }).unwrap()
    }

    fn column(values: types::Values) -> types::Column {
        types::Column { valid: None, lists: None, values }
    }

    fn ports(count: usize) -> types::Column {
        column(types::Values::Fixed(vec![0; count * 2]))
    }

    fn plain() -> types::Column {
        column(types::Values::Strings(vec!["a".into()]))
    }

    fn keyed() -> types::Column {
        let distinct = types::Bytes { offsets: vec![0, 0, 0, 0, 1, 0, 0, 0], data: b"a".to_vec() };
        column(types::Values::Dictionary(types::Dictionary { keys: vec![0; 4], distinct }))
    }

    fn batch(shape: &mut RowShape, count: u32, columns: Vec<types::Column>) -> Result<RecordBatch, Fault> {
        shape.batch("feed", types::Rows { count, columns }, &Limits::default())
    }

    #[test]
    fn the_schema_of_a_batch_says_which_texts_came_as_a_dictionary() {
        let mut shape = shape();
        let mut host = |column| batch(&mut shape, 1, vec![column, ports(1)]).unwrap().schema().field(0).data_type().clone();
        let dictionary = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
        assert_eq!(
            [host(plain()), host(keyed()), host(keyed()), host(plain())],
            [DataType::Utf8, dictionary.clone(), dictionary, DataType::Utf8]
        );
        assert_eq!(shape.table().fields.field(0).data_type(), &DataType::Utf8);
    }

    #[test]
    fn no_rows_need_no_columns() {
        let empty = batch(&mut shape(), 0, vec![]).unwrap();
        assert_eq!((empty.num_rows(), empty.num_columns()), (0, 2));
        assert_eq!(batch(&mut shape(), 0, vec![column(types::Values::Strings(vec![])), ports(0)]).unwrap().num_rows(), 0);
    }

    #[test]
    fn rows_without_columns_are_refused() {
        let mut nothing = RowShape::new(types::Schema { fields: vec![], event_time: None }).unwrap();
        assert_eq!(batch(&mut nothing, 0, vec![]).unwrap().num_columns(), 0);
        let wrong = Fault::bad_answer("feed", "1 rows of 0 columns, more than 1048576 or of nothing");
        assert_eq!(batch(&mut nothing, 1, vec![]), Err(wrong));
        assert_eq!(batch(&mut shape(), 1, vec![]), Err(Fault::bad_answer("feed", "0 columns in a schema of 2")));
    }
}
