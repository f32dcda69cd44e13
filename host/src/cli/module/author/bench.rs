//! `weir module bench`

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::super::super::Exit;
use super::super::super::quantity::{bytes, count};
use super::subject::Subject;
use crate::model::ModuleKind;
use crate::pipeline::{sample, selected};
use crate::sandbox::{Engine, Module};

/// Measures a module
///
/// What it takes to compile it, to load it compiled and to open a session, and the rows and bytes that it does in a second, best of five runs over an
/// input; wall time of one thread.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir module bench . tests/large.log
  weir module bench bpf a.pcap --expression 'tcp port 80'")]
pub(in super::super::super) struct Args {
    /// A project's folder, or a module's file or name
    module: PathBuf,
    /// A file as the module reads it: some MiB, or the start counts more than the work
    input: PathBuf,
    /// An option of the module, NAME=VALUE; may be repeated
    #[arg(short, long = "option", value_name = "NAME=VALUE")]
    options: Vec<String>,
    /// Of a filter: what it selects
    #[arg(short, long, default_value = "")]
    expression: String,
}

const RUNS: usize = 5;

pub(in super::super) fn bench(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let subject = Subject::open(&args.module)?;
    let Subject { file, module, limits, .. } = &subject;
    let size = fs::metadata(&args.input).with_context(|| format!("cannot read {}", args.input.display()))?.len();
    let settings = subject.settings(&args.options)?;
    let compile = timed(|| Module::load(&Engine::new(None)?, file).map(drop).map_err(anyhow::Error::from))?;
    let start = best(|| module.describe(limits).map(drop).map_err(anyhow::Error::from))?;
    let (mut made, mut memory, is_filter) = (0, 0, module.kind() == ModuleKind::PacketFilter);
    let work = best(|| {
        if is_filter {
            made = selected(module, limits, &args.expression, &args.input)?.len() as u64;
        } else {
            let sample = sample(module, limits, &settings, &args.input, usize::MAX)?;
            (made, memory) = (sample.count(), sample.memory);
        }
        Ok(())
    })?;
    let rate = |what: u64| (what as f64 / work.as_secs_f64().max(1e-9)) as u64;
    writeln!(out, "compile   {:.0} ms", compile.as_secs_f64() * 1e3)?;
    writeln!(out, "start     {:.3} ms: an instance and its first call", start.as_secs_f64() * 1e3)?;
    writeln!(out, "input     {}, {}/s", bytes(size), bytes(rate(size)))?;
    let what = if is_filter { "selected" } else { "rows" };
    writeln!(out, "{what:9} {}, {}/s, {:.0} ns each", count(made), count(rate(made)), work.as_secs_f64() * 1e9 / (made.max(1) as f64))?;
    if !is_filter {
        writeln!(out, "memory    {}", bytes(memory))?;
    }
    Ok(Exit::Done)
}

fn timed(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed())
}

fn best(mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        best = best.min(timed(&mut work)?);
    }
    Ok(best)
}
