//! A checked expression.

use crate::evaluate::{Caches, Run};
use crate::fault::Fault;
use crate::fold::Folder;
use crate::kind::Kind;
use crate::node::{Node, What};
use crate::parser::Parser;
use crate::subnet::Edges;
use crate::value::Value;
use crate::wrong::Wrong;

/// Bytes of an expression.
const LONGEST: usize = 1 << 16;

/// A name that expressions may use.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// As it is written.
    pub name: &'static str,
    /// What is known of its values.
    pub kind: Kind,
}

/// The values of variables.
pub trait Variables {
    /// Of the variable at this place.
    fn value(&self, place: usize) -> Value;
    /// What [`Value::Packet`] stands for.
    fn packet(&self) -> &[u8];
}

/// A checked expression.
#[derive(Debug)]
pub struct Program {
    /// `None`: there is no expression, which is true of everything.
    root: Option<Node>,
    variables: &'static [Variable],
    used: Vec<usize>,
    warnings: Vec<String>,
    caches: Caches,
    edges: Edges,
}

impl Program {
    /// Reads and checks an expression.
    ///
    /// # Errors
    /// What breaks the grammar, functions that are not known or not pure, and parts that can have no value, each at its place.
    pub fn new(text: &str, variables: &'static [Variable], edges: Edges) -> Result<Self, Wrong> {
        let caches = Caches::default();
        if text.len() > LONGEST {
            return Err(Wrong::new(LONGEST, format!("an expression of at most {LONGEST} bytes")));
        }
        if text.trim().is_empty() {
            return Ok(Self { root: None, variables, used: Vec::new(), warnings: Vec::new(), caches, edges });
        }
        let (root, parser) = Parser::read(text, variables)?;
        let (used, warnings) = (parser.used, parser.warnings);
        let mut folder = Folder { caches: &caches, edges, wrong: None };
        let root = folder.fold(root);
        match folder.wrong {
            Some(wrong) => Err(wrong),
            None => Ok(Self { root: Some(root), variables, used, warnings, caches, edges }),
        }
    }

    /// Refuses what can be neither true nor false.
    ///
    /// # Errors
    /// The place of the value that is no Boolean.
    pub fn is_predicate(&self) -> Result<(), Wrong> {
        match &self.root {
            Some(root) if self.kind(root) == Kind::Other => {
                Err(Wrong::new(root.at, "something that is true or false, like a comparison, as the whole expression"))
            }
            _ => Ok(()),
        }
    }

    fn kind(&self, node: &Node) -> Kind {
        match &node.what {
            What::Constant(Value::Boolean(_)) | What::True => Kind::Boolean,
            What::Not(_) | What::Exists(_) | What::Logic(..) | What::Compare(..) | What::In { .. } => Kind::Boolean,
            What::Bytes(..) | What::Whole(..) | What::Subnet(..) => Kind::Boolean,
            What::Variable(place) => self.variables.get(*place).map_or(Kind::Unknown, |variable| variable.kind),
            What::Constant(_) | What::Everything | What::Calculate(..) | What::List(_) | What::Map(_) | What::Lambda(_) => Kind::Other,
            What::If { then, otherwise, .. } => self.kind(then).either(self.kind(otherwise)),
            What::Match(clauses, default) => {
                let result = |node: &Node| match &node.what {
                    What::Lambda(lambda) => self.kind(&lambda.body),
                    _ => self.kind(node),
                };
                clauses.iter().map(|(_, then)| result(then)).fold(result(default), Kind::either)
            }
            What::Call(function, _) => function.gives,
            What::Local(_) | What::Fails(_) => Kind::Unknown,
        }
    }

    /// Evaluates the expression.
    ///
    /// # Errors
    /// What has no value for these variables.
    #[inline]
    pub fn run(&self, variables: &dyn Variables) -> Result<Value, Fault> {
        let Some(root) = &self.root else { return Ok(Value::Boolean(true)) };
        Run::new(variables, self.variables, &self.caches, self.edges).value(root, &[])
    }

    /// Whether the variable at this place may be asked for.
    pub fn uses(&self, place: usize) -> bool {
        self.used.contains(&place)
    }

    /// What its author may not have meant.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}
