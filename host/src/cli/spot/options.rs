//! The options of Spot's programs.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::spot::{Matter, Mode, Note, Request};

/// What Spot's programs take.
#[derive(Debug, Subcommand)]
pub(super) enum Program {
    Standalone(Standalone),
    Master(Master),
    Worker(Worker),
    Collector(Collector),
    Listener(Listener),
}

/// What all of them take here.
#[derive(Debug, clap::Args)]
pub(super) struct Common {
    /// Spot's configuration
    #[arg(short, long, value_name = "FILE", default_value = "ingest_conf.json")]
    pub config_file: PathBuf,
    /// Spot's settings of the cluster [default: /etc/spot.conf, where Spot's program reads it]
    #[arg(long, value_name = "FILE")]
    pub spot_conf: Option<PathBuf>,
    /// The directory in place of hdfs_app_path
    #[arg(long, value_name = "DIR")]
    storage: Option<String>,
    /// Where master and collector remember what they sent
    #[arg(long, value_name = "DIR")]
    state: Option<String>,
    /// Take what is there now, and end
    #[arg(long)]
    pub once: bool,
    /// Print the configuration that would run, and end
    #[arg(long)]
    pub print: bool,
}

/// Files to a table on one machine: start_ingest_standalone.sh
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir spot standalone flow_internals 2 --storage /data/spot
  weir spot standalone dns 4 UTC -c /etc/spot/ingest_conf.json --storage /data/spot --once")]
pub(super) struct Standalone {
    /// Key of a pipeline
    pipeline: String,
    /// Files in work at one time
    #[arg(value_parser = clap::value_parser!(u64).range(1..=1024))]
    workers: u64,
    /// Time zone: everything is UTC
    #[arg(default_value = "UTC")]
    zone: String,
    #[command(flatten)]
    common: Common,
}

/// Files to the storage and their paths to a topic, or logs of proxies in blocks to a topic: master_collector.py
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir spot master -t flow_internals -w 2 --storage /data/spot
  weir spot master -t dns -w 2 -id SPOT-INGEST-dns --storage /data/spot")]
pub(super) struct Master {
    /// Key of a pipeline
    #[arg(short = 't', long = "type", value_name = "PIPELINE")]
    pipeline: String,
    /// Partitions of the topic, which is made if it is not there
    #[arg(short, long, value_parser = clap::value_parser!(u64).range(1..=1024))]
    workers: u64,
    /// The topic; also -id [default: the pipeline]
    #[arg(long = "ingestId", value_name = "ID")]
    ingest_id: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// What a master sends to a table: worker.py
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir spot worker -t flow_internals -i 0 --topic flow_internals --storage /data/spot
  weir spot worker -t proxy -i 0 -top proxy -p 1 --storage /data/spot")]
pub(super) struct Worker {
    /// Key of a pipeline
    #[arg(short = 't', long = "type", value_name = "PIPELINE")]
    pipeline: String,
    /// Number of the worker: workers share the partitions by themselves
    #[arg(short, long)]
    id: String,
    /// The master's topic; also -top
    #[arg(long)]
    topic: String,
    /// Workers of Spark
    #[arg(short, long = "processingParallelism", value_name = "N")]
    parallelism: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// Files to lines in a topic, where there is nothing but Kafka: collector.py
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir spot collector -t flow --topic spot_flow
  weir spot collector -t dns --topic spot_dns --skip-conversion -c /etc/spot/ingest_conf.json -l DEBUG")]
pub(super) struct Collector {
    /// dns, flow, proxy, or another key of a pipeline
    #[arg(short = 't', long = "type", value_name = "PIPELINE")]
    pipeline: String,
    /// The topic, which must be there
    #[arg(long)]
    topic: String,
    /// What the log shows: DEBUG, INFO, WARNING, ERROR or CRITICAL
    #[arg(short, long, default_value = "INFO")]
    log_level: String,
    /// Files are lines of nfdump or tshark already
    #[arg(long)]
    skip_conversion: bool,
    #[command(flatten)]
    common: Common,
}

/// Lines from a topic to a table: start_listener.py
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir spot listener -t flow --topic spot_flow -p 2 --storage /data/spot
  weir spot listener -t dns --topic spot_dns -p 1 -g spot -n dns_listener -r listener.log --storage /data/spot")]
pub(super) struct Listener {
    /// dns, flow, proxy, or another key of a pipeline
    #[arg(short = 't', long = "type", value_name = "TYPE")]
    pipeline: String,
    /// The collector's topic
    #[arg(long)]
    topic: String,
    /// Threads of Spark's consumer
    #[arg(short, long)]
    partitions: String,
    /// Consumer group [default: the topic]
    #[arg(short, long, value_name = "GROUP")]
    group_id: Option<String>,
    /// Name of the pipeline [default: the type]
    #[arg(short = 'n', long, value_name = "NAME")]
    app_name: Option<String>,
    /// Seconds that rows wait until they are committed [default: spark_batch_size, else 30]
    #[arg(short, long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    batch_duration: Option<u64>,
    /// Where Spark's driver runs
    #[arg(short, long, value_name = "MODE")]
    deploy_mode: Option<String>,
    /// Spark's master
    #[arg(short, long, value_name = "URL")]
    master: Option<String>,
    /// What the log shows: DEBUG, INFO, WARNING, ERROR or CRITICAL
    #[arg(short, long, default_value = "INFO")]
    log_level: String,
    /// A file for the log, in place of standard error
    #[arg(short, long, value_name = "FILE")]
    redirect_spark_logs: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

impl Program {
    /// What all programs take.
    pub fn common(&self) -> &Common {
        match self {
            Self::Standalone(args) => &args.common,
            Self::Master(args) => &args.common,
            Self::Worker(args) => &args.common,
            Self::Collector(args) => &args.common,
            Self::Listener(args) => &args.common,
        }
    }

    /// What is asked for, and which options say nothing here.
    pub fn request(&self) -> (Request, Vec<Note>) {
        let common = self.common();
        let request = |mode, pipeline: &String| Request {
            pipelines: vec![pipeline.clone()],
            storage: common.storage.clone(),
            state: common.state.clone(),
            ..Request::new(mode)
        };
        match self {
            Self::Standalone(args) => (Request { workers: Some(args.workers), ..request(Mode::Standalone, &args.pipeline) }, args.notes()),
            Self::Master(args) => {
                let (topic, partitions) = (args.ingest_id.clone(), Some(args.workers));
                (Request { topic, partitions, ..request(Mode::Master, &args.pipeline) }, Vec::new())
            }
            Self::Worker(args) => (Request { topic: Some(args.topic.clone()), ..request(Mode::Worker, &args.pipeline) }, args.notes()),
            Self::Collector(args) => {
                let (topic, skip_conversion) = (Some(args.topic.clone()), args.skip_conversion);
                (Request { topic, skip_conversion, ..request(Mode::Collector, &args.pipeline) }, Vec::new())
            }
            Self::Listener(args) => {
                let (topic, group, name) = (Some(args.topic.clone()), args.group_id.clone(), args.app_name.clone());
                let batch_seconds = args.batch_duration;
                (Request { topic, group, name, batch_seconds, ..request(Mode::Listener, &args.pipeline) }, args.notes())
            }
        }
    }

    /// Python's level as weir's; what is none is INFO, as in Spot.
    pub fn log_level(&self) -> Option<String> {
        let (Self::Collector(Collector { log_level, .. }) | Self::Listener(Listener { log_level, .. })) = self else { return None };
        let level = match log_level.to_ascii_uppercase().as_str() {
            "DEBUG" => "debug",
            "WARNING" | "WARN" => "warn",
            "ERROR" | "CRITICAL" | "FATAL" => "error",
            // Not to override WEIR_LOG by what nobody asked for.
            _ => return None,
        };
        Some(level.to_owned())
    }

    /// `--redirect-spark-logs`
    pub fn log_file(&self) -> Option<&Path> {
        match self {
            Self::Listener(args) => args.redirect_spark_logs.as_deref(),
            _ => None,
        }
    }
}

impl Standalone {
    fn notes(&self) -> Vec<Note> {
        let is_utc = matches!(self.zone.as_str(), "UTC" | "GMT" | "Etc/UTC");
        let text = format!("rows and partitions are in UTC whatever the zone, not in {}", self.zone);
        if is_utc { Vec::new() } else { vec![Note { matter: Matter::Warning, key: "TZ".to_owned(), text }] }
    }
}

impl Worker {
    fn notes(&self) -> Vec<Note> {
        let id = not_needed("--id", "workers of one topic share its partitions by themselves");
        let parallelism = self.parallelism.as_ref().map(|_| not_needed("--processingParallelism", SPARK));
        [Some(id), parallelism].into_iter().flatten().collect()
    }
}

impl Listener {
    fn notes(&self) -> Vec<Note> {
        let partitions = not_needed("--partitions", SPARK);
        let master = self.master.as_ref().map(|_| not_needed("--master", "there is no Spark: it runs where it is started"));
        let mode = self.deploy_mode.as_ref().map(|_| not_needed("--deploy-mode", "there is no Spark: it runs where it is started"));
        [Some(partitions), master, mode].into_iter().flatten().collect()
    }
}

const SPARK: &str = "there is no Spark: start more of the same command, and they share the partitions of the topic";

fn not_needed(option: &str, text: &str) -> Note {
    Note { matter: Matter::NotNeeded, key: option.to_owned(), text: text.to_owned() }
}
