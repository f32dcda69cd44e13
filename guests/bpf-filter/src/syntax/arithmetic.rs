//! The grammar of numbers. `%` and `^` have no rank of their own: they take everything on their right, and are taken by every operator on their left.

use super::keyword::Keyword;
use super::parser::{Parser, Part};
use super::primitive::Arithmetic;
use super::qualified::Qualifiers;
use super::token::{Sign, Token};
use crate::program::{Operator, Size};
use crate::wrong::Wrong;

/// A minus sign binds more than every operator.
const SIGN_RANK: u8 = 6;
const NO_RANK: u8 = u8::MAX;

/// An operator and how much it binds.
fn ranked(sign: Sign) -> Option<(Operator, u8)> {
    Some(match sign {
        Sign::Bar => (Operator::Or, 1),
        Sign::Ampersand => (Operator::And, 2),
        Sign::ShiftLeft => (Operator::ShiftLeft, 3),
        Sign::ShiftRight => (Operator::ShiftRight, 3),
        Sign::Plus => (Operator::Add, 4),
        Sign::Minus => (Operator::Subtract, 4),
        Sign::Star => (Operator::Multiply, 5),
        Sign::Slash => (Operator::Divide, 5),
        Sign::Percent => (Operator::Remainder, NO_RANK),
        Sign::Caret => (Operator::ExclusiveOr, NO_RANK),
        _ => return None,
    })
}

impl Parser<'_> {
    /// Whether a number comes next, and no condition. An opening parenthesis does not tell.
    pub(super) fn begins_number(&self) -> bool {
        match self.peek() {
            Token::Number(_) | Token::Sign(Sign::Minus) | Token::Keyword(Keyword::Length) => true,
            Token::Keyword(Keyword::Protocol(_)) => self.ahead(1) == Token::Sign(Sign::OpenBracket),
            _ => false,
        }
    }

    pub(super) fn arithmetic(&mut self, rank: u8) -> Result<Vec<Arithmetic>, Wrong> {
        let left = self.operand()?;
        self.operators(left, rank)
    }

    /// Operators of at least this rank, and what they are applied to.
    pub(super) fn operators(&mut self, mut left: Vec<Arithmetic>, rank: u8) -> Result<Vec<Arithmetic>, Wrong> {
        while let Token::Sign(sign) = self.peek()
            && let Some((operator, of_sign)) = ranked(sign).filter(|(_, of_sign)| *of_sign >= rank)
        {
            let at = self.at();
            self.advance();
            let next = if of_sign == NO_RANK { 0 } else { of_sign + 1 };
            let right = self.inside(|parser| parser.arithmetic(next))?;
            left.extend(right);
            left.push(Arithmetic::Operator { operator, at });
        }
        Ok(left)
    }

    /// A number without operators.
    pub(super) fn operand(&mut self) -> Result<Vec<Arithmetic>, Wrong> {
        match self.peek() {
            Token::Number(number) => {
                self.advance();
                Ok(vec![Arithmetic::Number(number)])
            }
            Token::Keyword(Keyword::Length) => {
                self.advance();
                Ok(vec![Arithmetic::Length])
            }
            Token::Sign(Sign::Minus) => {
                self.advance();
                let mut number = self.inside(|parser| parser.arithmetic(SIGN_RANK))?;
                number.push(Arithmetic::Negate);
                Ok(number)
            }
            Token::Sign(Sign::Open) => match self.group(Qualifiers::NONE)? {
                Part::Number(number) => Ok(number),
                Part::Condition(_) => Err(self.wrong("a comparison is no number: what stands in the parentheses cannot be counted with")),
            },
            _ if self.begins_number() => self.field(),
            _ => Err(self.wrong("a number, `len` or a field like `ip[8]`")),
        }
    }

    /// `tcp[13]`, `ip[2:2]`
    fn field(&mut self) -> Result<Vec<Arithmetic>, Wrong> {
        let at = self.at();
        let Token::Keyword(Keyword::Protocol(protocol)) = self.peek() else { return Err(self.wrong("a protocol")) };
        self.advance();
        self.expect(Sign::OpenBracket, "`[`")?;
        let mut index = self.inside(|parser| parser.arithmetic(0))?;
        let size = if self.take_sign(Sign::Colon) { self.size()? } else { Size::One };
        self.expect(Sign::CloseBracket, "`:` and a size, an operator or `]`")?;
        index.push(Arithmetic::Load { protocol, size, at });
        Ok(index)
    }

    fn size(&mut self) -> Result<Size, Wrong> {
        let size = match self.peek() {
            Token::Number(1) => Size::One,
            Token::Number(2) => Size::Two,
            Token::Number(4) => Size::Four,
            _ => return Err(self.wrong("a size of 1, 2 or 4 bytes")),
        };
        self.advance();
        Ok(size)
    }
}
