//! `weir quarantine list`

use std::io::Write;
use std::path::PathBuf;

use super::super::Exit;
use super::super::quantity::bytes;
use crate::quarantine::{Quarantined, list as each};
use crate::storage::LocalStorage;

/// Lists what of a table's input could not be parsed
///
/// One line for each stretch of input: its id, where it stands, its length, the reason, and what was expected. Nothing is printed when there is nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir quarantine list out/flow
  weir quarantine list out/flow --json | jq -r .reason | sort | uniq -c")]
pub(super) struct Args {
    /// The table's directory
    table: PathBuf,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

pub(super) fn list(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let storage = LocalStorage::new(&args.table);
    each(&storage, |stretch| -> anyhow::Result<()> {
        let line = if args.json { serde_json::to_string(&stretch)? } else { line(&stretch) };
        Ok(writeln!(out, "{line}")?)
    })?;
    Ok(Exit::Done)
}

fn line(stretch: &Quarantined) -> String {
    let Quarantined { id, source, entry, .. } = stretch;
    let length = bytes(entry.length);
    format!("{id}  {} at byte {}, {length}: {}: {}", source.name, entry.at, entry.reason, entry.detail)
}
