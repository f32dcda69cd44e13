//! An expression as a tree.

use std::rc::Rc;

use byteseek::Pattern;

use crate::functions::Function;
use crate::operator::{Arithmetic, Comparison};
use crate::regex::Regex;
use crate::subnet::Subnets;
use crate::value::Value;
use crate::wrong::Wrong;

/// A part of an expression.
#[derive(Debug)]
pub struct Node {
    /// Byte offset in the expression.
    pub at: usize,
    pub what: What,
}

/// What a part is.
#[derive(Debug)]
pub enum What {
    Constant(Value),
    /// The literal `true`, which as a check of `match` does not hold.
    True,
    /// By its place among the variables of the program.
    Variable(usize),
    /// `_`: all variables that are not null.
    Everything,
    /// An argument of a lambda, by its place among those of all lambdas around it.
    Local(usize),
    Not(Box<Node>),
    Exists(Box<Node>),
    /// Items with `and` (true) or `or` between them, grouped to the right.
    Logic(Vec<Node>, Vec<bool>),
    /// From left to right.
    Compare(Box<Node>, Vec<(Comparison, Node)>),
    /// From left to right.
    Calculate(Box<Node>, Vec<(Arithmetic, Node)>),
    In {
        item: Box<Node>,
        container: Box<Node>,
        negated: bool,
    },
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Lambda(Rc<Lambda>),
    If {
        condition: Box<Node>,
        then: Box<Node>,
        otherwise: Box<Node>,
    },
    Match(Vec<(Node, Node)>, Box<Node>),
    Call(&'static Function, Vec<Node>),
    /// BYTEARRAY_MATCHER of a pattern that is known.
    Bytes(Rc<Pattern>, Box<Node>),
    /// REGEXP_MATCH of an expression that is known.
    Whole(Rc<Regex>, Box<Node>),
    /// IN_SUBNET of networks that are known.
    Subnet(Subnets, Box<Node>),
    /// It has no value whenever it is asked for: a function that is not known, or a division by 0.
    Fails(Wrong),
}

/// A function without a name.
#[derive(Debug)]
pub struct Lambda {
    pub arguments: usize,
    pub body: Node,
    /// It uses variables, or arguments of lambdas around it.
    pub is_open: bool,
}

impl Node {
    pub fn new(at: usize, what: What) -> Self {
        Self { at, what }
    }

    /// What is known of its value now.
    pub fn constant(&self) -> Option<Value> {
        match &self.what {
            What::Constant(value) => Some(value.clone()),
            What::True => Some(Value::Boolean(true)),
            _ => None,
        }
    }
}
