//! `source.directory`: the directory that Spot's master and collector watch.

use super::pipeline::Draft;
use super::supported_files::{expressions, letters};
use super::{DataType, IngestConf, Mode, Note, SpotError};
use crate::config::outline::{Outline, Value, text};

impl Draft<'_> {
    /// The whole table.
    pub(super) fn directory(&mut self) -> Result<Outline, SpotError> {
        let mut directory = Outline::default();
        let path = self.conf.need(&IngestConf::key(self.key, "collector_path"), "the directory that is watched")?;
        if !path.starts_with('/') {
            let message = "a relative path in a configuration of weir is relative to its file; `weir spot` takes it from where it is started, as Spot did";
            self.notes.push(Note::warning(IngestConf::key(self.key, "collector_path"), message));
        }
        directory.set("path", text(&path), "collector_path");
        self.names(&mut directory)?;
        self.depth(&mut directory)?;
        self.after(&mut directory)?;
        Ok(directory)
    }

    fn is_collector(&self) -> bool {
        self.request.mode == Mode::Collector
    }

    fn names(&mut self, directory: &mut Outline) -> Result<(), SpotError> {
        let key = IngestConf::key(self.key, "supported_files");
        let entries = self.conf.texts(&key)?;
        let remedy = "a list of what names of files begin or end with";
        if self.is_collector() {
            let entries = entries.unwrap_or_default();
            if !entries.is_empty() {
                let (include, notes) = expressions(&key, &entries)?;
                self.notes.extend(notes);
                directory.set("include", include, "supported_files: expressions that match anywhere in a name");
            }
            return Ok(());
        }
        let entries = entries.filter(|entries| !entries.is_empty()).ok_or_else(|| SpotError::Missing { key: key.clone(), remedy })?;
        let (include, notes) = letters(&key, &entries);
        self.notes.extend(notes);
        directory.set("include", include, "supported_files: letters that names begin or end with");
        let exclude = Value::List([".*", "*.current*", "*.tmp", "*.part"].map(text).into());
        directory.set("exclude", exclude, "What is hidden or being written; Spot's master knows `.current` as such.");
        Ok(())
    }

    fn depth(&mut self, directory: &mut Outline) -> Result<(), SpotError> {
        let key = IngestConf::key(self.key, "recursive");
        let recursive = self.conf.boolean(&key)?;
        if self.is_collector() {
            directory.set("recursive", Value::Boolean(recursive.unwrap_or(true)), "recursive");
            return Ok(());
        }
        if recursive == Some(true) {
            self.notes.push(Note::warning(
                key,
                "only Spot's collector looks below collector_path: set it in source.directory if the master shall",
            ));
        }
        directory.set("recursive", Value::Boolean(false), "Spot's master does not look below collector_path.");
        Ok(())
    }

    /// What Spot does with a file that is through.
    fn after(&mut self, directory: &mut Outline) -> Result<(), SpotError> {
        match (self.request.mode, self.kind) {
            (Mode::Standalone, DataType::Flow | DataType::Dns) => {
                let after = Value::Table(vec![("move", text(&format!("{}/{}/binary", self.storage()?, self.kind)))]);
                directory.set("after", after, "Once its rows are in the table, a file goes to where Spot keeps originals.");
            }
            (Mode::Standalone | Mode::Master, _) => {
                directory.set("after", text("delete"), "As Spot's master does, but only when all of it has arrived.");
            }
            _ => {}
        }
        Ok(())
    }
}
