//! The grammar of conditions: terms joined by `and` and `or`, which bind alike and from left to right.
//!
//! A term may be shortened to what it is about (`host a or b`): it then has the qualifiers of the one before it. Parentheses give the qualifiers from
//! before them to what is in them, and to what follows them.

use super::keyword::Keyword;
use super::lexer::tokens;
use super::primitive::{Arithmetic, Comparison, Item, Primitive};
use super::qualified::Qualifiers;
use super::token::{Placed, Sign, Token};
use crate::program::Operator;
use crate::wrong::Wrong;

/// Parentheses and negations that may lie in each other: what is deeper would overflow the stack of a module.
const DEPTH: usize = 200;

/// An expression that was read.
#[derive(Debug, PartialEq, Eq)]
pub struct Expression {
    /// Conditions before what joins them; empty: every packet is selected.
    pub items: Vec<Item>,
    /// What the author may not have meant.
    pub warnings: Vec<String>,
}

/// Reads an expression.
pub fn read(text: &str) -> Result<Expression, Wrong> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0, items: Vec::new(), warnings: Vec::new() };
    if parser.peek() != Token::End {
        parser.condition(Qualifiers::NONE)?;
    }
    if parser.peek() != Token::End {
        return Err(parser.wrong("`and`, `or` or the end"));
    }
    Ok(Expression { items: parser.items, warnings: parser.warnings })
}

pub(super) struct Parser<'a> {
    tokens: Vec<Placed<'a>>,
    next: usize,
    depth: usize,
    pub(super) items: Vec<Item>,
    warnings: Vec<String>,
}

/// What stands between parentheses, or could.
pub(super) enum Part {
    /// Its items are pushed; these qualifiers go on.
    Condition(Qualifiers),
    /// A number, which is not compared yet.
    Number(Vec<Arithmetic>),
}

impl<'a> Parser<'a> {
    pub(super) fn peek(&self) -> Token<'a> {
        self.ahead(0)
    }

    pub(super) fn ahead(&self, count: usize) -> Token<'a> {
        self.tokens.get(self.next + count).map_or(Token::End, |placed| placed.token)
    }

    /// Where the next token stands.
    pub(super) fn at(&self) -> usize {
        self.tokens.get(self.next).or(self.tokens.last()).map_or(0, |placed| placed.at)
    }

    pub(super) fn advance(&mut self) {
        self.next += 1;
    }

    /// Takes the next token if it is this one.
    pub(super) fn take(&mut self, token: Token<'_>) -> bool {
        let taken = self.peek() == token && token != Token::End;
        self.next += usize::from(taken);
        taken
    }

    pub(super) fn take_keyword(&mut self, keyword: Keyword) -> bool {
        self.take(Token::Keyword(keyword))
    }

    pub(super) fn take_sign(&mut self, sign: Sign) -> bool {
        self.take(Token::Sign(sign))
    }

    pub(super) fn expect(&mut self, sign: Sign, name: &str) -> Result<(), Wrong> {
        if self.take_sign(sign) { Ok(()) } else { Err(self.wrong(name)) }
    }

    /// Something else was expected here.
    pub(super) fn wrong(&self, expected: impl Into<String>) -> Wrong {
        Wrong::new(self.at(), expected)
    }

    pub(super) fn push(&mut self, primitive: Primitive, at: usize) {
        self.items.push(Item::Primitive { primitive, at });
    }

    /// One level deeper.
    pub(super) fn inside<R>(&mut self, read: impl FnOnce(&mut Self) -> Result<R, Wrong>) -> Result<R, Wrong> {
        if self.depth >= DEPTH {
            return Err(self.wrong(format!("at most {DEPTH} parentheses and negations in each other")));
        }
        self.depth += 1;
        let result = read(self)?;
        self.depth -= 1;
        Ok(result)
    }

    /// Terms to the end, or to a closing parenthesis.
    fn condition(&mut self, qualifiers: Qualifiers) -> Result<Qualifiers, Wrong> {
        let first = self.term(qualifiers)?;
        self.joined(first)
    }

    /// What is joined to the condition before.
    fn joined(&mut self, mut qualifiers: Qualifiers) -> Result<Qualifiers, Wrong> {
        let mut alternatives = None;
        loop {
            let at = self.at();
            let join = match self.peek() {
                Token::Keyword(Keyword::And) => Item::And,
                Token::Keyword(Keyword::Or) => Item::Or,
                _ => return Ok(qualifiers),
            };
            self.advance();
            self.warn_of_order(&join, at, &mut alternatives);
            qualifiers = if self.is_shortened() { self.shortened(qualifiers)? } else { self.term(qualifiers)? };
            self.items.push(join);
        }
    }

    /// `a or b and c` is `(a or b) and c`.
    fn warn_of_order(&mut self, join: &Item, at: usize, alternatives: &mut Option<usize>) {
        match (join, *alternatives) {
            (Item::And, Some(or)) => {
                self.warnings.push(format!(
                    "the `or` at byte {or} binds before the `and` at byte {at}: both bind alike, from left to right; parentheses make it plain"
                ));
                *alternatives = None;
            }
            (Item::Or, _) => *alternatives = Some(at),
            _ => {}
        }
    }

    fn term(&mut self, qualifiers: Qualifiers) -> Result<Qualifiers, Wrong> {
        if self.take_keyword(Keyword::Not) {
            let qualifiers = self.inside(|parser| parser.term(qualifiers))?;
            self.items.push(Item::Not);
            return Ok(qualifiers);
        }
        match self.part(qualifiers)? {
            Part::Condition(qualifiers) => Ok(qualifiers),
            Part::Number(_) => Err(self.wrong("a comparison, like `= 1`")),
        }
    }

    /// A condition, or a number that is compared with nothing.
    fn part(&mut self, qualifiers: Qualifiers) -> Result<Part, Wrong> {
        let at = self.at();
        let number = match self.peek() {
            Token::Sign(Sign::Open) => match self.group(qualifiers)? {
                Part::Condition(qualifiers) => return Ok(Part::Condition(qualifiers)),
                Part::Number(number) => number,
            },
            _ if self.begins_number() => self.operand()?,
            _ => return self.primitive(qualifiers).map(Part::Condition),
        };
        let left = self.operators(number, 0)?;
        let Some(comparison) = self.comparison() else { return Ok(Part::Number(left)) };
        let right = self.arithmetic(0)?;
        self.push(Primitive::Relation { left, comparison, right }, at);
        Ok(Part::Condition(Qualifiers::NONE))
    }

    /// What stands between parentheses.
    pub(super) fn group(&mut self, qualifiers: Qualifiers) -> Result<Part, Wrong> {
        self.advance();
        let part = self.inside(|parser| {
            if parser.take_keyword(Keyword::Not) {
                let negated = parser.inside(|parser| parser.term(qualifiers))?;
                parser.items.push(Item::Not);
                return parser.joined(negated).map(Part::Condition);
            }
            match parser.part(qualifiers)? {
                Part::Condition(first) => parser.joined(first).map(Part::Condition),
                number => Ok(number),
            }
        })?;
        self.expect(Sign::Close, "`)`")?;
        // What was inside does not go on behind the parentheses.
        Ok(if let Part::Condition(_) = part { Part::Condition(qualifiers) } else { part })
    }

    /// The sign of a comparison, if one is next.
    pub(super) fn comparison(&mut self) -> Option<Comparison> {
        let (operator, negated) = match self.peek() {
            Token::Sign(Sign::Equal) => (Operator::Equal, false),
            Token::Sign(Sign::NotEqual) => (Operator::Equal, true),
            Token::Sign(Sign::Greater) => (Operator::Greater, false),
            Token::Sign(Sign::LessOrEqual) => (Operator::Greater, true),
            Token::Sign(Sign::GreaterOrEqual) => (Operator::AtLeast, false),
            Token::Sign(Sign::Less) => (Operator::AtLeast, true),
            _ => return None,
        };
        self.advance();
        Some(Comparison { operator, negated })
    }
}
