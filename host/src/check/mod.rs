//! What can be wrong with a configuration beyond its file: modules and their options, directories. Every mistake is found before a run begins.

mod directories;
mod modules;
mod options;
mod schemas;
mod sharing;
mod topics;

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::{Config, ConfigErrors, Pipeline, Problem, load_sound};
use crate::model::{Description, TableSchema};
use crate::sandbox::{Engine, Module};

/// How far to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The file and its modules, for a machine that does not have the directories.
    FileAndModules,
    /// Directories as well.
    Everything,
}

/// What was checked of a pipeline, so that this is what runs.
#[derive(Clone)]
pub struct Checked {
    /// Loaded.
    pub module: Module,
    /// Of the pipeline's rows.
    pub schema: TableSchema,
}

/// A pipeline whose module takes its options.
struct Known<'a> {
    pipeline: &'a Pipeline,
    description: Description,
    checked: Checked,
}

/// Checks pipelines of a configuration; gives what they run with, by their names.
///
/// # Errors
/// Every mistake, each with its place in the configuration's file.
pub fn check(config: &Config, pipelines: &[&Pipeline], scope: Scope, engine: &Engine) -> Result<BTreeMap<String, Checked>, ConfigErrors> {
    let (checked, problems) = look(config, pipelines, scope, engine);
    if problems.is_empty() { Ok(checked) } else { Err(config.document.errors(problems)) }
}

/// Loads a configuration and checks all of its pipelines; those without mistakes in the file also when others have some.
///
/// # Errors
/// Every mistake, of the file and beyond it.
pub fn check_file(path: &Path, scope: Scope, engine: &Engine) -> Result<Config, ConfigErrors> {
    let (config, mut problems) = load_sound(path);
    let pipelines: Vec<_> = config.pipelines.iter().collect();
    problems.extend(look(&config, &pipelines, scope, engine).1);
    if problems.is_empty() { Ok(config) } else { Err(config.document.errors(problems)) }
}

fn look(config: &Config, pipelines: &[&Pipeline], scope: Scope, engine: &Engine) -> (BTreeMap<String, Checked>, Vec<Problem>) {
    let (known, mut problems) = modules::check(config, pipelines, engine);
    problems.extend(schemas::problems(&config.document, &known));
    problems.extend(sharing::problems(&config.document, &known));
    problems.extend(topics::problems(&config.document, &known));
    problems.extend(topics::without_parser(&config.document, pipelines));
    if scope == Scope::Everything {
        problems.extend(directories::problems(&config.document, pipelines));
        problems.extend(schemas::differences(&config.document, &known));
    }
    (known.into_iter().map(|known| (known.pipeline.name.clone(), known.checked)).collect(), problems)
}
