//! `weir module list`

use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::super::Exit;
use super::super::engine::engine;
use crate::config::{Limits, ModuleFiles};
use crate::model::{Description, ModuleKind};
use crate::sandbox::{Engine, Module};

/// Lists the modules that are found by their names
///
/// They lie in the directories of the path list WEIR_MODULES, beside the program weir (`.`, `modules`, `../modules`), or in target/modules; the
/// first file of a name is taken. Each is loaded and asked what it is; the exit code is 1 if one cannot be.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir module list
  WEIR_MODULES=/opt/modules weir module list
  weir module list --json | jq -r '.[].file'")]
pub(in super::super) struct Args {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A file that is found by a name, and what it is.
struct Found {
    name: String,
    file: PathBuf,
    what: anyhow::Result<(ModuleKind, Description)>,
}

pub(in super::super) fn list(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let files = ModuleFiles::of_this_process();
    let engine = engine()?;
    let found: Vec<_> = files.all().into_iter().map(|(name, file)| Found::new(&engine, name, file)).collect();
    if args.json {
        writeln!(out, "{:#}", Value::from_iter(found.iter().map(Found::json)))?;
    } else if found.is_empty() {
        writeln!(out, "no modules in {}", files.places())?;
    } else {
        let width = found.iter().map(|found| found.name.len()).max().unwrap_or(0);
        found.iter().try_for_each(|found| writeln!(out, "{}", found.line(width)))?;
    }
    Ok(if found.iter().all(|found| found.what.is_ok()) { Exit::Done } else { Exit::Failed })
}

impl Found {
    fn new(engine: &Engine, name: String, file: PathBuf) -> Self {
        let what = || {
            let module = Module::load(engine, &file)?;
            Ok((module.kind(), module.describe(&Limits::default())?))
        };
        Self { what: what(), name, file }
    }

    fn json(&self) -> Value {
        let Self { name, file, what } = self;
        match what {
            Ok((kind, about)) => json!({ "name": name, "version": about.version, "kind": kind, "summary": about.summary, "file": file }),
            Err(error) => json!({ "name": name, "file": file, "error": format!("{error:#}") }),
        }
    }

    fn line(&self, width: usize) -> String {
        let Self { name, file, what } = self;
        match what {
            Ok((kind, about)) => format!("{name:width$}  {}  {kind}  {}  {}", about.version, file.display(), about.summary),
            Err(error) => format!("{name:width$}  cannot be used: {error:#}"),
        }
    }
}
