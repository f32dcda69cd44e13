//! Texts of a module as one harmless line for people.

/// `text` as one line of at most `limit` characters: what moves a terminal's cursor or turns its writing is escaped, the rest beyond is counted.
pub(super) fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::with_capacity(text.len().min(limit));
    for (shown, (at, char)) in text.char_indices().enumerate() {
        if shown == limit {
            line.push_str(&format!("… ({} more bytes)", text.len() - at));
            break;
        }
        if is_harmful(char) { line.extend(char.escape_default()) } else { line.push(char) }
    }
    line
}

/// Controls, line and paragraph separators, and those that reverse the direction of writing.
pub(super) fn is_harmful(char: char) -> bool {
    char.is_control() || matches!(char, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_the_cursor_is_escaped() {
        assert_eq!(one_line("a\r\n\u{1b}[2Jé\u{202e}", 100), "a\\r\\n\\u{1b}[2Jé\\u{202e}");
    }

    #[test]
    fn a_long_text_is_cut_and_says_how_much_is_missing() {
        assert_eq!(one_line("ääääb", 2), "ää… (5 more bytes)");
        assert_eq!(one_line("ab", 2), "ab");
    }
}
