//! A file as it is into a store, and its path to a topic.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};

use super::ingest::{Ingest, Ingested};
use super::original::Original;
use super::trouble::IngestError;
use crate::model::{Digest, ModuleRef, SourceRef, TableSchema};
use crate::sink::originals::{self, OriginalsError, Store};
use crate::sink::table::{Outcome, Progress as Known, TableError};
use crate::source::FoundFile;

/// See the top of the file.
pub struct Forwarding {
    store: Store,
    schema: TableSchema,
}

impl Forwarding {
    /// To a store.
    pub fn new(store: Store) -> Self {
        let line = Field::new("line", DataType::Utf8, false);
        Self { store, schema: TableSchema { fields: Arc::new(Schema::new(vec![line])), event_time: None } }
    }

    /// What stands in the records for a module: weir itself.
    pub fn module() -> ModuleRef {
        ModuleRef { name: "weir".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), digest: Digest::of(b"weir") }
    }

    /// Keeps a file and sends its path, or those of its pieces. A try that was cut short is done again, and comes to the same paths.
    ///
    /// # Errors
    /// When the file cannot be read or kept, or the topic takes nothing. Nothing of the file is lost or sent as another message by it.
    pub fn file(&self, ingest: &Ingest<'_>, found: &FoundFile) -> Result<Ingested, IngestError> {
        ingest.each(found, |original, source, counted| {
            if let Known::Done { name } = ingest.table.progress(&source.digest)? {
                return Ok(ingest.repeated(source, &name));
            }
            let Some(paths) = self.keep(found, original)? else { return Ok(Ingested::Changed) };
            counted.rows(paths.len() as u64);
            self.send(ingest, source, paths)
        })
    }

    /// None: the file changed in the meantime.
    fn keep(&self, found: &FoundFile, original: &Original) -> Result<Option<Vec<String>>, IngestError> {
        let failed = |error| failed(found, error);
        let name = originals::name(&found.path);
        let kept = originals::Original { file: original.file(), name: &name, modified: found.modified };
        let staged = self.store.stage(&kept).map_err(failed)?;
        if found.changed(original.file()) {
            return Ok(None);
        }
        self.store.place(staged).map(Some).map_err(failed)
    }

    fn send(&self, ingest: &Ingest<'_>, source: &SourceRef, paths: Vec<String>) -> Result<Ingested, IngestError> {
        let mut writer = ingest.table.begin(source, 0, &Self::module(), &self.schema)?;
        let column: ArrayRef = Arc::new(StringArray::from(paths));
        let rows = RecordBatch::try_new(Arc::clone(&self.schema.fields), vec![column]);
        writer.write(&rows.map_err(TableError::from)?)?;
        match writer.commit(source.size, true, None)? {
            Outcome::Committed(record) => ingest.count(&record),
            Outcome::AlreadyCommitted => return Ok(ingest.repeated(source, &source.name)),
        }
        Ok(Ingested::Whole)
    }
}

fn failed(found: &FoundFile, error: OriginalsError) -> IngestError {
    match error {
        OriginalsError::Input(cause) => IngestError::Input { path: found.path.clone(), cause },
        error => IngestError::Originals(error),
    }
}
