//! `/etc/spot.conf`: lines `KEY=value` as a shell reads them, quotes stripped, keys in any case.

use std::collections::BTreeMap;

use super::SpotError;

/// See the top of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpotConf {
    values: BTreeMap<String, String>,
}

impl SpotConf {
    /// Reads the text of the file. Comments, empty lines and `[sections]` are passed over; the last of two equal keys counts.
    ///
    /// # Errors
    /// A line that is nothing of this.
    pub fn parse(text: &str) -> Result<Self, SpotError> {
        let mut values = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';', '[']) {
                continue;
            }
            let (key, value) = line.split_once('=').ok_or(SpotError::Line(number + 1))?;
            let key = key.trim().trim_start_matches("export ").trim();
            values.insert(key.to_ascii_uppercase(), unquoted(value.trim()).to_owned());
        }
        Ok(Self { values })
    }

    /// The value of a key in capitals; an empty one counts as not set.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether a key is `true`, in any case.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

fn unquoted(value: &str) -> &str {
    let within = |quote| value.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    within('\'').or_else(|| within('"')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_case_and_comments_do_not_matter() {
        let conf = SpotConf::parse("# nodes\nuinode='a'\n\nKERBEROS=\"True\"\nPRINCIPAL=spot/h@R%M\nCERT=''\n").unwrap();
        assert_eq!((conf.get("UINODE"), conf.get("PRINCIPAL"), conf.get("CERT")), (Some("a"), Some("spot/h@R%M"), None));
        assert!(conf.is_true("KERBEROS") && !conf.is_true("SSL"));
    }

    #[test]
    fn a_line_that_sets_nothing_is_named() {
        assert_eq!(SpotConf::parse("A=1\nif true\n"), Err(SpotError::Line(2)));
    }
}
