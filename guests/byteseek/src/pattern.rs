//! A compiled pattern.

use regex_automata::meta::{Config, Regex};
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir};

use crate::class::ByteClass;
use crate::parser::read;
use crate::wrong::Wrong;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    classes: Vec<ByteClass>,
    /// Places at the beginning and at the end that any byte matches: the automaton need not look at them.
    around: [usize; 2],
    /// What lies between; `None`: nothing does.
    core: Option<Regex>,
    warnings: Vec<String>,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What breaks the syntax, with its place; and patterns of more than 4096 bytes.
    pub fn new(text: &str) -> Result<Self, Wrong> {
        let (classes, warnings) = read(text)?;
        let any = |class: &&ByteClass| **class == ByteClass::ANY;
        let before = classes.iter().take_while(any).count();
        let behind = classes.iter().skip(before).rev().take_while(any).count();
        let core = classes.get(before..classes.len() - behind).unwrap_or_default();
        let core = (!core.is_empty()).then(|| automaton(core)).transpose()?;
        Ok(Self { classes, around: [before, behind], core, warnings })
    }

    /// Whether the pattern matches anywhere in the data.
    #[inline]
    pub fn is_found_in(&self, data: &[u8]) -> bool {
        if data.len() < self.classes.len() {
            return false;
        }
        let [before, behind] = self.around;
        match (&self.core, data.get(before..data.len() - behind)) {
            (Some(core), Some(data)) => core.is_match(data),
            (core, _) => core.is_none(),
        }
    }

    /// What each place matches.
    pub fn classes(&self) -> &[ByteClass] {
        &self.classes
    }

    /// What its author may not have meant.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

fn automaton(classes: &[ByteClass]) -> Result<Regex, Wrong> {
    let config = Config::new().utf8_empty(false).hybrid_cache_capacity(2 << 20).backtrack(false).onepass(false);
    let hir = Hir::concat(classes.iter().map(hir).collect());
    Regex::builder().configure(config).build_from_hir(&hir).map_err(|_| Wrong::new(0, "a smaller pattern"))
}

fn hir(class: &ByteClass) -> Hir {
    let ranges = class.ranges().into_iter().map(|(first, last)| ClassBytesRange::new(first, last));
    Hir::class(Class::Bytes(ClassBytes::new(ranges)))
}
