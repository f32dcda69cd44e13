//! What sinks ask of schemas.

use super::Known;
use super::modules::nearest_column;
use crate::config::{Document, Pipeline, Problem, Sink, TableSink};
use crate::model::TableSchema;
use crate::sink::kafka;
use crate::sink::table::{self, Form, TableError};
use crate::storage;

/// Columns that cannot be a table, and bloom filters on columns that do not exist.
pub(super) fn problems(document: &Document, pipelines: &[Known<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for Known { pipeline, checked, .. } in pipelines {
        let table = match &pipeline.sink {
            Sink::Table(table) => table,
            Sink::PacketStore(_) => continue,
            Sink::Kafka(kafka) => {
                let refusal = kafka::check(kafka, &checked.schema).err();
                problems
                    .extend(refusal.map(|error| document.problem(&format!("pipelines.{}.sink.kafka", pipeline.name), error.to_string())));
                continue;
            }
        };
        for (at, column) in table.bloom_filters.iter().enumerate() {
            if !checked.schema.columns().any(|field| field.name() == column) {
                let message = format!("the table has no column `{column}`{}", nearest_column(&checked.schema, column));
                problems.push(document.problem(&key(pipeline, &format!("bloom-filters[{at}]")), message));
            }
        }
        let refusal = refusal(table, &checked.schema);
        problems.extend(refusal.map(|error| document.problem(&key(pipeline, "path"), error.to_string())));
    }
    problems
}

/// Tables that are there and hold other columns.
pub(super) fn differences(document: &Document, pipelines: &[Known<'_>]) -> Vec<Problem> {
    let problem = |Known { pipeline, checked, .. }: &Known<'_>| {
        let table = pipeline.sink.table()?;
        let form = Form::new(table, &checked.schema).ok()?;
        let storage = storage::open(&table.path, &table.hdfs.without_patience()).ok()?;
        let error = match Form::stored(storage.as_ref()) {
            Ok(stored) => TableError::OtherForm { difference: stored?.difference(&form)? },
            // What is wrong with the storage is said of the directory.
            Err(TableError::Storage(_)) => return None,
            Err(error) => error,
        };
        Some(document.problem(&key(pipeline, "path"), error.to_string()))
    };
    pipelines.iter().filter_map(problem).collect()
}

fn key(pipeline: &Pipeline, rest: &str) -> String {
    format!("pipelines.{}.sink.table.{rest}", pipeline.name)
}

/// Why these columns cannot be a table, other than for its bloom filters.
fn refusal(table: &TableSink, schema: &TableSchema) -> Option<TableError> {
    table::check(&TableSink { bloom_filters: Vec::new(), ..table.clone() }, schema).err()
}
