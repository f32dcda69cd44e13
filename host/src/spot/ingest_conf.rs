//! `ingest_conf.json`: values by their keys, and which of them nobody asked for.
//!
//! Spot reads the file without a check. Numbers may be texts there (`"650000"`), and what is set to an empty text counts as not set.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::keys::{TABLES, known, names};
use super::{Mode, Note, SpotError};
use crate::config::did_you_mean;

/// See the top of the file.
#[derive(Debug, Clone, Default)]
pub struct IngestConf {
    root: Map<String, Value>,
    asked: BTreeSet<String>,
}

impl IngestConf {
    /// Reads the text of the file.
    ///
    /// # Errors
    /// It is no JSON, or no object.
    pub fn parse(text: &str) -> Result<Self, SpotError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        match serde_json::from_str(text).map_err(|error| SpotError::NotJson(error.to_string()))? {
            Value::Object(root) => Ok(Self { root, asked: BTreeSet::new() }),
            other => Err(SpotError::NotAnObject(kind(&other))),
        }
    }

    /// The keys of `pipelines`.
    pub(super) fn pipelines(&self) -> Vec<String> {
        self.table("pipelines").into_iter().flat_map(Map::keys).cloned().collect()
    }

    /// A key of a pipeline.
    pub(super) fn key(pipeline: &str, name: &str) -> String {
        format!("pipelines.{pipeline}.{name}")
    }

    /// A text or number; none if it is not set.
    pub(super) fn text(&mut self, key: &str) -> Result<Option<String>, SpotError> {
        match self.value(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(other) => Err(wrong(key, "a text", &other)),
        }
    }

    /// A text that must be set.
    pub(super) fn need(&mut self, key: &str, remedy: &'static str) -> Result<String, SpotError> {
        self.text(key)?.ok_or_else(|| SpotError::Missing { key: key.to_owned(), remedy })
    }

    /// A whole number above 0, which may be a text.
    pub(super) fn number(&mut self, key: &str) -> Result<Option<u64>, SpotError> {
        const EXPECTED: &str = "a whole number above 0";
        let Some(value) = self.value(key) else { return Ok(None) };
        let number = match &value {
            Value::Null => return Ok(None),
            Value::String(text) if text.trim().is_empty() => return Ok(None),
            Value::String(text) => text.trim().parse().ok(),
            Value::Number(number) => number.as_u64(),
            _ => None,
        };
        number.filter(|number| *number > 0).map(Some).ok_or_else(|| wrong(key, EXPECTED, &value))
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, key: &str) -> Result<Option<bool>, SpotError> {
        match self.value(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(other) => Err(wrong(key, "true or false", &other)),
        }
    }

    /// A list of texts; one text is a list of one.
    pub(super) fn texts(&mut self, key: &str) -> Result<Option<Vec<String>>, SpotError> {
        const EXPECTED: &str = "a list of texts";
        match self.value(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(vec![text])),
            Some(Value::Array(elements)) => {
                let text = |element: Value| match element {
                    Value::String(text) => Ok(text),
                    other => Err(wrong(key, EXPECTED, &other)),
                };
                elements.into_iter().map(text).collect::<Result<_, _>>().map(Some)
            }
            Some(other) => Err(wrong(key, EXPECTED, &other)),
        }
    }

    /// What nobody asked for: keys that a program of Spot's reads and that are not needed here, and keys that Spot does not know. Of pipelines only
    /// these.
    pub(super) fn left(&self, mode: Mode, pipelines: &[String]) -> Vec<Note> {
        let unasked = |key: String, name: &str| self.unasked(mode, key, name);
        let mut left = Vec::new();
        for (name, value) in &self.root {
            match value {
                Value::Object(_) if name == "pipelines" => {}
                Value::Object(table) if TABLES.contains(&name.as_str()) => {
                    left.extend(table.keys().filter_map(|key| unasked(format!("{name}.{key}"), key)));
                }
                _ if TABLES.contains(&name.as_str()) => left.push(Note::warning(name, "it is no object, so it is left out")),
                _ => left.extend(unasked(name.clone(), name)),
            }
        }
        for pipeline in pipelines {
            let keys = self.table("pipelines").and_then(|table| table.get(pipeline)?.as_object()).into_iter().flat_map(Map::keys);
            left.extend(keys.filter_map(|key| unasked(Self::key(pipeline, key), key)));
        }
        left
    }

    fn unasked(&self, mode: Mode, key: String, name: &str) -> Option<Note> {
        match known(&key) {
            _ if self.asked.contains(&key) => None,
            Some((modes, reason)) => modes.contains(&mode).then(|| Note::not_needed(key, reason)),
            None => {
                let near = did_you_mean(name, names());
                Some(Note::warning(key, format!("Spot's ingest has no such key, so it is left out{near}")))
            }
        }
    }

    fn table(&self, name: &str) -> Option<&Map<String, Value>> {
        self.root.get(name)?.as_object()
    }

    /// The value of a key with its tables, which counts as asked for from now on.
    fn value(&mut self, key: &str) -> Option<Value> {
        self.asked.insert(key.to_owned());
        let value = match key.strip_prefix("pipelines.").and_then(|rest| rest.rsplit_once('.')) {
            Some((pipeline, name)) => self.table("pipelines")?.get(pipeline)?.get(name),
            None => match key.split_once('.') {
                Some((table, name)) => self.table(table)?.get(name),
                None => self.root.get(key),
            },
        };
        value.cloned()
    }
}

fn wrong(key: &str, expected: &'static str, found: &Value) -> SpotError {
    let found = match found {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => found.to_string(),
        other => kind(other).to_owned(),
    };
    SpotError::Wrong { key: key.to_owned(), expected, found }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_be_texts_and_empty_texts_are_not_set() {
        let mut conf = IngestConf::parse(r#"{"kafka": {"kafka_port": 9092, "message_size": "900000", "zookeper_port": ""}}"#).unwrap();
        assert_eq!(conf.text("kafka.kafka_port"), Ok(Some("9092".to_owned())));
        assert_eq!(conf.number("kafka.message_size"), Ok(Some(900_000)));
        assert_eq!(conf.text("kafka.zookeper_port"), Ok(None));
        assert_eq!(conf.number("kafka.zookeper_port"), Ok(None));
    }

    #[test]
    fn a_value_of_the_wrong_type_is_named_with_its_tables() {
        let mut conf = IngestConf::parse(r#"{"collector_processes": "five", "pipelines": {"a.b": {"supported_files": [1]}}}"#).unwrap();
        let text = |result: Result<(), SpotError>| result.unwrap_err().to_string();
        assert_eq!(
            text(conf.number("collector_processes").map(drop)),
            "`collector_processes` must be a whole number above 0, found \"five\""
        );
        assert_eq!(
            text(conf.texts("pipelines.a.b.supported_files").map(drop)),
            "`pipelines.a.b.supported_files` must be a list of texts, found 1"
        );
    }

    #[test]
    fn keys_that_nobody_asked_for_are_told_apart_from_keys_that_spot_does_not_know() {
        let text = r#"{"dbname": "spot", "kafka": {"zookeeper_server": "z"}, "pipelines": {"a": {"pkt_num": "1"}, "b": {"pkt_num": "1"}}}"#;
        let mut conf = IngestConf::parse(text).unwrap();
        conf.text("dbname").unwrap();
        let left: Vec<_> = conf.left(Mode::Master, &["a".to_owned()]).iter().map(ToString::to_string).collect();
        assert_eq!(left.len(), 2, "{left:?}");
        assert_eq!(left[0], "kafka.zookeeper_server: Spot's ingest has no such key, so it is left out; did you mean `zookeper_server`?");
        assert!(left[1].starts_with("pipelines.a.pkt_num is not needed: captures are read whole"), "{left:?}");
    }

    #[test]
    fn what_is_no_json_object_is_refused() {
        assert!(matches!(IngestConf::parse(""), Err(SpotError::NotJson(_))));
        assert_eq!(IngestConf::parse("[]").unwrap_err(), SpotError::NotAnObject("a list"));
    }
}
