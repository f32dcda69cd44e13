//! A golden case: an input, options, and what is expected of the module. `tests/*.toml` of a project.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::Value;

use super::subject::Subject;
use super::text::Form;
use crate::model::{ModuleKind, OptionValue, Setting};
use crate::pipeline::{sample, selected};

/// Differences that are shown of one case.
const SHOWN: usize = 10;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// Beside the case.
    input: PathBuf,
    #[serde(default)]
    options: toml::Table,
    /// Rows, as CSV (`.csv`) or a JSON object a line (`.jsonl`); beside the case.
    expected: Option<PathBuf>,
    /// How many rejects; none: any.
    rejects: Option<u64>,
    /// Of a filter.
    #[serde(default)]
    expression: String,
    /// Of a filter: numbers of the packets that are selected.
    packets: Option<Vec<u64>>,
    #[serde(skip)]
    folder: PathBuf,
}

/// What became of a case.
pub(super) struct Tried {
    /// What is not as expected, a line each.
    pub differences: Vec<String>,
    pub time: Duration,
    /// Rows, or selected packets.
    pub rows: u64,
    /// Bytes of linear memory.
    pub memory: u64,
}

impl Case {
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut case: Self = toml::from_str(&text).with_context(|| format!("{} is wrong", path.display()))?;
        case.folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(case)
    }

    /// Runs it; `bless` writes what comes as what is expected.
    pub(super) fn run(&self, subject: &Subject, bless: bool) -> anyhow::Result<Tried> {
        let (began, input) = (Instant::now(), self.folder.join(&self.input));
        if subject.module.kind() == ModuleKind::PacketFilter {
            let found = selected(&subject.module, &subject.limits, &self.expression, &input)?;
            let wrong = |expected: &Vec<u64>| (*expected != found).then(|| format!("selected packets {found:?}, expected {expected:?}"));
            let differences = self.packets.as_ref().and_then(wrong).into_iter().collect();
            return Ok(Tried { differences, time: began.elapsed(), rows: found.len() as u64, memory: 0 });
        }
        let sample = sample(&subject.module, &subject.limits, &self.settings()?, &input, usize::MAX)?;
        let time = began.elapsed();
        let mut differences = Vec::new();
        if let Some(failure) = &sample.failure {
            differences.push(format!("the module did not get through: {}", failure.detail));
        }
        let rejects = sample.rejects.len() as u64;
        if let Some(expected) = self.rejects.filter(|expected| *expected != rejects) {
            differences.push(format!("{rejects} rejects, expected {expected}"));
            differences.extend(sample.rejects.iter().take(SHOWN).map(|reject| format!("  at {}: {}", reject.at, reject.detail)));
        }
        if let Some(expected) = &self.expected {
            let (path, form) = (self.folder.join(expected), Form::of(expected));
            let lines = form.lines(&sample.rows)?;
            if bless {
                fs::write(&path, lines.iter().map(|line| format!("{line}\n")).collect::<String>())?;
            }
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            differences.extend(differing(form, &text, &lines));
        }
        Ok(Tried { differences, time, rows: sample.count(), memory: sample.memory })
    }

    fn settings(&self) -> anyhow::Result<Vec<Setting>> {
        let setting = |(name, value): (&String, &toml::Value)| Ok(Setting { name: name.clone(), value: option(name, value)? });
        self.options.iter().map(setting).collect()
    }
}

fn option(name: &str, value: &toml::Value) -> anyhow::Result<OptionValue> {
    Ok(match value {
        toml::Value::Boolean(value) => OptionValue::Boolean(*value),
        toml::Value::Integer(value) => OptionValue::Integer(*value),
        toml::Value::String(value) => OptionValue::Text(value.clone()),
        toml::Value::Array(values) => {
            let texts = values.iter().map(|value| value.as_str().map(str::to_owned)).collect::<Option<_>>();
            OptionValue::Texts(texts.with_context(|| format!("option `{name}` must be a list of texts"))?)
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => {
            bail!("option `{name}` is of no type that options have")
        }
    })
}

/// Row by row, by its number in the file.
fn differing(form: Form, expected: &str, found: &[String]) -> Vec<String> {
    let same = |left: &str, right: &str| match form {
        Form::Csv => left == right,
        Form::Json => serde_json::from_str::<Value>(left).ok() == serde_json::from_str::<Value>(right).ok(),
    };
    let (expected, mut differences) = (expected.lines().collect::<Vec<_>>(), Vec::new());
    let mut more = 0;
    for at in 0..expected.len().max(found.len()) {
        let (left, right) = (expected.get(at).copied(), found.get(at).map(String::as_str));
        if left.zip(right).is_some_and(|(left, right)| same(left, right)) {
            continue;
        }
        if differences.len() >= SHOWN {
            more += 1;
            continue;
        }
        let shown = |line: Option<&str>| line.map_or("no such line".to_owned(), str::to_owned);
        differences.push(format!("line {}\n  expected {}\n  found    {}", at + 1, shown(left), shown(right)));
    }
    differences.extend((more > 0).then(|| format!("{more} more lines differ")));
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_differ_are_told_by_their_numbers_and_a_few_at_most() {
        let found: Vec<_> = ["a,b", "1,2", "3,4"].map(str::to_owned).into();
        assert_eq!(differing(Form::Csv, "a,b\n1,2\n3,4\n", &found), Vec::<String>::new());
        assert_eq!(
            differing(Form::Csv, "a,b\n1,3\n", &found),
            ["line 2\n  expected 1,3\n  found    1,2", "line 3\n  expected no such line\n  found    3,4"]
        );
        assert_eq!(differing(Form::Csv, &"x\n".repeat(15), &found).last().map(String::as_str), Some("5 more lines differ"));
    }

    #[test]
    fn json_is_compared_as_what_it_says() {
        assert_eq!(differing(Form::Json, "{ \"a\": 1, \"b\": null }\n", &["{\"b\":null,\"a\":1}".to_owned()]), Vec::<String>::new());
    }
}
