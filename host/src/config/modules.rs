//! `[modules.NAME]`: file, limits and options of a module.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::node::{Node, Table};
use super::options::options;
use super::reading::Reading;
use super::suggestion::did_you_mean;
use super::types::{Limits, ModuleConfig};
use crate::model::Digest;

const KEYS: [&str; 4] = ["file", "digest", "limits", "options"];
const LIMITS: [&str; 8] = ["memory", "call-time", "output", "rejects", "pending", "log-lines", "failures", "failures-within"];
/// What a 32-bit WebAssembly memory can hold.
const LARGEST_MEMORY: u64 = 4 << 30;
/// One page of WebAssembly memory.
const SMALLEST_MEMORY: u64 = 64 << 10;

/// The modules of a file, and those that its pipelines find by a bare name.
#[derive(Debug, Default)]
pub(super) struct Modules {
    /// None: a table with mistakes, or a name that is known not to be found; said once.
    found: BTreeMap<String, Option<ModuleConfig>>,
}

impl Modules {
    /// Reads `[modules]`.
    pub fn read(node: Option<Node<'_>>, reading: &mut Reading<'_>) -> Self {
        let table = node.and_then(|node| Table::of_names(node, reading));
        let entries = table.iter().flat_map(Table::entries);
        Self { found: entries.map(|entry| (entry.name.to_owned(), module(entry, reading))).collect() }
    }

    /// The module that a pipeline names.
    pub fn of_parser(&mut self, node: &Node<'_>, reading: &mut Reading<'_>) -> Option<&ModuleConfig> {
        let text = reading.text_or(node, "the name of a module")?;
        let name = text.value;
        if !self.found.contains_key(&name) {
            let file = is_name(&name).then(|| reading.around.modules.find(&name)).flatten();
            let Some(file) = file else {
                reading.problem(text.span, self.unknown(&name, reading));
                return None;
            };
            let module = ModuleConfig { name: name.clone(), file, digest: None, limits: Limits::default(), options: Vec::new() };
            self.found.insert(name.clone(), Some(module));
        }
        self.found.get(&name)?.as_ref()
    }

    fn unknown(&self, name: &str, reading: &Reading<'_>) -> String {
        let stock = reading.around.modules.all();
        let near = did_you_mean(name, self.found.keys().chain(stock.keys()).map(String::as_str));
        format!("unknown module `{name}`: no table [modules.{name}], and {}{near}", not_found(name, reading))
    }

    /// In the order of their names.
    pub fn into_list(self) -> Vec<ModuleConfig> {
        self.found.into_values().flatten().collect()
    }
}

fn not_found(name: &str, reading: &Reading<'_>) -> String {
    format!("no {name}.wasm in {}", reading.around.modules.places())
}

/// Letters, digits, `_` and `-`: fit for file names, log lines and key paths.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= 100 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

fn module(node: Node<'_>, reading: &mut Reading<'_>) -> Option<ModuleConfig> {
    reading.remember(&node);
    let name = node.name.to_owned();
    if !is_name(&name) {
        reading.problem(node.key.clone(), format!("`{name}` cannot name a module: use letters, digits, `_` and `-`"));
    }
    let table = Table::of_keys(node, &KEYS, reading)?;
    let options = table.get("options").map(|node| options(node, reading)).unwrap_or_default();
    let limits = table.get("limits").map(|node| limits(node, reading)).unwrap_or_default();
    let digest = table.get("digest").and_then(|node| digest(&node, reading));
    Some(ModuleConfig { file: file(&table, reading)?, name, digest, limits, options })
}

/// `"sha256:…"`
fn digest(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<Digest> {
    let text = reading.text_or(node, "a digest like \"sha256:…\"")?;
    match text.value.parse() {
        Ok(digest) => Some(digest),
        Err(_) => {
            let message =
                format!("`digest` must be sha256: and 64 hexadecimal digits, as `weir module inspect` prints it, found `{}`", text.value);
            reading.problem(text.span, message);
            None
        }
    }
}

/// A path, or a bare name: the module's own when there is no `file`.
fn file(table: &Table<'_>, reading: &mut Reading<'_>) -> Option<PathBuf> {
    let Some(node) = table.get("file") else {
        let found = reading.around.modules.find(table.node.name);
        if found.is_none() {
            let name = table.node.name;
            reading.problem(table.node.key.clone(), format!("`modules.{name}` needs `file`: there is {}", not_found(name, reading)));
        }
        return found;
    };
    let text = reading.text_or(&node, "a path, or the name of a module")?;
    if !is_name(&text.value) {
        return path(&node, reading);
    }
    let found = reading.around.modules.find(&text.value);
    if found.is_none() {
        let stock = reading.around.modules.all();
        let near = did_you_mean(&text.value, stock.keys().map(String::as_str));
        let (name, not_found) = (&text.value, not_found(&text.value, reading));
        reading.problem(text.span.clone(), format!("no module `{name}`: {not_found}; write ./{name} for a file beside this one{near}"));
    }
    found
}

fn path(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<PathBuf> {
    let path = reading.path(node)?;
    match std::fs::metadata(&path) {
        Ok(found) if found.is_file() => return Some(path),
        Ok(_) => reading.problem(node.span.clone(), format!("{} is not a file", path.display())),
        Err(error) => reading.problem(node.span.clone(), format!("cannot read the module {}: {error}", path.display())),
    }
    None
}

fn limits(node: Node<'_>, reading: &mut Reading<'_>) -> Limits {
    let mut limits = Limits::default();
    let Some(table) = Table::of_keys(node, &LIMITS, reading) else { return limits };
    let size = |key: &str, bounds, reading: &mut Reading<'_>| table.get(key).and_then(|node| reading.size(&node, bounds));
    let count = |key: &str, bounds, reading: &mut Reading<'_>| table.get(key).and_then(|node| reading.number(&node, bounds));
    limits.memory = size("memory", SMALLEST_MEMORY..=LARGEST_MEMORY, reading).unwrap_or(limits.memory);
    limits.output = size("output", 1..=LARGEST_MEMORY, reading).unwrap_or(limits.output);
    limits.pending = size("pending", 1..=1 << 40, reading).unwrap_or(limits.pending);
    limits.rejects = count("rejects", 1..=1_000_000_000, reading).map_or(limits.rejects, saturated);
    limits.log_lines = count("log-lines", 0..=1_000_000, reading).map_or(limits.log_lines, saturated);
    limits.failures = count("failures", 1..=1_000_000, reading).and_then(|count| count.try_into().ok()).unwrap_or(limits.failures);
    limits.failures_within = table.get("failures-within").and_then(|node| reading.duration(&node, Duration::from_millis(10)));
    let call_time = table.get("call-time").and_then(|node| reading.duration(&node, Duration::from_millis(10)));
    limits.call_time = call_time.unwrap_or(limits.call_time);
    limits
}

fn saturated(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
