//! The programs of Spot's ingest.

use std::fmt;

/// Which of Spot's programs a configuration stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `start_ingest_standalone.sh`: files to tables on one machine.
    Standalone,
    /// `master_collector.py`: files to the storage and their paths to a topic; logs of proxies in blocks to a topic.
    Master,
    /// `worker.py`: what the master sends to tables.
    Worker,
    /// `collector.py`: files to lines in a topic.
    Collector,
    /// `start_listener.py`: those lines to tables.
    Listener,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 5] = [Self::Standalone, Self::Master, Self::Worker, Self::Collector, Self::Listener];

    /// As command lines spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standalone => "standalone",
            Self::Master => "master",
            Self::Worker => "worker",
            Self::Collector => "collector",
            Self::Listener => "listener",
        }
    }

    /// The program of Spot's.
    pub fn program(self) -> &'static str {
        match self {
            Self::Standalone => "start_ingest_standalone.sh",
            Self::Master => "master_collector.py",
            Self::Worker => "worker.py",
            Self::Collector => "collector.py",
            Self::Listener => "start_listener.py",
        }
    }

    /// Whether `dns`, `flow` and `proxy` are types wherever they stand for a pipeline, as the distributed programs have it.
    pub fn names_types(self) -> bool {
        matches!(self, Self::Collector | Self::Listener)
    }

    /// Whether the program reads `/etc/spot.conf` unasked.
    pub fn reads_spot_conf(self) -> bool {
        matches!(self, Self::Master | Self::Worker)
    }

    /// Whether it fills a table.
    pub fn has_table(self) -> bool {
        matches!(self, Self::Standalone | Self::Worker | Self::Listener)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
