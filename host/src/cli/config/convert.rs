//! `weir config convert`: files of Apache Spot and of Apache Metron.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::super::Exit;
use super::super::metron::spout;
use super::super::spot::files::{Files, log};
use crate::metron::Wishes;
use crate::spot::{Mode, Request};

/// Converts Apache Spot's ingest_conf.json, or Apache Metron's pcap.properties
///
/// Writes the configuration that does what one of Spot's programs did with the file. Comments say what each key of Spot's became; at the top stands
/// which keys are not needed any more, and what to mind. `weir spot` runs the same configuration without writing it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir config convert ingest_conf.json --storage /data/spot -o spot.toml
  weir config convert ingest_conf.json --pipeline flow_internals --storage /data/spot
  weir config convert ingest_conf.json --pipeline flow --mode collector --topic spot_flow -o collector.toml
  weir config convert pcap.properties --brokers kafka:6667 --storage /data/pcap -o pcap.toml")]
pub(super) struct Args {
    /// Spot's configuration, or Metron's, if its name ends in .properties
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Key of a pipeline in the file; may be given several times [default: all]
    #[arg(long = "pipeline", value_name = "KEY")]
    pipelines: Vec<String>,
    /// Which of Spot's programs the configuration is for
    #[arg(long, value_name = "MODE", default_value = "standalone", value_parser = PossibleValuesParser::new(Mode::ALL.map(Mode::name)).map(mode))]
    mode: Mode,
    /// Spot's settings of the cluster [default: /etc/spot.conf, for master and worker]
    #[arg(long, value_name = "FILE")]
    spot_conf: Option<PathBuf>,
    /// Where to write it; an existing file is left alone [default: standard output]
    #[arg(short, long, value_name = "TOML")]
    output: Option<PathBuf>,
    /// Brokers of Metron's topic [default: the hosts of kafka.zk]
    #[arg(long, value_name = "HOST:PORT,…")]
    brokers: Option<String>,
    /// The directory in place of hdfs_app_path, or of kafka.pcap.out
    #[arg(long, value_name = "DIR")]
    storage: Option<String>,
    /// Where master and collector remember what they sent
    #[arg(long, value_name = "DIR")]
    state: Option<String>,
    /// The topic [default: the key of the pipeline]
    #[arg(long)]
    topic: Option<String>,
    /// Workers of a standalone, partitions of the topic that a master makes
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1024))]
    workers: Option<u64>,
    /// The collector's files are lines of nfdump or tshark already
    #[arg(long)]
    skip_conversion: bool,
}

fn mode(name: String) -> Mode {
    Mode::ALL.into_iter().find(|mode| mode.name() == name).unwrap_or(Mode::Standalone)
}

pub(super) fn convert(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    let request = Request {
        pipelines: args.pipelines.clone(),
        topic: args.topic.clone(),
        workers: args.workers,
        partitions: args.workers,
        skip_conversion: args.skip_conversion,
        storage: args.storage.clone(),
        state: args.state.clone(),
        ..Request::new(args.mode)
    };
    if args.file.extension().is_some_and(|extension| extension == "properties") {
        let wishes = Wishes { brokers: args.brokers.clone(), storage: args.storage.clone() };
        return args.write(&spout::read(&args.file, &wishes)?.toml, out);
    }
    let conversion = Files { ingest_conf: &args.file, spot_conf: args.spot_conf.as_deref() }.convert(&request)?;
    log(&conversion.notes);
    args.write(&conversion.toml, out)
}

impl Args {
    fn write(&self, toml: &str, out: &mut impl Write) -> anyhow::Result<Exit> {
        match &self.output {
            None => out.write_all(toml.as_bytes())?,
            Some(path) => {
                let written = File::create_new(path).and_then(|mut file| file.write_all(toml.as_bytes()));
                written.with_context(|| format!("cannot write {}", path.display()))?;
            }
        }
        Ok(Exit::Done)
    }
}
