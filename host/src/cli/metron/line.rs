//! Options as Metron's programs took them: `-st 5`, `--start_time 5`, `-start_time 5`, `--start_time=5`; generic options of Hadoop are passed over.

use std::collections::BTreeMap;

/// An option: short name, long name, whether a value follows.
pub(super) type Known = (&'static str, &'static str, bool);

/// What was said, by short names; the last word counts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line(BTreeMap<&'static str, String>);

impl Line {
    /// Reads the words; the error is the sentence that Metron's programs have for it.
    pub fn read(words: &[String], known: &[Known]) -> Result<Self, String> {
        let (mut line, mut words) = (Self::default(), words.iter());
        while let Some(word) = words.next() {
            if matches!(word.as_str(), "-D" | "-conf" | "-fs" | "-jt" | "-files" | "-libjars" | "-archives") {
                words.next();
                continue;
            }
            if word.starts_with("-D") {
                continue;
            }
            let Some(bare) = word.strip_prefix("--").or_else(|| word.strip_prefix('-')) else { continue };
            let (name, value) = bare.split_once('=').map_or((bare, None), |(name, value)| (name, Some(value.to_owned())));
            let found = known.iter().find(|(short, long, _)| name == *short || name == *long);
            let Some((short, _, has_value)) = found else { return Err(format!("Unrecognized option: {word}")) };
            let value = match (has_value, value) {
                (false, _) => String::new(),
                (true, Some(value)) => value,
                (true, None) => words.next().cloned().ok_or_else(|| format!("Missing argument for option: {short}"))?,
            };
            line.0.insert(short, value);
        }
        Ok(line)
    }

    pub fn get(&self, short: &str) -> Option<&str> {
        self.0.get(short).map(String::as_str)
    }

    /// A number, or the sentence that it is none.
    pub fn number<T: std::str::FromStr>(&self, short: &str) -> Result<Option<T>, String> {
        let number = |text: &str| text.trim().parse().map_err(|_| format!("-{short}: `{text}` is not a number"));
        self.get(short).map(number).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Line, String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        Line::read(&words, &[("st", "start_time", true), ("ir", "include_reverse", false)])
    }

    #[test]
    fn options_have_one_dash_or_two() {
        for line in ["-st 500 -ir", "--start_time 500 --include_reverse", "-start_time 500 -include_reverse", "-ir --start_time=500 -D a=b"]
        {
            let line = read(line).unwrap();
            assert_eq!((line.number("st"), line.get("ir"), line.get("x")), (Ok(Some(500)), Some(""), None));
        }
        assert_eq!(read("-query a"), Err("Unrecognized option: -query".to_owned()));
        assert_eq!(read("-st"), Err("Missing argument for option: st".to_owned()));
        assert_eq!(read("-st x").unwrap().number::<u64>("st"), Err("-st: `x` is not a number".to_owned()));
    }
}
