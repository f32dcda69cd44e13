//! `weir pcap query`

use std::fs::File;
use std::io::{self, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use tracing::warn;

use super::super::quantity::counted;
use super::super::{Exit, UsageError};
use super::filter::{filters, report, spare, standard};
use super::moment::moment;
use crate::capture::Format;
use crate::model::Packet;
use crate::selection::{self, Input, Job, Output, TimeRange};
use crate::store::{Pages, TimeOrder, choose, list};

/// Selects packets of a packet store, in the order of time
///
/// A store is a directory of sequence files as Apache Metron writes them. Files are chosen by the times in their names, read on all cores, and a file that is still
/// being written is read to its last whole record. Results are sorted in bounded memory: beyond 64 MiB they wait in a temporary file ($TMPDIR).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir pcap query /data/pcap 'host 10.0.0.1' --from 2017-05-17T16:00:00Z --to 2017-05-17T17:00:00Z -w hour.pcap
  weir pcap query /data/pcap 'tcp port 443' -w - | tcpdump -nr -
  weir pcap query file:///data/pcap '' --records-per-file 10000 --prefix all
  weir pcap query /data/pcap 'ip_dst_port == 22' --module stellar -w ssh.pcap")]
pub(in super::super) struct Args {
    /// The directory, or its file: URL
    store: String,
    /// What is selected, in the language of the filter; '' selects everything
    #[arg(default_value = "")]
    expression: String,
    /// A filter module, by its name (bpf, fixed, stellar) or its file
    #[arg(long, value_name = "MODULE", default_value = "bpf")]
    module: PathBuf,
    /// No packets before this time: 2017-09-08T11:00:00Z, 2017-09-08 11:00 (UTC), or seconds since 1970
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Option<i64>,
    /// No packets of this time or later
    #[arg(long, value_name = "TIME", value_parser = moment)]
    to: Option<i64>,
    /// Write one capture; `-` is standard output. Else files pcap-data-PREFIX+0001.pcap are written
    #[arg(short, long, value_name = "OUT")]
    write: Option<PathBuf>,
    /// Packets of each file
    #[arg(long, value_name = "N", default_value = "10000", conflicts_with = "write")]
    records_per_file: NonZero<u64>,
    /// The prefix in the names of the files [default: the time, UTC]
    #[arg(long, conflicts_with = "write")]
    prefix: Option<String>,
    /// Where the files are written
    #[arg(long, value_name = "DIR", default_value = ".", conflicts_with = "write")]
    directory: PathBuf,
    /// Threads [default: the number of cores]
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,
}

pub(super) fn query(args: &Args, _: &mut impl Write) -> anyhow::Result<Exit> {
    let pages = |store: &[PathBuf]| match &args.write {
        Some(path) => one(path, store),
        None => Ok(Pages::in_directory(args.directory.clone(), &args.prefix.clone().unwrap_or_else(prefix), args.records_per_file.get())),
    };
    let Args { store, expression, module, threads, .. } = args;
    let times = TimeRange { from: args.from, to: args.to };
    let Found { selected, files, exit, .. } = Query { store, expression, module, times, threads: *threads }.run(pages)?;
    writeln!(io::stderr(), "weir: {}, {}", counted(selected, "packet"), counted(files, "file"))?;
    Ok(exit)
}

/// A prefix that no run before had.
pub(in super::super) fn prefix() -> String {
    let now = jiff::Timestamp::now();
    format!("{}-{:x}{:09x}", now.strftime("%Y%m%d%H%M"), std::process::id(), now.as_nanosecond() % 1_000_000_000)
}

fn one(path: &Path, store: &[PathBuf]) -> anyhow::Result<Pages> {
    let format = if path.extension().is_some_and(|extension| extension == "pcapng") { Format::Pcapng } else { Format::Pcap };
    let file = if path.as_os_str() == "-" {
        standard()?
    } else {
        spare(path, store.iter())?;
        File::create(path).with_context(|| format!("cannot write {}", path.display()))?
    };
    Ok(Pages::one(file, format))
}

/// A query of a store.
pub(in super::super) struct Query<'a> {
    pub store: &'a str,
    pub expression: &'a str,
    pub module: &'a Path,
    pub times: TimeRange,
    pub threads: Option<NonZero<usize>>,
}

/// What came of a query.
pub(in super::super) struct Found {
    pub selected: u64,
    /// Files that were written.
    pub files: u64,
    pub exit: Exit,
}

impl Query<'_> {
    /// Opens what is written only once the expression is found right and the store can be read; `pages` is given every file of the store.
    pub fn run(&self, pages: impl FnOnce(&[PathBuf]) -> anyhow::Result<Pages>) -> anyhow::Result<Found> {
        // What selects everything needs no module of its own.
        let module = if self.expression.trim().is_empty() { Path::new("bpf") } else { self.module };
        let filters = filters(module, self.expression.trim())?;
        let directory = local(self.store)?;
        let files = list(&directory).with_context(|| format!("cannot read {}", directory.display()))?;
        let mut pages = pages(&files)?;
        let inputs = self.inputs(files);
        let order = Arc::new(Mutex::new(TimeOrder::default()));
        let taken = Arc::clone(&order);
        let each = move |link_type: u32, packet: &Packet<'_>| taken.lock().unwrap_or_else(PoisonError::into_inner).push(link_type, packet);
        let output = Output::Each(Box::new(each));
        let mut summary = selection::run(Job { inputs: inputs.clone(), filters, times: self.times, output, threads: self.threads })?;
        let order = std::mem::take(&mut *order.lock().unwrap_or_else(PoisonError::into_inner));
        order.drain(|packet| pages.push(&packet))?;
        let files = pages.finish()?;
        // A file that is being written ends anywhere.
        summary.losses.retain(|loss| !loss.truncated);
        report(&summary, &inputs)?;
        let exit = if summary.losses.is_empty() { Exit::Done } else { Exit::Incomplete };
        Ok(Found { selected: summary.selected, files, exit })
    }

    fn inputs(&self, files: Vec<PathBuf>) -> Vec<Input> {
        let nanoseconds = |time: i64| u64::try_from(time).unwrap_or_default();
        let begin = self.times.from.map_or(0, nanoseconds);
        let end = self.times.to.map_or(u64::MAX, |end| nanoseconds(end).saturating_sub(1));
        let choice = choose(files, begin, end);
        for file in &choice.foreign {
            warn!("{} is left out: its name is none of a packet store (pcap_TOPIC_TIME_PARTITION_UUID)", file.display());
        }
        choice.files.into_iter().filter(|file| can_be_read(file)).map(Input::File).collect()
    }
}

/// One file that is gone or shut does not keep the others from being read.
fn can_be_read(file: &Path) -> bool {
    File::open(file).inspect_err(|error| warn!("{} is left out: {error}", file.display())).is_ok()
}

/// A directory of this machine.
fn local(store: &str) -> anyhow::Result<PathBuf> {
    let path = store.strip_prefix("file:").map_or(store, |path| path.strip_prefix("//").unwrap_or(path));
    if path.contains("://") {
        return Err(UsageError(format!("{store}: only stores in local directories can be read: copy it, or mount it")).into());
    }
    Ok(PathBuf::from(path))
}
