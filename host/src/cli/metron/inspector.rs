//! `pcap_inspector.sh`

use std::io::{self, Write};
use std::path::Path;

use super::super::Exit;
use super::super::pcap::inspect::show;
use super::line::{Known, Line};

const KNOWN: [Known; 3] = [("h", "help", false), ("i", "input", true), ("n", "num_packets", true)];
const HELP: &str = "\
usage: PcapInspector
 -h,--help                 Generate Help screen
 -i,--input <SEQ_FILE>     Input sequence file on HDFS
 -n,--num_packets <N>      Number of packets to dump
";

pub(super) fn inspect(words: &[String], out: &mut impl Write) -> anyhow::Result<Exit> {
    let line = Line::read(words, &KNOWN).and_then(|line| Ok((line.number::<i64>("n")?, line)));
    let wrong = match &line {
        Ok((_, line)) if line.get("h").is_some() => {
            out.write_all(HELP.as_bytes())?;
            return Ok(Exit::Done);
        }
        Ok((number, line)) => match line.get("i") {
            // A negative number is all of them.
            Some(file) => {
                let file = file.strip_prefix("file:").map_or(file, |path| path.strip_prefix("//").unwrap_or(path));
                return show(Path::new(file), number.and_then(|number| number.try_into().ok()).unwrap_or(u64::MAX), out);
            }
            None => "Missing required option: i",
        },
        Err(wrong) => wrong,
    };
    writeln!(io::stderr(), "Unable to parse args: {}: {wrong}", words.join(" "))?;
    out.write_all(HELP.as_bytes())?;
    Ok(Exit::MetronUsage)
}
