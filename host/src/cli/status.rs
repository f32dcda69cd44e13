//! `weir status`

use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

use anyhow::bail;

use super::Exit;
use super::quantity::{bytes, count, counted};
use crate::control::{Answer, PipelineStatus, Request, Status, ask};

/// Tells how far a running weir is
///
/// For each pipeline the module that it runs and what it has done since it started.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir status config/flow.toml
  weir status config/flow.toml --json | jq '.pipelines[].counts.rows'")]
pub(super) struct Args {
    /// The configuration that the weir runs
    config: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn status(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    match ask(&args.config, &Request::Status)? {
        Answer::Status(status) if args.json => writeln!(out, "{}", serde_json::to_string_pretty(&status)?)?,
        Answer::Status(status) => write!(out, "{}", text(&status))?,
        Answer::Deployed(_) | Answer::Refused(_) => bail!("the running weir answered something else"),
    }
    Ok(Exit::Done)
}

fn text(Status { version, pid, pipelines }: &Status) -> String {
    let mut out = format!("weir        {version}, process {pid}\n");
    for PipelineStatus { pipeline, module, counts } in pipelines {
        _ = writeln!(out, "pipeline    {pipeline}");
        if let Some(module) = module {
            _ = writeln!(out, "module      {} {}, {}", module.name, module.version, module.digest);
        }
        let waiting = counts.files_found.saturating_sub(counts.files_done);
        _ = writeln!(
            out,
            "input       {}, {}; {} in work or waiting",
            counted(counts.files_done, "file"),
            bytes(counts.bytes_done),
            count(waiting)
        );
        _ = writeln!(out, "written     {} in {}", counted(counts.rows, "row"), counted(counts.files_written, "file"));
        _ = writeln!(out, "quarantined {}", counted(counts.quarantined, "stretch of input"));
    }
    out
}
