//! `weir check`

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::Exit;
use super::engine::engine;
use super::quantity::counted;
use crate::check::{Scope, check_file};
use crate::config::ConfigErrors;

/// Finds everything that is wrong with a configuration, before a run does
///
/// Reads the file (keys, types, values, pipelines in each other's way), loads the modules, opens a session of each with its options, and looks
/// whether the directories can be read and written. Every mistake is shown at once, with its line and, where one is near, the right word.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir check config/flow.toml               before a run, on the machine that will run it
  weir check config/flow.toml --offline     where its directories are not: the file and its modules only
  weir check config/flow.toml --json        the mistakes as one JSON document, for editors and CI")]
pub(super) struct Args {
    /// The configuration, a TOML file
    config: PathBuf,
    /// Look at the file and its modules only, not at directories
    #[arg(long)]
    offline: bool,
    /// Print the mistakes, if any, as JSON on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn check(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let engine = engine()?;
    let scope = if args.offline { Scope::FileAndModules } else { Scope::Everything };
    let result = check_file(&args.config, scope, &engine);
    if args.json {
        let errors = result.as_ref().err();
        let mistakes: Vec<_> = errors.into_iter().flat_map(ConfigErrors::mistakes).collect();
        writeln!(out, "{:#}", json!({ "file": args.config, "errors": mistakes }))?;
        return Ok(if mistakes.is_empty() { Exit::Done } else { Exit::Configuration });
    }
    let config = result?;
    let names: Vec<_> = config.pipelines.iter().map(|pipeline| pipeline.name.as_str()).collect();
    let pipelines = counted(names.len() as u64, "pipeline");
    writeln!(out, "{}: nothing wrong with {pipelines}: {}", args.config.display(), names.join(", "))?;
    Ok(Exit::Done)
}
