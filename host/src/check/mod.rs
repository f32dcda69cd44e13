//! What can be wrong with a configuration beyond its file: modules and their options, directories. Every mistake is found before a run begins.

mod directories;

use crate::config::{Config, ConfigErrors, Pipeline, Problem};

/// How far to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The file and its modules, for a machine that does not have the directories.
    FileAndModules,
    /// Directories as well.
    Everything,
}

/// Checks the pipelines of a configuration.
///
/// # Errors
/// Every mistake, each with its place in the configuration's file.
pub fn check(config: &Config, pipelines: &[&Pipeline], scope: Scope) -> Result<(), ConfigErrors> {
    let mut problems: Vec<Problem> = Vec::new();
    if scope == Scope::Everything {
        problems.extend(directories::problems(&config.document, pipelines));
    }
    if problems.is_empty() { Ok(()) } else { Err(config.document.errors(problems)) }
}
