//! `[trust]`: whose modules run.

use toml::de::DeValue;

use super::node::{Node, Table};
use super::reading::Reading;
use crate::signature::Trust;

/// The keys of those whose modules run.
pub(super) fn trust(node: Node<'_>, reading: &mut Reading<'_>) -> Trust {
    let mut trust = Trust::default();
    let at = node.key.clone();
    let known = reading.problems.len();
    let Some(table) = Table::of_keys(node, &["keys"], reading) else { return trust };
    let Some(keys) = table.need("keys", "keys = [\"RW…\"]", reading) else { return trust };
    let DeValue::Array(elements) = keys.value else {
        reading.wrong_type::<()>(&keys, "a list of keys, like [\"RW…\", { file = \"weir.pub\" }]");
        return trust;
    };
    for key in keys.elements(elements) {
        let Some(text) = text(&key, reading) else { continue };
        if let Err(reason) = trust.add(&text) {
            reading.problem(key.span, format!("not a public key of minisign: {reason}"));
        }
    }
    if trust.is_everybody() && reading.problems.len() == known {
        reading.problem(at, "`trust.keys` is empty, so that no module could run: name a key, or leave `[trust]` out to run any module");
    }
    trust
}

/// The key itself, or the content of `{ file = "weir.pub" }`.
fn text(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<String> {
    if !matches!(node.value, DeValue::Table(_)) {
        return Some(reading.text_or(node, "a public key of minisign, or { file = \"weir.pub\" }")?.value);
    }
    let table = Table::of_keys(node.clone(), &["file"], reading)?;
    let file = table.need("file", "{ file = \"weir.pub\" }", reading)?;
    let path = reading.path(&file)?;
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) => {
            reading.problem(file.span, format!("cannot read {}: {error}", path.display()));
            None
        }
    }
}
