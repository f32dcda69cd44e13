//! Regular expressions, in what Java's and Rust's have in common. Classes like `\d` mean ASCII, as in Java.

use regex_automata::meta::{Config, Regex as Automaton};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

use crate::fault::Refusal;

/// Bytes of an automaton.
const LARGEST: usize = 1 << 20;

/// A compiled regular expression.
#[derive(Debug, Clone)]
pub struct Regex {
    /// Matches a whole text.
    whole: Automaton,
    /// Matches anywhere.
    any: Automaton,
}

impl Regex {
    pub fn new(pattern: &str) -> Result<Self, Refusal> {
        Ok(Self { whole: build(&format!(r"\A(?:{pattern})\z"))?, any: build(pattern)? })
    }

    pub fn is_whole(&self, text: &str) -> bool {
        self.whole.is_match(Input::new(text).anchored(Anchored::Yes))
    }

    /// A group of a match of the whole text.
    pub fn group<'a>(&self, text: &'a str, group: usize) -> Option<&'a str> {
        let mut groups = self.whole.create_captures();
        self.whole.captures(Input::new(text).anchored(Anchored::Yes), &mut groups);
        text.get(groups.get_group(group)?.range())
    }

    /// All matches replaced; in the replacement `$1` is a group, and a backslash takes its meaning from the next character.
    pub fn replaced(&self, text: &str, replacement: &str) -> Result<String, Refusal> {
        let (mut out, mut done) = (String::new(), 0);
        for groups in self.any.captures_iter(text) {
            let Some(found) = groups.get_match() else { continue };
            out.push_str(text.get(done..found.start()).unwrap_or_default());
            let group = |number: usize| groups.get_group(number).and_then(|span| text.get(span.range()));
            expand(replacement, self.any.captures_len(), group, &mut out)?;
            done = found.end();
            if out.len() > crate::text::LONGEST {
                return Err("a shorter replacement".into());
            }
        }
        out.push_str(text.get(done..).unwrap_or_default());
        Ok(out)
    }
}

fn build(pattern: &str) -> Result<Automaton, Refusal> {
    let syntax = syntax::Config::new().unicode(false).utf8(false).nest_limit(50);
    let config = Config::new().utf8_empty(true).nfa_size_limit(Some(LARGEST)).hybrid_cache_capacity(LARGEST);
    Automaton::builder().syntax(syntax).configure(config).build(pattern).map_err(|error| {
        let why = error.syntax_error().map_or_else(|| "it is too large".to_owned(), |error| error.to_string().replace('\n', " "));
        format!("a regular expression without look-around and back-references: {why}").into()
    })
}

fn expand<'a>(replacement: &str, groups: usize, group: impl Fn(usize) -> Option<&'a str>, out: &mut String) -> Result<(), Refusal> {
    let mut characters = replacement.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => out.push(characters.next().ok_or("a character behind the backslash of the replacement")?),
            '$' => {
                let number = characters.next().and_then(|digit| digit.to_digit(10)).map(|digit| digit as usize);
                let number = number.filter(|&number| number < groups).ok_or("the number of a group behind the $ of the replacement")?;
                out.push_str(group(number).unwrap_or_default());
            }
            other => out.push(other),
        }
    }
    Ok(())
}
