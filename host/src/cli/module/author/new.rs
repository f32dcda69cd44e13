//! `weir module new`

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;

use super::super::super::{Exit, UsageError};
use super::template::{self, Kind, Language};

/// Begins a module: a project that builds as it is
///
/// Writes a folder with a small working module, a test and module.toml, which says how it is built. No other program is asked, and nothing is downloaded.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir module new --language python --kind stream-parser access-log
  weir module new --language javascript --kind packet-filter sampling")]
pub(in super::super::super) struct Args {
    /// The language
    #[arg(short, long, value_enum)]
    language: Language,
    /// What it does: bytes to rows, packets to rows, or packets to yes or no
    #[arg(short, long, value_enum)]
    kind: Kind,
    /// The module's name: a to z, 0 to 9 and `-`, beginning with a letter
    name: String,
    /// The folder [default: the name, in this folder]
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
}

pub(in super::super) fn new(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let is_fit = |name: &str| {
        name.len() <= 64
            && name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if !is_fit(&args.name) {
        return Err(
            UsageError(format!("`{}` is no name of a module: up to 64 of a-z, 0-9 and `-`, beginning with a letter", args.name)).into()
        );
    }
    let folder = args.to.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    if folder.exists() {
        bail!("{} is there already", folder.display());
    }
    let Some(files) = template::files(args.language, args.kind) else {
        return Err(UsageError("there is no template of that kind in that language yet: take another language".to_owned()).into());
    };
    for (path, content) in files {
        write(&folder.join(path), content, &args.name)?;
    }
    let (language, folder) =
        (args.language.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default(), folder.display());
    writeln!(out, "{folder}: a module in {language}. Next:\n  weir module build {folder}\n  weir module test {folder}")?;
    Ok(Exit::Done)
}

fn write(path: &Path, content: &[u8], name: &str) -> anyhow::Result<()> {
    let failed = || format!("cannot write {}", path.display());
    fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).with_context(failed)?;
    let named = str::from_utf8(content).map(|text| text.replace("@NAME@", name).into_bytes());
    fs::write(path, named.unwrap_or_else(|_| content.to_owned())).with_context(failed)
}
