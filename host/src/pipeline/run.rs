//! Pipelines from their configuration to their end: everything is opened first, then threads move files from the source to the workers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use tracing::{info, warn};

use super::carrying::Carrying;
use super::consume::{Consume, Packets, Work};
use super::crew::Crew;
use super::failures::Failures;
use super::feed::Feed;
use super::forwarding::Forwarding;
use super::ingest::{Ingest, Ingested};
use super::packet_feed::PacketFeed;
use super::progress::Progress;
use super::replaceable::Replaceable;
use super::seat::Seat;
use super::slot::Slot;
use super::split::Splitting;
use super::stream_feed::StreamFeed;
use super::trouble::IngestError;
use super::worker::{PipelineError, Shared};
use crate::check::Checked;
use crate::config::{
    AfterIngest, Config, FailurePolicy, Hdfs, KafkaSink, KafkaSource, Limits, ModuleConfig, Pipeline, Sink, Source, TableSink,
};
use crate::model::{ModuleRef, TableSchema};
use crate::sandbox::{Fault, WrongKind};
use crate::sink::kafka::{KafkaError, Topic};
use crate::sink::originals::{OriginalsError, Store};
use crate::sink::table::{Recovery, Table, TableError};
use crate::source::{Directory, FileSource, FileSourceError, FoundFile, Hints, Mode, Stream};
use crate::stop::Stop;
use crate::storage;

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
    /// A checked configuration has a parser for whatever needs one.
    #[error("the pipeline has no parser, and its input needs one")]
    NoParser,
    /// A stream has to be kept on this machine until its rows are committed.
    #[error("a stream waits on this machine until its rows are on HDFS: name a directory for it, sink.table.hdfs.state")]
    NoState,
    /// The store of files.
    #[error(transparent)]
    Originals(#[from] OriginalsError),
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
    table: Table,
    topic: Option<Arc<Topic>>,
    commit_size: u64,
    progress: Arc<Progress>,
}

/// Where a pipeline's input comes from, and who takes it.
enum Input<'a> {
    Files(Box<Files<'a>>, Parsing<'a>),
    /// Without a parser, messages hold rows.
    Messages(&'a KafkaSource, Option<Parsing<'a>>),
    Packets(Box<PacketStore<'a>>),
    Originals(Box<Files<'a>>, Forwarding),
}

/// Packets of a topic, and how they are stored.
struct PacketStore<'a> {
    source: &'a KafkaSource,
    packets: Packets<'a>,
    limits: Limits,
    schema: TableSchema,
}

/// What makes rows.
pub(super) struct Parsing<'a> {
    pub module_config: &'a ModuleConfig,
    pub slot: Arc<Slot>,
    pub schema: TableSchema,
}

/// A source of files, and what becomes of them.
struct Files<'a> {
    source: FileSource,
    after: &'a AfterIngest,
    hints: Hints,
}

impl<'a> Ready<'a> {
    /// Opens what a pipeline of `config` needs beside what was `checked` of it; the table recovers from an earlier crash by it.
    ///
    /// # Errors
    /// What cannot be opened, by name.
    pub fn open(config: &'a Config, pipeline: &'a Pipeline, checked: &'a BTreeMap<String, Checked>) -> Result<Self, StartError> {
        let parsing = pipeline.module().map(|name| parsing(config, name, checked.get(&pipeline.name))).transpose()?;
        let path = pipeline.sink.path();
        let storage = match &pipeline.sink {
            Sink::Table(sink) => storage::open(path, &sink.hdfs),
            Sink::PacketStore(sink) => storage::open(path, &sink.hdfs),
            Sink::Kafka(_) => storage::open(path, &Hdfs::default()),
        };
        let storage = storage.map_err(TableError::from)?;
        let (table, topic, commit_size) = match &pipeline.sink {
            Sink::Table(sink) => (Table::open(storage, sink, &pipeline.name)?, None, sink.file_size),
            Sink::PacketStore(sink) => (Table::open(storage, &TableSink::of(&sink.path), &pipeline.name)?, None, sink.roll.size),
            Sink::Kafka(sink) => {
                let topic = Topic::open(sink)?;
                (Table::of_topic(storage, Arc::clone(&topic), &pipeline.name)?, Some(topic), SENT_AT_ONCE)
            }
        };
        tell(&pipeline.name, table.recovery());
        let input = match (&pipeline.source, parsing) {
            (Source::Kafka(source), parsing) if source.packets.is_some() => {
                Input::Packets(Box::new(packet_store(pipeline, source, parsing, checked)?))
            }
            (Source::Kafka(source), parsing) => Input::Messages(source, parsing),
            (source, Some(parsing)) => Input::Files(Box::new(files(pipeline, source)?), parsing),
            (source, None) => Input::Originals(Box::new(files(pipeline, source)?), forwarding(pipeline)?),
        };
        let module = input.parsing().map(|parsing| parsing.slot.current().module_ref.digest.to_string());
        info!(pipeline = pipeline.name, module, sink = %path.display(), "ready");
        let base = Base { config: pipeline, table, topic, commit_size, progress: Arc::default() };
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

    /// Where another module can be put in the place of the one that runs.
    pub fn replaceable(&self) -> Option<Replaceable<'a>> {
        let Parsing { module_config, slot, schema } = self.input.parsing()?;
        Some(Replaceable { pipeline: self.base.config, module_config, slot: Arc::clone(slot), schema: schema.clone() })
    }

    /// Runs until the source ends (`once`), the pipeline fails, or `stop` is set.
    ///
    /// # Errors
    /// What ended the pipeline early.
    pub fn run(self, once: bool, stop: &Stop) -> Result<(), PipelineError> {
        // A stream that is asked to end gives a last file, on which the work goes on.
        let cut = match &self.input {
            Input::Files(files, _) if matches!(files.source, FileSource::Stream(_)) => Stop::default(),
            Input::Files(..) | Input::Messages(..) | Input::Packets(_) | Input::Originals(..) => stop.clone(),
        };
        if let Some(topic) = &self.base.topic {
            topic.stop_with(&cut);
        }
        let base = &self.base;
        match self.input {
            Input::Messages(source, Some(parsing)) => {
                let limits = &parsing.module_config.limits;
                base.messages(source, Work::Parsed(&parsing.slot), (&parsing.schema, limits, Some(&parsing.slot)), once, stop).run()
            }
            Input::Messages(source, None) => {
                base.messages(source, Work::Rows, (&TableSchema::empty(), &Limits::default(), None), once, stop).run()
            }
            Input::Packets(store) => base.packets(*store, once, stop),
            Input::Files(files, parsing) => base.files(*files, &parsing, once, (stop, &cut)),
            Input::Originals(files, forwarding) => base.originals(*files, &forwarding, once, stop),
        }
    }
}

impl<'a> Input<'a> {
    fn parsing(&self) -> Option<&Parsing<'a>> {
        match self {
            Self::Files(_, parsing) => Some(parsing),
            Self::Messages(_, parsing) => parsing.as_ref(),
            Self::Packets(_) | Self::Originals(..) => None,
        }
    }
}

impl Parsing<'_> {
    fn crew(&self, count: usize) -> Result<Crew<'_>, WrongKind> {
        Crew::new(&self.slot, &self.module_config.limits, &self.schema, count)
    }
}

impl Base<'_> {
    /// `schema` and `limits` are those of what makes rows.
    fn messages<'c>(
        &'c self,
        source: &'c KafkaSource,
        work: Work<'c>,
        (schema, limits, slot): (&'c TableSchema, &'c Limits, Option<&Arc<Slot>>),
        once: bool,
        stop: &'c Stop,
    ) -> Consume<'c> {
        Consume {
            source,
            table: &self.table,
            work,
            schema,
            settings: self.config.settings(),
            limits,
            batch_size: source.batch.size.unwrap_or(self.commit_size),
            progress: &self.progress,
            stop,
            once,
            failures: self.failures(limits, slot),
        }
    }

    fn packets(&self, store: PacketStore<'_>, once: bool, stop: &Stop) -> Result<(), PipelineError> {
        let PacketStore { source, packets, limits, schema } = store;
        let consume = Consume {
            source,
            table: &self.table,
            work: Work::Packets(packets),
            schema: &schema,
            settings: &[],
            limits: &limits,
            batch_size: self.commit_size,
            progress: &self.progress,
            stop,
            once,
            failures: Failures::new(&limits, FailurePolicy::Stop, None),
        };
        consume.run()
    }

    /// `stop` ends the source, `cut` the work on what it gave.
    fn files(&self, input: Files<'_>, parsing: &Parsing<'_>, once: bool, (stop, cut): (&Stop, &Stop)) -> Result<(), PipelineError> {
        let Files { source, after, hints } = input;
        let directory = self.config.source.directory();
        let turns = self.config.carry_state.then(|| self.table.turns()).transpose().map_err(PipelineError::Table)?;
        let carrying = turns.map(|turns| Carrying::new(turns, directory.map(|directory| directory.order).unwrap_or_default()));
        let split = |least| Splitting { least, most: self.config.workers, turn: Mutex::default() };
        let ingest = Ingest {
            // Segments of a topic are cut in the order of the rows.
            splitting: directory.and_then(|directory| directory.parallel).filter(|_| self.topic.is_none()).map(split),
            ..self.ingest(&hints, cut)
        };
        let shared = Shared {
            ingest,
            after,
            once,
            stop,
            failures: self.failures(&parsing.module_config.limits, Some(&parsing.slot)),
            feedback: source.feedback(),
        };
        let (files, found) = bounded(FOUND_AHEAD);
        let hand_out = || hand_out(source, mode(once), stop, files, &self.progress);
        match parsing.crew(self.config.workers)? {
            Crew::Streams(seats) => parse::<StreamFeed>(seats, &shared, found, carrying, hand_out),
            Crew::Packets(seats) => parse::<PacketFeed>(seats, &shared, found, carrying, hand_out),
        }
    }

    fn originals(&self, input: Files<'_>, forwarding: &Forwarding, once: bool, stop: &Stop) -> Result<(), PipelineError> {
        let Files { source, after, hints } = input;
        let ingest = self.ingest(&hints, stop);
        let failures = Failures::new(&Limits::default(), FailurePolicy::Stop, None);
        let shared = Shared { ingest, after, once, stop, failures, feedback: source.feedback() };
        let (files, found) = bounded(FOUND_AHEAD);
        let worker = |()| |found: &FoundFile| forwarding.file(&shared.ingest, found);
        let workers = std::iter::repeat_n((), self.config.workers).map(worker);
        work(workers, &shared, found, || hand_out(source, mode(once), stop, files, &self.progress))
    }

    fn failures(&self, limits: &Limits, slot: Option<&Arc<Slot>>) -> Failures {
        Failures::new(limits, self.config.on_failures, slot.cloned())
    }

    fn ingest<'c>(&'c self, hints: &'c Hints, stop: &'c Stop) -> Ingest<'c> {
        Ingest {
            table: &self.table,
            hints,
            settings: self.config.settings(),
            commit_size: self.commit_size,
            splitting: None,
            replays: false,
            progress: &self.progress,
            stop,
        }
    }
}

fn packet_store<'a>(
    pipeline: &'a Pipeline,
    source: &'a KafkaSource,
    parsing: Option<Parsing<'_>>,
    checked: &'a BTreeMap<String, Checked>,
) -> Result<PacketStore<'a>, StartError> {
    let (Sink::PacketStore(sink), Some(records)) = (&pipeline.sink, source.packets) else { return Err(StartError::NoParser) };
    let limits = parsing.as_ref().map(|parsing| parsing.module_config.limits.clone()).unwrap_or_default();
    let of_filter = parsing.map(|parsing| parsing.slot.current().module_ref.clone());
    let module = checked.get(&pipeline.name).map(|checked| &checked.module);
    let filter = pipeline.filter.as_ref().and_then(|filter| Some((module?, filter.expression.as_str())));
    let packets = Packets { sink, records, pipeline: &pipeline.name, filter, module: of_filter.unwrap_or_else(Forwarding::module) };
    Ok(PacketStore { source, packets, limits, schema: TableSchema::empty() })
}

fn mode(once: bool) -> Mode {
    if once { Mode::Once } else { Mode::ForEver }
}

pub(super) fn parsing<'a>(config: &'a Config, module: &str, checked: Option<&Checked>) -> Result<Parsing<'a>, StartError> {
    let unknown = || StartError::NoModule(module.to_owned());
    let module_config = config.module(module).ok_or_else(unknown)?;
    let Checked { module, schema } = checked.ok_or_else(unknown)?.clone();
    let described = module.describe(&module_config.limits);
    let description = described.map_err(|cause| StartError::Describe { name: module_config.name.clone(), cause })?;
    let module_ref = ModuleRef { name: description.name, version: description.version, digest: module.digest() };
    Ok(Parsing { module_config, slot: Arc::new(Slot::new(module, module_ref)), schema })
}

/// Opens the store for the files of a pipeline whose paths are sent.
fn forwarding(pipeline: &Pipeline) -> Result<Forwarding, StartError> {
    let Sink::Kafka(KafkaSink { originals: Some(originals), state, .. }) = &pipeline.sink else { return Err(StartError::NoParser) };
    let storage = storage::open(&originals.directory, &originals.hdfs).map_err(OriginalsError::from)?;
    let owner = format!("{} of {}", pipeline.name, std::path::absolute(state).unwrap_or_else(|_| state.clone()).display());
    Ok(Forwarding::new(Store::open(storage, originals, &owner)?))
}

/// Opens a source of files.
fn files<'a>(pipeline: &'a Pipeline, source: &'a Source) -> Result<Files<'a>, StartError> {
    let state = pipeline.sink.state();
    let (source, after) = match source {
        Source::Directory(directory) => {
            (FileSource::Directory(Box::new(Directory::open(directory).map_err(FileSourceError::from)?)), &directory.after)
        }
        Source::Stream(stream) => {
            let state = state.as_ref().ok_or(StartError::NoState)?;
            let spool = state.join("streams").join(&pipeline.name);
            (FileSource::Stream(Stream::open(stream, &spool).map_err(FileSourceError::from)?), &AfterIngest::Delete)
        }
        Source::Kafka(_) => return Err(StartError::NoParser),
    };
    let hints = match after {
        AfterIngest::Keep => state.map(|state| Hints::open(&state.join("hints").join(&pipeline.name))).unwrap_or_default(),
        AfterIngest::Move(_) | AfterIngest::Delete => Hints::default(),
    };
    Ok(Files { source, after, hints })
}

/// Parses files. Where state is carried from file to file, there is one worker.
fn parse<F: Feed>(
    seats: Vec<Seat<'_, F::Parser>>,
    shared: &Shared<'_>,
    found: Receiver<FoundFile>,
    mut carrying: Option<Carrying>,
    hand_out: impl FnOnce() -> Result<(), FileSourceError>,
) -> Result<(), PipelineError> {
    let workers = seats.into_iter().map(|mut seat| {
        let mut carrying = carrying.take();
        move |found: &FoundFile| shared.ingest.file::<F>(found, &mut seat, carrying.as_mut())
    });
    work(workers, shared, found, hand_out)
}

/// Runs each worker in a thread of its own while `hand_out` hands files out.
fn work<W: FnMut(&FoundFile) -> Result<Ingested, IngestError> + Send>(
    workers: impl Iterator<Item = W>,
    shared: &Shared<'_>,
    found: Receiver<FoundFile>,
    hand_out: impl FnOnce() -> Result<(), FileSourceError>,
) -> Result<(), PipelineError> {
    thread::scope(|scope| {
        let start = |worker| {
            let found = found.clone();
            scope.spawn(move || shared.work(&found, worker))
        };
        let workers: Vec<_> = workers.map(start).collect();
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
