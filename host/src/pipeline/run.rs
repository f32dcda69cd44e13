//! Pipelines from their configuration to their end: everything is opened first, then threads move files from the source to the workers.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use tracing::{info, warn};

use super::carrying::Carrying;
use super::consume::Consume;
use super::crew::Crew;
use super::feed::Feed;
use super::ingest::Ingest;
use super::packet_feed::PacketFeed;
use super::progress::Progress;
use super::split::Splitting;
use super::stream_feed::StreamFeed;
use super::worker::{PipelineError, Shared};
use crate::check::Checked;
use crate::config::{AfterIngest, Config, KafkaSource, ModuleConfig, Pipeline, Sink, Source};
use crate::model::ModuleRef;
use crate::sandbox::{Fault, Worker, WrongKind};
use crate::sink::kafka::{KafkaError, Topic};
use crate::sink::table::{Recovery, Table, TableError};
use crate::source::{Directory, FileSource, FileSourceError, FoundFile, Hints, Mode, Stream};
use crate::stop::Stop;
use crate::storage::LocalStorage;

/// Files found ahead of the workers: enough to know how much work is left, few enough to hold.
const FOUND_AHEAD: usize = 4096;

/// Bytes of messages after which what was sent of a source is committed, though the source goes on.
const SENT_AT_ONCE: u64 = 128 << 20;

/// Why a pipeline did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A checked configuration has all modules that its pipelines name.
    #[error("no module `{0}` in the configuration")]
    NoModule(String),
    /// The module does not say what it is.
    #[error("module {name} does not describe itself")]
    Describe {
        /// As the configuration names it.
        name: String,
        /// Why.
        #[source]
        cause: Fault,
    },
    /// The module is of another kind.
    #[error("module {name}")]
    Kind {
        /// As the configuration names it.
        name: String,
        /// Why.
        #[source]
        cause: WrongKind,
    },
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The sink's topic.
    #[error(transparent)]
    Topic(#[from] KafkaError),
    /// The source.
    #[error(transparent)]
    Source(#[from] FileSourceError),
}

/// A pipeline with everything open.
pub struct Ready<'a> {
    base: Base<'a>,
    input: Input<'a>,
}

/// What every pipeline has, wherever its input comes from.
struct Base<'a> {
    config: &'a Pipeline,
    module_config: &'a ModuleConfig,
    checked: Checked,
    module_ref: ModuleRef,
    table: Table,
    topic: Option<Arc<Topic>>,
    commit_size: u64,
    progress: Arc<Progress>,
}

/// Where a pipeline's input comes from.
enum Input<'a> {
    Files(Box<Files<'a>>),
    Messages(&'a KafkaSource),
}

/// A source of files, and what takes them.
struct Files<'a> {
    source: FileSource,
    after: &'a AfterIngest,
    parallel: Option<u64>,
    crew: Crew,
    hints: Hints,
    carrying: Option<Carrying>,
}

impl<'a> Ready<'a> {
    /// Opens what a pipeline of `config` needs beside what was `checked` of it; the table recovers from an earlier crash by it.
    ///
    /// # Errors
    /// What cannot be opened, by name.
    pub fn open(config: &'a Config, pipeline: &'a Pipeline, checked: &BTreeMap<String, Checked>) -> Result<Self, StartError> {
        let module_config = config.module(&pipeline.parser.module).ok_or_else(|| StartError::NoModule(pipeline.parser.module.clone()))?;
        let name = || module_config.name.clone();
        let checked = checked.get(&pipeline.name).ok_or_else(|| StartError::NoModule(name()))?.clone();
        let module = &checked.module;
        let description = module.describe(&module_config.limits).map_err(|cause| StartError::Describe { name: name(), cause })?;
        let module_ref = ModuleRef { name: description.name, version: description.version, digest: module.digest() };
        let path = pipeline.sink.path();
        let storage = Arc::new(LocalStorage::new(path));
        let (table, topic, commit_size) = match &pipeline.sink {
            Sink::Table(sink) => (Table::open(storage, sink, &pipeline.name)?, None, sink.file_size),
            Sink::Kafka(sink) => {
                let topic = Topic::open(sink)?;
                (Table::of_topic(storage, Arc::clone(&topic), &pipeline.name)?, Some(topic), SENT_AT_ONCE)
            }
        };
        tell(&pipeline.name, table.recovery());
        let input = match &pipeline.source {
            Source::Kafka(source) => Input::Messages(source),
            Source::Directory(directory) => {
                let source = FileSource::Directory(Box::new(Directory::open(directory).map_err(FileSourceError::from)?));
                Input::Files(Box::new(files(pipeline, module_config, &checked, &table, source)?))
            }
            Source::Stream(stream) => {
                let spool = path.join(".weir/streams").join(&pipeline.name);
                let source = FileSource::Stream(Stream::open(stream, &spool).map_err(FileSourceError::from)?);
                Input::Files(Box::new(files(pipeline, module_config, &checked, &table, source)?))
            }
        };
        info!(pipeline = pipeline.name, module = %module_ref.digest, sink = %path.display(), "ready");
        let progress = Arc::default();
        let base = Base { config: pipeline, module_config, checked, module_ref, table, topic, commit_size, progress };
        Ok(Self { base, input })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.base.config.name
    }

    /// Its counters, which go on counting while it runs.
    pub fn progress(&self) -> Arc<Progress> {
        self.base.progress.clone()
    }

    /// Runs until the source ends (`once`), the pipeline fails, or `stop` is set.
    ///
    /// # Errors
    /// What ended the pipeline early.
    pub fn run(self, once: bool, stop: &Stop) -> Result<(), PipelineError> {
        // A stream that is asked to end gives a last file, on which the work goes on.
        let cut = match &self.input {
            Input::Files(files) if matches!(files.source, FileSource::Stream(_)) => Stop::default(),
            Input::Files(_) | Input::Messages(_) => stop.clone(),
        };
        if let Some(topic) = &self.base.topic {
            topic.stop_with(&cut);
        }
        match self.input {
            Input::Messages(source) => self.base.messages(source, once, stop).run(),
            Input::Files(files) => self.base.files(*files, once, stop, &cut),
        }
    }
}

impl Base<'_> {
    fn messages<'c>(&'c self, source: &'c KafkaSource, once: bool, stop: &'c Stop) -> Consume<'c> {
        Consume {
            source,
            table: &self.table,
            module: &self.checked.module,
            module_ref: &self.module_ref,
            schema: &self.checked.schema,
            settings: &self.config.parser.options,
            limits: &self.module_config.limits,
            batch_size: source.batch.size.unwrap_or(self.commit_size),
            progress: &self.progress,
            stop,
            once,
            failures: AtomicU32::new(0),
        }
    }

    /// `stop` ends the source, `cut` the work on what it gave.
    fn files(&self, input: Files<'_>, once: bool, stop: &Stop, cut: &Stop) -> Result<(), PipelineError> {
        let Files { source, after, parallel, crew, hints, carrying } = input;
        let (files, found) = bounded(FOUND_AHEAD);
        let shared = Shared {
            ingest: Ingest {
                table: &self.table,
                hints: &hints,
                module: &self.module_ref,
                settings: &self.config.parser.options,
                limits: &self.module_config.limits,
                commit_size: self.commit_size,
                splitting: parallel.map(|least| Splitting { least, most: self.config.workers, turn: Mutex::default() }),
                progress: &self.progress,
                stop: cut,
            },
            after,
            once,
            stop,
            failures: AtomicU32::new(0),
            feedback: source.feedback(),
        };
        let mode = if once { Mode::Once } else { Mode::ForEver };
        let hand_out = || hand_out(source, mode, stop, files, &self.progress);
        match crew {
            Crew::Streams(workers) => work::<StreamFeed>(workers, &shared, found, carrying, hand_out),
            Crew::Packets(workers) => work::<PacketFeed>(workers, &shared, found, carrying, hand_out),
        }
    }
}

/// Opens what takes the files of a `source`.
fn files<'a>(
    pipeline: &'a Pipeline,
    module: &ModuleConfig,
    checked: &Checked,
    table: &Table,
    source: FileSource,
) -> Result<Files<'a>, StartError> {
    let crew = Crew::new(&checked.module, &module.limits, &checked.schema, pipeline.workers);
    let crew = crew.map_err(|cause| StartError::Kind { name: module.name.clone(), cause })?;
    let directory = pipeline.source.directory();
    let after = directory.map_or(&AfterIngest::Delete, |directory| &directory.after);
    let hints = match after {
        AfterIngest::Keep => Hints::open(&pipeline.sink.path().join(".weir/hints").join(&pipeline.name)),
        AfterIngest::Move(_) | AfterIngest::Delete => Hints::default(),
    };
    let turns = pipeline.carry_state.then(|| table.turns()).transpose()?;
    let carrying = turns.map(|turns| Carrying::new(turns, directory.map(|directory| directory.order).unwrap_or_default()));
    let parallel = directory.and_then(|directory| directory.parallel);
    Ok(Files { source, after, parallel, crew, hints, carrying })
}

/// Runs each worker in a thread of its own while `hand_out` hands files out. Where state is carried from file to file, there is one worker.
fn work<F: Feed>(
    workers: Vec<Worker<F::Parser>>,
    shared: &Shared<'_>,
    found: Receiver<FoundFile>,
    mut carrying: Option<Carrying>,
    hand_out: impl FnOnce() -> Result<(), FileSourceError>,
) -> Result<(), PipelineError> {
    thread::scope(|scope| {
        let start = |worker| {
            let (found, carrying) = (found.clone(), carrying.take());
            scope.spawn(move || shared.work::<F>(&found, worker, carrying))
        };
        let workers: Vec<_> = workers.into_iter().map(start).collect();
        drop(found);
        let handed_out = hand_out();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))?;
        Ok(handed_out?)
    })
}

/// Moves files from the source to the workers. An error says why the source ended before it could be looked at.
fn hand_out(mut source: FileSource, mode: Mode, stop: &Stop, files: Sender<FoundFile>, progress: &Progress) -> Result<(), FileSourceError> {
    while let Some(found) = source.next(mode, stop) {
        progress.found(found.size);
        if files.send(found).is_err() {
            return Ok(());
        }
    }
    progress.left_by_source(source.left() as u64);
    match source.into_trouble() {
        Some(trouble) if !stop.is_set() => Err(trouble),
        _ => Ok(()),
    }
}

/// Says what a crash had left.
fn tell(pipeline: &str, Recovery { moved, removed, foreign, undecided }: &Recovery) {
    if !moved.is_empty() || *removed > 0 {
        info!(pipeline, moved = moved.len(), removed, "finished what an earlier run had left");
    }
    for (path, reason) in undecided {
        warn!(pipeline, path, reason, "a file that an earlier run left is still there");
    }
    for path in foreign {
        warn!(pipeline, path, "not a file of weir, left alone: let nothing else write below `.weir`");
    }
}
