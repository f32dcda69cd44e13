//! `weir metron spout`: the topology that stores packets.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};
use tracing::warn;

use super::super::Exit;
use super::super::run::{Manner, run_pipelines};
use crate::config;
use crate::metron::{Conversion, Properties, Wishes, convert};

/// Bytes; a file beyond it is no configuration.
const LARGEST: u64 = 1 << 20;

/// Stores the packets of a topic: start_pcap_topology.sh
///
/// Reads Metron's pcap.properties and runs the pipeline that `weir config convert` would write: packets of the topic into sequence files of Metron's
/// format and names, each packet once. The log says at the start which keys are not needed any more.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir metron spout --config pcap.properties --brokers kafka:6667
  weir metron spout --config pcap.properties --storage /data/pcap --once
  weir metron spout --config pcap.properties --print > pcap.toml")]
pub(in crate::cli) struct Args {
    /// Metron's configuration
    #[arg(short, long, value_name = "FILE", default_value = "pcap.properties")]
    config: PathBuf,
    /// Brokers: HOST:PORT, separated by commas [default: bootstrap.servers of the file, else the hosts of kafka.zk]
    #[arg(short, long, value_name = "HOST:PORT,…")]
    brokers: Option<String>,
    /// The directory in place of kafka.pcap.out
    #[arg(long, value_name = "DIR")]
    storage: Option<String>,
    /// Store what is there now, and end
    #[arg(long)]
    once: bool,
    /// Print the configuration that would run, and end
    #[arg(long)]
    print: bool,
}

pub(super) fn spout(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let wishes = Wishes { brokers: args.brokers.clone(), storage: args.storage.clone() };
    let conversion = read(&args.config, &wishes)?;
    if args.print {
        out.write_all(conversion.toml.as_bytes())?;
        return Ok(Exit::Done);
    }
    let config = config::load_text(&format!("{} as TOML", args.config.display()), conversion.toml)?;
    let pipelines: Vec<_> = config.pipelines.iter().collect();
    run_pipelines(&config, &pipelines, &Manner { once: args.once, json: false, stops: &[SIGINT, SIGTERM] }, out)
}

/// Reads and converts a file, and says what is to be said of it.
pub(in crate::cli) fn read(path: &Path, wishes: &Wishes) -> anyhow::Result<Conversion> {
    let name = || path.display().to_string();
    let size = path.metadata().with_context(|| format!("cannot read {}", name()))?.len();
    anyhow::ensure!(size <= LARGEST, "{} is larger than 1 MiB: it cannot be a configuration", name());
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", name()))?;
    let conversion = convert(&Properties::parse(&String::from_utf8_lossy(&bytes)), wishes).with_context(name)?;
    for note in &conversion.notes {
        warn!("{}: {}", note.key, note.text);
    }
    Ok(conversion)
}
