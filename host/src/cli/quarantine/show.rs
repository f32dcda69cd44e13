//! `weir quarantine show`

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use super::super::Exit;
use super::super::quantity::bytes;
use crate::quarantine::{Quarantined, bytes as open, find};
use crate::storage::LocalStorage;

/// Bytes that are shown unless all are asked for.
const SHOWN: u64 = 512;

/// Shows one stretch of input that could not be parsed
///
/// What it is, why it did not become rows, which module said so, and its first bytes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir quarantine show out/flow 8a3f01c2d4e5-276
  weir quarantine show out/flow 8a3f01c2d4e5-276 --raw > stretch.bin
  weir quarantine show out/flow 8a3f01c2d4e5-276 --json")]
pub(super) struct Args {
    /// The table's directory
    table: PathBuf,
    /// As `weir quarantine list` prints it
    id: String,
    /// Write its bytes, all of them and nothing else
    #[arg(long, conflicts_with = "json")]
    raw: bool,
    /// Print JSON, without the bytes
    #[arg(long)]
    json: bool,
}

pub(super) fn show(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let storage = LocalStorage::new(&args.table);
    let stretch = find(&storage, &args.id)?;
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&stretch)?)?;
    } else if args.raw {
        io::copy(&mut open(&storage, &stretch)?, out)?;
    } else {
        let mut first = Vec::new();
        open(&storage, &stretch)?.take(SHOWN).read_to_end(&mut first)?;
        write!(out, "{}{}", text(&stretch), dump(stretch.entry.at, &first))?;
        let left = stretch.entry.length.saturating_sub(SHOWN);
        if left > 0 {
            writeln!(out, "and {} more: --raw writes all", bytes(left))?;
        }
    }
    Ok(Exit::Done)
}

fn text(stretch: &Quarantined) -> String {
    let Quarantined { source, entry, module, committed, .. } = stretch;
    format!(
        "input      {}\n           {}, {}\nstretch    from byte {}, {}\nreason     {}: {}\nmodule     {} {}\n           {}\ncommitted  {committed}\n\n",
        source.name,
        source.digest,
        bytes(source.size),
        entry.at,
        bytes(entry.length),
        entry.reason,
        entry.detail,
        module.name,
        module.version,
        module.digest,
    )
}

/// Sixteen bytes a line: their place in the input, as hexadecimal digits, as ASCII.
fn dump(at: u64, bytes: &[u8]) -> String {
    let mut out = String::new();
    for (place, line) in (at..).step_by(16).zip(bytes.chunks(16)) {
        let digits: Vec<_> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let letters: String =
            line.iter().map(|byte| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '.' }).collect();
        _ = writeln!(out, "{place:08x}  {:47}  |{letters}|", digits.join(" "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_stand_beside_their_place_in_the_input() {
        let expected = "\
00000110  66 6c 6f 77 00 ff 20 66 6c 6f 77 20 66 6c 6f 77  |flow.. flow flow|
00000120  0a                                               |.|
";
        assert_eq!(dump(0x110, b"flow\x00\xff flow flow\n"), expected);
    }
}
