//! Evaluates a tree.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

use byteseek::Pattern;

use crate::fault::{Fault, Refusal};
use crate::node::{Lambda, Node, What};
use crate::number::calculate;
use crate::operator::is_in;
use crate::program::{Variable, Variables};
use crate::regex::Regex;
use crate::subnet::{self, Edges};
use crate::value::Value;

/// Parts that are looked at in one evaluation.
const STEPS: u32 = 1 << 20;
/// Calls of lambdas within each other.
const CALLS: u32 = 32;
/// Patterns that are kept compiled.
const KEPT: usize = 64;
/// Arguments that need no memory.
const FEW: usize = 4;

/// One evaluation.
pub struct Run<'a> {
    pub variables: &'a dyn Variables,
    pub names: &'a [Variable],
    pub caches: &'a Caches,
    pub edges: Edges,
    steps: Cell<u32>,
    calls: Cell<u32>,
}

/// Patterns that came as values.
#[derive(Debug, Default)]
pub struct Caches {
    patterns: RefCell<Vec<(String, Rc<Pattern>)>>,
    regexes: RefCell<Vec<(String, Rc<Regex>)>>,
}

/// A value that need not be copied.
pub enum Held<'n> {
    Borrowed(&'n Value),
    Owned(Value),
}

impl Deref for Held<'_> {
    type Target = Value;

    #[inline]
    fn deref(&self) -> &Value {
        match self {
            Held::Borrowed(value) => value,
            Held::Owned(value) => value,
        }
    }
}

impl Caches {
    pub fn pattern(&self, text: &str) -> Result<Rc<Pattern>, Refusal> {
        kept(&self.patterns, text, || pattern(text))
    }

    pub fn regex(&self, text: &str) -> Result<Rc<Regex>, Refusal> {
        kept(&self.regexes, text, || Regex::new(text))
    }
}

/// Compiles a byte pattern.
pub fn pattern(text: &str) -> Result<Pattern, Refusal> {
    Pattern::new(text).map_err(|wrong| format!("a byte pattern that has {} at its byte {}", wrong.expected, wrong.at).into())
}

fn kept<T>(cache: &RefCell<Vec<(String, Rc<T>)>>, text: &str, make: impl FnOnce() -> Result<T, Refusal>) -> Result<Rc<T>, Refusal> {
    if let Some((_, known)) = cache.borrow().iter().find(|(known, _)| known == text) {
        return Ok(Rc::clone(known));
    }
    let made = Rc::new(make()?);
    let mut cache = cache.borrow_mut();
    if cache.len() >= KEPT {
        cache.remove(0);
    }
    cache.push((text.to_owned(), Rc::clone(&made)));
    Ok(made)
}

impl<'a> Run<'a> {
    pub fn new(variables: &'a dyn Variables, names: &'a [Variable], caches: &'a Caches, edges: Edges) -> Self {
        Self { variables, names, caches, edges, steps: Cell::new(STEPS), calls: Cell::new(CALLS) }
    }

    /// The value of a part, with the arguments of the lambdas around it.
    #[inline]
    pub fn held<'n>(&self, node: &'n Node, locals: &'n [Value]) -> Result<Held<'n>, Fault> {
        match &node.what {
            What::Constant(value) => Ok(Held::Borrowed(value)),
            What::Variable(place) => Ok(Held::Owned(self.variables.value(*place))),
            What::Local(place) => Ok(locals.get(*place).map_or(Held::Owned(Value::Null), Held::Borrowed)),
            _ => self.value(node, locals).map(Held::Owned),
        }
    }

    pub fn value(&self, node: &Node, locals: &[Value]) -> Result<Value, Fault> {
        let fault = |expected: Refusal| Fault { at: node.at, expected };
        self.step(1).map_err(fault)?;
        match &node.what {
            What::Constant(value) => Ok(value.clone()),
            What::True => Ok(Value::Boolean(true)),
            What::Variable(place) => Ok(self.variables.value(*place)),
            What::Everything => self.everything().map_err(fault),
            What::Local(place) => Ok(locals.get(*place).cloned().unwrap_or(Value::Null)),
            What::Not(inner) => Ok(Value::Boolean(!self.held(inner, locals)?.is_true())),
            What::Exists(inner) => Ok(Value::Boolean(!matches!(*self.held(inner, locals)?, Value::Null))),
            What::Logic(items, ands) => self.logic(items, ands, locals),
            What::Compare(first, rest) => {
                let mut value = self.held(first, locals)?;
                for (comparison, next) in rest {
                    let holds = comparison.holds(&value, &*self.held(next, locals)?).map_err(fault)?;
                    value = Held::Owned(Value::Boolean(holds));
                }
                Ok(value.clone())
            }
            What::Calculate(first, rest) => {
                let mut value = self.value(first, locals)?;
                for (how, next) in rest {
                    value = calculate(&value, *how, &*self.held(next, locals)?).map_err(fault)?;
                }
                Ok(value)
            }
            What::In { item, container, negated } => {
                let (item, container) = (self.held(item, locals)?, self.held(container, locals)?);
                Ok(Value::Boolean(is_in(&item, &container) != *negated))
            }
            What::List(items) => {
                let items = items.iter().map(|item| self.value(item, locals)).collect::<Result<_, _>>()?;
                Value::list(items).map_err(fault)
            }
            What::Map(entries) => {
                let entry = |(key, value): &(Node, Node)| Ok((self.value(key, locals)?, self.value(value, locals)?));
                Value::map(entries.iter().map(entry).collect::<Result<Vec<_>, _>>()?).map_err(fault)
            }
            What::Lambda(lambda) => Ok(Value::Lambda(Rc::clone(lambda), locals.into())),
            What::If { condition, then, otherwise } => {
                self.value(if self.condition(condition, locals)? { then } else { otherwise }, locals)
            }
            What::Match(clauses, default) => self.choice(clauses, default, locals),
            What::Call(function, arguments) => self.arguments(arguments, locals, |values| (function.call)(self, values).map_err(fault)),
            What::Bytes(pattern, data) => {
                let is_packet = matches!(*self.held(data, locals)?, Value::Packet);
                Ok(Value::Boolean(is_packet && pattern.is_found_in(self.variables.packet())))
            }
            What::Whole(regex, text) => Ok(Value::Boolean(self.held(text, locals)?.text().is_some_and(|text| regex.is_whole(&text)))),
            What::Subnet(subnets, text) => {
                let address = match &*self.held(text, locals)? {
                    Value::Null => return Ok(Value::Boolean(false)),
                    Value::Address(address) => *address,
                    other => subnet::address(&crate::text::written(other)).map_err(fault)?,
                };
                Ok(Value::Boolean(subnets.iter().any(|subnet| subnet.has(address))))
            }
            What::Fails(wrong) => Err(Fault { at: wrong.at, expected: wrong.expected.clone().into() }),
        }
    }

    /// So many parts more are looked at.
    pub fn step(&self, parts: usize) -> Result<(), Refusal> {
        let left = u32::try_from(parts).ok().and_then(|parts| self.steps.get().checked_sub(parts));
        self.steps.set(left.ok_or("an expression that takes fewer steps")?);
        Ok(())
    }

    fn logic(&self, items: &[Node], ands: &[bool], locals: &[Value]) -> Result<Value, Fault> {
        let mut holds = false;
        for (item, and) in items.iter().zip(ands.iter().map(Some).chain([None])) {
            holds = self.held(item, locals)?.is_true();
            if and.is_some_and(|&and| and != holds) {
                break;
            }
        }
        Ok(Value::Boolean(holds))
    }

    fn condition(&self, node: &Node, locals: &[Value]) -> Result<bool, Fault> {
        let condition = self.held(node, locals)?.condition();
        condition.ok_or(Fault { at: node.at, expected: "a Boolean, null or something empty as the condition".into() })
    }

    /// A result that is a lambda is called.
    fn choice(&self, clauses: &[(Node, Node)], default: &Node, locals: &[Value]) -> Result<Value, Fault> {
        let mut chosen = default;
        for (check, then) in clauses {
            if !matches!(check.what, What::True) && self.condition(check, locals)? {
                chosen = then;
                break;
            }
        }
        let value = self.value(chosen, locals)?;
        match value {
            Value::Lambda(lambda, around) => self.apply(&lambda, &around, &[]).map_err(|expected| Fault { at: chosen.at, expected }),
            value => Ok(value),
        }
    }

    fn arguments<T>(&self, nodes: &[Node], locals: &[Value], call: impl FnOnce(&[Value]) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut few = [const { Value::Null }; FEW];
        match few.get_mut(..nodes.len()) {
            Some(few) => {
                for (value, node) in few.iter_mut().zip(nodes) {
                    *value = self.value(node, locals)?;
                }
                call(few)
            }
            None => call(&nodes.iter().map(|node| self.value(node, locals)).collect::<Result<Vec<_>, _>>()?),
        }
    }

    /// Calls a lambda; arguments that are missing are null, those too many are left out.
    pub fn apply(&self, lambda: &Lambda, around: &[Value], arguments: &[Value]) -> Result<Value, Refusal> {
        let left = self.calls.get().checked_sub(1).ok_or("fewer calls of lambdas within each other")?;
        let given = arguments.iter().cloned().chain(std::iter::repeat(Value::Null)).take(lambda.arguments);
        let locals: Vec<Value> = around.iter().cloned().chain(given).collect();
        self.calls.set(left);
        let value = self.value(&lambda.body, &locals).map_err(|fault| fault.expected);
        self.calls.set(left + 1);
        value
    }

    fn everything(&self) -> Result<Value, Refusal> {
        let all = self.names.iter().enumerate().map(|(place, name)| (Value::of_text(name.name), self.variables.value(place)));
        Value::map(all.filter(|(_, value)| !matches!(value, Value::Null)))
    }
}
