//! From Spot's files and a command line to a configuration.

use super::note::Matter;
use super::pipeline::{Draft, name};
use super::security::{Environment, properties};
use super::{DataType, IngestConf, Mode, Note, Request, SpotConf, SpotError};
use crate::config::did_you_mean;
use crate::config::outline::{Outline, commented};

/// A configuration of weir, and what a user of Spot must know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// TOML with comments: what each key came from, and the notes.
    pub toml: String,
    /// Those that matter most first.
    pub notes: Vec<Note>,
}

/// Converts pipelines of `ingest_conf.json` for a program; `environment` gives the variables that Spot's programs read.
///
/// # Errors
/// A key that the program needs is missing, or has a value that it could not use either; an option of a tool that would change the rows.
pub fn convert(conf: &IngestConf, spot_conf: &SpotConf, environment: Environment<'_>, request: &Request) -> Result<Conversion, SpotError> {
    let mut conf = conf.clone();
    let keys = selected(&conf, request)?;
    let (properties, mut notes) = if request.mode == Mode::Standalone { Default::default() } else { properties(spot_conf, environment) };
    let mut root = Outline::default();
    for key in &keys {
        let kind = kind(&mut conf, request.mode, key, &mut notes)?;
        let mut draft = Draft { conf: &mut conf, request, key, kind, properties: &properties, notes: Vec::new() };
        let pipeline = draft.pipeline()?;
        notes.extend(draft.notes);
        let name = name(request.name.as_deref().unwrap_or(key));
        if request.name.is_none() && name != *key {
            notes.push(Note::warning(
                IngestConf::key(key, "type"),
                format!("the pipeline is called {name} here: names are letters, digits, _ and -"),
            ));
        }
        root.table(&["pipelines", &name], pipeline);
    }
    notes.extend(conf.left(request.mode, &keys));
    notes.sort_by_key(|note| std::cmp::Reverse(note.matter));
    let mut seen = Vec::new();
    notes.retain(|note| {
        !seen.contains(note) && {
            seen.push(note.clone());
            true
        }
    });
    let toml = header(request.mode, &notes) + &root.text();
    Ok(Conversion { toml, notes })
}

/// The keys of the pipelines that are asked for.
fn selected(conf: &IngestConf, request: &Request) -> Result<Vec<String>, SpotError> {
    let known = conf.pipelines();
    let keys = if request.pipelines.is_empty() { known.clone() } else { request.pipelines.clone() };
    let is_type = |name: &String| request.mode == Mode::Listener && DataType::named(name).is_some();
    if let Some(name) = keys.iter().find(|name| !known.contains(name) && !is_type(name)) {
        let near = did_you_mean(name, known.iter().map(String::as_str));
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(SpotError::NoPipeline { name: name.clone(), known, near });
    }
    let single = [("--topic", request.topic.is_some()), ("--name", request.name.is_some()), ("--group", request.group.is_some())];
    match single.into_iter().find(|(_, given)| *given) {
        Some((option, _)) if keys.len() > 1 => Err(SpotError::Several { count: keys.len(), option }),
        _ if keys.is_empty() => Err(SpotError::Missing { key: "pipelines".to_owned(), remedy: "a table with a key for each pipeline" }),
        _ => Ok(keys),
    }
}

/// The type of a pipeline: for the distributed programs its key, if that is one.
fn kind(conf: &mut IngestConf, mode: Mode, key: &str, notes: &mut Vec<Note>) -> Result<DataType, SpotError> {
    const TYPE: &str = "flow, dns or proxy";
    let of_key = DataType::named(key).filter(|_| mode.names_types());
    let path = IngestConf::key(key, "type");
    let found = conf.text(&path)?;
    match (of_key, found) {
        (Some(kind), found) => {
            if found.is_some_and(|found| found != kind.name()) {
                notes.push(Note::warning(path, format!("{} takes the pipeline's name, {kind}, for its type", mode.program())));
            }
            Ok(kind)
        }
        (None, Some(found)) => DataType::named(&found).ok_or(SpotError::Wrong { key: path, expected: TYPE, found: format!("`{found}`") }),
        (None, None) => Err(SpotError::Missing { key: path, remedy: TYPE }),
    }
}

fn header(mode: Mode, notes: &[Note]) -> String {
    let mut out = commented(&format!(
        "Made from ingest_conf.json of Apache Spot, for what {} did. A comment says which key became what.",
        mode.program()
    ));
    for (matter, title) in [(Matter::Warning, "Mind:"), (Matter::NotNeeded, "Not needed any more:")] {
        let mut those = notes.iter().filter(|note| note.matter == matter).peekable();
        if those.peek().is_some() {
            out.push_str("#\n");
            out.push_str(&commented(title));
        }
        for note in those {
            out.push_str(&commented(&format!("- {}: {}", note.key, note.text)));
        }
    }
    out
}
