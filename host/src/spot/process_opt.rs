//! `process_opt` of a flow pipeline: the further arguments of nfdump, as far as they say which flows become rows.

use super::{Note, SpotError};

/// Options without a value that change nothing of a table, or only its order.
const PLAIN: &str = "qNm6";
/// The same with a value: order of the output, name server.
const VALUED: &str = "OD";

/// The filter, and what was passed over.
///
/// # Errors
/// Options that would make other rows: aggregation, limits, other formats.
pub(super) fn filter(key: &str, text: &str) -> Result<(String, Vec<Note>), SpotError> {
    let words = shlex::split(text).ok_or_else(|| SpotError::Quote { key: key.to_owned(), text: text.to_owned() })?;
    let (mut filter, mut notes) = (Vec::new(), Vec::new());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let Some(option) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) else {
            filter.push(word);
            continue;
        };
        let mut letters = option.chars();
        let letter = letters.next().unwrap_or_default();
        let attached = letters.as_str();
        let is_plain = option.chars().all(|letter| PLAIN.contains(letter));
        if is_plain || VALUED.contains(letter) {
            if !is_plain && attached.is_empty() {
                words.next();
            }
            notes.push(Note::not_needed(key, format!("nfdump's -{letter} says how a list is printed, and rows of a table have no order")));
        } else if letter == 'o' && (attached == "csv" || attached.is_empty() && words.next().as_deref() == Some("csv")) {
            notes.push(Note::not_needed(key, "nfdump's -o csv says how rows are printed that now are columns"));
        } else {
            return Err(SpotError::Nfdump { key: key.to_owned(), option: format!("-{letter}"), remedy: remedy(letter) });
        }
    }
    Ok((filter.join(" "), notes))
}

fn remedy(letter: char) -> &'static str {
    match letter {
        'f' => "write the filter itself instead of the name of its file",
        'a' | 'A' | 'b' | 'B' | 's' | 'n' => "take it out, and aggregate in a query over the table",
        'o' => "take it out: the columns are those of Spot's table",
        _ => "take it out, or say the same in nfdump's filter syntax",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<String, String> {
        filter("k", text).map(|(filter, _)| filter).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_no_option_is_the_filter() {
        assert_eq!(of("'not net 10.0.0.0/8'"), Ok("not net 10.0.0.0/8".to_owned()));
        assert_eq!(of("-q -O tstart proto tcp -Nm"), Ok("proto tcp".to_owned()));
        assert_eq!(of("-o csv"), Ok(String::new()));
        assert_eq!(of(""), Ok(String::new()));
    }

    #[test]
    fn options_that_would_make_other_rows_are_refused_with_what_to_do() {
        let refused = |text: &str| of(text).unwrap_err();
        assert_eq!(
            refused("-a 'proto tcp'"),
            "`k`: nfdump's -a has no counterpart, and rows would not be the same without it: take it out, and aggregate in a query over the table"
        );
        assert!(refused("-f filter.txt").ends_with("write the filter itself instead of the name of its file"));
        assert!(refused("-o long").ends_with("the columns are those of Spot's table"));
        assert_eq!(refused("'proto tcp"), "`k`: a quote does not end in `'proto tcp`");
    }
}
