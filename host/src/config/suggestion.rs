//! The word a person may have meant.

use strsim::{damerau_levenshtein, jaro_winkler};

/// `; did you mean `x`?`, or nothing when no candidate is near.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

/// The candidate that is a slip of a few letters, or an ending, away.
fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace('_', "-");
    let word = plain(word);
    // Beyond any name of ours; the distance of a word costs its length squared.
    if word.len() > 64 {
        return None;
    }
    let near = |candidate: &&str| {
        let candidate = plain(candidate);
        damerau_levenshtein(&word, &candidate) <= (word.chars().count() + 1) / 4 || jaro_winkler(&word, &candidate) > 0.84
    };
    let distance = |candidate: &&str| damerau_levenshtein(&word, &plain(candidate));
    candidates.into_iter().filter(near).min_by_key(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_a_wrong_case_and_a_shorter_form_are_recognised() {
        let keys = ["path", "include", "exclude", "file-size"];
        assert_eq!(nearest("includ", keys), Some("include"));
        assert_eq!(nearest("Exclude", keys), Some("exclude"));
        assert_eq!(nearest("file_size", keys), Some("file-size"));
        assert_eq!(nearest("includes", keys), Some("include"));
        assert_eq!(nearest("dir", ["directory"]), Some("directory"));
        assert_eq!(nearest("ptah", keys), Some("path"));
    }

    #[test]
    fn a_word_that_is_far_from_all_gets_no_suggestion() {
        assert_eq!(nearest("topic", ["path", "include"]), None);
        assert_eq!(nearest("", ["path"]), None);
        assert_eq!(nearest(&"a".repeat(100_000), ["path"]), None);
    }
}
