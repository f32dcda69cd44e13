//! Modules: they load, describe themselves, and open a session with the options of each pipeline.

use std::collections::BTreeMap;

use super::{Checked, Known, options};
use crate::config::{Config, Document, ModuleConfig, Pipeline, Problem, did_you_mean};
use crate::model::{Description, ModuleKind, TableSchema};
use crate::sandbox::{Engine, Module, OpenFailure};

/// A module that can be asked.
struct Ready {
    module: Module,
    description: Description,
}

/// Loads the modules of pipelines and asks them about their options.
pub(super) fn check<'a>(config: &Config, pipelines: &[&'a Pipeline], engine: &Engine) -> (Vec<Known<'a>>, Vec<Problem>) {
    let mut problems = Vec::new();
    let used = config.modules.iter().filter(|module| pipelines.iter().any(|pipeline| pipeline.parser.module == module.name));
    let mut ready = BTreeMap::new();
    for module in used {
        match load(module, engine) {
            Ok(loaded) => _ = ready.insert(module.name.as_str(), (module, loaded)),
            Err(message) => problems.push(config.document.problem(&place(config, module, pipelines), message)),
        }
    }
    let mut known = Vec::new();
    for &pipeline in pipelines {
        let Some((module, ready)) = ready.get(pipeline.parser.module.as_str()) else { continue };
        problems.extend(cannot_carry(&config.document, pipeline, ready));
        match session_schema(&config.document, pipeline, module, ready) {
            Ok(schema) => {
                let checked = Checked { module: ready.module.clone(), schema };
                known.push(Known { pipeline, description: ready.description.clone(), checked });
            }
            Err(found) => problems.extend(found),
        }
    }
    (known, problems)
}

/// Where the file names the module: its table, or the first pipeline that uses it.
fn place(config: &Config, module: &ModuleConfig, pipelines: &[&Pipeline]) -> String {
    let tables = [format!("modules.{}.file", module.name), format!("modules.{}", module.name)];
    let user = pipelines.iter().find(|pipeline| pipeline.parser.module == module.name);
    let table = tables.into_iter().find(|key| config.document.has(key));
    table.or_else(|| Some(format!("pipelines.{}.parser", user?.name))).unwrap_or_default()
}

fn load(config: &ModuleConfig, engine: &Engine) -> Result<Ready, String> {
    let module = Module::load(engine, &config.file).map_err(|error| format!("{error}: {}", error.reason))?;
    if module.kind() == ModuleKind::PacketFilter {
        return Err(format!("{} is a packet-filter, and a parser is needed", config.file.display()));
    }
    let description =
        module.describe(&config.limits).map_err(|fault| format!("{} does not describe itself: {fault}", config.file.display()))?;
    Ok(Ready { module, description })
}

/// The schema of the pipeline's rows, or what keeps a session from being opened.
fn session_schema(document: &Document, pipeline: &Pipeline, module: &ModuleConfig, ready: &Ready) -> Result<TableSchema, Vec<Problem>> {
    let problems = options::problems(document, pipeline, &ready.description);
    if !problems.is_empty() {
        return Err(problems);
    }
    let parser = format!("pipelines.{}.parser", pipeline.name);
    match ready.module.schema(&module.limits, &pipeline.parser.options) {
        Ok(schema) => Ok(schema),
        Err(OpenFailure::BadOption { name, expected }) => {
            let message = format!("module `{}` refuses option `{name}`: expected {expected}", module.name);
            Err(vec![document.problem(&options::place(document, pipeline, &name), message)])
        }
        Err(failure) => Err(vec![document.problem(&parser, format!("module `{}`: {failure}", module.name))]),
    }
}

/// What a parser of streams remembers is about the file it reads.
fn cannot_carry(document: &Document, pipeline: &Pipeline, ready: &Ready) -> Option<Problem> {
    let streams = pipeline.carry_state && ready.module.kind() != ModuleKind::PacketParser;
    let message =
        format!("`carry-state` is for modules that read packets, and `{}` reads whole files: leave it out", pipeline.parser.module);
    streams.then(|| document.problem(&format!("pipelines.{}.carry-state", pipeline.name), message))
}

/// The columns of a schema, for a remedy.
pub(super) fn nearest_column(schema: &TableSchema, name: &str) -> String {
    did_you_mean(name, schema.columns().map(|field| field.name().as_str()))
}
