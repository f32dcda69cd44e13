//! The words of an expression, one after the other.

use crate::lexer::words;
use crate::token::Token;
use crate::wrong::Wrong;

/// The words of an expression; the last is never passed.
pub struct Reader {
    words: Vec<(usize, Token)>,
    next: usize,
}

impl Reader {
    pub fn new(text: &str) -> Result<Self, Wrong> {
        Ok(Self { words: words(text)?, next: 0 })
    }

    pub fn peek(&self) -> &Token {
        self.ahead(0)
    }

    pub fn ahead(&self, by: usize) -> &Token {
        self.words.get(self.next + by).map_or(&Token::End, |(_, token)| token)
    }

    /// Byte offset of the next word.
    pub fn at(&self) -> usize {
        self.words.get(self.next).or(self.words.last()).map_or(0, |(at, _)| *at)
    }

    pub fn pass(&mut self) {
        self.next = (self.next + 1).min(self.words.len().saturating_sub(1));
    }

    /// Passes a word if it is the next.
    pub fn takes(&mut self, token: &Token) -> bool {
        let is_next = self.peek() == token;
        if is_next {
            self.pass();
        }
        is_next
    }

    pub fn takes_sign(&mut self, sign: &'static str) -> bool {
        self.takes(&Token::Sign(sign))
    }

    pub fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(next) if *next == sign)
    }

    pub fn needs(&mut self, sign: &'static str, expected: &str) -> Result<(), Wrong> {
        if self.takes_sign(sign) { Ok(()) } else { Err(self.wrong(expected)) }
    }

    pub fn wrong(&self, expected: impl Into<String>) -> Wrong {
        Wrong::new(self.at(), expected)
    }
}
