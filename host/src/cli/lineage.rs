//! `weir lineage`

use std::io::Write;
use std::path::PathBuf;

use super::Exit;
use super::printable::printable;
use super::quantity::{bytes, count};
use crate::sink::table::{Lineage, lineage as read};

/// Tells which input and which module made a file of a table
///
/// Every file that weir writes says of itself which input its rows come from, which stretch of it, and which module made them. It stays true for
/// copies of the file: nothing but the file is looked at. Digests are SHA-256 of whole files, as sha256sum prints them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir lineage out/flow/y=2017/m=9/d=8/h=11/8a3f….parquet
  weir lineage --json FILE | jq -r .source.digest")]
pub(super) struct Args {
    /// A Parquet file that weir wrote, or its URL like hdfs://namenode:8020/spot/flow/y=2017/m=9/…
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn lineage(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let lineage = read(&args.file)?;
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&lineage)?)?;
    } else {
        write!(out, "{}", printable(&text(&lineage)))?;
    }
    Ok(Exit::Done)
}

fn text(lineage: &Lineage) -> String {
    let Lineage { source, from, to, module, host, pipeline, rows } = lineage;
    let to = to.map_or_else(|| "where the commit record says".to_owned(), |to| to.to_string());
    format!(
        "input     {}\n          {}, {}\n          from byte {from} to {to}\n\
         module    {} {}\n          {}\n\
         pipeline  {pipeline}\nweir      {host}\nrows      {}\n",
        source.name,
        source.digest,
        bytes(source.size),
        module.name,
        module.version,
        module.digest,
        count(*rows),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Digest, ModuleRef, SourceRef};

    #[test]
    fn a_lineage_is_read_at_a_glance() {
        let digest = Digest::of(b"abc");
        let source = SourceRef { name: "in/nfcapd.201709081100".to_owned(), digest, size: 3 << 20 };
        let module = ModuleRef { name: "flow".to_owned(), version: "0.1.0".to_owned(), digest };
        let lineage =
            Lineage { source, from: 0, to: Some(3 << 20), module, host: "0.1.0".to_owned(), pipeline: "flow".to_owned(), rows: 12345 };
        let expected = "\
input     in/nfcapd.201709081100
          sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad, 3.0 MiB
          from byte 0 to 3145728
module    flow 0.1.0
          sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
pipeline  flow
weir      0.1.0
rows      12,345
";
        assert_eq!(text(&lineage), expected);
    }
}
