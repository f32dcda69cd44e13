//! `supported_files`, which Spot's programs read in two ways: the master as letters at one end of a name, the collector as expressions that match
//! anywhere in it.

use super::{Note, SpotError};
use crate::config::outline::{Value, text};

/// Signs that mean something in an expression, beside the dot.
const SIGNS: &str = "\\^$*+?()[]{}|";

/// As the master reads it: globs for either end.
pub(super) fn letters(key: &str, entries: &[String]) -> (Value, Vec<Note>) {
    let (mut include, mut notes) = (Vec::new(), Vec::new());
    for entry in entries {
        let letters = globset::escape(entry);
        include.push(text(&format!("{letters}*")));
        include.push(text(&format!("*{letters}")));
        if entry.contains(|sign| SIGNS.contains(sign)) {
            let message = format!(
                "`{entry}` is letters here, at either end of a name, as Spot's master has it; only its collector takes expressions"
            );
            notes.push(Note::warning(key, message));
        }
    }
    (Value::List(include), notes)
}

/// As the collector reads it: expressions.
///
/// # Errors
/// One that does not compile; Python's looks around and back-references are among them.
pub(super) fn expressions(key: &str, entries: &[String]) -> Result<(Value, Vec<Note>), SpotError> {
    let (mut include, mut notes) = (Vec::new(), Vec::new());
    for entry in entries {
        if let Err(error) = regex::Regex::new(entry) {
            let reason = error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            return Err(SpotError::Pattern { key: key.to_owned(), pattern: entry.clone(), reason });
        }
        include.push(Value::Table(vec![("regex", text(entry))]));
        if !entry.contains(|sign| SIGNS.contains(sign)) {
            let message =
                format!("`{entry}` is an expression here and matches anywhere in a name, as Spot's collector has it{}", dot(entry));
            notes.push(Note::warning(key, message));
        }
    }
    Ok((Value::List(include), notes))
}

fn dot(entry: &str) -> &'static str {
    if entry.contains('.') { "; its dot is any letter" } else { "" }
}

#[cfg(test)]
mod tests {
    use toml_writer::ToTomlValue;

    use super::*;

    fn owned(entries: &[&str]) -> Vec<String> {
        entries.iter().map(|entry| (*entry).to_owned()).collect()
    }

    #[test]
    fn the_master_takes_letters_at_either_end() {
        let (include, notes) = letters("k", &owned(&["nfcapd."]));
        assert_eq!((include.to_toml_value().as_str(), notes), (r#"["nfcapd.*", "*nfcapd."]"#, vec![]));
        let (include, notes) = letters("k", &owned(&["nfcapd.[0-9]{14}"]));
        assert_eq!(include.to_toml_value(), r#"["nfcapd.[[]0-9[]][{]14[}]*", "*nfcapd.[[]0-9[]][{]14[}]"]"#);
        assert_eq!(
            notes[0].to_string(),
            "k: `nfcapd.[0-9]{14}` is letters here, at either end of a name, as Spot's master has it; only its collector takes expressions"
        );
    }

    #[test]
    fn the_collector_takes_expressions() {
        let (include, notes) = expressions("k", &owned(&[r"nfcapd\.\d{12}$", ".pcap"])).unwrap();
        assert_eq!(include.to_toml_value(), r#"[{ regex = 'nfcapd\.\d{12}$' }, { regex = ".pcap" }]"#);
        assert_eq!(
            notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["k: `.pcap` is an expression here and matches anywhere in a name, as Spot's collector has it; its dot is any letter"]
        );
        let error = expressions("k", &owned(&["(?!x)"])).unwrap_err().to_string();
        assert!(error.starts_with("`k`: the expression `(?!x)` does not compile: look-around"), "{error}");
    }
}
