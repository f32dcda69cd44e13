//! The modules of running pipelines, and the one way in which others take their place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tracing::info;

use super::protocol::Deployed;
use crate::config::{Config, did_you_mean};
use crate::model::Digest;
use crate::pipeline::{Replaceable, Unfit};
use crate::sandbox::{Engine, LoadError, LoadReason, Module};
use crate::signature::Trust;

/// See the top of the file.
pub struct Deployment<'a> {
    engine: Engine,
    places: Vec<Replaceable<'a>>,
    trust: Trust,
    /// By the names of modules: what the configuration says now. Held while a module is deployed: one after the other.
    wanted: Mutex<BTreeMap<String, Wanted>>,
}

/// What a configuration says of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Where it lies.
    pub file: PathBuf,
    /// What it must be, if that is said.
    pub digest: Option<Digest>,
}

/// Why a module was not deployed. The one that ran goes on running.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// Nothing runs it.
    #[error("no running pipeline has a module `{name}`; there is {known}{near}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
        /// The nearest of them.
        near: String,
    },
    /// It is no module.
    #[error("{0}: {reason}", reason = .0.reason)]
    Load(LoadError),
    /// The configuration says which file it must be.
    #[error("{file} is {is}, and the configuration pins `{name}` to {pinned}: change `modules.{name}.digest` first")]
    Pinned {
        /// The module's name.
        name: String,
        /// The file.
        file: String,
        /// Its digest.
        is: Digest,
        /// What it must be.
        pinned: Digest,
    },
    /// A pipeline needs another one.
    #[error("{file} cannot take over in pipeline {pipeline}: {reason}")]
    Unfit {
        /// The file.
        file: String,
        /// The pipeline.
        pipeline: String,
        /// Why.
        reason: Unfit,
    },
}

impl Wanted {
    /// What a configuration says of its modules.
    pub fn all(config: &Config) -> BTreeMap<String, Self> {
        config.modules.iter().map(|module| (module.name.clone(), Self { file: module.file.clone(), digest: module.digest })).collect()
    }
}

impl<'a> Deployment<'a> {
    /// Of pipelines that run with the modules of a configuration.
    pub fn new(engine: Engine, config: &Config, places: Vec<Replaceable<'a>>) -> Self {
        Self { engine, places, trust: config.trust.clone(), wanted: Mutex::new(Wanted::all(config)) }
    }

    /// Names of the modules that run, and where the configuration has them.
    pub fn files(&self) -> BTreeMap<String, PathBuf> {
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let runs = |name: &String| self.places.iter().any(|place| place.module_config.name == *name);
        wanted.iter().filter(|(name, _)| runs(name)).map(|(name, wanted)| (name.clone(), wanted.file.clone())).collect()
    }

    /// The module that each pipeline runs: pipeline, the module's name in the configuration, what it is.
    pub fn running(&self) -> impl Iterator<Item = (&str, &str, crate::model::ModuleRef)> {
        self.places.iter().map(|place| (place.pipeline.name.as_str(), place.module_config.name.as_str(), place.current()))
    }

    /// A configuration that was read again: what it says of modules counts from now on. Gives the names of those of which it says something else.
    pub fn configure(&self, config: &Config) -> Vec<String> {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *wanted, Wanted::all(config));
        let changed = wanted.iter().filter(|(name, now)| before.get(*name).is_some_and(|before| before != *now));
        changed.map(|(name, _)| name.clone()).collect()
    }

    /// Has every pipeline with this module run another: the given file, or the one that the configuration names. All of them or, on an error, none.
    ///
    /// # Errors
    /// Why what ran goes on running.
    pub fn deploy(&self, name: &str, file: Option<&Path>) -> Result<Deployed, DeployError> {
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let places: Vec<_> = self.places.iter().filter(|place| place.module_config.name == name).collect();
        let Some(Wanted { file: home, digest }) = wanted.get(name).filter(|_| !places.is_empty()) else { return Err(self.unknown(name)) };
        let file = file.unwrap_or(home);
        let module = Module::load_trusted(&self.engine, file, &self.trust).map_err(DeployError::Load)?;
        if let Some(pinned) = digest.filter(|pinned| *pinned != module.digest()) {
            let (name, file) = (name.to_owned(), file.display().to_string());
            return Err(DeployError::Pinned { name, file, is: module.digest(), pinned });
        }
        let mut checked = Vec::new();
        for place in &places {
            let unfit = |reason| {
                let (file, pipeline) = (file.display().to_string(), place.pipeline.name.clone());
                DeployError::Unfit { file, pipeline, reason }
            };
            checked.push((place, place.check(&module).map_err(unfit)?));
        }
        let changes = places.iter().any(|place| place.current().digest != module.digest());
        let pipelines = places.iter().map(|place| place.pipeline.name.clone()).collect();
        let version = checked.first().map(|(_, is)| is.version.clone()).unwrap_or_default();
        if changes {
            checked.into_iter().for_each(|(place, is)| place.put(module.clone(), is));
            info!(module = name, version, digest = %module.digest(), ?pipelines, "deployed: workers change over at their next batch");
        }
        Ok(Deployed { module: name.to_owned(), version, digest: module.digest(), pipelines, home: home.clone(), changes })
    }

    fn unknown(&self, name: &str) -> DeployError {
        let known: BTreeSet<_> = self.places.iter().map(|place| place.module_config.name.as_str()).collect();
        let near = did_you_mean(name, known.iter().copied());
        let known = known.into_iter().collect::<Vec<_>>().join(", ");
        DeployError::Unknown { name: name.to_owned(), known, near }
    }
}

impl DeployError {
    /// The file may yet be whole at the next look: somebody is writing it.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Load(LoadError { reason: LoadReason::Read(_) | LoadReason::Empty, .. }))
    }
}
