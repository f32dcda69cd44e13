//! One pipeline of Spot's, to `[pipelines.NAME]`.

use super::process_opt::filter;
use super::security::Property;
use super::{DataType, IngestConf, Mode, Note, Request, SpotError};
use crate::config::outline::{Outline, Value, text};

/// The module that takes lines of Spot's tools.
const LINES: &str = "spot-lines";

/// Options of a module.
type Options = Vec<(&'static str, Value)>;

/// What a pipeline is made of, and what is found on the way.
pub(super) struct Draft<'a> {
    pub conf: &'a mut IngestConf,
    pub request: &'a Request,
    /// Its name in Spot's file.
    pub key: &'a str,
    pub kind: DataType,
    pub properties: &'a [Property],
    pub notes: Vec<Note>,
}

impl Draft<'_> {
    /// The whole table.
    pub(super) fn pipeline(&mut self) -> Result<Outline, SpotError> {
        let mut pipeline = Outline::default();
        self.parser(&mut pipeline)?;
        self.workers(&mut pipeline)?;
        match self.request.mode {
            Mode::Standalone | Mode::Master | Mode::Collector => pipeline.table(&["source", "directory"], self.directory()?),
            Mode::Worker | Mode::Listener => pipeline.table(&["source", "kafka"], self.source_topic()?),
        }
        match self.request.mode {
            Mode::Standalone | Mode::Worker | Mode::Listener => pipeline.table(&["sink", "table"], self.table()?),
            Mode::Master => pipeline.table(&["sink", "kafka"], self.master_topic()?),
            Mode::Collector => pipeline.table(&["sink", "kafka"], self.collector_topic()?),
        }
        Ok(pipeline)
    }

    /// Whether input is lines that go on as they are.
    pub(super) fn sends_lines(&self) -> bool {
        self.request.mode == Mode::Collector && (self.request.skip_conversion || self.kind == DataType::Proxy)
    }

    /// The directory that stands in for `hdfs_app_path`, without a slash at the end.
    pub(super) fn storage(&mut self) -> Result<String, SpotError> {
        if let Some(storage) = &self.request.storage {
            return Ok(storage.trim_end_matches('/').to_owned());
        }
        let path = self.conf.need("hdfs_app_path", "name the directory of tables with --storage DIR")?;
        if !path.starts_with('/') {
            return Err(SpotError::NotLocal(path));
        }
        let message = "it is a directory of this machine here; --storage names another";
        let note = Note::warning("hdfs_app_path", message);
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
        Ok(path.trim_end_matches('/').to_owned())
    }

    fn table(&mut self) -> Result<Outline, SpotError> {
        let mut table = Outline::default();
        let path = format!("{}/{}/hive", self.storage()?, self.kind);
        table.set("path", text(&path), "hdfs_app_path, with Spot's directories below it");
        table.set("schema", text("spot"), "");
        if self.kind == DataType::Proxy {
            table.set("padded", Value::Boolean(true), "Spot's table proxy has partitions like m=09, where the others have m=9.");
        }
        Ok(table)
    }

    fn workers(&mut self, pipeline: &mut Outline) -> Result<(), SpotError> {
        let (workers, comment) = match self.request.mode {
            Mode::Standalone => (self.request.workers, "The number of workers."),
            Mode::Master | Mode::Collector => (self.conf.number("collector_processes")?, "collector_processes"),
            Mode::Worker | Mode::Listener => (None, ""),
        };
        if let Some(workers) = workers {
            pipeline.set("workers", Value::Number(workers), comment);
        }
        Ok(())
    }

    fn parser(&mut self, pipeline: &mut Outline) -> Result<(), SpotError> {
        let mut options = Options::new();
        match (self.request.mode, self.kind) {
            (Mode::Master, DataType::Flow | DataType::Dns) => return Ok(()),
            (Mode::Master, DataType::Proxy) => pipeline.set("parser", text("raw-lines"), "Lines go on as they are."),
            (Mode::Listener, _) => {
                pipeline.set("parser", text(LINES), "");
                options.push(("type", text(self.kind.name())));
            }
            (Mode::Collector, _) if self.sends_lines() => {
                pipeline.set("parser", text(LINES), "Lines go on as they are.");
                options.push(("type", text(self.kind.name())));
            }
            (_, DataType::Flow) => self.flow(pipeline, &mut options)?,
            (_, DataType::Dns) => self.dns(pipeline, &mut options)?,
            (_, DataType::Proxy) => self.proxy(pipeline, &mut options)?,
        }
        if !options.is_empty() {
            pipeline.set("options", Value::Table(options), self.options_comment());
        }
        Ok(())
    }

    fn options_comment(&self) -> &'static str {
        match (self.request.mode, self.kind) {
            (Mode::Listener, _) => "",
            _ if self.sends_lines() => "",
            (_, DataType::Proxy) => "parser: bluecoat.py takes 27 fields, whatever a #Fields says",
            _ => "process_opt",
        }
    }

    fn flow(&mut self, pipeline: &mut Outline, options: &mut Options) -> Result<(), SpotError> {
        pipeline.set("parser", text("flow"), "In place of nfdump.");
        let key = IngestConf::key(self.key, "process_opt");
        let (filter, notes) = filter(&key, &self.conf.text(&key)?.unwrap_or_default())?;
        self.notes.extend(notes);
        if !filter.is_empty() {
            options.push(("filter", text(&filter)));
        }
        Ok(())
    }

    fn dns(&mut self, pipeline: &mut Outline, options: &mut Options) -> Result<(), SpotError> {
        pipeline.set("parser", text("dns"), "In place of tshark.");
        if let Some(tshark) = self.conf.text(&IngestConf::key(self.key, "process_opt"))? {
            options.push(("tshark", text(&tshark)));
        }
        Ok(())
    }

    fn proxy(&mut self, pipeline: &mut Outline, options: &mut Options) -> Result<(), SpotError> {
        pipeline.set("parser", text("proxy"), "In place of Spark.");
        let key = IngestConf::key(self.key, "parser");
        match self.conf.text(&key)?.as_deref() {
            None | Some("bluecoat.py") => options.push(("format", text("bluecoat"))),
            Some(other) => {
                let message = format!(
                    "`{other}` is a program of your own, of which weir knows nothing: the module proxy takes Blue Coat, ELFF, Squid and Apache, told by their lines"
                );
                self.notes.push(Note::warning(key, message));
            }
        }
        Ok(())
    }
}

/// Fit for the name of a pipeline or a directory.
pub(super) fn name(key: &str) -> String {
    let fits = |letter: char| if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-') { letter } else { '_' };
    let name: String = key.chars().take(100).map(fits).collect();
    if name.is_empty() { "pipeline".to_owned() } else { name }
}
