//! Operators between two values.

use std::cmp::Ordering;

use crate::fault::Refusal;
use crate::number::Number;
use crate::value::Value;

/// `==` and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// `+` and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Comparison {
    pub fn of(sign: &str) -> Option<Self> {
        Some(match sign {
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    #[inline]
    pub fn holds(self, one: &Value, other: &Value) -> Result<bool, Refusal> {
        match self {
            Self::Equal => Ok(equal(one, other)),
            Self::NotEqual => Ok(!equal(one, other)),
            _ => self.orders(one, other),
        }
    }

    fn orders(self, one: &Value, other: &Value) -> Result<bool, Refusal> {
        if matches!(one, Value::Null) || matches!(other, Value::Null) {
            return Ok(false);
        }
        let order = match (Number::of(one), Number::of(other)) {
            (Some(one), Some(other)) => one.order(other),
            _ => Some(order(one, other).ok_or("two numbers, two texts or two Booleans to put in order")?),
        };
        Ok(match self {
            Self::Less => order == Some(Ordering::Less),
            Self::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order == Some(Ordering::Greater),
            _ => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        })
    }
}

/// Numbers by their value, whatever their types; all else as Java's `equals`.
#[inline]
fn equal(one: &Value, other: &Value) -> bool {
    match (Number::of(one), Number::of(other)) {
        (Some(one), Some(other)) => one.equals(other),
        _ => one.is(other),
    }
}

/// Two texts by their UTF-16 units, or two Booleans.
pub fn order(one: &Value, other: &Value) -> Option<Ordering> {
    if let (Value::Boolean(one), Value::Boolean(other)) = (one, other) {
        return Some(one.cmp(other));
    }
    let (one, other) = (one.text()?, other.text()?);
    Some(one.encode_utf16().cmp(other.encode_utf16()))
}

/// Whether an item is in a container: a text in a text, an item of a list, a key of a map, or else the same.
pub fn is_in(item: &Value, container: &Value) -> bool {
    match container {
        Value::Null => false,
        Value::List(list) | Value::Set(list) => list.items().iter().any(|value| value.is(item)),
        Value::Map(map) => map.get(item).is_some(),
        _ => match (item.text(), container.text()) {
            (Some(item), Some(container)) => container.contains(&*item),
            _ => item.is(container),
        },
    }
}
