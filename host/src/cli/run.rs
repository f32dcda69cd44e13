//! `weir run`

use std::path::PathBuf;

use super::Exit;

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
}

pub(super) fn run(args: Args) -> anyhow::Result<Exit> {
    let config = crate::config::load(&args.config)?;
    let pipelines = config.select(&args.pipelines).map_err(|error| super::UsageError(error.to_string()))?;
    crate::check::check(&config, &pipelines, crate::check::Scope::Everything, &super::engine::engine()?)?;
    anyhow::bail!("running is not wired yet")
}
