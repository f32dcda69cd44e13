//! `weir quarantine purge`

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use super::super::quantity::counted;
use super::super::{Exit, UsageError};
use super::each;
use super::which::Which;
use crate::model::CommitRecord;
use crate::sink::table::{claim_quarantine, purge as purge_entries};

/// Takes entries that nobody wants any more out of the quarantine
///
/// They are not listed, shown or replayed any more. Their bytes are removed once every entry of their commit is purged or replayed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir quarantine purge out/flow 8a3f00112233-276.0      one entry
  weir quarantine purge out/flow --reason truncated      all of a reason
  weir quarantine purge out/flow --all                   everything")]
pub(in super::super) struct Args {
    /// The table's directory
    table: PathBuf,
    #[command(flatten)]
    which: Which,
    /// All entries
    #[arg(long)]
    all: bool,
}

pub(super) fn purge(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let says = !args.which.entries.is_empty() || !args.which.of.is_all();
    if says == args.all {
        return Err(UsageError("say what to purge: entries, --reason, --by, --source, or --all alone".to_owned()).into());
    }
    let storage = super::is_table(&args.table)?;
    let _claim = claim_quarantine(storage.as_ref())?;
    let (mut count, mut pending) = (0, None::<(CommitRecord, BTreeSet<usize>)>);
    each(&args.table, |record, number, entry| {
        if !args.which.has(record, number, entry) {
            return Ok(false);
        }
        count += 1;
        match &mut pending {
            Some((last, numbers)) if last.source.digest == record.source.digest && last.from == record.from => _ = numbers.insert(number),
            _ => {
                let before = pending.replace((record.clone(), BTreeSet::from([number])));
                before.iter().try_for_each(|(record, numbers)| purge_entries(storage.as_ref(), record, numbers))?;
            }
        }
        Ok(false)
    })?;
    pending.iter().try_for_each(|(record, numbers)| purge_entries(storage.as_ref(), record, numbers))?;
    writeln!(out, "{} purged", counted(count, "entry"))?;
    Ok(Exit::Done)
}
