//! What a session is opened with, from the model's types to the contract's, borrowed.

use super::worlds::types;
use crate::model::{OptionValue, SavedState, Setting, SourceFacts};

/// Lists of texts as the contract's types want them; empty for settings of other types.
pub(super) fn texts(settings: &[Setting]) -> Vec<Vec<&str>> {
    let texts = |setting| match setting {
        &Setting { value: OptionValue::Texts(ref texts), .. } => texts.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    settings.iter().map(texts).collect()
}

/// The settings, with the lists that [`texts`] made of them.
pub(super) fn settings<'a>(settings: &'a [Setting], texts: &'a [Vec<&'a str>]) -> Vec<types::Setting<'a>> {
    settings.iter().zip(texts).map(|(setting, texts)| types::Setting { name: &setting.name, value: value(&setting.value, texts) }).collect()
}

fn value<'a>(value: &'a OptionValue, texts: &'a [&'a str]) -> types::OptionValueParam<'a> {
    match value {
        OptionValue::Boolean(value) => types::OptionValueParam::Boolean(*value),
        OptionValue::Integer(value) => types::OptionValueParam::Integer(*value),
        OptionValue::Text(value) => types::OptionValueParam::Text(value),
        OptionValue::Texts(_) => types::OptionValueParam::Texts(texts),
    }
}

pub(super) fn facts(source: &SourceFacts) -> types::SourceFacts<'_> {
    types::SourceFacts { name: &source.name, size: source.size, modified: source.modified }
}

pub(super) fn state(state: &SavedState) -> types::SavedStateParam<'_> {
    types::SavedStateParam { version: state.version, data: &state.data }
}
