//! What sinks ask of schemas.

use super::modules::nearest_column;
use crate::config::{Document, Pipeline, Problem, Sink, TableSink};
use crate::model::TableSchema;
use crate::sink::table::{self, TableError};

/// Why these columns cannot be a table, other than for its bloom filters.
fn refusal(table: &TableSink, schema: &TableSchema) -> Option<TableError> {
    table::check(&TableSink { bloom_filters: Vec::new(), ..table.clone() }, schema).err()
}

/// Columns that cannot be a table, bloom filters on columns that do not exist, and tables that two pipelines fill with different columns.
pub(super) fn problems(document: &Document, pipelines: &[(&Pipeline, TableSchema)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, (pipeline, schema)) in pipelines.iter().enumerate() {
        let Sink::Table(table) = &pipeline.sink;
        let key = |rest: &str| format!("pipelines.{}.sink.table.{rest}", pipeline.name);
        for (at, column) in table.bloom_filters.iter().enumerate() {
            if !schema.columns().any(|field| field.name() == column) {
                let message = format!("the table has no column `{column}`{}", nearest_column(schema, column));
                problems.push(document.problem(&key(&format!("bloom-filters[{at}]")), message));
            }
        }
        problems.extend(refusal(table, schema).map(|error| document.problem(&key("path"), error.to_string())));
        let same_table = |other: &&(&Pipeline, TableSchema)| {
            let Sink::Table(other) = &other.0.sink;
            other.path == table.path
        };
        let earlier = pipelines.iter().take(index).filter(same_table);
        for (other, _) in earlier.filter(|(_, columns)| columns != schema) {
            let message = format!("`{}` writes other columns to this table: give each its own", other.name);
            problems.push(document.problem(&key("path"), message));
        }
    }
    problems
}
