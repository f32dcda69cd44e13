//! The validated configuration.

use std::path::{Path, PathBuf};
use std::time::Duration;

use globset::GlobSet;
use regex::RegexSet;

use super::{Document, Hdfs, KafkaSink, KafkaSource, PacketStoreSink, did_you_mean, is_hdfs};
use crate::model::{Digest, Setting};
use crate::signature::Trust;

/// A whole configuration file.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// In the order of their names.
    pub modules: Vec<ModuleConfig>,
    /// In the order of the file; at least one.
    pub pipelines: Vec<Pipeline>,
    /// Whose modules run. Default: anybody's.
    pub trust: Trust,
    /// The file itself, to point at the places of values.
    pub document: Document,
}

impl Config {
    /// The module of a name that a [`Parser`] holds.
    pub fn module(&self, name: &str) -> Option<&ModuleConfig> {
        self.modules.iter().find(|module| module.name == name)
    }

    /// The pipelines of these names, in the order of the file; all of them when no names are given.
    ///
    /// # Errors
    /// The first name that no pipeline has.
    pub fn select(&self, names: &[String]) -> Result<Vec<&Pipeline>, UnknownPipeline> {
        let known = || self.pipelines.iter().map(|pipeline| pipeline.name.as_str());
        if let Some(name) = names.iter().find(|name| !known().any(|known| known == name.as_str())) {
            let (name, known) = (name.clone(), known().collect::<Vec<_>>().join(", "));
            let near = did_you_mean(&name, self.pipelines.iter().map(|pipeline| pipeline.name.as_str()));
            return Err(UnknownPipeline { name, known, near });
        }
        Ok(self.pipelines.iter().filter(|pipeline| names.is_empty() || names.contains(&pipeline.name)).collect())
    }
}

/// A name that no pipeline of the configuration has.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no pipeline `{name}`: the configuration has {known}{near}")]
pub struct UnknownPipeline {
    name: String,
    known: String,
    near: String,
}

/// `[modules.NAME]`: a module's file, its limits and the options it is opened with unless a pipeline says otherwise.
#[derive(Debug, Clone)]
pub struct ModuleConfig {
    /// As pipelines name it.
    pub name: String,
    /// Its file, which was there when the configuration was read; a bare name is looked for where stock modules lie (`flow` finds `flow.wasm`).
    pub file: PathBuf,
    /// What the file must be, if that is said: nothing else runs.
    pub digest: Option<Digest>,
    /// Applied to each instance.
    pub limits: Limits,
    /// Before those of the pipeline.
    pub options: Vec<Setting>,
}

/// What one instance of a module may use. A breach ends the call, quarantines the input and costs the instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory of one instance, bytes. 32 MiB: enough for every compiled language; interpreters need 128 MiB.
    pub memory: u64,
    /// Wall-clock time of one call; ticks of 10 ms. 10 s: a call takes milliseconds, a busy machine stretches it.
    pub call_time: Duration,
    /// Bytes that one call may hand back. 32 MiB.
    pub output: u64,
    /// Rejects of one call. 10,000.
    pub rejects: usize,
    /// Rows and rejects that wait for `done_to`, bytes. 128 MiB: a module that gives rows and no progress is broken.
    pub pending: u64,
    /// Log lines of one call; further ones are counted. 100.
    pub log_lines: usize,
    /// Sources in a row that may fail by the module's fault before the pipeline stops. 5.
    pub failures: u32,
    /// The time within which so many failures count, whatever succeeds in between. None: in a row.
    pub failures_within: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 32 << 20,
            call_time: Duration::from_secs(10),
            output: 32 << 20,
            rejects: 10_000,
            pending: 128 << 20,
            log_lines: 100,
            failures: 5,
            failures_within: None,
        }
    }
}

/// `[pipelines.NAME]`: a source, mostly a parser, and a sink.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// Unique in the file.
    pub name: String,
    /// Where input comes from.
    pub source: Source,
    /// What makes rows of it; none: files, or messages that hold rows, go to the sink as they are.
    pub parser: Option<Parser>,
    /// Which packets are kept; none: all.
    pub filter: Option<Filter>,
    /// Where rows go.
    pub sink: Sink,
    /// Files in work at one time, each with an instance of its own. Default: the number of cores, 1 with `carry_state`.
    pub workers: usize,
    /// What a session knows at the end of a capture, the next one opens with. Default false.
    pub carry_state: bool,
    /// What follows when the module fails too often. Default stop.
    pub on_failures: FailurePolicy,
}

/// What follows when a module fails too often. The inputs on which it did are in the quarantine in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailurePolicy {
    /// The pipeline ends, with an error.
    #[default]
    Stop,
    /// It goes on.
    Quarantine,
    /// It goes on with the module that ran before; if there was none, it ends.
    Previous,
}

impl FailurePolicy {
    /// As configurations spell them.
    pub const ALL: [(&'static str, Self); 3] = [("stop", Self::Stop), ("quarantine", Self::Quarantine), ("previous", Self::Previous)];
}

impl Pipeline {
    /// The name of its parser's module, or its filter's.
    pub fn module(&self) -> Option<&str> {
        let filter = || self.filter.as_ref().map(|filter| filter.module.as_str());
        self.parser.as_ref().map(|parser| parser.module.as_str()).or_else(filter)
    }

    /// The options of its parser.
    pub fn settings(&self) -> &[Setting] {
        self.parser.as_ref().map(|parser| parser.options.as_slice()).unwrap_or_default()
    }
}

/// Where input comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// `source.directory`
    Directory(DirectorySource),
    /// `source.stream`
    Stream(StreamSource),
    /// `source.kafka`
    Kafka(KafkaSource),
}

impl Source {
    /// The directory, if it is one.
    pub fn directory(&self) -> Option<&DirectorySource> {
        match self {
            Self::Directory(directory) => Some(directory),
            Self::Stream(_) | Self::Kafka(_) => None,
        }
    }
}

/// `source.stream = { path = … }`: what can be read only once. It is kept below the sink's records until its rows are committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamSource {
    /// `-`: one stream, with which the pipeline ends.
    StandardInput,
    /// A FIFO, which must exist: each writer's stream, until its end, is one input.
    Fifo(PathBuf),
}

/// `source.directory = { … }`
#[derive(Debug, Clone)]
pub struct DirectorySource {
    /// Must exist.
    pub path: PathBuf,
    /// A file is taken when this selects it.
    pub include: Selection,
    /// And this does not. Default: hidden files, `*.current`, `*.current.*`, `*.tmp`, `*.part`.
    pub exclude: Selection,
    /// Also directories below `path`. Default true.
    pub recursive: bool,
    /// How long a file that nobody was seen to close must be unchanged before it is taken. Default 2 s.
    pub settle: Duration,
    /// How often the tree is listed for what notifications missed, 10 ms or more. Default 30 s.
    pub rescan: Duration,
    /// What becomes of a file once its rows are committed. Default keep.
    pub after: AfterIngest,
    /// Which of several files that are ready comes first. Default modified.
    pub order: FileOrder,
    /// Captures of so many bytes are worked on by all workers together, each in a stretch of its own. Default none.
    pub parallel: Option<u64>,
}

/// Which of several files that are ready comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileOrder {
    /// The one whose content last changed longest ago; of equally old ones the first by path.
    #[default]
    Modified,
    /// The first by path below the source's directory, directory by directory, bytes compared.
    Name,
}

/// Names by glob or regular expression. Globs match the file name, or the path below the source's directory when they contain `/`; expressions
/// (`{ regex = "…" }`) match anywhere in the file name, as Spot's did.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Globs without `/`.
    pub names: GlobSet,
    /// Globs with `/`.
    pub paths: GlobSet,
    /// Regular expressions.
    pub patterns: RegexSet,
    /// All of the globs, as they are written.
    pub globs: Vec<String>,
}

impl Selection {
    /// Whether a file is selected: by its name, and its path below the source's directory.
    pub fn matches(&self, name: &str, path: &Path) -> bool {
        self.names.is_match(name) || self.paths.is_match(path) || self.patterns.is_match(name)
    }
}

/// What becomes of an input file once its rows are committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterIngest {
    /// It stays.
    Keep,
    /// It goes to this directory, under the path it had below the source's.
    Move(PathBuf),
    /// It is removed.
    Delete,
}

/// `parser = "NAME"` and `options = { … }`
#[derive(Debug, Clone)]
pub struct Parser {
    /// Name of a [`ModuleConfig`].
    pub module: String,
    /// The module's options, the pipeline's own last, and the sink's `schema` as the option of that name.
    pub options: Vec<Setting>,
}

/// `filter = "NAME"` and `expression = "…"`: packets that it does not select go nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Name of a [`ModuleConfig`].
    pub module: String,
    /// In the module's language.
    pub expression: String,
}

/// Where rows go.
#[derive(Debug, Clone)]
pub enum Sink {
    /// `sink.table`
    Table(TableSink),
    /// `sink.kafka`
    Kafka(KafkaSink),
    /// `sink.packet-store`
    PacketStore(PacketStoreSink),
}

impl Sink {
    /// The table, if it is one.
    pub fn table(&self) -> Option<&TableSink> {
        match self {
            Self::Table(table) => Some(table),
            Self::Kafka(_) | Self::PacketStore(_) => None,
        }
    }

    /// A directory of this machine for what a start may want to know and what waits for its commit; none: it was not said where.
    pub fn state(&self) -> Option<PathBuf> {
        match self {
            Self::Table(table) if is_hdfs(&table.path) => table.hdfs.state.clone(),
            Self::Table(table) => Some(table.path.join(".weir")),
            Self::Kafka(kafka) => Some(kafka.state.join(".weir")),
            Self::PacketStore(store) if is_hdfs(&store.path) => store.hdfs.state.clone(),
            Self::PacketStore(store) => Some(store.path.join(".weir")),
        }
    }

    /// The directory that holds its commit records.
    pub fn path(&self) -> &Path {
        match self {
            Self::Table(table) => &table.path,
            Self::Kafka(kafka) => &kafka.state,
            Self::PacketStore(store) => &store.path,
        }
    }
}

/// `sink.table = { … }`: Parquet files in Hive layout.
#[derive(Debug, Clone, PartialEq)]
pub struct TableSink {
    /// Root of the table: a directory, or a URL like `hdfs://namenode:8020/spot/flow`.
    pub path: PathBuf,
    /// How it is reached, if that is one of HDFS.
    pub hdfs: Hdfs,
    /// Bytes after which a file is closed and the next begun. Default 128 MiB.
    pub file_size: u64,
    /// Encoded bytes that a row group may hold in memory. Default 32 MiB.
    pub row_group: u64,
    /// Hours that may be open at one time in one worker. Default 8; the one idle longest is closed for a new one.
    pub open_partitions: usize,
    /// `m=09` instead of Hive's `m=9`. Default false.
    pub padded: bool,
    /// Default ZSTD level 1.
    pub compression: Compression,
    /// Columns with a bloom filter. Default none.
    pub bloom_filters: Vec<String>,
}

impl TableSink {
    /// A table of which nothing but its place is said.
    pub fn of(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            hdfs: Hdfs::default(),
            file_size: 128 << 20,
            row_group: 32 << 20,
            open_partitions: 8,
            padded: false,
            compression: Compression::Zstd(1),
            bloom_filters: Vec::new(),
        }
    }
}

/// How pages are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// ZSTD at a level, 1 to 22.
    Zstd(i32),
}
