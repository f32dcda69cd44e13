//! `weir module test`

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};

use super::super::super::Exit;
use super::super::super::quantity::{bytes, counted};
use super::case::Case;
use super::junit;
use super::subject::Subject;

/// Runs a module's golden cases
///
/// A case is a file tests/*.toml of the project: an input, options, and the rows, rejects or packets that are expected. What differs is told row by row.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir module test                      in the project's folder
  weir module test --bless              take what the module gives now as what is expected
  weir module test --junit report.xml")]
pub(in super::super::super) struct Args {
    /// The project's folder
    #[arg(default_value = ".")]
    project: PathBuf,
    /// Write what comes as what is expected
    #[arg(long)]
    bless: bool,
    /// Write a report that CI systems read
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

pub(in super::super) fn test(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let subject = Subject::open(&args.project)?;
    let folder = args.project.join("tests");
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<_> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    if paths.is_empty() {
        bail!("no cases in {}: each is a file NAME.toml with `input` and `expected`", folder.display());
    }
    let (mut cases, mut failed) = (Vec::new(), 0);
    for path in &paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let tried = Case::read(path).and_then(|case| case.run(&subject, args.bless));
        let case = junit::Case::of(name, tried);
        match &case.failure {
            None => {
                writeln!(out, "ok    {}  {}, {} ms, {}", case.name, counted(case.rows, "row"), case.time.as_millis(), bytes(case.memory))?
            }
            Some(failure) => {
                failed += 1;
                writeln!(out, "WRONG {}\n{failure}", case.name)?;
            }
        }
        cases.push(case);
    }
    if let Some(path) = &args.junit {
        fs::write(path, junit::report(&subject.about.name, &cases)).with_context(|| format!("cannot write {}", path.display()))?;
    }
    writeln!(out, "{}, {failed} wrong", counted(cases.len() as u64, "case"))?;
    Ok(if failed == 0 { Exit::Done } else { Exit::Failed })
}
