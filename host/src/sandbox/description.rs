//! What a module says of itself, from the contract's types to the model's, checked.

use super::line::is_harmful;
use super::worlds::types;
use crate::model::{Description, OptionSpec, OptionValue};

/// Of names of modules and options.
const NAME: usize = 64;

/// What makes no sense in a description.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadDescription {
    #[error("the name `{0}` is not 1 to {NAME} of a-z, 0-9, `-` and `_`, beginning with a letter")]
    Name(String),
    #[error("two options are called `{0}`")]
    TwiceNamed(String),
    #[error("`{0}` has a default that is not among its choices")]
    Default(String),
    #[error("`{0}` has choices, and is not an option of text")]
    Choices(String),
    #[error("the {0} has control characters")]
    Text(&'static str),
    #[error("the version is empty")]
    NoVersion,
}

impl types::Description {
    pub(super) fn checked(self) -> Result<Description, BadDescription> {
        check_name(&self.name)?;
        check_text("version", &self.version)?;
        if self.version.is_empty() {
            return Err(BadDescription::NoVersion);
        }
        check_text("summary", &self.summary)?;
        self.reads.iter().try_for_each(|format| check_text("name of a format", format))?;
        let options = self.options.into_iter().map(types::OptionSpec::checked).collect::<Result<Vec<_>, _>>()?;
        check_unique(&options)?;
        Ok(Description { name: self.name, version: self.version, summary: self.summary, reads: self.reads, options })
    }
}

impl types::OptionSpec {
    fn checked(self) -> Result<OptionSpec, BadDescription> {
        check_name(&self.name)?;
        check_text("text of an option", &self.doc)?;
        self.choices.iter().try_for_each(|choice| check_text("name of a choice", choice))?;
        let default = self.default_value.into();
        match &default {
            _ if self.choices.is_empty() => {}
            OptionValue::Text(text) if self.required || self.choices.contains(text) => {}
            OptionValue::Text(_) => return Err(BadDescription::Default(self.name)),
            _ => return Err(BadDescription::Choices(self.name)),
        }
        Ok(OptionSpec { name: self.name, default, required: self.required, choices: self.choices, doc: self.doc })
    }
}

impl From<types::OptionValueResult> for OptionValue {
    fn from(value: types::OptionValueResult) -> Self {
        match value {
            types::OptionValueResult::Boolean(value) => Self::Boolean(value),
            types::OptionValueResult::Integer(value) => Self::Integer(value),
            types::OptionValueResult::Text(value) => Self::Text(value),
            types::OptionValueResult::Texts(value) => Self::Texts(value),
        }
    }
}

fn check_unique(options: &[OptionSpec]) -> Result<(), BadDescription> {
    let mut names: Vec<_> = options.iter().map(|option| &option.name).collect();
    names.sort_unstable();
    let mut pairs = names.iter().zip(names.iter().skip(1));
    pairs.find(|(one, next)| one == next).map_or(Ok(()), |(name, _)| Err(BadDescription::TwiceNamed((*name).clone())))
}

fn check_name(name: &str) -> Result<(), BadDescription> {
    let rest = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '-' | '_');
    let right = name.len() <= NAME && name.starts_with(|first: char| first.is_ascii_lowercase()) && name.chars().all(rest);
    if right { Ok(()) } else { Err(BadDescription::Name(name.chars().take(NAME).collect())) }
}

/// Texts may have several lines.
fn check_text(what: &'static str, text: &str) -> Result<(), BadDescription> {
    if text.chars().any(|char| char != '\n' && is_harmful(char)) { Err(BadDescription::Text(what)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(name: &str, default_value: types::OptionValueResult, choices: &[&str]) -> types::OptionSpec {
        let choices = choices.iter().map(|&choice| choice.to_owned()).collect();
        types::OptionSpec { name: name.into(), default_value, required: false, choices, doc: "what it does".into() }
    }

    fn description(name: &str, options: Vec<types::OptionSpec>) -> Result<Description, BadDescription> {
        types::Description { name: name.into(), version: "1".into(), summary: "a test".into(), reads: vec![], options }.checked()
    }

    #[test]
    fn a_name_must_be_fit_for_a_configuration() {
        assert_eq!(description("Flow", vec![]), Err(BadDescription::Name("Flow".into())));
        assert_eq!(description("", vec![]), Err(BadDescription::Name(String::new())));
        assert_eq!(description("dns-full", vec![]).unwrap().name, "dns-full");
    }

    #[test]
    fn two_options_of_one_name_are_refused() {
        let twice = || option("schema", types::OptionValueResult::Boolean(true), &[]);
        assert_eq!(description("flow", vec![twice(), twice()]), Err(BadDescription::TwiceNamed("schema".into())));
    }

    #[test]
    fn a_default_must_be_among_the_choices() {
        let schema = option("schema", types::OptionValueResult::Text("spt".into()), &["spot", "full"]);
        assert_eq!(description("flow", vec![schema]), Err(BadDescription::Default("schema".into())));
        let number = option("depth", types::OptionValueResult::Integer(1), &["1"]);
        assert_eq!(description("flow", vec![number]), Err(BadDescription::Choices("depth".into())));
    }

    #[test]
    fn a_text_that_would_move_the_cursor_is_refused() {
        let mut bad = option("x", types::OptionValueResult::Boolean(true), &[]);
        bad.doc = "\u{1b}[2J".into();
        assert_eq!(description("flow", vec![bad]), Err(BadDescription::Text("text of an option")));
    }
}
