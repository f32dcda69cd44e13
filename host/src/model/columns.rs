//! Columns by their names and types alone, and how two lists of them differ.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Columns in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Columns(pub Vec<Column>);

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// As in the table.
    pub name: String,
    /// In the words of whoever lists it; lists are compared only with others in the same words.
    #[serde(rename = "type")]
    pub data_type: String,
}

/// How one list of columns differs from another. Never nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    lacks: Vec<String>,
    has: Vec<String>,
    /// Name, type here, type there.
    retyped: Vec<(String, String, String)>,
}

impl Columns {
    /// How these differ from `other`; none: they do not.
    pub fn difference(&self, other: &Self) -> Option<Difference> {
        if self == other {
            return None;
        }
        let retyped = self.0.iter().filter_map(|column| {
            let there = other.0.iter().find(|there| there.name == column.name && there.data_type != column.data_type)?;
            Some((column.name.clone(), column.data_type.clone(), there.data_type.clone()))
        });
        Some(Difference { lacks: other.without(self), has: self.without(other), retyped: retyped.collect() })
    }

    fn without(&self, other: &Self) -> Vec<String> {
        let names: BTreeSet<_> = other.0.iter().map(|column| column.name.as_str()).collect();
        self.0.iter().map(|column| &column.name).filter(|name| !names.contains(name.as_str())).cloned().collect()
    }
}

/// A predicate: `lacks a, b; has c besides; d is text, not int64`.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if !self.lacks.is_empty() {
            parts.push(format!("lacks {}", few(&self.lacks)));
        }
        if !self.has.is_empty() {
            parts.push(format!("has {} besides", few(&self.has)));
        }
        if !self.retyped.is_empty() {
            let retyped: Vec<_> = self.retyped.iter().map(|(name, here, there)| format!("{name} as {here}, not {there}")).collect();
            parts.push(format!("has {}", few(&retyped)));
        }
        match parts.is_empty() {
            true => f.write_str("has the columns in another order"),
            false => f.write_str(&parts.join("; ")),
        }
    }
}

/// The first five.
fn few(names: &[String]) -> String {
    const FEW: usize = 5;
    let shown = names.iter().take(FEW).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(FEW) {
        0 => shown,
        others => format!("{shown} and {others} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(list: &[(&str, &str)]) -> Columns {
        let column = |(name, data_type): &(&str, &str)| Column { name: (*name).to_owned(), data_type: (*data_type).to_owned() };
        Columns(list.iter().map(column).collect())
    }

    fn said(these: &[(&str, &str)], others: &[(&str, &str)]) -> Option<String> {
        columns(these).difference(&columns(others)).map(|difference| difference.to_string())
    }

    #[test]
    fn a_difference_names_the_columns() {
        let (int, text) = ("int64", "text");
        assert_eq!(said(&[("a", int), ("b", text)], &[("a", int), ("b", text)]), None);
        assert_eq!(said(&[("b", text), ("a", int)], &[("a", int), ("b", text)]).as_deref(), Some("has the columns in another order"));
        assert_eq!(
            said(&[("a", text), ("c", int)], &[("a", int), ("b", text)]).as_deref(),
            Some("lacks b; has c besides; has a as text, not int64")
        );
    }

    #[test]
    fn of_many_columns_a_few_are_named() {
        let names: Vec<_> = (0..8).map(|number| format!("c{number}")).collect();
        let many: Vec<_> = names.iter().map(|name| (name.as_str(), "text")).collect();
        assert_eq!(said(&[], &many).as_deref(), Some("lacks c0, c1, c2, c3, c4 and 3 more"));
    }
}
