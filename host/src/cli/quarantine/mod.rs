//! `weir quarantine`: what could not be parsed.

mod purge;
mod replay;
mod which;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use clap::Subcommand;
use serde::ser::{SerializeSeq, Serializer};
use serde_json::json;

use super::Exit;
use super::printable::printable;
use super::quantity::{bytes, counted};
use crate::config::Hdfs;
use crate::model::{CommitRecord, QuarantineEntry};
use crate::sink::table::{TableError, copy_quarantined, waiting};
use crate::storage::{self, Storage};
use which::Of;

/// Shows the input that could not be parsed, replays and purges it
///
/// What gave no rows is kept in the table's quarantine: its bytes, where they came from, why, and which module said so.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir quarantine list out/flow                          what there is, and why
  weir quarantine show out/flow 8a3f00112233-276.0       the bytes of one entry, to standard output
  weir quarantine list hdfs://namenode:8020/spot/flow    of a table on HDFS
  weir quarantine list out/flow --count-by reason        how much of what
  weir quarantine replay weir.toml flow --module ./flow-0.2.wasm   through a newer module, exactly once
  weir quarantine purge out/flow --reason truncated      what nobody wants any more
  weir quarantine show out/dns 52e1c0de4455-0.3 | tcpdump -r -   packets come as a capture: behind the headers of theirs")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists every entry of a table's quarantine
    #[command(
        after_help = "Examples:\n  weir quarantine list out/flow\n  weir quarantine list out/flow --reason unsupported --by flow\n  weir quarantine list out/flow --count-by source\n  weir quarantine list out/flow --json | jq -r '.[].detail' | sort | uniq -c"
    )]
    List {
        /// The table's directory, or its URL like hdfs://namenode:8020/spot/flow
        table: PathBuf,
        #[command(flatten)]
        of: Of,
        /// Count entries and their bytes instead
        #[arg(long, value_name = "WHAT", value_enum)]
        count_by: Option<By>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Writes the bytes of one entry to standard output; those of a capture behind its headers, as a capture of their own
    #[command(after_help = "Examples:\n  weir quarantine show out/flow 8a3f00112233-276.0 | xxd | head")]
    Show {
        /// The table's directory, or its URL
        table: PathBuf,
        /// As `weir quarantine list` names it
        entry: String,
    },
    Replay(replay::Args),
    Purge(purge::Args),
}

/// What entries are counted by.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum By {
    /// Why they gave no rows
    Reason,
    /// Who said so
    Module,
    /// Where they came from
    Source,
}

pub(super) fn quarantine(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    match &args.command {
        Command::List { table, of, count_by: Some(by), json } => count(table, of, *by, *json, out)?,
        Command::List { table, of, count_by: None, json } => list(table, of, *json, out)?,
        Command::Show { table, entry } => show(table, entry, out)?,
        Command::Replay(args) => return replay::replay(args, out),
        Command::Purge(args) => return purge::purge(args, out),
    }
    Ok(Exit::Done)
}

fn list(table: &Path, of: &Of, json: bool, out: &mut impl Write) -> anyhow::Result<()> {
    if json {
        return list_json(table, of, out);
    }
    let mut count = 0_u64;
    each(table, |record, number, entry| {
        if !of.has(record, entry) {
            return Ok(false);
        }
        count += 1;
        let place = entry.message.map_or_else(|| format!("at byte {}", entry.at), |offset| format!("in message {offset}"));
        let (name, source) = (record.entry_name(number), printable(&record.source.name));
        writeln!(out, "{name}  {}  {} {place} of {source}", entry.reason, bytes(entry.length))?;
        writeln!(out, "    {}", printable(&entry.detail))?;
        Ok(false)
    })?;
    if count == 0 {
        let such = if of.is_all() { "" } else { " such" };
        writeln!(out, "nothing{such} in the quarantine of {}", table.display())?;
    }
    Ok(())
}

/// One array, written entry by entry: a quarantine may be larger than memory.
fn list_json(table: &Path, of: &Of, out: &mut impl Write) -> anyhow::Result<()> {
    let mut serializer = serde_json::Serializer::pretty(&mut *out);
    let mut array = serializer.serialize_seq(None).map_err(io::Error::from)?;
    each(table, |record, number, entry| {
        if of.has(record, entry) {
            array.serialize_element(&as_json(record, number, entry)).map_err(io::Error::from)?;
        }
        Ok(false)
    })?;
    array.end().map_err(io::Error::from)?;
    Ok(writeln!(out)?)
}

fn show(table: &Path, wanted: &str, out: &mut impl Write) -> anyhow::Result<()> {
    let found = each(table, |record, number, entry| {
        let is_wanted = record.entry_name(number) == wanted;
        if is_wanted {
            copy_quarantined(storage::open(table, &Hdfs::default().without_patience())?.as_ref(), record, entry, out)
                .map_err(|Seen(error)| error)?;
        }
        Ok(is_wanted)
    })?;
    if !found {
        bail!("no entry `{wanted}` in the quarantine of {}: see `weir quarantine list`", table.display());
    }
    Ok(())
}

/// Hands every entry to `see` until it says that it is enough. Says whether it did.
fn each(table: &Path, mut see: impl FnMut(&CommitRecord, usize, &QuarantineEntry) -> anyhow::Result<bool>) -> anyhow::Result<bool> {
    let storage = is_table(table)?;
    let mut enough = false;
    waiting(storage.as_ref(), |record, number, entry| -> Result<(), Seen> {
        enough = enough || see(record, number, entry).map_err(Seen)?;
        Ok(())
    })
    .map_err(|Seen(error)| error)?;
    Ok(enough)
}

/// Where a table lies, if it is one.
fn is_table(table: &Path) -> anyhow::Result<Arc<dyn Storage>> {
    let storage = storage::open(table, &Hdfs::default().without_patience())?;
    if !storage.list("")?.iter().any(|entry| entry.directory && entry.name == ".weir") {
        bail!("{} is no table: name the directory that a sink writes to", table.display());
    }
    Ok(storage)
}

/// The most entries first.
fn count(table: &Path, of: &Of, by: By, json: bool, out: &mut impl Write) -> anyhow::Result<()> {
    let mut counts = BTreeMap::<String, (u64, u64)>::new();
    each(table, |record, _, entry| {
        let key = match by {
            By::Reason => entry.reason.to_string(),
            By::Module => format!("{} {} {:.19}", record.module.name, record.module.version, record.module.digest.to_string()),
            By::Source => record.source.name.clone(),
        };
        if of.has(record, entry) {
            let (entries, bytes) = counts.entry(key).or_default();
            (*entries, *bytes) = (*entries + 1, *bytes + entry.length);
        }
        Ok(false)
    })?;
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, (entries, _))| std::cmp::Reverse(*entries));
    if json {
        let values = counts.iter().map(|(of, (entries, bytes))| json!({ "of": of, "entries": entries, "bytes": bytes }));
        return Ok(writeln!(out, "{:#}", serde_json::Value::from_iter(values))?);
    }
    for (of, (entries, length)) in &counts {
        writeln!(out, "{}  {}, {}", printable(of), counted(*entries, "entry"), bytes(*length))?;
    }
    Ok(())
}

/// An error of the table or of whoever looks at it.
struct Seen(anyhow::Error);

impl From<TableError> for Seen {
    fn from(error: TableError) -> Self {
        Self(error.into())
    }
}

impl From<io::Error> for Seen {
    fn from(error: io::Error) -> Self {
        Self(error.into())
    }
}

fn as_json(record: &CommitRecord, number: usize, entry: &QuarantineEntry) -> serde_json::Value {
    json!({
        "entry": record.entry_name(number),
        "source": record.source,
        "at": entry.at,
        "length": entry.length,
        "message": entry.message,
        "reason": entry.reason,
        "detail": entry.detail,
        "module": record.module,
        "pipeline": record.pipeline,
        "committed": record.at,
    })
}
