//! A file of Java properties, as Metron's `pcap.properties` is.

use std::collections::BTreeMap;

/// Keys with their values; of a key that stands twice, the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Properties {
    values: BTreeMap<String, String>,
}

impl Properties {
    /// Reads a file's text: `key=value`, `key: value` or `key value`, comments behind `#` and `!`, `\` at the end of a line that goes on. Nothing is a mistake.
    pub fn parse(text: &str) -> Self {
        let mut values = BTreeMap::new();
        for line in logical_lines(text) {
            let (key, value) = split(&line);
            if !key.is_empty() {
                values.insert(unescaped(key), unescaped(value));
            }
        }
        Self { values }
    }

    /// The value of a key, if it has one that is not blank.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
}

/// Lines with those joined that go on, without comments.
fn logical_lines(text: &str) -> Vec<String> {
    let (mut lines, mut open) = (Vec::new(), None::<String>);
    for natural in text.lines() {
        let part = natural.trim_start_matches([' ', '\t', '\u{c}']);
        if open.is_none() && (part.is_empty() || part.starts_with(['#', '!'])) {
            continue;
        }
        let mut line = open.take().unwrap_or_default();
        let goes_on = part.len() - part.trim_end_matches('\\').len();
        if goes_on % 2 == 1 {
            line.push_str(part.strip_suffix('\\').unwrap_or(part));
            open = Some(line);
        } else {
            line.push_str(part);
            lines.push(line);
        }
    }
    lines.extend(open);
    lines
}

/// At the first `=`, `:` or blank that no backslash stands before.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = line.char_indices().find(|(_, c)| {
        let is_end = !escaped && matches!(c, '=' | ':' | ' ' | '\t' | '\u{c}');
        escaped = !escaped && *c == '\\';
        is_end
    });
    let Some((end, _)) = end else { return (line, "") };
    let (key, rest) = line.split_at_checked(end).unwrap_or((line, ""));
    let blank = [' ', '\t', '\u{c}'];
    let rest = rest.trim_start_matches(blank);
    (key, rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start_matches(blank))
}

fn unescaped(text: &str) -> String {
    let (mut out, mut chars) = (String::with_capacity(text.len()), text.chars());
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('t') => out.push('\t'),
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('f') => out.push('\u{c}'),
                Some('u') => {
                    let digits: String = chars.by_ref().take(4).collect();
                    out.push(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}'));
                }
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_are_read_as_java_reads_them() {
        let text = "# comment\n! another\n\n a=1\nb : 2\nc 3\nd\ne=x\\\n   y\nf\\=g=\\u0041\\tz\na=4\nh = \r\n";
        let read = Properties::parse(text);
        let get = |key| read.get(key);
        assert_eq!([get("a"), get("b"), get("c"), get("e"), get("f=g")], [Some("4"), Some("2"), Some("3"), Some("xy"), Some("A\tz")]);
        assert_eq!([get("d"), get("h"), get("nothing")], [None; 3]);
        assert_eq!(read.keys().collect::<Vec<_>>(), ["a", "b", "c", "d", "e", "f=g", "h"]);
    }
}
