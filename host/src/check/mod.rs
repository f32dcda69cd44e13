//! What can be wrong with a configuration beyond its file: modules and their options, directories. Every mistake is found before a run begins.

mod directories;
mod modules;
mod options;
mod schemas;

use std::collections::BTreeMap;

use crate::config::{Config, ConfigErrors, Pipeline};
use crate::sandbox::{Engine, Module};

/// How far to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The file and its modules, for a machine that does not have the directories.
    FileAndModules,
    /// Directories as well.
    Everything,
}

/// Checks pipelines of a configuration; gives their modules by name, loaded, so that what was checked is what runs.
///
/// # Errors
/// Every mistake, each with its place in the configuration's file.
pub fn check(config: &Config, pipelines: &[&Pipeline], scope: Scope, engine: &Engine) -> Result<BTreeMap<String, Module>, ConfigErrors> {
    let (modules, mut problems) = modules::check(config, pipelines, engine);
    if scope == Scope::Everything {
        problems.extend(directories::problems(&config.document, pipelines));
    }
    if problems.is_empty() { Ok(modules) } else { Err(config.document.errors(problems)) }
}
