//! Looks now and then whether a module's file or the configuration is another one, and deploys what is.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use tracing::{error, info, warn};

use super::deployment::Deployment;
use crate::config::{self, Config};
use crate::stop::Stop;

/// Between two looks. A file that changed is taken once two looks find it the same.
const LOOK: Duration = Duration::from_millis(500);

/// Where the configuration is read again.
pub struct Reload<'a> {
    /// Its file.
    pub file: &'a Path,
    /// Set when somebody asks for it.
    pub asked: &'a AtomicBool,
}

/// What a file looks like from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

/// A file, as it was when something was done about it.
struct Watched {
    path: PathBuf,
    settled: Option<Stamp>,
    last: Option<Stamp>,
}

impl Watched {
    fn new(path: &Path) -> Self {
        let stamp = stamp(path);
        Self { path: path.to_owned(), settled: stamp, last: stamp }
    }

    /// Whether it is another one than before, and has been for one look.
    fn has_changed(&mut self) -> bool {
        let now = stamp(&self.path);
        let rests = std::mem::replace(&mut self.last, now) == now;
        rests && now.is_some() && std::mem::replace(&mut self.settled, now) != now
    }

    /// Looks changed at the next look again.
    fn forget(&mut self) {
        self.settled = None;
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let found = fs::metadata(path).ok()?;
    Some(Stamp { inode: found.ino(), size: found.size(), modified: (found.mtime(), found.mtime_nsec()) })
}

/// Looks until `stop` is set.
pub fn watch(deployment: &Deployment<'_>, reload: Option<&Reload<'_>>, stop: &Stop) {
    let mut config = reload.map(|reload| Watched::new(reload.file));
    let mut modules: BTreeMap<String, Watched> = watched(deployment);
    while !stop.is_set() {
        // It disconnects when the stop is set, and nothing else ever comes.
        let _ = stop.signal().recv_timeout(LOOK);
        if let (Some(reload), Some(config)) = (reload, &mut config)
            && (config.has_changed() | reload.asked.swap(false, Relaxed))
        {
            for name in read_again(deployment, reload.file) {
                deploy(deployment, &name);
            }
            for (name, new) in watched(deployment) {
                if modules.get(&name).is_none_or(|old| old.path != new.path) {
                    modules.insert(name, new);
                }
            }
        }
        for (name, file) in &mut modules {
            if file.has_changed() && !deploy(deployment, name) {
                file.forget();
            }
        }
    }
}

fn watched(deployment: &Deployment<'_>) -> BTreeMap<String, Watched> {
    deployment.files().into_iter().map(|(name, file)| (name, Watched::new(&file))).collect()
}

/// Modules that the configuration has otherwise than before.
fn read_again(deployment: &Deployment<'_>, file: &Path) -> Vec<String> {
    match config::load(file) {
        Ok(config) => {
            info!(config = %file.display(), "read again: what it says of modules counts from now on; the rest takes a restart");
            configure(deployment, &config)
        }
        Err(errors) => {
            error!("the configuration is not read again:\n{}", errors.report(false));
            Vec::new()
        }
    }
}

fn configure(deployment: &Deployment<'_>, config: &Config) -> Vec<String> {
    let files = deployment.files();
    deployment.configure(config).into_iter().filter(|name| files.contains_key(name)).collect()
}

/// False: it is worth another try.
fn deploy(deployment: &Deployment<'_>, name: &str) -> bool {
    match deployment.deploy(name, None) {
        Ok(_) => true,
        Err(refusal) => {
            warn!(module = name, "not deployed, what ran goes on: {refusal}");
            !refusal.may_pass()
        }
    }
}
