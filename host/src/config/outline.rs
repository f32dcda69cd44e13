//! A configuration in the making: tables of TOML whose keys say where they come from.

use std::fmt;

use toml_writer::{ToTomlKey, ToTomlValue, TomlWrite, WriteTomlValue};

/// Characters of a line of comment.
const WIDTH: usize = 140;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Number(u64),
    Integer(i64),
    Boolean(bool),
    List(Vec<Self>),
    /// On one line.
    Table(Vec<(&'static str, Self)>),
}

/// A text; what looks like a variable of the environment is the text itself.
pub(crate) fn text(value: &str) -> Value {
    Value::Text(value.replace("${", "$${"))
}

impl WriteTomlValue for Value {
    fn write_toml_value<W: TomlWrite + ?Sized>(&self, writer: &mut W) -> fmt::Result {
        match self {
            Self::Text(text) => writer.value(text),
            Self::Number(number) => writer.value(*number),
            Self::Integer(number) => writer.value(*number),
            Self::Boolean(value) => writer.value(*value),
            Self::List(values) => writer.value(values),
            Self::Table(entries) => {
                writer.open_inline_table()?;
                for (index, (key, value)) in entries.iter().enumerate() {
                    let separator = if index == 0 { " " } else { ", " };
                    write!(writer, "{separator}{} = {}", key.to_toml_key(), value.to_toml_value())?;
                }
                writer.space()?;
                writer.close_inline_table()
            }
        }
    }
}

/// A table, its keys in the order in which they were set, and behind them the tables within.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outline {
    lines: String,
    within: Vec<(String, Self)>,
}

impl Outline {
    /// Sets a key, with a comment above it unless that is empty.
    pub fn set(&mut self, key: &str, value: Value, comment: &str) {
        if !comment.is_empty() {
            self.lines.push_str(&commented(comment));
        }
        self.lines.push_str(&format!("{} = {}\n", key.to_toml_key(), value.to_toml_value()));
    }

    /// A comment between the keys.
    pub fn note(&mut self, comment: &str) {
        self.lines.push_str(&commented(comment));
    }

    /// Sets a table within, by its path.
    pub fn table(&mut self, path: &[&str], table: Self) {
        let path: Vec<_> = path.iter().map(|name| name.to_toml_key()).collect();
        self.within.push((path.join("."), table));
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.within.is_empty()
    }

    /// The text of a file of which this is the whole.
    pub fn text(&self) -> String {
        let mut out = self.lines.clone();
        self.write_within("", &mut out);
        out
    }

    fn write_within(&self, above: &str, out: &mut String) {
        for (path, table) in &self.within {
            let path = format!("{above}{path}");
            if !table.lines.is_empty() {
                out.push_str(&format!("\n[{path}]\n{}", table.lines));
            }
            table.write_within(&format!("{path}."), out);
        }
    }
}

/// Lines of comment, broken between words. What would end a line or move a cursor is a blank.
pub(crate) fn commented(text: &str) -> String {
    let plain = text.replace(char::is_control, " ");
    let (mut out, mut column) = (String::new(), 0);
    for word in plain.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length <= WIDTH {
            out.push(' ');
            column += 1 + length;
        } else {
            out.push_str(if column > 0 { "\n# " } else { "# " });
            column = 2 + length;
        }
        out.push_str(word);
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_themselves_whatever_they_hold() {
        let mut outline = Outline::default();
        outline.set("a.b", text("x'\"\\\n${HOME}"), "one\ntwo");
        let read: toml::Table = toml::from_str(&outline.text()).unwrap();
        assert!(outline.text().starts_with("# one two\n"));
        assert_eq!(read["a.b"].as_str(), Some("x'\"\\\n$${HOME}"));
    }

    #[test]
    fn tables_stand_behind_the_keys_of_their_own() {
        let mut inner = Outline::default();
        inner.set("path", text("in"), "");
        let mut outline = Outline::default();
        outline.table(&["a b", "source"], inner);
        let list = Value::List(vec![Value::Table(vec![("regex", text("x")), ("n", Value::Number(1))]), Value::Boolean(true)]);
        outline.set("key", list, "");
        assert_eq!(outline.text(), "key = [{ regex = \"x\", n = 1 }, true]\n\n[\"a b\".source]\npath = \"in\"\n");
    }
}
