//! `include` and `exclude`: globs and regular expressions, compiled.

use std::ops::Range;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use regex::RegexSet;
use toml::de::DeValue;

use super::node::{Node, Table};
use super::reading::{Reading, Text};
use super::types::Selection;

/// Files that are being written, by the habits of those who write them.
const BEING_WRITTEN: [&str; 5] = [".*", "*.current", "*.current.*", "*.tmp", "*.part"];

/// One glob or `{ regex = "…" }`, or a list of them.
pub(super) fn selection(node: &Node<'_>, reading: &mut Reading<'_>) -> Selection {
    reading.remember(node);
    let mut patterns = Patterns::default();
    match node.value {
        DeValue::Array(elements) => {
            if elements.is_empty() && node.name == "include" {
                reading.problem(node.span.clone(), "`include` selects nothing: leave it out to take every file");
            }
            node.elements(elements).for_each(|element| patterns.add(&element, reading));
        }
        _ => patterns.add(node, reading),
    }
    patterns.compile(node, reading)
}

/// What `include` is when a file does not say: everything.
pub(super) fn everything() -> Selection {
    of_names(&["*"])
}

/// What `exclude` is when a file does not say: what is hidden or being written.
pub(super) fn being_written() -> Selection {
    of_names(&BEING_WRITTEN)
}

fn of_names(globs: &[&str]) -> Selection {
    let names = GlobSet::new(globs.iter().filter_map(|glob| Glob::new(glob).ok())).unwrap_or_default();
    Selection { names, globs: globs.iter().map(|&glob| glob.to_owned()).collect(), ..Selection::default() }
}

#[derive(Default)]
struct Patterns {
    names: Vec<Glob>,
    paths: Vec<Glob>,
    regexes: Vec<String>,
}

impl Patterns {
    fn add(&mut self, node: &Node<'_>, reading: &mut Reading<'_>) {
        if matches!(node.value, DeValue::Table(_)) {
            self.add_regex(node, reading);
        } else if let Some(text) = reading.text_or(node, "a glob or { regex = \"…\" }") {
            self.add_glob(&text, reading);
        }
    }

    fn add_regex(&mut self, node: &Node<'_>, reading: &mut Reading<'_>) {
        let Some(table) = Table::of_keys(node.clone(), &["regex"], reading) else { return };
        let Some(node) = table.need("regex", "{ regex = \"^nfcapd\" }", reading) else { return };
        let Some(text) = reading.text_or(&node, "a regular expression") else { return };
        match regex_error(&text.value) {
            None => self.regexes.push(text.value),
            Some((at, reason)) => {
                let at = reading.within(&text, at);
                reading.problem(at, format!("the regular expression does not compile: {reason}"));
            }
        }
    }

    fn add_glob(&mut self, text: &Text, reading: &mut Reading<'_>) {
        match GlobBuilder::new(&text.value).literal_separator(true).build() {
            Ok(glob) if text.value.contains('/') => self.paths.push(glob),
            Ok(glob) => self.names.push(glob),
            Err(error) => {
                let at = reading.within(text, glob_place(&text.value, error.kind()));
                reading.problem(at, format!("the glob `{}` does not compile: {}", text.value, error.kind()));
            }
        }
    }

    fn compile(self, node: &Node<'_>, reading: &mut Reading<'_>) -> Selection {
        let globs = self.names.iter().chain(&self.paths).map(|glob| glob.glob().to_owned()).collect();
        let set = |globs: Vec<Glob>| globs.into_iter().fold(&mut GlobSetBuilder::new(), |set, glob| set.add(glob)).build();
        let too_large = |error: &dyn std::fmt::Display| format!("`{}` is too large together: {error}", node.name);
        let mut problem = |message: String| reading.problem(node.span.clone(), message);
        let names = set(self.names).map_err(|error| problem(too_large(&error)));
        let paths = set(self.paths).map_err(|error| problem(too_large(&error)));
        let patterns = RegexSet::new(self.regexes).map_err(|error| problem(too_large(&error)));
        Selection { names: names.unwrap_or_default(), paths: paths.unwrap_or_default(), patterns: patterns.unwrap_or_default(), globs }
    }
}

/// Where and why an expression does not compile.
fn regex_error(pattern: &str) -> Option<(Range<usize>, String)> {
    match regex_syntax::parse(pattern) {
        Ok(_) => regex::Regex::new(pattern).err().map(|error| (0..pattern.len(), error.to_string())),
        Err(regex_syntax::Error::Parse(error)) => Some((error.span().start.offset..error.span().end.offset, error.kind().to_string())),
        Err(regex_syntax::Error::Translate(error)) => Some((error.span().start.offset..error.span().end.offset, error.kind().to_string())),
        Err(error) => Some((0..pattern.len(), error.to_string())),
    }
}

/// Where the mistake in a glob most likely stands: its error does not say.
fn glob_place(glob: &str, kind: &globset::ErrorKind) -> Range<usize> {
    use globset::ErrorKind;
    let (found, length) = match kind {
        ErrorKind::UnclosedClass => (glob.rfind('['), 1),
        ErrorKind::UnclosedAlternates => (glob.find('{'), 1),
        ErrorKind::UnopenedAlternates => (glob.rfind('}'), 1),
        ErrorKind::InvalidRange(first, last) => {
            let range = format!("{first}-{last}");
            (glob.find(&range), range.len())
        }
        _ => (None, 0),
    };
    found.map_or(0..glob.len(), |at| at..at + length)
}
