//! `weir module run`

use std::io::Write;
use std::path::PathBuf;

use super::super::super::Exit;
use super::super::super::printable::printable;
use super::subject::Subject;
use super::text::Form;
use crate::model::ModuleKind;
use crate::pipeline::{sample, selected};

/// Shows what a module makes of an input
///
/// Prints the first rows, or of a filter the numbers of the packets that it selects, and tells what it rejects. Nothing is written anywhere.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir module run . tests/first.log                rows of an input, in a project's folder
  weir module run flow nfcapd.202607051830 -n 3 --json
  weir module run ./flow.wasm nfcapd.202607051830 -o schema=full
  weir module run ./sampling a.pcap --expression 1/100")]
pub(in super::super::super) struct Args {
    /// A project's folder, or a module's file or name
    module: PathBuf,
    /// A file as the module reads it
    input: PathBuf,
    /// An option of the module, NAME=VALUE; may be repeated
    #[arg(short, long = "option", value_name = "NAME=VALUE")]
    options: Vec<String>,
    /// Of a filter: what it selects
    #[arg(short, long, default_value = "")]
    expression: String,
    /// How many rows
    #[arg(short = 'n', long, default_value_t = 20)]
    rows: usize,
    /// A JSON object a line instead of CSV
    #[arg(long)]
    json: bool,
}

pub(in super::super) fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let subject = Subject::open(&args.module)?;
    if subject.module.kind() == ModuleKind::PacketFilter {
        for number in selected(&subject.module, &subject.limits, &args.expression, &args.input)?.iter().take(args.rows) {
            writeln!(out, "{number}")?;
        }
        return Ok(Exit::Done);
    }
    let settings = subject.settings(&args.options)?;
    let sample = sample(&subject.module, &subject.limits, &settings, &args.input, args.rows)?;
    let (form, head) = if args.json { (Form::Json, 0) } else { (Form::Csv, 1) };
    for line in form.lines(&sample.rows)?.iter().take(args.rows.saturating_add(head)) {
        writeln!(out, "{}", printable(line))?;
    }
    for reject in sample.rejects.iter().take(args.rows) {
        eprintln!("rejected: {} at {}, {} long: {}", reject.reason, reject.at, reject.length, printable(&reject.detail));
    }
    if let Some(failure) = &sample.failure {
        eprintln!("the module did not get through: {}", printable(&failure.detail));
    }
    Ok(if sample.rejects.is_empty() && sample.failure.is_none() { Exit::Done } else { Exit::Incomplete })
}
