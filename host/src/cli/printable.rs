//! Texts of foreign origin for a terminal: names of inputs and values of rows are chosen by whoever sends packets.

/// Line ends stay; every other character that moves the cursor or turns the writing is shown as U+FFFD.
pub(super) fn printable(text: &str) -> String {
    let harmful = |char: char| {
        char.is_control() && char != '\n' || matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|char| if harmful(char) { '\u{fffd}' } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn an_escape_does_not_reach_the_terminal() {
        assert_eq!(printable("a\n\u{1b}[2Jé\u{202e}\r"), "a\n\u{fffd}[2Jé\u{fffd}\u{fffd}");
    }
}
