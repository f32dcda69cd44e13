//! Works out what depends on no variable, so that mistakes are found before there is any data, and known patterns are compiled once.

use std::rc::Rc;

use crate::evaluate::{Caches, Run, pattern};
use crate::node::{Node, What};
use crate::program::Variables;
use crate::subnet::{Edges, Subnet};
use crate::value::Value;
use crate::wrong::Wrong;

/// There are none.
struct Nothing;

impl Variables for Nothing {
    fn value(&self, _: usize) -> Value {
        Value::Null
    }

    fn packet(&self) -> &[u8] {
        &[]
    }
}

/// Works out what can be.
pub struct Folder<'a> {
    pub caches: &'a Caches,
    pub edges: Edges,
    /// The first mistake that would be met.
    pub wrong: Option<Wrong>,
}

impl Folder<'_> {
    pub fn fold(&mut self, node: Node) -> Node {
        let at = node.at;
        let folded = match node.what {
            What::Logic(items, ands) => return self.logic(at, items, ands),
            What::If { condition, then, otherwise } => return self.condition(at, *condition, *then, *otherwise),
            What::Match(clauses, default) => {
                let clauses = clauses.into_iter().map(|(check, then)| (self.fold(check), self.fold(then))).collect();
                What::Match(clauses, self.boxed(*default))
            }
            What::Not(inner) => What::Not(self.boxed(*inner)),
            What::Exists(inner) => What::Exists(self.boxed(*inner)),
            What::Compare(first, rest) => {
                let first = self.boxed(*first);
                What::Compare(first, rest.into_iter().map(|(how, next)| (how, self.fold(next))).collect())
            }
            What::Calculate(first, rest) => {
                let first = self.boxed(*first);
                What::Calculate(first, rest.into_iter().map(|(how, next)| (how, self.fold(next))).collect())
            }
            What::In { item, container, negated } => What::In { item: self.boxed(*item), container: self.boxed(*container), negated },
            What::List(items) => What::List(self.all(items)),
            What::Map(entries) => What::Map(entries.into_iter().map(|(key, value)| (self.fold(key), self.fold(value))).collect()),
            What::Call(function, arguments) => What::Call(function, self.all(arguments)),
            What::Lambda(lambda) => What::Lambda(self.lambda(lambda)),
            What::Fails(wrong) => {
                self.wrong.get_or_insert(wrong.clone());
                What::Fails(wrong)
            }
            other => other,
        };
        self.known(Node::new(at, folded))
    }

    fn boxed(&mut self, node: Node) -> Box<Node> {
        Box::new(self.fold(node))
    }

    fn all(&mut self, nodes: Vec<Node>) -> Vec<Node> {
        nodes.into_iter().map(|node| self.fold(node)).collect()
    }

    fn lambda(&mut self, lambda: Rc<crate::node::Lambda>) -> Rc<crate::node::Lambda> {
        match Rc::try_unwrap(lambda) {
            Ok(lambda) => Rc::new(crate::node::Lambda { body: self.fold(lambda.body), ..lambda }),
            Err(shared) => shared,
        }
    }

    /// What is known of `and` and `or` leaves out the items that are never looked at, and the mistakes in them.
    fn logic(&mut self, at: usize, items: Vec<Node>, ands: Vec<bool>) -> Node {
        let (mut kept, mut between) = (Vec::new(), Vec::new());
        let mut signs = ands.into_iter();
        for item in items {
            let item = self.fold(item);
            let sign = signs.next();
            let known = item.constant().map(|value| value.is_true());
            match (known, sign) {
                (Some(holds), Some(and)) if holds == and => continue,
                (Some(_), Some(_)) | (_, None) => {
                    kept.push(item);
                    break;
                }
                (None, Some(and)) => {
                    kept.push(item);
                    between.push(and);
                }
            }
        }
        self.known(Node::new(at, What::Logic(kept, between)))
    }

    fn condition(&mut self, at: usize, condition: Node, then: Node, otherwise: Node) -> Node {
        let condition = self.fold(condition);
        match condition.constant().map(|value| value.condition()) {
            Some(Some(holds)) => self.fold(if holds { then } else { otherwise }),
            _ => {
                let [condition, then, otherwise] = [condition, self.fold(then), self.fold(otherwise)].map(Box::new);
                self.known(Node::new(at, What::If { condition, then, otherwise }))
            }
        }
    }

    /// The value of a part that depends on nothing.
    fn known(&mut self, node: Node) -> Node {
        if matches!(node.what, What::Constant(_) | What::True | What::Fails(_) | What::Lambda(_)) {
            return node;
        }
        if !is_known(&node) {
            return self.compiled(node);
        }
        let run = Run::new(&Nothing, &[], self.caches, self.edges);
        match run.value(&node, &[]) {
            Ok(value) => Node::new(node.at, What::Constant(value)),
            Err(fault) => {
                let wrong = Wrong::new(fault.at, fault.expected);
                self.wrong.get_or_insert(wrong.clone());
                Node::new(node.at, What::Fails(wrong))
            }
        }
    }

    /// Patterns and networks that are known are compiled.
    fn compiled(&mut self, node: Node) -> Node {
        let What::Call(function, mut arguments) = node.what else { return node };
        let what: Option<Result<What, Wrong>> = match (function.name, arguments.len()) {
            ("BYTEARRAY_MATCHER", 2) => self.text_of(arguments.first()).map(|(at, text)| {
                let found = pattern(&text).map_err(|expected| Wrong::new(at, expected))?;
                Ok(What::Bytes(Rc::new(found), Box::new(arguments.remove(1))))
            }),
            ("REGEXP_MATCH", 2) => self.text_of(arguments.get(1)).map(|(at, text)| {
                let regex = crate::regex::Regex::new(&text).map_err(|expected| Wrong::new(at, expected))?;
                Ok(What::Whole(Rc::new(regex), Box::new(arguments.remove(0))))
            }),
            ("IN_SUBNET", 2..) => self
                .subnets(arguments.get(1..).unwrap_or_default())
                .map(|subnets| Ok(What::Subnet(subnets?, Box::new(arguments.remove(0))))),
            _ => None,
        };
        match what {
            None => Node::new(node.at, What::Call(function, arguments)),
            Some(Ok(what)) => Node::new(node.at, what),
            Some(Err(wrong)) => {
                self.wrong.get_or_insert(wrong.clone());
                Node::new(node.at, What::Fails(wrong))
            }
        }
    }

    fn text_of(&self, node: Option<&Node>) -> Option<(usize, String)> {
        let node = node?;
        Some((node.at, node.constant()?.text()?.to_string()))
    }

    /// `None`: not all are known.
    fn subnets(&self, nodes: &[Node]) -> Option<Result<Rc<[Subnet]>, Wrong>> {
        let texts = nodes.iter().map(|node| self.text_of(Some(node))).collect::<Option<Vec<_>>>()?;
        let subnet = |(at, text): (usize, String)| Subnet::new(&text, self.edges).map_err(|expected| Wrong::new(at, expected));
        Some(texts.into_iter().map(subnet).collect())
    }
}

fn is_known(node: &Node) -> bool {
    let value = |node: &Node| match &node.what {
        What::Constant(_) | What::True | What::Fails(_) => true,
        What::Lambda(lambda) => !lambda.is_open,
        _ => false,
    };
    match &node.what {
        What::Not(inner) | What::Exists(inner) => value(inner),
        What::Logic(items, _) | What::List(items) | What::Call(_, items) => items.iter().all(value),
        What::Compare(first, rest) => value(first) && rest.iter().all(|(_, node)| value(node)),
        What::Calculate(first, rest) => value(first) && rest.iter().all(|(_, node)| value(node)),
        What::In { item, container, .. } => value(item) && value(container),
        What::Map(entries) => entries.iter().all(|(key, item)| value(key) && value(item)),
        What::If { condition, then, otherwise } => [condition, then, otherwise].iter().all(|node| value(node)),
        What::Match(clauses, default) => value(default) && clauses.iter().all(|(check, then)| value(check) && value(then)),
        _ => false,
    }
}
