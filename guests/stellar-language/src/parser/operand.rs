//! Values, brackets, lists, maps, lambdas and calls.

use std::rc::Rc;

use super::{Parser, Read, Shape};
use crate::node::{Lambda, Node, What};
use crate::token::Token;
use crate::value::Value;
use crate::wrong::Wrong;

const EXPECTED: &str = "a value, a variable, a function, ( [ or {";

impl Parser<'_> {
    pub(super) fn operand(&mut self) -> Result<Read, Wrong> {
        let at = self.reader.at();
        let (what, shape) = match self.reader.peek() {
            Token::Name(_) => return self.named(at),
            Token::Exists => return self.exists(at),
            Token::Sign("(") if self.is_lambda() => return self.lambda(at),
            Token::Sign("(") => return self.brackets(),
            Token::Sign("[") => return self.list(at),
            Token::Sign("{") => return self.map(at),
            Token::Int(number) => (What::Constant(Value::Int(*number)), Shape::Arithmetic),
            Token::Long(number) => (What::Constant(Value::Long(*number)), Shape::Arithmetic),
            Token::Float(number) => (What::Constant(Value::Float(*number)), Shape::Arithmetic),
            Token::Double(number) => (What::Constant(Value::Double(*number)), Shape::Arithmetic),
            Token::NaN => (What::Constant(Value::Double(f64::NAN)), Shape::Arithmetic),
            Token::Text(text) => (What::Constant(Value::of_text(text)), Shape::Operand),
            Token::True => (What::True, Shape::Operand),
            Token::False => (What::Constant(Value::Boolean(false)), Shape::Operand),
            Token::Null => (What::Constant(Value::Null), Shape::Operand),
            Token::If => return Err(self.reader.wrong("brackets around if ... then ... else")),
            Token::Match => return Err(self.reader.wrong("a value: match stands alone")),
            _ => return Err(self.reader.wrong(EXPECTED)),
        };
        self.reader.pass();
        Ok(Read { node: Node::new(at, what), shape })
    }

    fn named(&mut self, at: usize) -> Result<Read, Wrong> {
        if matches!(self.reader.ahead(1), Token::Sign("->")) {
            return self.lambda(at);
        }
        let Token::Name(name) = self.reader.peek().clone() else { return Err(self.reader.wrong(EXPECTED)) };
        self.reader.pass();
        let node = if self.reader.takes_sign("(") {
            let arguments = self.items(")", Self::argument)?;
            self.call(at, &name, arguments)
        } else {
            self.variable(at, &name)
        };
        Ok(Read { node, shape: Shape::Arithmetic })
    }

    fn exists(&mut self, at: usize) -> Result<Read, Wrong> {
        self.reader.pass();
        self.reader.needs("(", "( after exists")?;
        let (place, token) = (self.reader.at(), self.reader.peek().clone());
        let Token::Name(name) = token else { return Err(self.reader.wrong("the name of a variable")) };
        self.reader.pass();
        let variable = self.variable(place, &name);
        self.reader.needs(")", ")")?;
        Ok(Read { node: Node::new(at, What::Exists(Box::new(variable))), shape: Shape::Operand })
    }

    fn brackets(&mut self) -> Result<Read, Wrong> {
        self.reader.pass();
        let inner = self.expression()?;
        self.reader.needs(")", ") or an operator")?;
        let shape = match inner.shape {
            Shape::Arithmetic | Shape::Condition => Shape::Arithmetic,
            Shape::Match => Shape::Match,
            _ => Shape::Comparison,
        };
        // In brackets it is no bare literal.
        let what = if matches!(inner.node.what, What::True) { What::Constant(Value::Boolean(true)) } else { inner.node.what };
        Ok(Read { node: Node::new(inner.node.at, what), shape })
    }

    /// What stands between commas.
    fn items<T>(&mut self, close: &'static str, mut item: impl FnMut(&mut Self) -> Result<T, Wrong>) -> Result<Vec<T>, Wrong> {
        let mut items = Vec::new();
        if self.reader.takes_sign(close) {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if !self.reader.takes_sign(",") {
                break;
            }
        }
        self.reader.needs(close, &format!("{close} or a comma"))?;
        Ok(items)
    }

    fn argument(&mut self) -> Result<Node, Wrong> {
        let read = self.expression()?;
        if read.shape == Shape::Condition {
            return Ok(read.node);
        }
        self.at_most(read, Shape::Comparison)
    }

    fn list(&mut self, at: usize) -> Result<Read, Wrong> {
        self.reader.pass();
        let items = self.items("]", Self::argument)?;
        Ok(Read { node: Node::new(at, What::List(items)), shape: Shape::Operand })
    }

    fn map(&mut self, at: usize) -> Result<Read, Wrong> {
        self.reader.pass();
        let entries = self.items("}", |parser| {
            let key = parser.deeper(Self::comparison)?;
            let key = parser.at_most(key, Shape::Comparison)?;
            parser.reader.needs(":", ": with a blank before it")?;
            Ok((key, parser.expression()?.node))
        })?;
        Ok(Read { node: Node::new(at, What::Map(entries)), shape: Shape::Operand })
    }

    /// `( [name {, name}] ) ->` follows.
    fn is_lambda(&self) -> bool {
        let mut ahead = 1;
        while let (Token::Name(_), Token::Sign("," | ")")) = (self.reader.ahead(ahead), self.reader.ahead(ahead + 1)) {
            ahead += 1 + usize::from(matches!(self.reader.ahead(ahead + 1), Token::Sign(",")));
        }
        matches!((self.reader.ahead(ahead), self.reader.ahead(ahead + 1)), (Token::Sign(")"), Token::Sign("->")))
    }

    fn lambda(&mut self, at: usize) -> Result<Read, Wrong> {
        let around = self.locals.len();
        let name = |parser: &mut Self| {
            let Token::Name(name) = parser.reader.peek().clone() else { return Err(parser.reader.wrong("the name of an argument")) };
            parser.reader.pass();
            Ok(name)
        };
        let names = if self.reader.takes_sign("(") { self.items(")", name)? } else { vec![name(self)?] };
        self.reader.needs("->", "->")?;
        let arguments = names.len();
        self.locals.extend(names);
        let body = self.expression()?.node;
        self.locals.truncate(around);
        let is_open = uses_others(&body, around);
        let lambda = Lambda { arguments, body, is_open };
        Ok(Read { node: Node::new(at, What::Lambda(Rc::new(lambda))), shape: Shape::Operand })
    }
}

/// Whether an expression depends on variables, or on arguments before this one.
fn uses_others(node: &Node, own: usize) -> bool {
    let any = |nodes: &[Node]| nodes.iter().any(|node| uses_others(node, own));
    match &node.what {
        What::Variable(_) | What::Everything => true,
        What::Local(place) => *place < own,
        What::Not(inner) | What::Exists(inner) | What::Bytes(_, inner) | What::Whole(_, inner) | What::Subnet(_, inner) => {
            uses_others(inner, own)
        }
        What::Logic(items, _) | What::List(items) | What::Call(_, items) => any(items),
        What::Compare(first, rest) => uses_others(first, own) || rest.iter().any(|(_, node)| uses_others(node, own)),
        What::Calculate(first, rest) => uses_others(first, own) || rest.iter().any(|(_, node)| uses_others(node, own)),
        What::In { item, container, .. } => uses_others(item, own) || uses_others(container, own),
        What::Map(entries) => entries.iter().any(|(key, value)| uses_others(key, own) || uses_others(value, own)),
        What::Lambda(lambda) => uses_others(&lambda.body, own),
        What::If { condition, then, otherwise } => [condition, then, otherwise].iter().any(|node| uses_others(node, own)),
        What::Match(clauses, default) => {
            uses_others(default, own) || clauses.iter().any(|(check, then)| uses_others(check, own) || uses_others(then, own))
        }
        What::Constant(_) | What::True | What::Fails(_) => false,
    }
}
