//! A report of cases in the form that CI systems read.

use std::fmt::Write as _;
use std::time::Duration;

use super::case::Tried;

/// A case that was run.
pub(super) struct Case {
    pub name: String,
    pub failure: Option<String>,
    pub time: Duration,
    pub rows: u64,
    pub memory: u64,
}

impl Case {
    pub(super) fn of(name: String, tried: anyhow::Result<Tried>) -> Self {
        match tried {
            Ok(Tried { differences, time, rows, memory }) => {
                let failure = (!differences.is_empty()).then(|| differences.join("\n"));
                Self { name, failure, time, rows, memory }
            }
            Err(error) => Self { name, failure: Some(format!("{error:#}")), time: Duration::ZERO, rows: 0, memory: 0 },
        }
    }
}

/// The document.
pub(super) fn report(module: &str, cases: &[Case]) -> String {
    let failures = cases.iter().filter(|case| case.failure.is_some()).count();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    _ = writeln!(xml, "<testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\">", escaped(module), cases.len());
    for case in cases {
        _ = write!(
            xml,
            "  <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
            escaped(module),
            escaped(&case.name),
            case.time.as_secs_f64()
        );
        match &case.failure {
            None => xml.push_str("/>\n"),
            Some(failure) => _ = writeln!(xml, "><failure>{}</failure></testcase>", escaped(failure)),
        }
    }
    xml.push_str("</testsuite>\n");
    xml
}

/// Characters that XML cannot hold, even escaped, are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            other if other.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_holds_what_went_wrong_as_text() {
        let case = |name: &str, failure: Option<&str>| Case {
            name: name.to_owned(),
            failure: failure.map(str::to_owned),
            time: Duration::from_millis(12),
            rows: 0,
            memory: 0,
        };
        let expected = "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuite name=\"lines\" tests=\"2\" failures=\"1\">
  <testcase classname=\"lines\" name=\"a\" time=\"0.012\"/>
  <testcase classname=\"lines\" name=\"b\" time=\"0.012\"><failure>expected &lt;1&gt; &amp; found</failure></testcase>
</testsuite>
";
        assert_eq!(report("lines", &[case("a", None), case("b", Some("expected <1> & found\u{0}"))]), expected);
    }
}
