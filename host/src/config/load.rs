//! From a file to a [`Config`], or to everything that is wrong with it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::conflicts::conflicts;
use super::document::Document;
use super::module_files::ModuleFiles;
use super::modules::Modules;
use super::node::Table;
use super::pipelines::pipelines;
use super::reading::{Reading, Surroundings};
use super::trust::trust;
use super::{Config, ConfigErrors, Problem};

/// Bytes; a file beyond it is no configuration.
const LARGEST: u64 = 1 << 20;

/// Reads a configuration. Relative paths in it are relative to its directory, `${NAME}` is an environment variable, modules are found by
/// [`ModuleFiles::of_this_process`].
///
/// # Errors
/// Every mistake that the file alone shows, at once. What only modules and directories can tell, [`check`](crate::check) does.
pub fn load(path: &Path) -> Result<Config, ConfigErrors> {
    whole(load_sound(path))
}

/// A configuration that lies in no file: `name` stands for the file in messages, and relative paths are relative to the working directory.
///
/// # Errors
/// As those of [`load`].
pub fn load_text(name: &str, text: String) -> Result<Config, ConfigErrors> {
    whole(parsed(Path::new(name), Path::new(""), text))
}

/// The pipelines without mistakes, and the mistakes of the others: for [`check_file`](crate::check::check_file), which goes on to look for more.
pub fn load_sound(path: &Path) -> (Config, Vec<Problem>) {
    match read(path) {
        Ok(text) => parsed(path, path.parent().unwrap_or(Path::new("")), text),
        Err(message) => {
            let document = Document::new(path.to_owned(), String::new(), BTreeMap::new());
            (Config { document, ..Config::default() }, vec![Problem { at: None, message }])
        }
    }
}

/// A text in the surroundings of this process.
fn parsed(file: &Path, directory: &Path, text: String) -> (Config, Vec<Problem>) {
    let around = Surroundings {
        directory,
        variables: &|name| std::env::var(name).ok(),
        modules: &ModuleFiles::of_this_process(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
    };
    parse(file, text, around)
}

/// The configuration, if nothing of it is wrong.
pub(super) fn whole((config, problems): (Config, Vec<Problem>)) -> Result<Config, ConfigErrors> {
    if problems.is_empty() { Ok(config) } else { Err(config.document.errors(problems)) }
}

/// The text of a file, or why it has none.
fn read(path: &Path) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("cannot read the configuration: {error}");
    if path.is_dir() {
        return Err("this is a directory: name a configuration file".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!("the file is larger than {}: it cannot be a configuration", super::quantity::bytes(LARGEST)));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err("the file is UTF-16: save it as UTF-8".to_owned());
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err("the file begins with a byte order mark: save it as UTF-8 without one".to_owned());
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        format!("line {} is not UTF-8: save the file as UTF-8", 1 + good.filter(|byte| **byte == b'\n').count())
    })
}

/// The pure part of [`load_sound`], but for links and module files, which are looked up.
pub(super) fn parse(file: &Path, text: String, around: Surroundings<'_>) -> (Config, Vec<Problem>) {
    let mut reading = Reading { text: &text, around, problems: Vec::new(), places: BTreeMap::new(), secrets: Vec::new() };
    let config = match syntax(&text) {
        Ok(root) => content(&root, &mut reading),
        Err(problems) => {
            reading.problems = problems;
            None
        }
    };
    let Reading { problems, places, secrets, .. } = reading;
    let document = Document::new(file.to_owned(), masked(&text, &secrets), places);
    (Config { document, ..config.unwrap_or_default() }, problems)
}

/// The text with stars in place of some of it; every other place stays where it is.
fn masked(text: &str, secrets: &[Range<usize>]) -> String {
    let mut masked = text.to_owned();
    for secret in secrets {
        if let Some(length) = text.get(secret.clone()).map(str::len) {
            masked.replace_range(secret.clone(), &"*".repeat(length));
        }
    }
    masked
}

/// The file as TOML, or every place where it is none: what follows from a broken line is not reported, it would be guessed.
fn syntax(text: &str) -> Result<Spanned<DeValue<'_>>, Vec<Problem>> {
    if text.trim().is_empty() {
        let message = "the file is empty: a configuration needs at least one table [pipelines.NAME]".to_owned();
        return Err(vec![Problem { at: None, message }]);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let span = table.span();
        return Ok(Spanned::new(span, DeValue::Table(table.into_inner())));
    }
    let message = |text: &str| format!("not TOML: {}", text.lines().collect::<Vec<_>>().join(", "));
    Err(errors.iter().map(|error| Problem { at: error.span(), message: message(error.message()) }).collect())
}

fn content(root: &Spanned<DeValue<'_>>, reading: &mut Reading<'_>) -> Option<Config> {
    let root = Table::root(root)?;
    root.refuse_others(&["modules", "pipelines", "trust"], reading);
    let trust = root.get("trust").map(|node| trust(node, reading)).unwrap_or_default();
    let mut modules = Modules::read(root.get("modules"), reading);
    let (pipelines, flawed) = pipelines(root.get("pipelines"), &mut modules, reading);
    for (key, message) in conflicts(pipelines.iter().chain(&flawed)) {
        let parent = key.rsplit_once('.').map_or(key.as_str(), |(parent, _)| parent);
        let at = reading.places.get(&key).or_else(|| reading.places.get(parent)).cloned();
        reading.problems.push(Problem { at, message });
    }
    Some(Config { modules: modules.into_list(), pipelines, trust, document: Document::default() })
}
