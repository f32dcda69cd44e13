//! What a command line asks for beside the files.

use super::Mode;

/// Which pipelines to convert, for which program, and what that program's options said. What is none is as the program had it by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The program.
    pub mode: Mode,
    /// Keys of `pipelines`; the collector and the listener take types as well. Empty: all that the file has.
    pub pipelines: Vec<String>,
    /// Default: the key of the pipeline.
    pub topic: Option<String>,
    /// Files in work at one time (standalone).
    pub workers: Option<u64>,
    /// Partitions of the topic that the master makes; none: the topic must be there.
    pub partitions: Option<u64>,
    /// Consumer group of a worker or listener. Default: the topic.
    pub group: Option<String>,
    /// Name of the pipeline. Default: its key in Spot's file.
    pub name: Option<String>,
    /// Seconds until what was read is committed, in place of `spark_batch_size`.
    pub batch_seconds: Option<u64>,
    /// The collector's files are lines already.
    pub skip_conversion: bool,
    /// The directory that stands in for `hdfs_app_path`.
    pub storage: Option<String>,
    /// Where collector and master remember what they sent.
    pub state: Option<String>,
}

impl Request {
    /// All pipelines for a program, everything by default.
    pub fn new(mode: Mode) -> Self {
        Self {
            mode,
            pipelines: Vec::new(),
            topic: None,
            workers: None,
            partitions: None,
            group: None,
            name: None,
            batch_seconds: None,
            skip_conversion: false,
            storage: None,
            state: None,
        }
    }
}
