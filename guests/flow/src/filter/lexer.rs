//! Words and signs of a filter, each with the byte where it begins.

use super::SyntaxError;

/// Signs, the longer of two that begin alike first.
const SIGNS: [&str; 17] = ["==", "<=", ">=", "&&", "||", "=", "<", ">", "!", "(", ")", "[", "]", ",", "/", "%", "@"];

/// A word, sign or quoted text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// Byte where it begins.
    pub at: usize,
    /// What it is.
    pub kind: Kind<'a>,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// Letters, digits and `_ : . -`: keywords, numbers, addresses, names.
    Word(&'a str),
    /// What stands between two `'` or two `"`.
    Quoted(&'a str),
    /// One of [`SIGNS`].
    Sign(&'static str),
    /// The text is at its end.
    End,
}

/// Reads a filter from left to right. A copy looks ahead.
#[derive(Debug, Clone, Copy)]
pub struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    /// Starts at the beginning of `text`.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token; behind the last one [`Kind::End`] for ever.
    ///
    /// # Errors
    /// At a character that begins no token, and at a quote that does not end.
    pub fn token(&mut self) -> Result<Token<'a>, SyntaxError> {
        let rest = self.skip_blanks();
        let at = self.at;
        let (kind, length) = match rest.chars().next() {
            None => (Kind::End, 0),
            Some(quote @ ('\'' | '"')) => quoted(rest, quote, at)?,
            Some(first) if is_word(first) => word(rest),
            Some(_) => sign(rest, at)?,
        };
        self.at += length;
        Ok(Token { at, kind })
    }

    fn skip_blanks(&mut self) -> &'a str {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default().trim_start();
            self.at = self.text.len() - rest.len();
            if !rest.starts_with('#') {
                return rest;
            }
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_:.-".contains(character)
}

fn word(rest: &str) -> (Kind<'_>, usize) {
    let word = rest.split(|character| !is_word(character)).next().unwrap_or_default();
    (Kind::Word(word), word.len())
}

fn quoted(rest: &str, quote: char, at: usize) -> Result<(Kind<'_>, usize), SyntaxError> {
    let inside = rest.get(1..).and_then(|inside| Some(inside.split_once(quote)?.0));
    let inside = inside.ok_or_else(|| SyntaxError::new(at, format!("a second {quote} behind the text")))?;
    Ok((Kind::Quoted(inside), inside.len() + 2))
}

fn sign(rest: &str, at: usize) -> Result<(Kind<'static>, usize), SyntaxError> {
    let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
    let sign = sign.ok_or_else(|| SyntaxError::new(at, "a keyword, a number, an address or one of ( ) [ ] , / ! && || = < >"))?;
    Ok((Kind::Sign(sign), sign.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind<'_>> {
        let mut lexer = Lexer::new(text);
        let tokens = std::iter::from_fn(|| Some(lexer.token().unwrap().kind));
        tokens.take_while(|kind| *kind != Kind::End).collect()
    }

    #[test]
    fn words_hold_what_addresses_and_keywords_need() {
        let words = ["icmp-type", "fe80::1", "10.0.0.1", "AX.25", "1k"];
        assert_eq!(kinds("icmp-type fe80::1\n10.0.0.1\tAX.25 1k"), words.map(Kind::Word));
    }

    #[test]
    fn signs_need_no_blanks_and_the_longest_wins() {
        assert_eq!(kinds("port>=80"), [Kind::Word("port"), Kind::Sign(">="), Kind::Word("80")]);
        assert_eq!(
            kinds("!(a&&b)"),
            [Kind::Sign("!"), Kind::Sign("("), Kind::Word("a"), Kind::Sign("&&"), Kind::Word("b"), Kind::Sign(")")]
        );
    }

    #[test]
    fn a_comment_ends_with_its_line() {
        assert_eq!(kinds("any # all \" of it\nany # end"), [Kind::Word("any"), Kind::Word("any")]);
    }

    #[test]
    fn quoted_text_keeps_its_blanks_and_ends_at_the_first_quote() {
        assert_eq!(kinds("'GET /' \"it's\""), [Kind::Quoted("GET /"), Kind::Quoted("it's")]);
    }

    #[test]
    fn what_begins_no_token_is_an_error_where_it_stands() {
        assert_eq!(Lexer::new("  ?").token().unwrap_err().at, 2);
        assert_eq!(Lexer::new(" 'a").token().unwrap_err().expected, "a second ' behind the text");
    }
}
