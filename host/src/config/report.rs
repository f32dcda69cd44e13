//! Mistakes as a person reads them: place, message, the line itself and a mark under the place.

use std::fmt::Write as _;

use super::Problem;
use super::document::{Document, Line};

/// More are counted, not shown.
const SHOWN: usize = 100;
/// Characters of a line before and after the place.
const CONTEXT: usize = 90;

const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[1;31m";
const BLUE: &str = "\x1b[1;34m";
const RESET: &str = "\x1b[0m";

/// The whole report, a last line with the count included.
pub(super) fn report(document: &Document, problems: &[Problem], coloured: bool) -> String {
    let mut out = String::new();
    for problem in problems.iter().take(SHOWN) {
        one(&mut out, document, problem);
    }
    let file = document.file().display();
    if problems.len() > SHOWN {
        _ = writeln!(out, "and {} more", problems.len() - SHOWN);
    }
    match problems.len() {
        1 => _ = writeln!(out, "{RED}1 error{RESET} in {file}"),
        count => _ = writeln!(out, "{RED}{count} errors{RESET} in {file}"),
    }
    if coloured { out } else { plain(out) }
}

fn one(out: &mut String, document: &Document, problem: &Problem) {
    let file = document.file().display();
    let message = printable(&problem.message);
    let Some(at) = &problem.at else {
        _ = writeln!(out, "{BOLD}{file}:{RESET} {message}\n");
        return;
    };
    let Line { number, before, at, after } = document.line(at);
    let column = before.chars().count() + 1;
    let before = printable(last(before, CONTEXT));
    let (at, after) = (printable(first(at, CONTEXT)), printable(first(after, CONTEXT)));
    let margin = " ".repeat(number.to_string().len());
    let indent: String = before.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let mark = "^".repeat(at.chars().count().max(1));
    _ = writeln!(out, "{BOLD}{file}:{number}:{column}:{RESET} {message}");
    _ = writeln!(out, "{BLUE}{margin} |{RESET}");
    _ = writeln!(out, "{BLUE}{number} |{RESET} {before}{at}{after}");
    _ = writeln!(out, "{BLUE}{margin} |{RESET} {indent}{RED}{mark}{RESET}\n");
}

fn first(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

fn last(text: &str, count: usize) -> &str {
    let skip = text.chars().count().saturating_sub(count);
    text.char_indices().nth(skip).and_then(|(at, _)| text.get(at..)).unwrap_or_default()
}

/// A file must not steer the terminal that shows its mistakes.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}

fn plain(text: String) -> String {
    [BOLD, RED, BLUE, RESET].iter().fold(text, |text, code| text.replace(code, ""))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn report_of(text: &str, at: std::ops::Range<usize>) -> String {
        let document = Document::new("weir.toml".into(), text.to_owned(), BTreeMap::new());
        report(&document, &[Problem { at: Some(at), message: "wrong".to_owned() }], false)
    }

    #[test]
    fn a_mistake_is_shown_with_its_line_and_a_mark_under_its_place() {
        assert_eq!(report_of("\n\tkey = 1\n", 8..9), "weir.toml:2:8: wrong\n  |\n2 | \tkey = 1\n  | \t      ^\n\n1 error in weir.toml\n");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}!{}", "a".repeat(10_000), "b".repeat(10_000));
        let report = report_of(&text, 10_000..10_001);
        assert!(report.starts_with("weir.toml:1:10001: wrong\n"), "{report}");
        assert!(report.contains(&format!("1 | {}!{}\n", "a".repeat(90), "b".repeat(90))), "{report}");
    }

    #[test]
    fn control_characters_of_the_file_do_not_reach_the_terminal() {
        assert!(report_of("a\x1b[2J", 0..1).contains("1 | a\u{fffd}[2J\n"));
    }

    #[test]
    fn many_mistakes_are_counted_and_not_all_shown() {
        let document = Document::new("weir.toml".into(), "a".repeat(500), BTreeMap::new());
        let problems: Vec<_> = (0..300).map(|at| Problem { at: Some(at..at + 1), message: "wrong".to_owned() }).collect();
        let report = report(&document, &problems, false);
        assert!(report.ends_with("and 200 more\n300 errors in weir.toml\n"), "{report}");
    }
}
