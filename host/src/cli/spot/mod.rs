//! `weir spot`: the command lines of Apache Spot's ingest.

pub(super) mod files;
mod options;
pub(super) mod spelling;

use std::io::Write;
use std::path::Path;

use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};

use super::Exit;
use super::run::{Manner, run_pipelines};
use crate::config;
use files::{Files, log};
use options::{Common, Program};

/// Runs what Apache Spot's ingest ran, by its own command lines
///
/// Reads ingest_conf.json and, where Spot's program did, /etc/spot.conf, and runs the pipelines that `weir config convert` would write. The log says
/// at the start which keys and options are not needed any more, and what stands in for them. Exit codes are those of Spot's programs: 2 for a wrong
/// command line, 1 for anything else that is wrong.
#[derive(Debug, clap::Args)]
#[command(
    infer_long_args = true,
    after_help = "\
Examples:
  weir spot standalone flow_internals 2 --storage /data/spot
  weir spot collector -t flow --topic spot_flow
  weir spot listener -t flow --topic spot_flow -p 2 --storage /data/spot"
)]
pub(super) struct Args {
    #[command(subcommand)]
    program: Program,
}

impl Args {
    /// What the program's own option says that the log shows.
    pub fn log_level(&self) -> Option<String> {
        self.program.log_level()
    }

    /// Where the log goes if not to standard error.
    pub fn log_file(&self) -> Option<&Path> {
        self.program.log_file()
    }
}

pub(super) fn spot(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let Common { config_file, spot_conf, once, print, .. } = args.program.common();
    let (request, notes) = args.program.request();
    let conversion = Files { ingest_conf: config_file, spot_conf: spot_conf.as_deref() }.convert(&request)?;
    log(&notes);
    log(&conversion.notes);
    if *print {
        out.write_all(conversion.toml.as_bytes())?;
        return Ok(Exit::Done);
    }
    let config = config::load_text(&format!("{} as TOML", config_file.display()), conversion.toml)?;
    let pipelines: Vec<_> = config.pipelines.iter().collect();
    run_pipelines(&config, &pipelines, &Manner { once: *once, json: false, stops: &[SIGINT, SIGTERM, SIGUSR1] }, out)
}
