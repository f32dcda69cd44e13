//! Modules: they load, describe themselves, and open a session with the options of each pipeline.

use std::collections::BTreeMap;

use super::{Checked, Known, options};
use crate::config::{Config, Document, ModuleConfig, Pipeline, Problem, did_you_mean};
use crate::model::{Description, ModuleKind, TableSchema};
use crate::sandbox::{Engine, Module, OpenFailure, PacketFilter};
use crate::signature::Trust;

/// A module that can be asked.
struct Ready {
    module: Module,
    description: Description,
}

/// Loads the modules of pipelines and asks them about their options.
pub(super) fn check<'a>(config: &Config, pipelines: &[&'a Pipeline], engine: &Engine) -> (Vec<Known<'a>>, Vec<Problem>) {
    let mut problems = Vec::new();
    let used = config.modules.iter().filter(|module| pipelines.iter().any(|pipeline| pipeline.module() == Some(&module.name)));
    let mut ready = BTreeMap::new();
    for module in used {
        let filters = pipelines.iter().any(|pipeline| pipeline.filter.as_ref().is_some_and(|filter| filter.module == module.name));
        match load(module, &config.trust, engine, filters) {
            Ok(loaded) => _ = ready.insert(module.name.as_str(), (module, loaded)),
            Err(message) => problems.push(config.document.problem(&place(config, module, pipelines), message)),
        }
    }
    let mut known = Vec::new();
    for &pipeline in pipelines {
        let Some((module, ready)) = pipeline.module().and_then(|name| ready.get(name)) else { continue };
        if let Some(filter) = &pipeline.filter {
            match PacketFilter::open(ready.module.clone(), module.limits.clone(), &filter.expression, &[]) {
                Ok(_) => {
                    let checked = Checked { module: ready.module.clone(), schema: TableSchema::empty() };
                    known.push(Known { pipeline, description: ready.description.clone(), checked });
                }
                Err(error) => problems.push(config.document.problem(&format!("pipelines.{}.expression", pipeline.name), error.to_string())),
            }
            continue;
        }
        problems.extend(needs_packets(&config.document, pipeline, ready));
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
    let user = pipelines.iter().find(|pipeline| pipeline.module() == Some(&module.name));
    let table = tables.into_iter().find(|key| config.document.has(key));
    table.or_else(|| Some(format!("pipelines.{}.parser", user?.name))).unwrap_or_default()
}

/// `filters`: it selects packets, and does not parse.
fn load(config: &ModuleConfig, trust: &Trust, engine: &Engine, filters: bool) -> Result<Ready, String> {
    let module = Module::load_trusted(engine, &config.file, trust).map_err(|error| format!("{error}: {}", error.reason))?;
    if let Some(pinned) = config.digest.filter(|pinned| *pinned != module.digest()) {
        return Err(format!("{} is {}, and `digest` says {pinned}: another file was put there", config.file.display(), module.digest()));
    }
    match (module.kind(), filters) {
        (ModuleKind::PacketFilter, false) => return Err(format!("{} is a packet-filter, and a parser is needed", config.file.display())),
        (ModuleKind::PacketFilter, true) | (_, false) => {}
        (kind, true) => return Err(format!("{} is a {kind}, and a packet-filter is needed", config.file.display())),
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
    match ready.module.schema(&module.limits, pipeline.settings()) {
        Ok(schema) => Ok(schema),
        Err(OpenFailure::BadOption { name, expected }) => {
            let message = format!("module `{}` refuses option `{name}`: expected {expected}", module.name);
            Err(vec![document.problem(&options::place(document, pipeline, &name), message)])
        }
        Err(failure) => Err(vec![document.problem(&parser, format!("module `{}`: {failure}", module.name))]),
    }
}

/// What is set for captures alone. What a parser of streams remembers is about the file it reads, and nothing tells where in it a record begins.
fn needs_packets(document: &Document, pipeline: &Pipeline, ready: &Ready) -> Vec<Problem> {
    if ready.module.kind() == ModuleKind::PacketParser {
        return Vec::new();
    }
    let parallel = pipeline.source.directory().is_some_and(|source| source.parallel.is_some());
    let keys = [("carry-state", pipeline.carry_state), ("source.directory.parallel", parallel)];
    let problem = |(key, _): (&str, bool)| {
        let name = key.rsplit('.').next().unwrap_or(key);
        let message = format!(
            "`{name}` is for modules that read packets, and `{}` reads whole files: leave it out",
            pipeline.module().unwrap_or_default()
        );
        document.problem(&format!("pipelines.{}.{key}", pipeline.name), message)
    };
    keys.into_iter().filter(|(_, is_set)| *is_set).map(problem).collect()
}

/// The columns of a schema, for a remedy.
pub(super) fn nearest_column(schema: &TableSchema, name: &str) -> String {
    did_you_mean(name, schema.columns().map(|field| field.name().as_str()))
}
