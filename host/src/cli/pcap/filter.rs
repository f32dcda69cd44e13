//! `weir pcap filter`

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::num::NonZero;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::ValueEnum;
use tracing::warn;

use super::super::engine::engine;
use super::super::module::inspect::find;
use super::super::printable::printable;
use super::super::{Exit, UsageError};
use super::moment::moment;
use crate::capture;
use crate::config::{Limits, ModuleFiles};
use crate::sandbox::{FilterError, Module};
use crate::selection::{self, Filters, Input, Job, Loss, Output, Summary, TimeRange};

/// Selects packets of captures
///
/// Reads pcap and pcapng, compressed or not, and sequence files of a packet store, and writes the packets that the filter selects, in their order, or counts them. The filter is a module;
/// `bpf`, the one that is taken unless another is named, understands the language of tcpdump. A wrong expression is told before any data is read.
/// What cannot be read of a capture is told at the end, and the exit code is then 2.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir pcap filter 'tcp port 80 and host 10.0.0.1' a.pcap -w web.pcap
  weir pcap filter 'udp port 53' captures/*.pcap.gz --count
  zcat a.pcap.gz | weir pcap filter icmp - | tcpdump -nr -
  weir pcap filter vlan a.pcapng -w - --format pcapng --from 2017-09-08T11:00:00Z --to 2017-09-08T12:00:00Z > hour.pcapng
  weir pcap filter 0x0806 a.pcap --module ./ether_type.wasm --count")]
pub(in super::super) struct Args {
    /// What is selected, in the language of the filter; '' selects everything
    expression: String,
    /// Captures, one after the other; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// A filter module, by its name (bpf, fixed, stellar) or its file
    #[arg(long, value_name = "MODULE", default_value = "bpf")]
    module: PathBuf,
    /// Write the packets to a file; `-` is standard output [default: standard output, unless it is a terminal]
    #[arg(short, long, value_name = "OUT", conflicts_with = "count")]
    write: Option<PathBuf>,
    /// Print how many packets were selected, and nothing else
    #[arg(long)]
    count: bool,
    /// The format that is written [default: pcapng if OUT ends in .pcapng, else pcap]
    #[arg(long, value_enum, conflicts_with = "count")]
    format: Option<Format>,
    /// No packets before this time: 2017-09-08T11:00:00Z, 2017-09-08 11:00 (UTC), or seconds since 1970
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Option<i64>,
    /// No packets of this time or later
    #[arg(long, value_name = "TIME", value_parser = moment)]
    to: Option<i64>,
    /// Threads [default: the number of cores]
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Pcap,
    Pcapng,
}

pub(super) fn filter(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let filters = args.filters()?;
    let inputs = args.inputs()?;
    let output = args.output()?;
    let names = inputs.clone();
    let job = Job { inputs, filters, times: TimeRange { from: args.from, to: args.to }, output, threads: args.threads };
    let summary = match selection::run(job) {
        Ok(summary) => summary,
        Err(error) if error.is_broken_pipe() => return Ok(Exit::Done),
        Err(error) => return Err(error.into()),
    };
    if args.count {
        writeln!(out, "{}", summary.selected)?;
    }
    report(&summary, &names)?;
    Ok(if summary.losses.is_empty() { Exit::Done } else { Exit::Incomplete })
}

/// Compiles an expression.
pub(in super::super) fn filters(module: &Path, expression: &str) -> anyhow::Result<Filters> {
    let file = find(module, &ModuleFiles::of_this_process())?;
    let module = Module::load(&engine()?, &file)?;
    Filters::open(module, Limits::default(), expression, &[]).map_err(|error| match error {
        FilterError::BadExpression { at, expected } => UsageError(pointed(expression, at, &expected)).into(),
        FilterError::WrongKind(wrong) => UsageError(format!("{}: {wrong}", file.display())).into(),
        error => anyhow::Error::from(error).context(file.display().to_string()),
    })
}

impl Args {
    fn filters(&self) -> anyhow::Result<Filters> {
        filters(&self.module, &self.expression)
    }

    fn inputs(&self) -> anyhow::Result<Vec<Input>> {
        let input = |path: &PathBuf| {
            if path.as_os_str() == "-" {
                return Ok(Input::Standard);
            }
            path.metadata().with_context(|| format!("cannot read {}", path.display()))?;
            Ok(Input::File(path.clone()))
        };
        self.files.iter().map(input).collect()
    }

    fn output(&self) -> anyhow::Result<Output> {
        if self.count {
            return Ok(Output::Count);
        }
        let path = self.write.as_deref().filter(|path| path.as_os_str() != "-");
        let format = self.format.unwrap_or_else(|| match path.and_then(Path::extension) {
            Some(extension) if extension == "pcapng" => Format::Pcapng,
            _ => Format::Pcap,
        });
        let format = match format {
            Format::Pcap => capture::Format::Pcap,
            Format::Pcapng => capture::Format::Pcapng,
        };
        let out = path.map_or_else(standard, |path| self.file(path))?;
        Ok(Output::Write(Box::new(out), format))
    }

    fn file(&self, path: &Path) -> anyhow::Result<File> {
        spare(path, self.files.iter())?;
        File::create(path).with_context(|| format!("cannot write {}", path.display()))
    }
}

/// Refuses to write over a file that is read.
pub(super) fn spare<'a>(path: &Path, mut read: impl Iterator<Item = &'a PathBuf>) -> Result<(), UsageError> {
    let id = |path: &Path| path.metadata().ok().map(|facts| (facts.dev(), facts.ino()));
    let same = |other: &PathBuf| id(path).is_some_and(|found| Some(found) == id(other));
    if path.is_file() && read.any(same) {
        return Err(UsageError(format!("{} is read, and would be written over: choose another file", path.display())));
    }
    Ok(())
}

/// Standard output without the buffer that a terminal needs.
pub(super) fn standard() -> anyhow::Result<File> {
    let out = io::stdout();
    if out.is_terminal() {
        return Err(UsageError(
            "a capture is nothing for a terminal: name a file with -w, send it on with |, or count with --count".to_owned(),
        )
        .into());
    }
    Ok(out.as_fd().try_clone_to_owned()?.into())
}

/// The expression with a mark under the place.
fn pointed(expression: &str, at: usize, expected: &str) -> String {
    let before = expression.get(..at).unwrap_or(expression);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let rest = expression.get(before.len()..).unwrap_or_default().split('\n').next().unwrap_or_default();
    let width = line.chars().count();
    format!("the expression is wrong at byte {at}: {expected}\n  {}\n  {:width$}^", printable(&format!("{line}{rest}")), "")
}

/// What the selection found wrong.
pub(in super::super) fn report(summary: &Summary, inputs: &[Input]) -> io::Result<()> {
    for warning in &summary.warnings {
        warn!("{}", printable(warning));
    }
    let mut err = io::stderr().lock();
    for Loss { input, at, length, detail, .. } in &summary.losses {
        let name = inputs.get(*input).map(Input::to_string).unwrap_or_default();
        let length = length.map(|length| format!("{length} bytes ")).unwrap_or_default();
        writeln!(err, "weir: {}: {length}from byte {at} on could not be read, {}", printable(&name), printable(detail))?;
    }
    if summary.more_losses > 0 {
        writeln!(err, "weir: and {} more stretches of input", summary.more_losses)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::pointed;

    #[test]
    fn a_mark_stands_under_the_place_of_an_error() {
        let expected = "the expression is wrong at byte 7: a port\n  ä port x\n         ^";
        assert_eq!(pointed("ä port x", 8, "a port").replace("byte 8", "byte 7"), expected);
        assert_eq!(pointed("udp and\nport x", 13, "p"), "the expression is wrong at byte 13: p\n  port x\n       ^");
        assert_eq!(pointed("udp", 99, "p"), "the expression is wrong at byte 99: p\n  udp\n     ^");
    }
}
