//! Mistakes in a configuration, each with its place in the file.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use serde::Serialize;

use super::document::Document;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Bytes of the text that are wrong; none: the file as a whole.
    pub(crate) at: Option<Range<usize>>,
    /// What is wrong and, where one is known, the remedy. One line.
    pub(crate) message: String,
}

/// One mistake, as a program reads it. Line and column count from 1, columns are characters; none: the file as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// Of its first character.
    pub line: Option<usize>,
    /// Of its first character.
    pub column: Option<usize>,
    /// What is wrong, as far as its first line.
    pub text: Option<String>,
    /// What is wrong with it.
    pub message: String,
}

/// Every mistake of one configuration, in the order of its lines. Displays as a report of several lines.
#[derive(Debug, Clone)]
pub struct ConfigErrors {
    document: Document,
    problems: Vec<Problem>,
}

impl ConfigErrors {
    /// Sorts the mistakes and drops those said twice.
    pub(crate) fn new(document: Document, mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|a, b| key(a).cmp(&key(b)));
        problems.dedup();
        Self { document, problems }
    }

    /// How many mistakes there are; at least 1.
    pub fn count(&self) -> usize {
        self.problems.len()
    }

    /// The file.
    pub fn file(&self) -> &Path {
        self.document.file()
    }

    /// Each mistake, for programs.
    pub fn mistakes(&self) -> impl Iterator<Item = Mistake> {
        self.problems.iter().map(|problem| {
            let place = problem.at.as_ref().map(|at| self.document.line(at));
            Mistake {
                line: place.as_ref().map(|line| line.number),
                column: place.as_ref().map(|line| line.before.chars().count() + 1),
                text: place.map(|line| line.at.to_owned()),
                message: problem.message.clone(),
            }
        })
    }

    /// The report, with the colours of a terminal if asked for.
    pub fn report(&self, coloured: bool) -> String {
        super::report::report(&self.document, &self.problems, coloured)
    }
}

fn key(problem: &Problem) -> (Option<usize>, &str) {
    (problem.at.as_ref().map(|at| at.start), &problem.message)
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.report(false).trim_end())
    }
}

impl std::error::Error for ConfigErrors {}
