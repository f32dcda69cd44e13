//! `weir quarantine replay`

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use serde_json::json;

use super::super::Exit;
use super::super::engine::engine;
use super::super::module::inspect;
use super::super::quantity::counted;
use super::which::Which;
use crate::check::{self, Scope};
use crate::config::{self, ModuleFiles};
use crate::pipeline::{Replay, ReplayError, Replayed};
use crate::stop::Stop;

/// Runs what could not be parsed through a module once more
///
/// Each entry of which something becomes rows leaves the quarantine in the same step that makes its rows visible: it is replayed once, whenever weir is
/// killed, and what the module rejects of it is in the quarantine anew. An entry that gives no rows stays. The pipeline may be running.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir quarantine replay weir.toml flow                                what the pipeline's module, as it is now, can read of it
  weir quarantine replay weir.toml flow --module ./flow-0.2.wasm       through another one
  weir quarantine replay weir.toml flow --reason unsupported --by flow only that
  weir quarantine replay weir.toml flow 8a3f00112233-276.0             one entry

Exit codes: 0 all of it became rows, 2 some of it is left.")]
pub(in super::super) struct Args {
    /// The configuration, a TOML file
    config: PathBuf,
    /// The pipeline that writes the table
    pipeline: String,
    #[command(flatten)]
    which: Which,
    /// A module's file or name, in the place of the pipeline's
    #[arg(long, value_name = "NEW")]
    module: Option<PathBuf>,
    /// Print JSON, an object a line
    #[arg(long)]
    json: bool,
}

pub(super) fn replay(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let mut config = config::load(&args.config)?;
    let name = config.select(std::slice::from_ref(&args.pipeline)).map_err(|error| super::super::UsageError(error.to_string()))?;
    let module = name.first().and_then(|pipeline| pipeline.module()).map(str::to_owned);
    if let (Some(new), Some(module)) = (&args.module, module) {
        let file = inspect::find(new, &ModuleFiles::of_this_process())?;
        let known = config.modules.iter_mut().find(|known| known.name == module).context("the pipeline has no module")?;
        (known.file, known.digest) = (file, None);
    }
    let pipelines = config.select(std::slice::from_ref(&args.pipeline))?;
    let Some(pipeline) = pipelines.first() else { bail!("no pipeline {}", args.pipeline) };
    let checked = check::check(&config, &pipelines, Scope::FileAndModules, &engine()?)?;
    let stop = Stop::default();
    let replay = Replay::open(&config, pipeline, &checked, &stop)?;
    let (mut rows, mut entries, mut left) = (0, 0, 0);
    replay
        .run::<Failure>(
            |record, number, entry| args.which.has(record, number, entry),
            |record, number, _, replayed| {
                let name = record.entry_name(number);
                let (line, value) = match replayed {
                    Replayed::Rows { rows: new, entries: again } => {
                        (rows, entries, left) = (rows + new, entries + 1, left + again);
                        let again_text = if again == 0 { String::new() } else { format!(", {} of the rest", counted(again, "entry")) };
                        (format!("{name}  {}{again_text}", counted(new, "row")), json!({ "entry": name, "rows": new, "entries": again }))
                    }
                    Replayed::Left(why) => {
                        left += 1;
                        (format!("{name}  left: {why}"), json!({ "entry": name, "left": why }))
                    }
                };
                if args.json { writeln!(out, "{value}") } else { writeln!(out, "{line}") }.map_err(|error| Failure(error.into()))
            },
        )
        .map_err(|Failure(error)| error)?;
    if !args.json {
        writeln!(out, "{} of {} written, {} left", counted(rows, "row"), counted(entries, "entry"), left)?;
    }
    Ok(if left > 0 { Exit::Incomplete } else { Exit::Done })
}

/// An error of the replay or of whoever is told.
struct Failure(anyhow::Error);

impl From<ReplayError> for Failure {
    fn from(error: ReplayError) -> Self {
        Self(error.into())
    }
}
