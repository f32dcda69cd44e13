//! The text of a configuration, and where in it each value stands.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{ConfigErrors, Problem};

/// A configuration's file name, its text and the place of each value: whoever finds fault with a value later can point at it.
#[derive(Debug, Clone, Default)]
pub struct Document(Arc<Content>);

#[derive(Debug, Clone, Default)]
struct Content {
    file: PathBuf,
    text: String,
    places: BTreeMap<String, Range<usize>>,
}

/// A line of the text and a place in it.
pub(super) struct Line<'a> {
    /// From 1.
    pub number: usize,
    /// Characters before the place.
    pub before: &'a str,
    /// Characters of the place, as far as this line goes.
    pub at: &'a str,
    /// What follows it.
    pub after: &'a str,
}

impl Document {
    pub(super) fn new(file: PathBuf, text: String, places: BTreeMap<String, Range<usize>>) -> Self {
        Self(Arc::new(Content { file, text, places }))
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.0.file
    }

    /// A mistake in the value under a dotted key path (`pipelines.flow.source.directory.path`, `….include[0]`), or in the nearest table around it that the file has.
    pub fn problem(&self, key: &str, message: impl Into<String>) -> Problem {
        let mut key = key;
        loop {
            if let Some(at) = self.0.places.get(key) {
                return Problem { at: Some(at.clone()), message: message.into() };
            }
            match key.rsplit_once(['.', '[']) {
                Some((parent, _)) => key = parent,
                None => return Problem { at: None, message: message.into() },
            }
        }
    }

    /// Whether the file has a value under a dotted key path.
    pub fn has(&self, key: &str) -> bool {
        self.0.places.contains_key(key)
    }

    /// The mistakes, with what their report needs.
    pub fn errors(&self, problems: Vec<Problem>) -> ConfigErrors {
        ConfigErrors::new(self.clone(), problems)
    }

    /// The line in which a range of bytes begins.
    pub(super) fn line(&self, at: &Range<usize>) -> Line<'_> {
        let text = self.0.text.as_str();
        let start = floor(text, at.start);
        let end = floor(text, at.end).max(start);
        let (head, tail) = text.split_at(start);
        let before = head.rsplit('\n').next().unwrap_or(head);
        let rest = tail.split('\n').next().unwrap_or(tail).trim_end_matches('\r');
        let (at, after) = rest.split_at(floor(rest, end - start));
        Line { number: 1 + head.matches('\n').count(), before, at, after }
    }
}

/// The last character boundary of `text` that is not behind `at`.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::new("weir.toml".into(), text.to_owned(), BTreeMap::new())
    }

    #[test]
    fn a_place_is_found_on_its_line() {
        let document = document("a = 1\r\nbäh = 2\r\n");
        let line = document.line(&(14..15));
        assert_eq!((line.number, line.before, line.at, line.after), (2, "bäh = ", "2", ""));
    }

    #[test]
    fn a_place_outside_the_text_is_its_end() {
        let document = document("a = 1");
        let line = document.line(&(70..80));
        assert_eq!((line.number, line.before, line.at), (1, "a = 1", ""));
    }

    #[test]
    fn a_place_over_several_lines_is_shown_as_far_as_its_first() {
        let document = document("a = [\n1]");
        let line = document.line(&(4..8));
        assert_eq!((line.number, line.before, line.at), (1, "a = ", "["));
    }
}
