//! The parsed file as a reader walks it: values that know their key path and place, tables that know their keys.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeString, DeTable, DeValue};

use super::reading::Reading;
use super::suggestion::did_you_mean;

/// A value, and where it was found.
#[derive(Debug, Clone)]
pub(super) struct Node<'t> {
    /// Dotted keys from the root: `pipelines.flow.sink`.
    pub path: String,
    /// The last of them.
    pub name: &'t str,
    /// Place of the key.
    pub key: Range<usize>,
    /// Place of the value.
    pub span: Range<usize>,
    pub value: &'t DeValue<'t>,
    /// It is an element of the list that the key has.
    pub in_list: bool,
}

impl<'t> Node<'t> {
    fn under(parent: &str, key: &'t Spanned<DeString<'t>>, value: &'t Spanned<DeValue<'t>>) -> Self {
        let name = key.get_ref().as_ref();
        let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
        Self { path, name, key: key.span(), span: value.span(), value: value.get_ref(), in_list: false }
    }

    /// The elements of this value, which is the array `elements`: `include[0]`, `include[1]` …
    pub fn elements(&self, elements: &'t DeArray<'t>) -> impl Iterator<Item = Self> {
        elements.iter().enumerate().map(|(index, element)| Self {
            path: format!("{}[{index}]", self.path),
            span: element.span(),
            value: element.get_ref(),
            in_list: true,
            ..self.clone()
        })
    }

    /// The value's type, for messages.
    pub fn found(&self) -> &'static str {
        match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        }
    }
}

/// A table, and where it was found.
#[derive(Debug, Clone)]
pub(super) struct Table<'t> {
    pub node: Node<'t>,
    entries: &'t DeTable<'t>,
}

impl<'t> Table<'t> {
    /// The file itself; its path is empty.
    pub fn root(value: &'t Spanned<DeValue<'t>>) -> Option<Self> {
        let node = Node { path: String::new(), name: "", key: 0..0, span: value.span(), value: value.get_ref(), in_list: false };
        let entries = value.get_ref().as_table()?;
        Some(Self { node, entries })
    }

    /// A table whose keys are names that the file's author chose.
    pub fn of_names(node: Node<'t>, reading: &mut Reading<'_>) -> Option<Self> {
        match node.value {
            DeValue::Table(entries) => Some(Self { node, entries }),
            _ => reading.wrong_type(&node, "a table"),
        }
    }

    /// A table whose keys are known; others are mistakes.
    pub fn of_keys(node: Node<'t>, known: &[&str], reading: &mut Reading<'_>) -> Option<Self> {
        let table = Self::of_names(node, reading)?;
        table.refuse_others(known, reading);
        Some(table)
    }

    /// Calls every key that is not known a mistake.
    pub fn refuse_others(&self, known: &[&str], reading: &mut Reading<'_>) {
        for entry in self.entries().filter(|entry| !known.contains(&entry.name)) {
            let place = if self.node.path.is_empty() { "the file".to_owned() } else { format!("`{}`", self.node.path) };
            let name = entry.name;
            reading.problem(entry.key.clone(), format!("unknown key `{name}` in {place}{}", did_you_mean(name, known.iter().copied())));
        }
    }

    /// Every value, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        let path = self.node.path.clone();
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries.into_iter().map(move |(key, value)| Node::under(&path, key, value))
    }

    /// The value of a key, if the table has it.
    pub fn get(&self, key: &str) -> Option<Node<'t>> {
        let (key, value) = self.entries.get_key_value(key)?;
        Some(Node::under(&self.node.path, key, value))
    }

    /// The value of a key that must be there. `example` is what a person could write. A key that looks like it is a
    /// mistake of its own, said once.
    pub fn need(&self, key: &str, example: &str, reading: &mut Reading<'_>) -> Option<Node<'t>> {
        let found = self.get(key);
        let misspelled = || self.entries().any(|entry| !did_you_mean(entry.name, [key]).is_empty());
        if found.is_none() && !misspelled() {
            reading.problem(self.node.key.clone(), format!("`{}` needs `{key}`, like {example}", self.node.path));
        }
        found
    }

    /// Whether it has no keys.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
