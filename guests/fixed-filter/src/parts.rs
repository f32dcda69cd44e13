//! Cuts an expression into its parts.

use crate::wrong::Wrong;

/// `name=value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// Byte offset of the name.
    pub at: usize,
    pub name: &'a str,
    /// Byte offset of the value.
    pub value_at: usize,
    /// As it stands, blanks included.
    pub value: &'a str,
}

/// The parts of an expression. A `;` in quotes or in a comment of a pattern ends nothing.
pub fn parts(expression: &str) -> Result<Vec<Part<'_>>, Wrong> {
    let mut parts = Vec::new();
    let mut start = 0;
    for end in ends(expression) {
        let text = expression.get(start..end).unwrap_or_default();
        if !text.trim().is_empty() {
            parts.push(part(text, start)?);
        }
        start = end + 1;
    }
    Ok(parts)
}

fn part(text: &str, start: usize) -> Result<Part<'_>, Wrong> {
    let name_at = start + text.len() - text.trim_start().len();
    let (name, value) = text.split_once('=').ok_or_else(|| Wrong::new(name_at, "name=value, like ip_dst_port=80"))?;
    Ok(Part { at: name_at, name: name.trim(), value_at: start + name.len() + 1, value })
}

/// Where the parts end.
fn ends(expression: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut within = None;
    for (at, byte) in expression.bytes().enumerate() {
        match (within, byte) {
            (Some(b'#'), b'\n') => within = None,
            (Some(quote), byte) if quote == byte && quote != b'#' => within = None,
            (Some(_), _) => {}
            (None, b'\'' | b'`' | b'#') => within = Some(byte),
            (None, b';') => ends.push(at),
            _ => {}
        }
    }
    ends.push(expression.len());
    ends
}
