//! `options = { … }`: settings for a module, which alone knows what they mean.

use toml::de::{DeInteger, DeValue};

use super::node::{Node, Table};
use super::reading::Reading;
use crate::model::{OptionValue, Setting};

/// The settings of an options table, in the order of the file.
pub(super) fn options(node: Node<'_>, reading: &mut Reading<'_>) -> Vec<Setting> {
    reading.remember(&node);
    let Some(table) = Table::of_names(node, reading) else { return Vec::new() };
    table.entries().filter_map(|entry| Some(Setting { name: entry.name.to_owned(), value: value(&entry, reading)? })).collect()
}

fn value(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<OptionValue> {
    reading.remember(node);
    match node.value {
        DeValue::Boolean(value) => Some(OptionValue::Boolean(*value)),
        DeValue::Integer(number) => integer(node, number, reading).map(OptionValue::Integer),
        DeValue::String(_) => Some(OptionValue::Text(reading.text(node)?.value)),
        DeValue::Array(elements) => {
            Some(OptionValue::Texts(node.elements(elements).filter_map(|element| text(&element, reading)).collect()))
        }
        _ => reading.wrong_type(node, "true or false, a whole number, a text or a list of texts"),
    }
}

fn integer(node: &Node<'_>, number: &DeInteger<'_>, reading: &mut Reading<'_>) -> Option<i64> {
    let value = i64::from_str_radix(number.as_str(), number.radix()).ok();
    if value.is_none() {
        reading.problem(node.span.clone(), format!("`{}` must be from -2^63 to 2^63-1, found {number}", node.name));
    }
    value
}

/// A text of a list. Lists of numbers are lists of texts to a module: of ports, some are `53` and others `"9990-9999"`.
fn text(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<String> {
    match node.value {
        DeValue::Integer(number) => integer(node, number, reading).map(|number| number.to_string()),
        _ => reading.text_or(node, "a list of texts or whole numbers").map(|text| text.value),
    }
}

/// `first`, then what `second` sets; an option set by both has the second value.
pub(super) fn merge(first: &[Setting], second: Vec<Setting>) -> Vec<Setting> {
    let kept = first.iter().filter(|setting| second.iter().all(|other| other.name != setting.name)).cloned().collect::<Vec<_>>();
    kept.into_iter().chain(second).collect()
}
