//! One reading of a configuration: what it is read against, and the mistakes and places found so far. A mistake never ends the reading.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use toml::de::DeValue;

use super::module_files::ModuleFiles;
use super::node::Node;
use super::problem::Problem;
use super::{environment, file_url, is_hdfs, is_other_url, literal, quantity};

/// Beyond this, sums of times and durations could overflow; nobody waits so long.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// What a configuration is read against.
pub(super) struct Surroundings<'a> {
    /// Relative paths of the file are relative to this.
    pub directory: &'a Path,
    /// Values of `${NAME}`.
    pub variables: &'a dyn Fn(&str) -> Option<String>,
    /// Where modules are found by their name.
    pub modules: &'a ModuleFiles,
    /// Pipelines' default number of workers.
    pub cores: usize,
}

/// See the top of the file.
pub(super) struct Reading<'a> {
    pub text: &'a str,
    pub around: Surroundings<'a>,
    pub problems: Vec<Problem>,
    pub places: BTreeMap<String, Range<usize>>,
    /// Places of values that no message may show.
    pub secrets: Vec<Range<usize>>,
}

/// A text of the file, its variables replaced.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub value: String,
    /// Place of the value.
    pub span: Range<usize>,
    /// The source between the quotes, when it is the value letter by letter but for escapes.
    inner: Option<Range<usize>>,
}

impl Reading<'_> {
    /// Notes a mistake.
    pub fn problem(&mut self, at: Range<usize>, message: impl Into<String>) {
        self.problems.push(Problem { at: Some(at), message: message.into() });
    }

    /// Notes that a value is of the wrong type.
    pub fn wrong_type<T>(&mut self, node: &Node<'_>, expected: &str) -> Option<T> {
        let place = if node.in_list { " in the list" } else { "" };
        self.problem(node.span.clone(), format!("`{}` must be {expected}, found {}{place}", node.name, node.found()));
        None
    }

    /// Remembers the place of a value for those who find fault with it later.
    pub fn remember(&mut self, node: &Node<'_>) {
        self.places.insert(node.path.clone(), node.span.clone());
    }

    /// A text, `${NAME}` replaced.
    pub fn text(&mut self, node: &Node<'_>) -> Option<Text> {
        self.text_or(node, "a text")
    }

    /// As [`text`](Self::text), with a better word for what the text is.
    pub fn text_or(&mut self, node: &Node<'_>, expected: &str) -> Option<Text> {
        self.remember(node);
        let DeValue::String(value) = node.value else { return self.wrong_type(node, expected) };
        let inner = literal::inner(self.text, &node.span);
        let text = Text { value: value.to_string(), span: node.span.clone(), inner };
        match environment::expand(value, self.around.variables) {
            Ok(None) => Some(text),
            Ok(Some(value)) => Some(Text { value, inner: None, ..text }),
            Err(error) => {
                let at = self.within(&text, error.at());
                self.problem(at, error.to_string());
                None
            }
        }
    }

    /// The place of a stretch of a text, or of all of it where its source is spelled differently.
    pub fn within(&self, text: &Text, at: Range<usize>) -> Range<usize> {
        let source = text.inner.as_ref().and_then(|inner| literal::place(self.text, inner, &at));
        source.unwrap_or_else(|| text.span.clone())
    }

    /// One text or a list of texts.
    pub fn texts(&mut self, node: &Node<'_>) -> Vec<Text> {
        self.remember(node);
        match node.value {
            DeValue::Array(elements) => node.elements(elements).filter_map(|element| self.text_or(&element, "a list of texts")).collect(),
            _ => self.text_or(node, "a text or a list of texts").into_iter().collect(),
        }
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, node: &Node<'_>) -> Option<bool> {
        self.remember(node);
        match node.value {
            DeValue::Boolean(value) => Some(*value),
            _ => self.wrong_type(node, "true or false"),
        }
    }

    /// A whole number within bounds.
    pub fn number(&mut self, node: &Node<'_>, bounds: RangeInclusive<u64>) -> Option<u64> {
        self.remember(node);
        let DeValue::Integer(number) = node.value else { return self.wrong_type(node, "a whole number") };
        let value = u64::from_str_radix(number.as_str(), number.radix()).ok().filter(|value| bounds.contains(value));
        if value.is_none() {
            self.problem(node.span.clone(), format!("`{}` must be from {} to {}, found {number}", node.name, bounds.start(), bounds.end()));
        }
        value
    }

    /// Bytes: a whole number, or a text with a unit.
    pub fn size(&mut self, node: &Node<'_>, bounds: RangeInclusive<u64>) -> Option<u64> {
        self.remember(node);
        let value = match node.value {
            DeValue::Integer(number) => {
                u64::from_str_radix(number.as_str(), number.radix()).map_err(|_| quantity::NotASize(number.to_string()))
            }
            _ => quantity::size(&self.text_or(node, "a size like \"64MiB\"")?.value),
        };
        let bounds_text =
            || format!("`{}` must be from {} to {}", node.name, quantity::bytes(*bounds.start()), quantity::bytes(*bounds.end()));
        let message = match value {
            Ok(value) if bounds.contains(&value) => return Some(value),
            Ok(_) => bounds_text(),
            Err(error) => error.to_string(),
        };
        self.problem(node.span.clone(), message);
        None
    }

    /// A duration, not longer than a year.
    pub fn duration(&mut self, node: &Node<'_>, least: Duration) -> Option<Duration> {
        let text = self.text_or(node, "a duration like \"30s\"")?;
        match quantity::duration(&text.value) {
            Ok(value) if (least..=LONGEST).contains(&value) => Some(value),
            Ok(_) => {
                let least = humantime::format_duration(least);
                self.problem(text.span, format!("`{}` must be from {least} to 366 days", node.name));
                None
            }
            Err(error) => {
                let at = self.within(&text, error.at());
                self.problem(at, error.to_string());
                None
            }
        }
    }

    /// A path, made absolute or relative to the current directory, without `.` and needless `..`.
    pub fn path(&mut self, node: &Node<'_>) -> Option<PathBuf> {
        let path = self.place(node)?;
        if is_hdfs(&path) {
            self.problem(node.span.clone(), format!("`{}` must be a path of this machine, not of HDFS", node.name));
            return None;
        }
        Some(path)
    }

    /// A path of this machine, also as `file:PATH`, or one of HDFS, `hdfs://…`, as it is written but for slashes at its end.
    pub fn place(&mut self, node: &Node<'_>) -> Option<PathBuf> {
        let text = self.text_or(node, "a path")?;
        if text.value.is_empty() || text.value.contains('\0') {
            self.problem(text.span, format!("`{}` must name a path", node.name));
            return None;
        }
        match file_url(&text.value) {
            path if is_other_url(path) => {
                let message =
                    format!("`{}` must be a path, or a URL like file:///PATH or hdfs://HOST:PORT/PATH, found `{path}`", node.name);
                self.problem(text.span, message);
                None
            }
            path if is_hdfs(Path::new(path)) => Some(PathBuf::from(path.trim_end_matches('/'))),
            path => Some(tidy(&self.around.directory.join(path))),
        }
    }
}

/// The same path with fewer letters: no `.`, no `x/..` unless `x` is a link, behind which `..` is another place.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        let goes_back = part == Component::ParentDir && matches!(tidy.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::CurDir => {}
            _ if goes_back && !tidy.is_symlink() => _ = tidy.pop(),
            _ => tidy.push(part),
        }
    }
    if tidy.as_os_str().is_empty() { PathBuf::from(".") } else { tidy }
}
