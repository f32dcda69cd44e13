//! `weir run`: pipelines until they end or somebody stops them.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use anyhow::Context;
use serde_json::json;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use tracing::{error, info, warn};

use super::engine::engine;
use super::meter::Meter;
use super::quantity::{bytes, count, counted};
use super::{Exit, UsageError, console};
use crate::check::{self, Scope};
use crate::config::{self, Config, Pipeline, Sink};
use crate::control::{Deployment, Reload, Server, watch};
use crate::pipeline::{Counts, Progress, Ready};
use crate::stop::Stop;

/// Runs pipelines: for ever, or over what is there
///
/// Takes files as they arrive in the pipelines' directories, makes rows of them and writes them to the tables. Output becomes visible in one step
/// per input: nothing is lost and nothing is doubled, whenever weir stops or is killed. Ctrl-C or SIGTERM ends the run and commits what is in work;
/// a second one stops at once. What cannot be parsed is kept in the quarantine, with the reason.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir run config/flow.toml                    all pipelines of the file, until stopped
  weir run config/flow.toml flow_internals     one of them
  weir run config/flow.toml --once             what is there, then end: 0 if all of it became rows, else 2")]
pub struct Args {
    /// The configuration, a TOML file
    pub config: PathBuf,
    /// Names of the pipelines to run [default: all]
    #[arg(value_name = "PIPELINE")]
    pub pipelines: Vec<String>,
    /// Ingest what is there now, commit, and end
    #[arg(long)]
    pub once: bool,
    /// Print the summary at the end as JSON
    #[arg(long)]
    pub json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let config = config::load(&args.config)?;
    let pipelines = config.select(&args.pipelines).map_err(|error| UsageError(error.to_string()))?;
    run_pipelines(&config, &pipelines, &Manner { once: args.once, json: args.json, stops: &[SIGINT, SIGTERM] }, out)
}

/// How pipelines are run.
pub(super) struct Manner<'a> {
    /// What is there now, and no more.
    pub once: bool,
    /// The summary as JSON.
    pub json: bool,
    /// Signals that end it.
    pub stops: &'a [i32],
}

pub(super) fn run_pipelines(config: &Config, pipelines: &[&Pipeline], manner: &Manner<'_>, out: &mut impl Write) -> anyhow::Result<Exit> {
    let engine = engine()?;
    let checked = check::check(config, pipelines, Scope::Everything, &engine)?;
    let open = |pipeline| Ready::open(config, pipeline, &checked);
    let ready = pipelines.iter().map(|pipeline| open(pipeline).with_context(|| format!("pipeline {}", pipeline.name)));
    let ready = ready.collect::<Result<Vec<_>, _>>()?;

    let stops: Vec<_> = ready.iter().map(|_| Stop::default()).collect();
    stop_at_signals(manner.stops, stops.clone())?;
    let counters: Vec<_> = ready.iter().map(|pipeline| (pipeline.name().to_owned(), pipeline.progress())).collect();
    let meter = Meter::start(console::bars(), counters.clone());
    let deployment = Deployment::new(engine, config, ready.iter().filter_map(Ready::replaceable).collect());
    let control = Control { deployment: &deployment, config, counters: &counters };
    let ended = match manner.once {
        true => run_all(ready.into_iter().zip(&stops), true),
        false => control.during(|| run_all(ready.into_iter().zip(&stops), false))?,
    };
    meter.stop();

    match summarise(config, &counters, manner.json, out) {
        // Nobody reads the summary, but the exit code still says how the run ended.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    Ok(exit(manner.once, &ended, &counters))
}

/// What listens and looks while pipelines run.
struct Control<'a> {
    deployment: &'a Deployment<'a>,
    config: &'a Config,
    counters: &'a [(String, Arc<Progress>)],
}

impl Control<'_> {
    /// Runs `work`; meanwhile modules can be deployed, and somebody can ask how far it is.
    fn during<R>(&self, work: impl FnOnce() -> R) -> io::Result<R> {
        let stop = Stop::default();
        let asked = Arc::new(AtomicBool::new(false));
        signal_hook::flag::register(SIGHUP, Arc::clone(&asked))?;
        // One that was made of Spot's files lies in no file.
        let file = Some(self.config.document.file()).filter(|file| file.is_file());
        let server = file.and_then(|file| {
            let nobody = |error| warn!("nobody can ask this run or deploy modules to it: {:#}", anyhow::Error::from(error));
            Server::open(file).map_err(nobody).ok()
        });
        let reload = file.map(|file| Reload { file, asked: &asked });
        Ok(thread::scope(|scope| {
            scope.spawn(|| watch(self.deployment, reload.as_ref(), &stop));
            if let Some(server) = &server {
                scope.spawn(|| server.answer(self.deployment, self.counters, &stop));
            }
            let done = work();
            stop.set();
            if let Some(server) = &server {
                server.wake();
            }
            done
        }))
    }
}

/// How one pipeline ended.
type Ended = anyhow::Result<()>;

/// The first signal commits and ends; the second ends at once, which the commit protocol survives as it survives a crash.
pub(super) fn stop_at_signals(signals: &[i32], stops: Vec<Stop>) -> io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new(signals)?;
    thread::spawn(move || {
        for (earlier, signal) in signals.forever().enumerate() {
            if earlier > 0 {
                std::process::exit(128 + signal);
            }
            info!("stopping: what is in work is committed; a second signal ends at once");
            stops.iter().for_each(Stop::set);
        }
    });
    Ok(())
}

/// Each pipeline in a thread of its own and with its own stop; one that fails is logged, and the others go on.
fn run_all<'a>(pipelines: impl Iterator<Item = (Ready<'a>, &'a Stop)>, once: bool) -> Vec<Ended> {
    let run = |(pipeline, stop): (Ready<'_>, &Stop)| {
        let name = pipeline.name().to_owned();
        pipeline.run(once, stop).map_err(anyhow::Error::from).inspect_err(|failure| error!(pipeline = name, "{failure:#}"))
    };
    thread::scope(|scope| {
        let threads: Vec<_> = pipelines.map(|pipeline| scope.spawn(|| run(pipeline))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

fn exit(once: bool, ended: &[Ended], counters: &[(String, Arc<Progress>)]) -> Exit {
    let incomplete = |(_, progress): &(String, Arc<Progress>)| {
        let counts = progress.counts();
        counts.quarantined + counts.left > 0
    };
    match () {
        () if ended.iter().any(Result::is_err) => Exit::Failed,
        () if once && counters.iter().any(incomplete) => Exit::Incomplete,
        () => Exit::Done,
    }
}

fn summarise(config: &Config, counters: &[(String, Arc<Progress>)], json: bool, out: &mut impl Write) -> io::Result<()> {
    let summaries = counters.iter().filter_map(|(name, progress)| {
        let pipeline = config.pipelines.iter().find(|pipeline| pipeline.name == *name)?;
        Some((name, Output::of(&pipeline.sink), progress.counts()))
    });
    if json {
        let pipelines: Vec<_> =
            summaries.map(|(name, output, counts)| json!({ "pipeline": name, output.kind: output.name, "counts": counts })).collect();
        return writeln!(out, "{:#}", json!({ "pipelines": pipelines }));
    }
    for (name, output, counts) in summaries {
        summary(name, &output, &counts, out)?;
    }
    Ok(())
}

/// What the summary says of a sink.
struct Output {
    kind: &'static str,
    name: String,
    /// What a sink makes of rows, one of them.
    piece: &'static str,
    /// What comes in, and what goes out: one of each.
    units: (&'static str, &'static str),
}

impl Output {
    fn of(sink: &Sink) -> Self {
        match sink {
            Sink::Table(table) => Self { kind: "table", name: table.path.display().to_string(), piece: "file", units: ("file", "row") },
            Sink::PacketStore(store) => {
                Self { kind: "store", name: store.path.display().to_string(), piece: "file", units: ("message", "packet") }
            }
            Sink::Kafka(kafka) => Self { kind: "topic", name: kafka.kafka.topic.clone(), piece: "message", units: ("file", "row") },
        }
    }
}

fn summary(name: &str, output: &Output, counts: &Counts, out: &mut impl Write) -> io::Result<()> {
    let rate = counts.rows as f64 / counts.seconds.max(f64::EPSILON);
    let also = |number: u64, what: &str| if number == 0 { String::new() } else { format!(", {} {what}", count(number)) };
    let (repeated, left) = (also(counts.repeated, "ingested before"), also(counts.left, "left for the next run"));
    writeln!(out, "pipeline    {name}")?;
    let (input, row) = output.units;
    writeln!(out, "input       {}, {}{repeated}{left}", counted(counts.files_done, input), bytes(counts.bytes_done))?;
    writeln!(out, "{:11} {}", output.kind, output.name)?;
    writeln!(out, "written     {} in {}", counted(counts.rows, row), counted(counts.files_written, output.piece))?;
    writeln!(out, "quarantined {}", counted(counts.quarantined, "stretch of input"))?;
    writeln!(out, "rate        {} {row}s/s for {:.1} s", count(rate as u64), counts.seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(counts: &Counts) -> String {
        let mut out = Vec::new();
        let output = Output { kind: "table", name: "out".to_owned(), piece: "file", units: ("file", "row") };
        summary("flow", &output, counts, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_summary_tells_what_came_in_and_what_went_out() {
        let counts = Counts {
            files_done: 3,
            bytes_done: 3 << 20,
            files_written: 1,
            rows: 12_345,
            quarantined: 2,
            seconds: 2.0,
            ..Counts::default()
        };
        let expected = "\
pipeline    flow
input       3 files, 3.0 MiB
table       out
written     12,345 rows in 1 file
quarantined 2 stretches of input
rate        6,172 rows/s for 2.0 s
";
        assert_eq!(text(&counts), expected);
    }

    #[test]
    fn a_summary_tells_what_was_known_and_what_was_left_when_there_is_any() {
        let counts = Counts { files_done: 1, repeated: 1_000, left: 2, ..Counts::default() };
        assert!(text(&counts).contains("input       1 file, 0 B, 1,000 ingested before, 2 left for the next run\n"), "{}", text(&counts));
    }
}
