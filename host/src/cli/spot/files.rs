//! Spot's files on this machine, and what is said of them.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, ensure};
use tracing::{info, warn};

use crate::spot::{Conversion, IngestConf, Matter, Mode, Note, Request, SpotConf, convert};

/// Where Spot keeps the settings of a cluster.
const SPOT_CONF: &str = "/etc/spot.conf";
/// Bytes; a file beyond it is no configuration.
const LARGEST: u64 = 1 << 20;

/// The files of a command line.
pub(in crate::cli) struct Files<'a> {
    pub ingest_conf: &'a Path,
    /// None: [`SPOT_CONF`], if it is there and the program reads it.
    pub spot_conf: Option<&'a Path>,
}

impl Files<'_> {
    /// Reads them, and converts what is asked for.
    pub fn convert(&self, request: &Request) -> anyhow::Result<Conversion> {
        let name = || self.ingest_conf.display().to_string();
        let conf = IngestConf::parse(&read(self.ingest_conf)?).with_context(name)?;
        let spot_conf = self.spot_conf(request.mode)?;
        convert(&conf, &spot_conf, &|name| std::env::var(name).ok(), request).with_context(name)
    }

    fn spot_conf(&self, mode: Mode) -> anyhow::Result<SpotConf> {
        let default = Path::new(SPOT_CONF);
        let asked = mode.reads_spot_conf() || std::env::var_os("KRB_AUTH").is_some_and(|value| !value.is_empty());
        let path = match self.spot_conf {
            Some(path) => path,
            None if asked && default.exists() => default,
            None => return Ok(SpotConf::default()),
        };
        SpotConf::parse(&read(path)?).with_context(|| path.display().to_string())
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    read.with_context(|| format!("cannot read {}", path.display()))?;
    ensure!(bytes.len() as u64 <= LARGEST, "{} is larger than 1 MiB: it cannot be a configuration", path.display());
    String::from_utf8(bytes).with_context(|| format!("{} is not UTF-8", path.display()))
}

/// Writes notes to the log.
pub(in crate::cli) fn log(notes: &[Note]) {
    for note in notes {
        match note.matter {
            Matter::Warning => warn!("{note}"),
            Matter::NotNeeded => info!("{note}"),
        }
    }
}
