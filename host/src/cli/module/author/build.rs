//! `weir module build`

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use super::super::super::Exit;
use super::super::super::quantity::bytes;
use super::manifest::Manifest;
use super::subject::Subject;

/// Builds a module's project with its language's own tool
///
/// Runs the commands of module.toml in the project's folder, takes the file that they make as NAME.wasm, and loads it as a pipeline would.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir module build                 in the project's folder
  weir module build ./access-log")]
pub(in super::super::super) struct Args {
    /// The project's folder
    #[arg(default_value = ".")]
    project: PathBuf,
}

pub(in super::super) fn build(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let manifest = Manifest::read(&args.project)?;
    for command in &manifest.build {
        run(command, &args.project, &manifest.install)?;
    }
    let (made, module) = (args.project.join(&manifest.file), manifest.module(&args.project));
    if made != module {
        let aside = module.with_extension("wasm.new");
        fs::copy(&made, &aside).with_context(|| format!("the build made no {}", made.display()))?;
        fs::rename(&aside, &module)?;
    }
    let subject = Subject::open(&args.project)?;
    let (size, kind) = (bytes(subject.module.size()), subject.module.kind());
    writeln!(
        out,
        "{}: {} {}, {kind} of weir:ingest@{}, {size}",
        subject.file.display(),
        subject.about.name,
        subject.about.version,
        subject.module.contract_version()
    )?;
    Ok(Exit::Done)
}

fn run(command: &[String], project: &Path, install: &str) -> anyhow::Result<()> {
    let Some((tool, arguments)) = command.split_first() else { return Ok(()) };
    let status = Command::new(tool).args(arguments).current_dir(project).env("PATH", path(project)?).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("{} failed: {status}", command.join(" ")),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !install.is_empty() => bail!("{tool} is not installed: {install}"),
        Err(error) => Err(error).with_context(|| format!("cannot run {tool}")),
    }
}

/// What npm installs in a project lies in the project.
fn path(project: &Path) -> anyhow::Result<OsString> {
    let own = std::path::absolute(project)?.join("node_modules/.bin");
    let known = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&known)))?)
}
