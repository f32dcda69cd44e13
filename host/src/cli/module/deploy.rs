//! `weir module deploy`

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::super::Exit;
use crate::control::{Answer, Deployed, Request, ask};
use crate::signature::signature_of;

/// Has a running weir run another module, without a restart
///
/// The running weir compiles the file beside the module that it runs, checks that it takes the pipelines' options and gives their columns, and puts
/// it in place between two batches, in all pipelines that name the module or in none. What sessions remember is carried over where the new module
/// reads it; files whose state it does not read are finished by the old one. A refusal says why, and nothing has changed then. The file takes the
/// place of the one that the configuration names, so that a restart runs it too.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir module deploy config/flow.toml flow new/flow.wasm      try it, run it, keep it
  weir module deploy config/flow.toml flow                    the file that the configuration names, read again
  weir status config/flow.toml                                what runs now")]
pub(in super::super) struct Args {
    /// The configuration that the weir runs
    config: PathBuf,
    /// The module, by its name in the configuration
    module: String,
    /// Its new file [default: the one that the configuration names]
    file: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(in super::super) fn deploy(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let file =
        args.file.as_ref().map(|file| fs::canonicalize(file).with_context(|| format!("cannot read {}", file.display()))).transpose()?;
    let request = Request::Deploy { module: args.module.clone(), file: file.clone() };
    let deployed = match ask(&args.config, &request)? {
        Answer::Deployed(deployed) => deployed,
        Answer::Refused(reason) => bail!("not deployed: {reason}"),
        Answer::Status(_) => bail!("the running weir answered something else"),
    };
    if let Some(file) = file {
        let kept = keep(&file, &deployed.home);
        kept.with_context(|| format!("it runs, but a restart takes the old one: cannot replace {}", deployed.home.display()))?;
    }
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&deployed)?)?;
    } else {
        write!(out, "{}", text(&deployed))?;
    }
    Ok(Exit::Done)
}

/// Puts the file where a restart takes it from, in one step.
fn keep(file: &Path, home: &Path) -> io::Result<()> {
    if fs::canonicalize(home).is_ok_and(|home| home == file) {
        return Ok(());
    }
    // The signature first: who looks at the new file finds it.
    let (signature, beside_home) = (signature_of(file), signature_of(home));
    if signature.exists() {
        replace(&signature, &beside_home)?;
    }
    replace(file, home)
}

fn replace(file: &Path, home: &Path) -> io::Result<()> {
    let directory = home.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = home.file_name().unwrap_or_default().to_string_lossy();
    let beside = directory.join(format!(".{name}.{}.tmp", std::process::id()));
    let replaced = fs::copy(file, &beside).and_then(|_| fs::rename(&beside, home));
    replaced.inspect_err(|_| {
        // What could not be written need not be there.
        let _ = fs::remove_file(&beside);
    })
}

fn text(Deployed { module, version, digest, pipelines, home, changes }: &Deployed) -> String {
    let runs = if *changes { "runs now" } else { "ran already" };
    format!("{module} {version} {runs}\ndigest     {digest}\npipelines  {}\nfile       {}\n", pipelines.join(", "), home.display())
}
