//! Walks over the tokens of a filter: keywords, numbers, comparators, lists.

use super::condition::Comparison;
use super::lexer::{Kind, Lexer, Token};
use super::{MAX_LIST, SyntaxError};

const COMPARATORS: [(&str, Comparison); 11] = [
    ("=", Comparison::Equal),
    ("==", Comparison::Equal),
    ("eq", Comparison::Equal),
    ("<", Comparison::Less),
    ("lt", Comparison::Less),
    (">", Comparison::Greater),
    ("gt", Comparison::Greater),
    ("<=", Comparison::AtMost),
    ("le", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("ge", Comparison::AtLeast),
];

/// The next token and those behind it.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'a> {
    token: Token<'a>,
    behind: Lexer<'a>,
}

impl<'a> Cursor<'a> {
    /// Before the first token.
    ///
    /// # Errors
    /// When it is none.
    pub fn new(text: &'a str) -> Result<Self, SyntaxError> {
        let mut behind = Lexer::new(text);
        Ok(Self { token: behind.token()?, behind })
    }

    /// Where the next token begins.
    pub fn at(&self) -> usize {
        self.token.at
    }

    /// Whether no token is left.
    pub fn is_at_end(&self) -> bool {
        self.token.kind == Kind::End
    }

    /// Whether the next token is that keyword, in either case, or that sign.
    pub fn is(&self, wanted: &str) -> bool {
        match self.token.kind {
            Kind::Word(word) => word.eq_ignore_ascii_case(wanted),
            Kind::Sign(sign) => sign == wanted,
            Kind::Quoted(_) | Kind::End => false,
        }
    }

    /// Passes over the next token.
    ///
    /// # Errors
    /// When the one behind it is none.
    pub fn advance(&mut self) -> Result<(), SyntaxError> {
        self.token = self.behind.token()?;
        Ok(())
    }

    /// Takes the next token if it is one of those; says which.
    ///
    /// # Errors
    /// When the token behind it is none.
    pub fn take<'w>(&mut self, wanted: &[&'w str]) -> Result<Option<&'w str>, SyntaxError> {
        let found = wanted.iter().copied().find(|wanted| self.is(wanted));
        if found.is_some() {
            self.advance()?;
        }
        Ok(found)
    }

    /// Takes the next token, which must be that one.
    ///
    /// # Errors
    /// When it is another.
    pub fn expect(&mut self, wanted: &str) -> Result<(), SyntaxError> {
        if self.take(&[wanted])?.is_none() {
            return Err(self.expected(format!("`{wanted}`")));
        }
        Ok(())
    }

    /// Takes the next token, which must be a word.
    ///
    /// # Errors
    /// When it is none; `expected` is what the word means.
    pub fn word(&mut self, expected: &str) -> Result<&'a str, SyntaxError> {
        let word = self.peek_word().ok_or_else(|| self.expected(expected))?;
        self.advance()?;
        Ok(word)
    }

    /// Takes the next token, which must be a word or quoted.
    ///
    /// # Errors
    /// When it is neither; `expected` is what it means.
    pub fn text(&mut self, expected: &str) -> Result<&'a str, SyntaxError> {
        let Kind::Quoted(text) = self.token.kind else { return self.word(expected) };
        self.advance()?;
        Ok(text)
    }

    /// Takes a number from 0 to `most`.
    ///
    /// # Errors
    /// When it is none, or greater.
    pub fn number(&mut self, most: u64) -> Result<u64, SyntaxError> {
        let number = self.peek_number().filter(|number| *number <= most);
        let number = number.ok_or_else(|| self.expected(format!("a number from 0 to {most}")))?;
        self.advance()?;
        Ok(number)
    }

    /// Takes a number from 0 to `most`, or a name that stands for one.
    ///
    /// # Errors
    /// When it is neither; `expected` is what it means.
    pub fn named(&mut self, most: u64, number_of: impl Fn(&str) -> Option<u64>, expected: &str) -> Result<u64, SyntaxError> {
        let number = match self.peek_number() {
            None => self.peek_word().and_then(number_of),
            number => number.filter(|number| *number <= most),
        };
        let number = number.ok_or_else(|| self.expected(expected))?;
        self.advance()?;
        Ok(number)
    }

    /// The next token, if it is a number.
    pub fn peek_number(&self) -> Option<u64> {
        self.peek_word().and_then(parse_number)
    }

    fn peek_word(&self) -> Option<&'a str> {
        let Kind::Word(word) = self.token.kind else { return None };
        Some(word)
    }

    /// Takes a comparator; where there is none, it is `=`.
    ///
    /// # Errors
    /// When the token behind it is none.
    pub fn comparison(&mut self) -> Result<Comparison, SyntaxError> {
        let found = COMPARATORS.iter().find(|(sign, _)| self.is(sign));
        let Some((_, comparison)) = found else { return Ok(Comparison::Equal) };
        self.advance()?;
        Ok(*comparison)
    }

    /// Takes a number, or two with a `-` between them; gives the least and the greatest.
    ///
    /// # Errors
    /// When it is neither, or greater than `most`.
    pub fn range(&mut self, most: u64) -> Result<(u64, u64), SyntaxError> {
        let Some((least, greatest)) = self.peek_range() else {
            let number = self.number(most)?;
            return Ok((number, number));
        };
        if least > greatest || greatest > most {
            return Err(self.expected(format!("a range from a lower to a higher number, both at most {most}")));
        }
        self.advance()?;
        Ok((least, greatest))
    }

    /// The next token, if it is two numbers with a `-` between them.
    pub fn peek_range(&self) -> Option<(u64, u64)> {
        let (least, greatest) = self.peek_word()?.split_once('-')?;
        Some((parse_number(least)?, parse_number(greatest)?))
    }

    /// Takes `[`, at least one item, `]`; items stand apart by blanks, commas or both.
    ///
    /// # Errors
    /// Those of the items, and when there are more than [`MAX_LIST`].
    pub fn list<T>(&mut self, item: impl Fn(&mut Self) -> Result<T, SyntaxError>) -> Result<Vec<T>, SyntaxError> {
        self.expect("[")?;
        let mut items = vec![item(self)?];
        while self.take(&["]"])?.is_none() {
            self.take(&[","])?;
            if items.len() >= MAX_LIST {
                return Err(self.expected(format!("`]`: a list holds at most {MAX_LIST} items")));
            }
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// The error that something else is expected where the next token stands.
    pub fn expected(&self, expected: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.at(), expected)
    }
}

/// Decimal, with k, m, g, t for thousands and so on, or hexadecimal behind 0x.
fn parse_number(word: &str) -> Option<u64> {
    if let Some(digits) = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        return u64::from_str_radix(digits, 16).ok();
    }
    let digits = word.trim_end_matches(|last: char| last.is_ascii_alphabetic());
    let scale: u64 = match word.get(digits.len()..)? {
        "" => 1,
        "k" | "K" => 1_000,
        "m" | "M" => 1_000_000,
        "g" | "G" => 1_000_000_000,
        "t" | "T" => 1_000_000_000_000,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_scale_by_thousands() {
        let words = ["0", "007", "1k", "2M", "3g", "4T", "0xfF"];
        assert_eq!(words.map(|word| parse_number(word).unwrap()), [0, 7, 1000, 2_000_000, 3_000_000_000, 4_000_000_000_000, 255]);
    }

    #[test]
    fn what_is_no_number_is_none() {
        let words = ["", "k", "1kk", "1x", "0x", "1.5", "-1", "18446744073709551616", "18446744073709552k"];
        assert_eq!(words.map(parse_number), [None; 9]);
    }

    #[test]
    fn a_list_takes_blanks_and_commas() {
        let list = |text| Cursor::new(text).unwrap().list(|cursor| cursor.number(99));
        assert_eq!(list("[1 2,3 , 4]"), Ok(vec![1, 2, 3, 4]));
        assert_eq!(list("[]").unwrap_err(), SyntaxError::new(1, "a number from 0 to 99"));
        assert_eq!(list("[1,,2]").unwrap_err(), SyntaxError::new(3, "a number from 0 to 99"));
        assert_eq!(list("[1 100]").unwrap_err(), SyntaxError::new(3, "a number from 0 to 99"));
        assert_eq!(list("[1").unwrap_err(), SyntaxError::new(2, "a number from 0 to 99"));
    }

    #[test]
    fn a_list_has_an_end() {
        let text = format!("[{}]", "1 ".repeat(MAX_LIST + 1));
        let error = Cursor::new(&text).unwrap().list(|cursor| cursor.number(99)).unwrap_err();
        assert_eq!(error, SyntaxError::new(1 + 2 * MAX_LIST, format!("`]`: a list holds at most {MAX_LIST} items")));
    }

    #[test]
    fn a_range_rises() {
        let range = |text| Cursor::new(text).unwrap().range(100);
        assert_eq!(range("80-90"), Ok((80, 90)));
        assert_eq!(range("80"), Ok((80, 80)));
        assert_eq!(range("90-80").unwrap_err().expected, "a range from a lower to a higher number, both at most 100");
        assert_eq!(range("80-101").unwrap_err().expected, "a range from a lower to a higher number, both at most 100");
        assert_eq!(range("80-x").unwrap_err().expected, "a number from 0 to 100");
    }
}
