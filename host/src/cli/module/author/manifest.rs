//! `module.toml`: what the commands for authors know of a project.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use bytesize::ByteSize;
use serde::Deserialize;

use crate::config::Limits;

/// The file's name.
pub(super) const FILE: &str = "module.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// Of the module; NAME.wasm is its file.
    pub name: String,
    #[serde(rename = "kind")]
    _kind: String,
    /// Commands, each with its arguments, run one after the other.
    pub build: Vec<Vec<String>>,
    /// What they make.
    pub file: PathBuf,
    /// How the build's tool comes onto a machine, for the message that it is not there.
    #[serde(default)]
    pub install: String,
    /// As in a configuration's limits.
    memory: Option<String>,
}

impl Manifest {
    pub(super) fn read(project: &Path) -> anyhow::Result<Self> {
        let path = project.join(FILE);
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}: `weir module new` makes a project", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is wrong", path.display()))
    }

    /// The module that `weir module build` makes.
    pub(super) fn module(&self, project: &Path) -> PathBuf {
        project.join(format!("{}.wasm", self.name))
    }

    /// Those of a configuration, with the memory that the project says its module needs.
    pub(super) fn limits(&self) -> anyhow::Result<Limits> {
        let Some(memory) = &self.memory else { return Ok(Limits::default()) };
        let memory: ByteSize = memory.parse().map_err(|error| anyhow::anyhow!("{FILE}: memory = {memory:?}: {error}"))?;
        Ok(Limits { memory: memory.as_u64(), ..Limits::default() })
    }
}
