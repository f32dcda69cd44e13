//! `weir module check`

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use super::super::super::Exit;
use super::subject::Subject;
use super::text::Form;
use crate::model::{ModuleKind, RejectReason};
use crate::pipeline::sample;

/// Says whether a module keeps the contract
///
/// Its file, interface, version and imports; that it describes itself twice alike and has a schema; and that inputs made to hurt (empty, endless, random,
/// lying), and those that are given, neither make it fail within its limits nor give other rows the second time.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir module check                     in the project's folder
  weir module check flow nfcapd.202607051830
  weir module check ./new.wasm")]
pub(in super::super::super) struct Args {
    /// A project's folder, or a module's file or name
    #[arg(default_value = ".")]
    module: PathBuf,
    /// Inputs as the module reads them; they are tried whole and cut
    inputs: Vec<PathBuf>,
    /// An option of the module, NAME=VALUE; may be repeated
    #[arg(short, long = "option", value_name = "NAME=VALUE")]
    options: Vec<String>,
}

pub(in super::super) fn check(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let subject = Subject::open(&args.module)?;
    let Subject { module, about, limits, file } = &subject;
    writeln!(out, "ok    {}: {} of weir:ingest@{}", file.display(), module.kind(), module.contract_version())?;
    ensure!(module.describe(limits)? == *about, "`describe` says something else the second time");
    writeln!(out, "ok    {} {}, the same at every call", about.name, about.version)?;
    if module.kind() == ModuleKind::PacketFilter {
        return Ok(Exit::Done);
    }
    let settings = subject.settings(&args.options)?;
    let schema = module.schema(limits, &settings)?;
    ensure!(schema == module.schema(limits, &settings)?, "`schema` says something else the second time");
    writeln!(out, "ok    {} columns", schema.fields.fields().len())?;
    let folder = Scratch::new()?;
    let mut wrong = 0;
    for (name, content) in torture(&args.inputs)? {
        let path = folder.0.join("input");
        fs::write(&path, &content).with_context(|| format!("cannot write {}", path.display()))?;
        let twice = || -> anyhow::Result<String> {
            let look = || -> anyhow::Result<(Vec<String>, String, bool)> {
                let sample = sample(module, limits, &settings, &path, usize::MAX)?;
                let fault = sample.failure.as_ref().is_some_and(|failure| failure.reason == RejectReason::ModuleFault);
                Ok((Form::Csv.lines(&sample.rows)?, format!("{:?} {:?}", sample.rejects, sample.failure), fault))
            };
            let ((rows, rejects, fault), again) = (look()?, look()?);
            if fault {
                bail!("the module fails: {rejects}");
            }
            ensure!((&rows, &rejects) == (&again.0, &again.1), "other rows or rejects the second time");
            Ok(format!("{} rows", rows.len().saturating_sub(1)))
        };
        match twice() {
            Ok(found) => writeln!(out, "ok    {name}: {found}")?,
            Err(error) => {
                wrong += 1;
                writeln!(out, "WRONG {name}: {error:#}")?;
            }
        }
    }
    Ok(if wrong == 0 { Exit::Done } else { Exit::Failed })
}

/// Inputs that hurt, and those that are given, whole and cut.
fn torture(inputs: &[PathBuf]) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    const LARGE: usize = 4 << 20;
    let own = |name: &str, content: Vec<u8>| (name.to_owned(), content);
    let mut all = vec![
        own("nothing", Vec::new()),
        own("one byte", vec![b'x']),
        own("a line without end", vec![b'a'; LARGE]),
        own("nothing but line ends", vec![b'\n'; 100_000]),
        own("zeros", vec![0; LARGE]),
        own("ones", vec![0xff; LARGE]),
        own("noise", noise(1 << 20)),
        own("words", b"1 -1 0 18446744073709551616 \xff NaN {}[]\",\"=\t|\n".repeat(2_000)),
    ];
    for path in inputs {
        let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = |what: &str| format!("{}{what}", path.display());
        let (half, mut bent) = (content.get(..content.len() / 2).unwrap_or_default().to_vec(), content.clone());
        bent.iter_mut().step_by(97).for_each(|byte| *byte = byte.wrapping_add(13));
        all.extend([(name(", half of it"), half), (name(", bent"), bent), (name(""), content)]);
    }
    Ok(all)
}

/// The same at every run.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// A folder of its own, which goes with it.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> anyhow::Result<Self> {
        let folder: PathBuf = std::env::temp_dir().join(format!("weir-module-check-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let folder: &Path = &self.0;
        _ = fs::remove_dir_all(folder);
    }
}
