//! `weir module sign`, `verify` and `key`

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};

use super::super::Exit;
use crate::signature::{Keys, Signer, Trust, signature_of};

/// The variable that holds the password of a secret key.
const PASSWORD: &str = "WEIR_KEY_PASSWORD";

/// Signs modules
///
/// Writes FILE.minisig beside each file, which minisign checks as well. The key is one of `weir module key` or of `minisign -G`; its password comes from
/// $WEIR_KEY_PASSWORD, or is asked for.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir module key weir                                makes weir.key and weir.pub
  weir module sign flow.wasm dns.wasm --key weir.key
  minisign -Vm flow.wasm -p weir.pub                  the same signature, checked by minisign")]
pub(in super::super) struct SignArgs {
    /// Files of modules
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The secret key's file
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// A comment that is signed as well [default: the file's name]
    #[arg(long)]
    comment: Option<String>,
}

pub(in super::super) fn sign(args: &SignArgs, out: &mut impl Write) -> anyhow::Result<Exit> {
    let signer = Signer::open(&args.key, password())?;
    for file in &args.files {
        writeln!(out, "{}", signer.sign(file, args.comment.as_deref())?.display())?;
    }
    Ok(Exit::Done)
}

/// Checks the signature of a module
///
/// Says whether FILE.minisig is a signature of the file by one of the keys, offline. The exit code is 1 if it is not.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir module verify flow.wasm --key weir.pub
  weir module verify flow.wasm --key RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3")]
pub(in super::super) struct VerifyArgs {
    /// The module's file
    file: PathBuf,
    /// A public key, or its file; may be given several times
    #[arg(long, value_name = "KEY", required = true)]
    key: Vec<String>,
}

pub(in super::super) fn verify(args: &VerifyArgs, out: &mut impl Write) -> anyhow::Result<Exit> {
    let mut trust = Trust::default();
    for key in &args.key {
        let text = std::fs::read_to_string(key).unwrap_or_else(|_| key.clone());
        if let Err(reason) = trust.add(&text) {
            bail!("{key} is neither a public key of minisign nor a file with one: {reason}");
        }
    }
    let shown = args.file.display();
    let content = std::fs::read(&args.file).with_context(|| format!("cannot read {shown}"))?;
    let comment = trust.check(&args.file, &content).with_context(|| format!("{shown} is not to be trusted"))?;
    writeln!(
        out,
        "{shown}: signed, as {} says{}",
        signature_of(&args.file).display(),
        comment.map_or_else(String::new, |comment| format!(" ({comment})"))
    )?;
    Ok(Exit::Done)
}

/// Makes a pair of keys to sign modules with
///
/// Writes NAME.key, which is to be kept secret, and NAME.pub, whose second line goes into `trust.keys` of a configuration. With a password in
/// $WEIR_KEY_PASSWORD the secret key is of no use without it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir module key weir
  WEIR_KEY_PASSWORD=… weir module key /etc/weir/signing")]
pub(in super::super) struct KeyArgs {
    /// Where the files lie, without .key and .pub
    name: PathBuf,
}

pub(in super::super) fn key(args: &KeyArgs, out: &mut impl Write) -> anyhow::Result<Exit> {
    let Keys { secret, public, text } = Keys::make(&args.name, password())?;
    writeln!(out, "secret  {}\npublic  {}\n\n[trust]\nkeys = [\"{text}\"]", secret.display(), public.display())?;
    Ok(Exit::Done)
}

fn password() -> Option<String> {
    std::env::var(PASSWORD).ok().filter(|password| !password.is_empty())
}
