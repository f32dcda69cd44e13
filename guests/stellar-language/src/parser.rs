//! Reads an expression by Metron's grammar, as far as `and`, `or`, `in` and comparisons; what they stand between is in [`operand`](self::operand).

mod operand;

use crate::functions::table;
use crate::node::{Node, What};
use crate::operator::{Arithmetic, Comparison};
use crate::program::Variable;
use crate::reader::Reader;
use crate::token::Token;
use crate::value::Value;
use crate::wrong::Wrong;

/// Brackets, lambdas and conditions within each other.
const DEEPEST: usize = 60;

/// What an expression was read as, from what may stand anywhere to what must stand alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    /// It may be calculated with.
    Arithmetic,
    /// It may stand before `in`.
    Operand,
    Comparison,
    In,
    Logic,
    Condition,
    Match,
}

struct Read {
    node: Node,
    shape: Shape,
}

/// Reads expressions.
pub struct Parser<'a> {
    reader: Reader,
    variables: &'a [Variable],
    /// Arguments of the lambdas around.
    locals: Vec<String>,
    in_match: bool,
    depth: usize,
    pub warnings: Vec<String>,
    /// Places of the variables that are used.
    pub used: Vec<usize>,
}

impl<'a> Parser<'a> {
    /// Reads a whole expression.
    pub fn read(text: &str, variables: &'a [Variable]) -> Result<(Node, Self), Wrong> {
        let mut parser = Self {
            reader: Reader::new(text)?,
            variables,
            locals: Vec::new(),
            in_match: false,
            depth: 0,
            warnings: Vec::new(),
            used: Vec::new(),
        };
        let read = parser.expression()?;
        match parser.reader.peek() {
            Token::End => Ok((read.node, parser)),
            Token::Int(_) | Token::Long(_) | Token::Float(_) | Token::Double(_) => {
                Err(parser.reader.wrong("an operator: a minus sign before a digit belongs to the number, so write `a - 1`"))
            }
            _ => Err(parser.reader.wrong("an operator or the end")),
        }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Wrong>) -> Result<T, Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.reader.wrong("fewer brackets and conditions within each other"));
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn expression(&mut self) -> Result<Read, Wrong> {
        self.deeper(|parser| match parser.reader.peek() {
            Token::If => parser.if_then_else(),
            Token::Match => parser.choice(),
            _ => parser.maybe_condition(),
        })
    }

    fn maybe_condition(&mut self) -> Result<Read, Wrong> {
        let read = self.logic()?;
        let at = self.reader.at();
        if !self.reader.is_sign("?") {
            return Ok(read);
        }
        let condition = self.at_most(read, Shape::Logic)?;
        self.reader.pass();
        let then = self.expression()?.node;
        self.reader.needs(":", ": and what else holds, with a blank before it")?;
        self.condition(at, condition, then)
    }

    fn if_then_else(&mut self) -> Result<Read, Wrong> {
        let at = self.reader.at();
        self.reader.pass();
        let condition = self.logic()?;
        let condition = self.at_most(condition, Shape::Logic)?;
        if !self.reader.takes(&Token::Then) {
            return Err(self.reader.wrong("then"));
        }
        let then = self.expression()?.node;
        if !self.reader.takes(&Token::Else) {
            return Err(self.reader.wrong("else"));
        }
        self.condition(at, condition, then)
    }

    fn condition(&mut self, at: usize, condition: Node, then: Node) -> Result<Read, Wrong> {
        let otherwise = self.expression()?.node;
        let [condition, then, otherwise] = [condition, then, otherwise].map(Box::new);
        Ok(Read { node: Node::new(at, What::If { condition, then, otherwise }), shape: Shape::Condition })
    }

    fn choice(&mut self) -> Result<Read, Wrong> {
        let at = self.reader.at();
        if self.in_match {
            return Err(self.reader.wrong("no match within a match: Stellar cannot nest them"));
        }
        self.reader.pass();
        self.in_match = true;
        self.reader.needs("{", "{")?;
        let mut clauses = Vec::new();
        while clauses.is_empty() || !self.reader.takes(&Token::Default) {
            clauses.push(self.clause()?);
            self.reader.needs(",", "a comma and the next case, or default")?;
        }
        self.reader.needs("=>", "=>")?;
        let default = Box::new(self.expression()?.node);
        self.reader.needs("}", "}")?;
        self.in_match = false;
        Ok(Read { node: Node::new(at, What::Match(clauses, default)), shape: Shape::Match })
    }

    fn clause(&mut self) -> Result<(Node, Node), Wrong> {
        let check = self.expression()?;
        if matches!(check.node.what, What::True) {
            self.warnings.push(format!("the case `true` at byte {} never holds, as in Metron: use default", check.node.at));
        }
        let check = self.at_most(check, Shape::Condition)?;
        self.reader.needs("=>", "=>")?;
        Ok((check, self.expression()?.node))
    }

    fn at_most(&self, read: Read, shape: Shape) -> Result<Node, Wrong> {
        if read.shape <= shape {
            return Ok(read.node);
        }
        Err(Wrong::new(
            read.node.at,
            match read.shape {
                Shape::Match => "a value: match stands alone",
                Shape::Condition => "brackets around the condition",
                Shape::Logic => "brackets around and/or here",
                Shape::In => "brackets around in here",
                _ => "a value, not a comparison",
            },
        ))
    }

    fn logic(&mut self) -> Result<Read, Wrong> {
        let first = self.membership()?;
        let at = self.reader.at();
        if !matches!(self.reader.peek(), Token::And | Token::Or) {
            return Ok(first);
        }
        let (mut items, mut ands) = (vec![self.at_most(first, Shape::In)?], Vec::new());
        loop {
            match self.reader.peek() {
                Token::And => ands.push(true),
                Token::Or => ands.push(false),
                _ => break,
            }
            self.reader.pass();
            let next = self.membership()?;
            items.push(self.at_most(next, Shape::In)?);
        }
        // `a or b and c` is the same either way.
        if let Some(and) = ands.iter().position(|&and| and).filter(|&and| ands.iter().skip(and).any(|&and| !and)) {
            let place = items.get(and + 1).map_or(at, |item| item.at);
            self.warnings.push(format!(
                "and/or have no precedence and group to the right: `a and b or c` is `a and (b or c)`: use brackets (near byte {place})"
            ));
        }
        Ok(Read { node: Node::new(at, What::Logic(items, ands)), shape: Shape::Logic })
    }

    fn membership(&mut self) -> Result<Read, Wrong> {
        let item = self.comparison()?;
        let at = self.reader.at();
        let negated = match self.reader.peek() {
            Token::In => false,
            Token::NotIn => true,
            _ => return Ok(item),
        };
        if item.shape > Shape::Operand {
            return Err(self.reader.wrong("a value before in, or brackets around what follows: `a == (b in c)`"));
        }
        self.reader.pass();
        let container = self.deeper(Self::membership)?;
        let container = self.at_most(container, Shape::In)?;
        let what = What::In { item: Box::new(item.node), container: Box::new(container), negated };
        Ok(Read { node: Node::new(at, what), shape: Shape::In })
    }

    fn comparison(&mut self) -> Result<Read, Wrong> {
        let first = self.side()?;
        let at = self.reader.at();
        let mut rest = Vec::new();
        while let Token::Sign(sign) = self.reader.peek() {
            let Some(comparison) = Comparison::of(sign) else { break };
            self.reader.pass();
            let next = self.side()?;
            rest.push((comparison, self.at_most(next, Shape::Comparison)?));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        let first = Box::new(self.at_most(first, Shape::Comparison)?);
        Ok(Read { node: Node::new(at, What::Compare(first, rest)), shape: Shape::Comparison })
    }

    /// One side of a comparison.
    fn side(&mut self) -> Result<Read, Wrong> {
        if !matches!(self.reader.peek(), Token::Not) {
            return self.sum();
        }
        let at = self.reader.at();
        self.reader.pass();
        self.reader.needs("(", "( after not")?;
        let inner = self.deeper(Self::logic)?;
        let inner = self.at_most(inner, Shape::Logic)?;
        self.reader.needs(")", ")")?;
        Ok(Read { node: Node::new(at, What::Not(Box::new(inner))), shape: Shape::Comparison })
    }

    fn sum(&mut self) -> Result<Read, Wrong> {
        self.calculation(&[("+", Arithmetic::Add), ("-", Arithmetic::Subtract)], Self::quotient)
    }

    /// `*` binds tighter than `/`.
    fn quotient(&mut self) -> Result<Read, Wrong> {
        let read = self.calculation(&[("/", Arithmetic::Divide)], Self::product)?;
        if let What::Calculate(_, rest) = &read.node.what
            && rest.iter().any(|(how, next)| *how == Arithmetic::Divide && is_product(next))
        {
            let at = read.node.at;
            self.warnings.push(format!("* binds tighter than /: `a / b * c` is `a / (b * c)`: use brackets (at byte {at})"));
        }
        Ok(read)
    }

    fn product(&mut self) -> Result<Read, Wrong> {
        self.calculation(&[("*", Arithmetic::Multiply)], Self::operand)
    }

    fn calculation(&mut self, signs: &[(&str, Arithmetic)], mut part: impl FnMut(&mut Self) -> Result<Read, Wrong>) -> Result<Read, Wrong> {
        let first = part(self)?;
        let at = self.reader.at();
        let mut rest = Vec::new();
        while let Some((_, how)) = signs.iter().find(|(sign, _)| self.reader.is_sign(sign)) {
            if first.shape > Shape::Arithmetic {
                return Err(self.reader.wrong("a comparison, and, or, or the end: only numbers are calculated with"));
            }
            self.reader.pass();
            let next = part(self)?;
            if next.shape > Shape::Arithmetic {
                return Err(Wrong::new(next.node.at, "a number to calculate with"));
            }
            rest.push((*how, next.node));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        Ok(Read { node: Node::new(at, What::Calculate(Box::new(first.node), rest)), shape: Shape::Arithmetic })
    }

    fn call(&mut self, at: usize, name: &str, arguments: Vec<Node>) -> Node {
        let what = match table::named(name) {
            Ok(function) if function.takes(arguments.len()) => What::Call(function, arguments),
            Ok(function) => What::Fails(Wrong::new(at, format!("{} for {name}", function.expected()))),
            Err(why) => What::Fails(Wrong::new(at, why)),
        };
        Node::new(at, what)
    }

    fn variable(&mut self, at: usize, name: &str) -> Node {
        let what = if name == "_" {
            self.used.extend(0..self.variables.len());
            What::Everything
        } else if let Some(local) = self.locals.iter().rposition(|known| known == name) {
            What::Local(local)
        } else if let Some(place) = self.variables.iter().position(|variable| variable.name == name) {
            self.used.push(place);
            What::Variable(place)
        } else {
            let known: Vec<_> = self.variables.iter().map(|variable| variable.name).collect();
            self.warnings.push(format!("{name} at byte {at} is always null: there are {}", known.join(", ")));
            What::Constant(Value::Null)
        };
        Node::new(at, what)
    }
}

fn is_product(node: &Node) -> bool {
    matches!(&node.what, What::Calculate(_, rest) if rest.iter().any(|(how, _)| *how == Arithmetic::Multiply))
}
