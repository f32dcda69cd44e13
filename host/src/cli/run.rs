//! `weir run`: pipelines until they end or somebody stops them.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use anyhow::Context;
use bytesize::ByteSize;
use indicatif::HumanCount;
use serde_json::json;
use signal_hook::consts::{SIGINT, SIGTERM};
use tracing::{error, info};

use super::engine::engine;
use super::meter::Meter;
use super::{Exit, UsageError, console};
use crate::check::{self, Scope};
use crate::config::{self, Config, Sink};
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
    let modules = check::check(&config, &pipelines, Scope::Everything, &engine()?)?;
    let open = |pipeline| Ready::open(&config, pipeline, &modules);
    let ready = pipelines.iter().map(|pipeline| open(pipeline).with_context(|| format!("pipeline {}", pipeline.name)));
    let ready = ready.collect::<Result<Vec<_>, _>>()?;

    let stop = Stop::default();
    stop_at_signals(&stop)?;
    let counters: Vec<_> = ready.iter().map(|pipeline| (pipeline.name().to_owned(), pipeline.progress())).collect();
    let meter = Meter::start(console::bars(), counters.clone());
    let ended = run_all(ready, args.once, &stop);
    meter.stop();

    summarise(&config, &counters, args.json, out)?;
    Ok(exit(args.once, &ended, &counters))
}

/// How one pipeline ended.
type Ended = anyhow::Result<()>;

/// The first SIGINT or SIGTERM commits and ends; the second ends at once, which the commit protocol survives as it survives a crash.
fn stop_at_signals(stop: &Stop) -> io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    let stop = stop.clone();
    thread::spawn(move || {
        for signal in signals.forever() {
            if stop.is_set() {
                std::process::exit(128 + signal);
            }
            info!("stopping: what is in work is committed; a second signal ends at once");
            stop.set();
        }
    });
    Ok(())
}

/// Each pipeline in a thread of its own; one that fails is logged, and the others go on.
fn run_all(pipelines: Vec<Ready<'_>>, once: bool, stop: &Stop) -> Vec<Ended> {
    let run = |pipeline: Ready<'_>| {
        let name = pipeline.name().to_owned();
        pipeline.run(once, stop).map_err(anyhow::Error::from).inspect_err(|failure| error!(pipeline = name, "{failure:#}"))
    };
    thread::scope(|scope| {
        let threads: Vec<_> = pipelines.into_iter().map(|pipeline| scope.spawn(|| run(pipeline))).collect();
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
        let Sink::Table(table) = &pipeline.sink;
        Some((name, table.path.display().to_string(), progress.counts()))
    });
    if json {
        let pipelines: Vec<_> =
            summaries.map(|(name, table, counts)| json!({ "pipeline": name, "table": table, "counts": counts })).collect();
        return writeln!(out, "{:#}", json!({ "pipelines": pipelines }));
    }
    for (name, table, counts) in summaries {
        summary(name, &table, &counts, out)?;
    }
    Ok(())
}

fn summary(name: &str, table: &str, counts: &Counts, out: &mut impl Write) -> io::Result<()> {
    let rate = counts.rows as f64 / counts.seconds.max(f64::EPSILON);
    let once = |count: u64, what: &str| if count == 0 { String::new() } else { format!(", {count} {what}") };
    let (repeated, left) = (once(counts.repeated, "ingested before"), once(counts.left, "left for the next run"));
    writeln!(out, "pipeline    {name}")?;
    writeln!(out, "input       {} files, {}{repeated}{left}", HumanCount(counts.files_done), ByteSize(counts.bytes_done))?;
    writeln!(out, "table       {table}")?;
    writeln!(out, "written     {} rows in {} files", HumanCount(counts.rows), HumanCount(counts.files_written))?;
    writeln!(out, "quarantined {} stretches of input", HumanCount(counts.quarantined))?;
    writeln!(out, "rate        {} rows/s for {:.1} s", HumanCount(rate as u64), counts.seconds)
}
