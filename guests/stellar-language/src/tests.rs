//! The cases of Metron's own tests (C, S, R, M, V) and those measured with it (T), by their names there; and rules of our own.

mod measured;
mod predicates;
mod rules;
mod values;

use crate::functions::Function;
use crate::{Edges, Kind, Program, Value, Variable, Variables, Wrong};

/// Functions of Metron's tests.
pub const FUNCTIONS: &[Function] = &[
    Function::for_tests("THROW", |_, _| Err("nothing: it throws".into())),
    Function::for_tests("RET_TRUE", |_, _| Ok(Value::Boolean(true))),
];

/// Variables with these values; what is longer than the expression lives on.
pub struct Given {
    pub names: &'static [Variable],
    values: Vec<Value>,
}

impl Given {
    pub fn new(given: Vec<(&str, Value)>) -> Self {
        let name = |name: &str| Variable { name: name.to_owned().leak(), kind: Kind::Unknown };
        let names: Vec<_> = given.iter().map(|(known, _)| name(known)).collect();
        Self { names: names.leak(), values: given.into_iter().map(|(_, value)| value).collect() }
    }

    /// `name=s:text; name=i:7`, as the cases have them.
    pub fn read(text: &str) -> Self {
        let value = |part: &'static str| {
            let (name, value) = part.split_once('=').unwrap();
            let value = match value.split_once(':').unwrap() {
                ("s", text) => Value::of_text(text),
                ("i", number) => Value::Int(number.parse().unwrap()),
                ("d", number) => Value::Double(number.parse().unwrap()),
                ("b", truth) => Value::Boolean(truth.parse().unwrap()),
                other => panic!("{other:?}"),
            };
            (name, value)
        };
        let text: &'static str = text.to_owned().leak();
        Self::new(text.split("; ").filter(|part| !part.is_empty()).map(value).collect())
    }

    /// The value of an expression, or where it has none.
    pub fn value(&self, expression: &str) -> Result<Value, Wrong> {
        let program = Program::new(expression, self.names, Edges::Out)?;
        program.run(self).map_err(|fault| Wrong::new(fault.at, fault.expected))
    }

    /// What a filter would answer.
    pub fn predicate(&self, expression: &str) -> Result<bool, Wrong> {
        Program::new(expression, self.names, Edges::Out)?.is_predicate()?;
        match self.value(expression)? {
            Value::Boolean(holds) => Ok(holds),
            other => Err(Wrong::new(0, format!("a Boolean, not {other:?}"))),
        }
    }
}

impl Variables for Given {
    fn value(&self, place: usize) -> Value {
        self.values[place].clone()
    }

    fn packet(&self) -> &[u8] {
        b"GET /index.html HTTP/1.1"
    }
}
