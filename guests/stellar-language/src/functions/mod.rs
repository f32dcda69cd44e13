//! The functions of the language that depend on their arguments alone.

mod encodings;
mod higher;
mod lists;
mod maps;
mod network;
mod numbers;
mod patterns;
mod sets;
pub mod table;
mod texts;
mod urls;

use crate::evaluate::Run;
use crate::fault::Refusal;
use crate::kind::Kind;
use crate::text::{LONGEST, Text};
use crate::value::Value;

/// What a function gives.
pub type Answer = Result<Value, Refusal>;

/// A function.
pub struct Function {
    pub name: &'static str,
    /// Arguments.
    least: usize,
    most: usize,
    /// What is known of its values.
    pub gives: Kind,
    pub call: fn(&Run<'_>, &[Value]) -> Answer,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Function {
    const fn new(name: &'static str, least: usize, most: usize, gives: Kind, call: fn(&Run<'_>, &[Value]) -> Answer) -> Self {
        Self { name, least, most, gives, call }
    }

    #[cfg(test)]
    pub const fn for_tests(name: &'static str, call: fn(&Run<'_>, &[Value]) -> Answer) -> Self {
        Self::new(name, 0, usize::MAX, Kind::Unknown, call)
    }

    pub fn takes(&self, arguments: usize) -> bool {
        (self.least..=self.most).contains(&arguments)
    }

    /// For people: how many arguments.
    pub fn expected(&self) -> String {
        match (self.least, self.most) {
            (0, 0) => "no argument".to_owned(),
            (1, 1) => "one argument".to_owned(),
            (least, most) if least == most => format!("{least} arguments"),
            (least, usize::MAX) => format!("{least} or more arguments"),
            (least, most) => format!("{least} to {most} arguments"),
        }
    }
}

const NULL: Value = Value::Null;

/// The argument at a place; null where there is none.
fn argument(values: &[Value], place: usize) -> &Value {
    values.get(place).unwrap_or(&NULL)
}

/// The text at a place; `None`: it is null.
fn text(values: &[Value], place: usize) -> Result<Option<Text<'_>>, Refusal> {
    match argument(values, place) {
        Value::Null => Ok(None),
        value => value.text().map(Some).ok_or_else(|| format!("a text as argument {}", place + 1).into()),
    }
}

/// A text that is made.
fn made(text: &str) -> Answer {
    if text.len() > LONGEST { Err(format!("a text of at most {LONGEST} bytes").into()) } else { Ok(Value::of_text(text)) }
}

/// A whole number at a place.
fn whole(values: &[Value], place: usize) -> Result<i32, Refusal> {
    match numbers::to_integer(argument(values, place)) {
        Value::Int(number) => Ok(number),
        _ => Err(format!("a whole number as argument {}", place + 1).into()),
    }
}
