//! `weir quarantine`: what could not be parsed.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Subcommand;
use serde::ser::{SerializeSeq, Serializer};
use serde_json::json;

use super::Exit;
use super::printable::printable;
use super::quantity::bytes;
use crate::config::Hdfs;
use crate::model::{CommitId, CommitRecord, QuarantineEntry};
use crate::sink::table::{TableError, copy_quarantined, quarantined};
use crate::storage;

/// Shows the input that could not be parsed
///
/// What gave no rows is kept in the table's quarantine: its bytes, where they came from, why, and which module said so.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir quarantine list out/flow                          what there is, and why
  weir quarantine show out/flow 8a3f00112233-276.0       the bytes of one entry, to standard output
  weir quarantine list hdfs://namenode:8020/spot/flow    of a table on HDFS
  weir quarantine show out/dns 52e1c0de4455-0.3 | tcpdump -r -   packets come as a capture: behind the headers of theirs")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists every entry of a table's quarantine
    #[command(
        after_help = "Examples:\n  weir quarantine list out/flow\n  weir quarantine list out/flow --json | jq -r '.[].reason' | sort | uniq -c"
    )]
    List {
        /// The table's directory, or its URL like hdfs://namenode:8020/spot/flow
        table: PathBuf,
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
}

pub(super) fn quarantine(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    match &args.command {
        Command::List { table, json } => list(table, *json, out)?,
        Command::Show { table, entry } => show(table, entry, out)?,
    }
    Ok(Exit::Done)
}

fn list(table: &Path, json: bool, out: &mut impl Write) -> anyhow::Result<()> {
    if json {
        return list_json(table, out);
    }
    let mut count = 0_u64;
    each(table, |record, number, entry| {
        count += 1;
        let place = entry.message.map_or_else(|| format!("at byte {}", entry.at), |offset| format!("in message {offset}"));
        let (name, source) = (name(record, number), printable(&record.source.name));
        writeln!(out, "{name}  {}  {} {place} of {source}", entry.reason, bytes(entry.length))?;
        writeln!(out, "    {}", printable(&entry.detail))?;
        Ok(false)
    })?;
    if count == 0 {
        writeln!(out, "nothing in the quarantine of {}", table.display())?;
    }
    Ok(())
}

/// One array, written entry by entry: a quarantine may be larger than memory.
fn list_json(table: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    let mut serializer = serde_json::Serializer::pretty(&mut *out);
    let mut array = serializer.serialize_seq(None).map_err(io::Error::from)?;
    each(table, |record, number, entry| {
        array.serialize_element(&as_json(record, number, entry)).map_err(io::Error::from)?;
        Ok(false)
    })?;
    array.end().map_err(io::Error::from)?;
    Ok(writeln!(out)?)
}

fn show(table: &Path, wanted: &str, out: &mut impl Write) -> anyhow::Result<()> {
    let found = each(table, |record, number, entry| {
        let is_wanted = name(record, number) == wanted;
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
    let storage = storage::open(table, &Hdfs::default().without_patience())?;
    if !storage.list("")?.iter().any(|entry| entry.directory && entry.name == ".weir") {
        bail!("{} is no table: name the directory that a sink writes to", table.display());
    }
    let mut enough = false;
    quarantined(storage.as_ref(), |record| -> Result<(), Seen> {
        for (number, entry) in record.quarantine.iter().enumerate() {
            enough = enough || see(&record, number, entry).map_err(Seen)?;
        }
        Ok(())
    })
    .map_err(|Seen(error)| error)?;
    Ok(enough)
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
        "entry": name(record, number),
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

/// Twelve digits of the input's digest, where the commit begins, and the number of the entry in it.
fn name(record: &CommitRecord, number: usize) -> String {
    let stem = CommitId { source: record.source.digest, from: record.from }.file_stem();
    let (digest, from) = stem.split_once('-').unwrap_or((&stem, ""));
    format!("{digest:.12}-{from}.{number}")
}
